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

    def of(self, key: str) -> Row:
        """The row of this key, as shown before or else asked for now; the same object until it differs."""
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._ask(key)
            self._widen(row)
        return row

    def measure(self, keys: Iterable[str]) -> None:
        """Start the widths anew from these rows."""
        self.widest = [0] * len(self._columns)
        for key in keys:
            self._widen(self.of(key))

    def renew(self, keys: Collection[str] | None, shown: Collection[str], forget_at: float | None) -> set[str]:
        """Forget these rows (None: all); format the `shown` among them again. Which of those differ from before?

        Many keys had better be in a set. Their cells that differ count as changed until `forget_at`, if any.
        """
        before = {key: self._rows.get(key) for key in shown if keys is None or key in keys}
        self._forget(keys)
        differing: set[str] = set()
        for key, old in before.items():
            if old is None:
                continue
            new = self._ask(key)
            if new == old:
                self._rows[key] = old
                continue
            self._rows[key] = new
            self._widen(new)
            differing.add(key)
            if forget_at is not None:
                self._note_changes(key, old, new, forget_at)
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

    def _ask(self, key: str) -> Row:
        return tuple([Cell(legible(cell.text), cell.style) for cell in self._format(key)])

    def _forget(self, keys: Collection[str] | None) -> None:
        if keys is None:
            self._rows.clear()
        else:
            for key in self._rows.keys() & keys:
                self._rows.discard(key)

    def _note_changes(self, key: str, old: Row, new: Row, forget_at: float) -> None:
        columns = {
            index: forget_at
            for index, (column, was, now) in enumerate(zip(self._columns, old, new, strict=False))
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
