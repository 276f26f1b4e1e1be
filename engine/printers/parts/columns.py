"""The shape every kind's printer has: columns with Kubernetes' headers, and a function from object to cells.

Cells are always all columns', wide ones too: the API server fills them all and ``-o wide`` only shows more.
"""

from collections.abc import Callable
from typing import Any

from engine.kinds.frozen import frozen
from engine.store.state import State

CellsOf = Callable[[Any, State, int], tuple[str, ...]]
"""(object, state, now) -> one cell a column. The object is of the kind the printer is listed under."""


@frozen
class Column:
    """A header as ``kubectl get`` prints it; a ``wide`` one only shows with ``-o wide``."""

    name: str
    wide: bool = False


@frozen
class Printer:
    columns: tuple[Column, ...]
    cells: CellsOf

    def headers(self, *, wide: bool) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if wide or not column.wide)

    def row(self, obj: Any, state: State, now: int, *, wide: bool) -> tuple[str, ...]:
        """The cells under ``headers`` of the same width."""
        cells = self.cells(obj, state, now)
        if wide:
            return cells
        return tuple(cell for column, cell in zip(self.columns, cells, strict=True) if not column.wide)


def columns(narrow: str, wide: str = "") -> tuple[Column, ...]:
    """Columns from comma-separated headers: those always shown, then those of ``-o wide``."""
    shown = [Column(name) for name in narrow.split(",")]
    return (*shown, *(Column(name, wide=True) for name in wide.split(",") if name))
