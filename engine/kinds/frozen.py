"""``frozen``: attrs' own to the type checker and to all who read; made cheaper where a cluster would feel it.

A class that refuses assignments must make each of its own past that refusal, so that its constructor takes three
times as long; and some 35 objects are made for every pod that comes to run. Here it is the type checker that
refuses them (and it checks every line of engine and console), while at run time a constructor assigns plainly.

attrs also writes and compiles a class's methods when the class is made, which is where most of the time of importing
the kinds would go. Here only the slots are made then: whoever first makes an object of a class, or asks for its
fields, has attrs make the rest, and ``==`` is compiled when a class is first compared. Of the hundreds of classes
there are, a command needs some dozens.

An object has no room for weak references, which nobody has to facts: a pod and its Events are some twenty objects,
and most of them are 16 bytes smaller without it.
"""

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, get_origin

import attrs

if TYPE_CHECKING:
    from attrs import frozen as frozen
else:

    def frozen(cls: type | None = None, /, *, kw_only: bool = False) -> Any:
        """``@frozen`` or ``@frozen(kw_only=True)``; compared by value. Methods a class brings itself stay."""
        if cls is None:
            return partial(frozen, kw_only=kw_only)
        if cls.__bases__ == (object,) and "__init__" not in cls.__dict__:
            made = _slotted(cls)
            made.__attrs_attrs__ = _Fields(cls, kw_only)
            made.__init__ = _init_at_first(made)
        else:
            made = _made_by_attrs(cls, kw_only=kw_only, slots=True)
        if "__eq__" not in cls.__dict__:
            made.__eq__ = _eq_at_first(made)
        if "__repr__" not in cls.__dict__:
            made.__repr__ = _repr
        if "__hash__" not in cls.__dict__ or cls.__dict__["__hash__"] is None:
            made.__hash__ = _hash_at_first(made)
        return made


def _made_by_attrs(cls: type, *, kw_only: bool, slots: bool) -> Any:
    return attrs.define(cls, kw_only=kw_only, slots=slots, repr=False, unsafe_hash=False, eq=False, weakref_slot=False)


def _slotted(cls: type) -> Any:
    """The class anew, with a slot for each of its fields. No method of it may say ``super()``."""
    names = [name for name, annotation in cls.__annotations__.items() if not _is_of_the_class(annotation)]
    kept = {name: each for name, each in cls.__dict__.items() if name not in names and name not in _ITS_OWN}
    return type(cls)(
        cls.__name__,
        cls.__bases__,
        {**kept, "__qualname__": cls.__qualname__, "__slots__": tuple(names)},
    )


_ITS_OWN = ("__dict__", "__weakref__")


def _is_of_the_class(annotation: object) -> bool:
    if isinstance(annotation, str):
        return "ClassVar" in annotation
    return annotation is ClassVar or get_origin(annotation) is ClassVar


class _Fields:
    """What ``__attrs_attrs__`` of a class is until somebody asks for it: attrs makes it of the class as written."""

    def __init__(self, written: type, kw_only: bool) -> None:
        self._written = written
        self._kw_only = kw_only

    def __get__(self, instance: object, asked: type) -> Any:
        written: Any = _made_by_attrs(self._written, kw_only=self._kw_only, slots=False)
        made: Any = next(each for each in asked.__mro__ if each.__dict__.get("__attrs_attrs__") is self)
        for name in ("__attrs_attrs__", "__match_args__", "__init__"):
            setattr(made, name, getattr(written, name))
        return made.__attrs_attrs__


def _init_at_first(made: Any) -> Callable[..., None]:
    """Has attrs write the constructor."""

    def init(self: Any, *args: Any, **fields: Any) -> None:
        attrs.fields(made)
        made.__init__(self, *args, **fields)

    return init


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


def _hash_at_first(cls: Any) -> Callable[[Any], int]:
    """Puts one that knows the fields in its own place."""

    def hashed(self: Any) -> int:
        values = attrgetter("__class__", *(each.name for each in attrs.fields(cls) if each.eq))
        if cls.__hash__ is hashed:
            cls.__hash__ = lambda self: hash(values(self))
        return hash(values(self))

    return hashed
