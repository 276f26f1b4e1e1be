"""``frozen``: attrs' own, but ``repr`` and ``hash`` are not compiled for each class.

attrs compiles a class's methods when the class is made, which is where most of the time of importing the kinds
goes; two fifths of it go into these two, which hardly ever run. ``==`` and the constructor, which the engine
lives on, stay attrs' own.
"""

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from attrs import frozen as frozen
else:

    def frozen(cls: type | None = None, /, *, kw_only: bool = False) -> Any:
        """``@frozen`` or ``@frozen(kw_only=True)``; compared by value. Methods a class brings itself stay."""
        if cls is None:
            return partial(frozen, kw_only=kw_only)
        made = attrs.frozen(cls, kw_only=kw_only, repr=False, unsafe_hash=False)
        if "__repr__" not in cls.__dict__:
            made.__repr__ = _repr
        if "__hash__" not in cls.__dict__:
            made.__hash__ = _hash_of(made)
        return made


def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in attrs.fields(type(self)) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _hash_of(cls: Any) -> Callable[[Any], int]:
    values = attrgetter("__class__", *(each.name for each in attrs.fields(cls)))
    return lambda self: hash(values(self))
