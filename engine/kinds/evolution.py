"""``evolve``: a frozen object with some fields replaced; what a cluster does most, so it costs as little as it can.

The same as ``attrs.evolve`` to its callers and to the type checker. A frozen class assigns each field through
``object.__setattr__``; here the copy is made as an instance of an open twin (same slots, nothing frozen, filled
by plain assignments) and becomes one of the class itself before anyone sees it. For slotted classes only.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import fields, make_class

T = TypeVar("T")

if TYPE_CHECKING:
    from attrs import evolve as evolve
else:

    def evolve(old: T, /, **changes: Any) -> T:
        """``old`` with the fields of ``changes`` replaced; everything else is shared."""
        cls = old.__class__
        open_twin, values = _TWINS.get(cls) or _twin(cls)
        new = open_twin(*values(old))
        for name, value in changes.items():
            setattr(new, name, value)
        new.__class__ = cls
        return new


_TWINS: dict[type, tuple[Any, Callable[[Any], Any]]] = {}
"""Class -> its twin, and what reads all fields at once. Follows from the classes alone."""


def _twin(cls: Any) -> tuple[Any, Callable[[Any], Any]]:
    names = [field.name for field in fields(cls)]
    plain: Any = make_class(cls.__name__, names, eq=False, repr=False)
    unfrozen = {
        "__slots__": (),
        "__init__": plain.__init__,
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    values = attrgetter(*names) if len(names) > 1 else lambda old: (getattr(old, names[0]),)
    _TWINS[cls] = type(cls.__name__, (cls,), unfrozen), values
    return _TWINS[cls]
