"""What was last shown for each key: the caller's cells made harmless, how wide they are, which changed lately.

It asks the caller for a row only when that row is wanted, and keeps the latest few thousand. Time comes in as an
argument; changed cells are kept as key -> column -> when to forget it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from textual.cache import LRUCache

from k9lite.widgets.columns import Cell, Column, legible
from k9lite.widgets.safe import cells

CACHED_ROWS = 4096

Row = tuple[Cell, ...]


class Rows:
    """Rows by key; `widest` is the widest text seen in each column."""

    def __init__(self) -> None:
        self._columns: Sequence[Column] = ()
        self._format: Callable[[str], Row] = no_cells
        self._rows: LRUCache[str, Row] = LRUCache(CACHED_ROWS)
        self._changed: dict[str, dict[int, float]] = {}
        self.widest: list[int] = []

    def restart(self, columns: Sequence[Column], format: Callable[[str], Row]) -> None:
        """Forget everything; format rows with another function."""
        self._columns = columns
        self._format = format
        self._rows.clear()
        self._changed.clear()
        self.widest = [0] * len(columns)

    def keys(self) -> Collection[str]:
        """The keys that are kept."""
        return self._rows.keys()

    def of(self, key: str) -> Row:
        """The row of this key, as shown before or else asked for now."""
        row = self._rows.get(key)
        if row is None:
            row = tuple([Cell(legible(cell.text), cell.style) for cell in self._format(key)])
            self._rows[key] = row
            self._widen(row)
        return row

    def measure(self, keys: Iterable[str]) -> None:
        """Start the widths anew from these rows."""
        self.widest = [0] * len(self._columns)
        for key in keys:
            self._widen(self.of(key))

    def renew(self, keys: Iterable[str], shown: Collection[str], forget_at: float | None) -> set[str]:
        """Forget these rows; format the `shown` among them again. Which of those differ from before?

        Their cells that differ count as changed until `forget_at`; None for not at all.
        """
        before: dict[str, Row] = {}
        for key in list(keys):
            row = self._rows.get(key)
            if row is not None:
                self._rows.discard(key)
                if key in shown:
                    before[key] = row
        differing = {key for key, old in before.items() if self.of(key) != old}
        if forget_at is not None:
            for key in differing:
                self._note_changes(key, before[key], forget_at)
        return differing

    def changed(self, key: str) -> Collection[int]:
        """The columns of this row that changed lately."""
        return self._changed.get(key, ())

    @property
    def any_changed(self) -> bool:
        return bool(self._changed)

    def forget_changes(self, now: float) -> set[str]:
        """Forget the changes whose time is up; whose rows they were."""
        forgotten = {key for key, until in self._changed.items() if min(until.values()) <= now}
        for key in forgotten:
            left = {column: until for column, until in self._changed.pop(key).items() if until > now}
            if left:
                self._changed[key] = left
        return forgotten

    def _note_changes(self, key: str, old: Row, forget_at: float) -> None:
        columns = {
            index: forget_at
            for index, (column, was, now) in enumerate(zip(self._columns, old, self.of(key), strict=False))
            if was.text != now.text and not column.quiet
        }
        if columns:
            self._changed[key] = {**self._changed.get(key, {}), **columns}

    def _widen(self, row: Row) -> None:
        widest = self.widest
        for index, cell in enumerate(row[: len(widest)]):
            width = cells(cell.text)
            if width > widest[index]:
                widest[index] = width


def no_cells(_key: str) -> Row:
    """The row of a table that was given none."""
    return ()
