"""What a line did not find may be in another namespace: kubectl says only that it is not in this one."""

import re
from collections.abc import Sequence

from engine.serving import kind_meant
from engine.store.state import State

_NOT_FOUND = re.compile(r'(?:^|\s)([a-z][a-z0-9.-]*) "([^"]+)" not found')
_MOST = 3


def elsewhere(said: str, state: State) -> str:
    """``it is in namespace shop: add -n shop``; "" where it is nowhere. Looks through all objects of its kind."""
    found = _NOT_FOUND.search(said)
    kind = kind_meant(state, found[1]) if found is not None else None
    if found is None or kind is None or not kind.namespaced:
        return ""
    namespaces = [obj.metadata.namespace for obj in state.objects(kind.name) if obj.metadata.name == found[2]]
    if not namespaces:
        return ""
    return f"it is in {_named(namespaces)}: add -n {namespaces[0]}"


def _named(namespaces: Sequence[str]) -> str:
    if len(namespaces) == 1:
        return f"namespace {namespaces[0]}"
    more = f" and {len(namespaces) - _MOST} more" if len(namespaces) > _MOST else ""
    return f"namespaces {', '.join(namespaces[:_MOST])}{more}"
