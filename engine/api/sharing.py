"""What is equal becomes the same: an object read from a manifest shares its unchanged parts with the stored one.

So a label edited by hand costs no second pod spec in memory, and whoever asks "did this change?" may ask by
identity.
"""

from typing import Any, TypeVar, cast

import attrs

from engine.kinds import evolve

T = TypeVar("T")


def shared(new: T, old: T) -> T:
    """``new`` with every part that equals its counterpart in ``old`` replaced by it."""
    return cast(T, _shared(new, old))


def _shared(new: Any, old: Any) -> Any:
    if new is old or new == old:
        return old
    if isinstance(new, tuple) and isinstance(old, tuple):
        return tuple(_shared(mine, old[at]) if at < len(old) else mine for at, mine in enumerate(new))
    if type(new) is not type(old) or not attrs.has(type(new)):
        return new
    changes: dict[str, Any] = {}
    for field in attrs.fields(type(new)):
        mine = getattr(new, field.name)
        part = _shared(mine, getattr(old, field.name))
        if part is not mine:
            changes[field.name] = part
    return evolve(new, **changes) if changes else new
