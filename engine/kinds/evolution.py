"""``evolve``: a frozen object with some fields replaced; what a cluster does most, so it costs as little as it can.

The same as ``attrs.evolve`` to its callers and to the type checker. What copies the objects of a class is compiled
once for it, one plain assignment a field; a class that refuses assignments (one of attrs' own frozen) is left to attrs.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

T = TypeVar("T")

if TYPE_CHECKING:
    from attrs import evolve as evolve
else:

    def evolve(old: T, /, **changes: Any) -> T:
        """``old`` with the fields of ``changes`` replaced; everything else is shared."""
        cls = old.__class__
        return (_COPIERS.get(cls) or _copier(cls))(old, changes)


_COPIERS: dict[type, Callable[[Any, dict[str, Any]], Any]] = {}
"""Class -> what copies its objects, with changes. Follows from the classes alone."""


def _copier(cls: Any) -> Callable[[Any, dict[str, Any]], Any]:
    def by_attrs(old: Any, changes: dict[str, Any]) -> Any:
        return attrs.evolve(old, **changes)

    made: dict[str, Any] = {"cls": cls, "make": object.__new__, "copy": by_attrs}
    if cls.__setattr__ is object.__setattr__:
        copies = "\n".join(f"    new.{field.name} = old.{field.name}" for field in attrs.fields(cls))
        exec(
            f"def copy(old, changes):\n    new = make(cls)\n{copies}\n"
            "    for name, value in changes.items():\n        setattr(new, name, value)\n    return new",
            made,
        )
    copy: Callable[[Any, dict[str, Any]], Any] = made["copy"]
    _COPIERS[cls] = copy
    return copy
