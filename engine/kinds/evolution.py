"""``evolve``: a frozen object with some fields replaced; what a cluster does most, so it costs as little as it can.

The same as ``attrs.evolve`` to its callers and to the type checker. What copies an object is compiled once for its
class, one plain assignment a field.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import fields

T = TypeVar("T")

if TYPE_CHECKING:
    from attrs import evolve as evolve
else:

    def evolve(old: T, /, **changes: Any) -> T:
        """``old`` with the fields of ``changes`` replaced; everything else is shared."""
        cls = old.__class__
        new = (_COPIERS.get(cls) or _copier(cls))(old)
        for name, value in changes.items():
            setattr(new, name, value)
        return new


_COPIERS: dict[type, Callable[[Any], Any]] = {}
"""Class -> what copies its objects. Follows from the classes alone."""


def _copier(cls: Any) -> Callable[[Any], Any]:
    copies = "\n".join(f"    new.{field.name} = old.{field.name}" for field in fields(cls))
    made: dict[str, Any] = {"cls": cls, "make": object.__new__}
    exec(f"def copy(old):\n    new = make(cls)\n{copies}\n    return new", made)
    copy: Callable[[Any], Any] = made["copy"]
    _COPIERS[cls] = copy
    return copy
