"""Fields by their paths: ``spec/template/spec/containers/image`` goes into every container. Values in, values out.

Follows kustomize's ``api/filters/fieldspec``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen


@frozen
class FieldSpec:
    """Where a transformer looks. An empty kind or group is any; ``create`` makes what is missing on the way."""

    path: str
    kind: str = ""
    group: str = ""
    create: bool = True

    def fits(self, kind: str, group: str) -> bool:
        return self.kind in ("", kind) and self.group in ("", group)


def changed(value: Any, path: Sequence[str], change: Callable[[Any], Any], *, create: bool = False) -> Any:
    """``value`` with what stands at ``path`` changed; lists on the way stand for each of their elements."""
    if not path:
        return change(value)
    if isinstance(value, list):
        return [changed(each, path, change, create=create) for each in value]
    if not isinstance(value, Mapping):
        return value
    key = path[0].removesuffix("[]")
    found = value.get(key)
    if found is None:
        if not create or path[0].endswith("[]"):
            return value
        found = {} if len(path) > 1 else None
    return {**value, key: changed(found, path[1:], change, create=create)}


def steps(path: str) -> list[str]:
    r"""``a/b\/c`` is two steps: a slash may belong to a key."""
    return [step.replace("\0", "/") for step in path.replace("\\/", "\0").split("/")]
