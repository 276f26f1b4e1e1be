"""``frozen``: attrs' own to the type checker and to all who read; made cheaper where a cluster would feel it.

A class that refuses assignments must make each of its own past that refusal, so that its constructor takes three
times as long; and some 35 objects are made for every pod that comes to run. Here it is the type checker that
refuses them (and it checks every line of engine and console), while at run time a constructor assigns plainly.

attrs also compiles a class's methods when the class is made, which is where most of the time of importing the
kinds goes; two fifths of it go into ``repr`` and ``hash``, which hardly ever run and are shared here. ``==``, which
the engine lives on, is compiled as attrs does it, but when a class is first compared: most never are.
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
        made = attrs.define(cls, kw_only=kw_only, repr=False, unsafe_hash=False, eq=False)
        if "__eq__" not in cls.__dict__:
            made.__eq__ = _eq_at_first(made)
        if "__repr__" not in cls.__dict__:
            made.__repr__ = _repr
        if "__hash__" not in cls.__dict__:
            made.__hash__ = _hash_of(made)
        return made


def _eq_at_first(cls: Any) -> Callable[[Any, object], Any]:
    """Puts a compiled ``==`` in its own place."""

    def compared(self: Any, other: object) -> Any:
        if cls.__eq__ is compared:
            cls.__eq__ = _eq_of(cls)
        return cls.__eq__(self, other)

    return compared


def _eq_of(cls: Any) -> Any:
    """All fields with ``eq``, the first that differs decides; the class must be the very same."""
    assert not any(each.eq_key for each in attrs.fields(cls)), "only attrs' own frozen compares fields by a key"
    pairs = " and ".join(f"self.{each.name} == other.{each.name}" for each in attrs.fields(cls) if each.eq) or "True"
    made: dict[str, Any] = {}
    exec(  # nothing but the names of fields
        f"def __eq__(self, other):\n return {pairs} if other.__class__ is self.__class__ else NotImplemented", made
    )
    return made["__eq__"]


def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in attrs.fields(type(self)) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _hash_of(cls: Any) -> Callable[[Any], int]:
    values = attrgetter("__class__", *(each.name for each in attrs.fields(cls) if each.eq))
    return lambda self: hash(values(self))
