"""The order of a table's objects, its cursor and its marks: all by key, so that no refresh moves them elsewhere.

Between two refreshes an object rarely moves far: the rows around its old place are looked at first, and only when
that fails the whole sequence is searched, once, at the speed of `list.index`.
"""

from __future__ import annotations

from collections.abc import Sequence

REACH = 64
NEIGHBOURS = 32
_DEAR = 16
"""To look up a key costs as much as to walk past so many."""


class Keys:
    """Keys in display order with a cursor and marks. Methods that mark return the keys whose mark is another."""

    def __init__(self) -> None:
        self.order: Sequence[str] = ()
        self.row = 0
        self.marks: set[str] = set()
        self._last_marked: str | None = None
        self._found: tuple[Sequence[str], set[str], tuple[str, ...]] = ((), self.marks, ())
        """An order, marks, and which of these are in it."""

    def __len__(self) -> int:
        return len(self.order)

    @property
    def cursor(self) -> str | None:
        """The key the cursor is on; None only when there are none."""
        return self.order[self.row] if self.order else None

    def restart(self) -> None:
        """Forget everything."""
        self.order = ()
        self.row = 0
        self.marks = set()
        self._last_marked = None

    def replace(self, order: Sequence[str]) -> None:
        """Take a new order, kept and not copied; the cursor stays on its key or goes to the nearest neighbour."""
        self.row = survivor(self.order, order, self.row) if order else 0
        self.order = order

    def move(self, row: int) -> None:
        """Put the cursor on this row, or the first or last."""
        self.row = max(0, min(row, len(self.order) - 1))

    def row_of(self, key: str) -> int | None:
        return position(self.order, key, near=self.row)

    def marked(self) -> tuple[str, ...]:
        """The marked keys that are in the order now, in that order; looked for once for each order."""
        order, marks, found = self._found
        if order is not self.order or marks is not self.marks:
            found = self._in_order() if self.marks else ()
            self._found = self.order, self.marks, found
        return found

    def _in_order(self) -> tuple[str, ...]:
        """A list is walked; where an order finds its keys itself, a few marks are looked up."""
        if isinstance(self.order, list | tuple) or len(self.marks) * _DEAR > len(self.order):
            return tuple([key for key in self.order if key in self.marks])
        places = [place for key in self.marks if (place := position(self.order, key, near=self.row)) is not None]
        return tuple([self.order[place] for place in sorted(places)])

    def toggle(self) -> set[str]:
        """Mark or unmark the cursor's key."""
        self._last_marked = self.cursor
        return self._remark(self.marks ^ set(self.order[self.row : self.row + 1]))

    def mark_rows(self, start: int) -> set[str]:
        """Mark everything from this row to the cursor."""
        low, high = sorted((start, self.row))
        self._last_marked = self.cursor
        return self._remark(self.marks.union(self.order[low : high + 1]))

    def mark_range(self) -> set[str]:
        """Mark everything from the key marked last to the cursor."""
        start = None if self._last_marked is None else self.row_of(self._last_marked)
        return self.mark_rows(self.row if start is None else start)

    def mark_all(self) -> set[str]:
        """Mark every row, or none when every row is marked."""
        every = set(self.order)
        return self._remark(self.marks - every if every <= self.marks else self.marks | every)

    def clear_marks(self) -> set[str]:
        self._last_marked = None
        return self._remark(set())

    def _remark(self, marks: set[str]) -> set[str]:
        differing = self.marks ^ marks
        self.marks = marks
        return differing


def position(keys: Sequence[str], key: str, *, near: int) -> int | None:
    """The row of `key`, or None; `near` is where to look first."""
    found = _around(keys, key, near)
    if found is not None:
        return found
    try:
        return keys.index(key)
    except ValueError:
        return None


def survivor(old: Sequence[str], new: Sequence[str], row: int) -> int:
    """The row in `new` (not empty) of the object at `old[row]`, or of the neighbour nearest to where it was.

    The one below it is preferred, as when a line is deleted from a text.
    """
    if not 0 <= row < len(old):
        return max(0, min(row, len(new) - 1))
    if (found := position(new, old[row], near=row)) is not None:
        return found
    below = range(row + 1, min(row + NEIGHBOURS, len(old)))
    above = range(row - 1, max(row - NEIGHBOURS, -1), -1)
    for neighbour in (*below, *above):
        if (found := _around(new, old[neighbour], row)) is not None:
            return found
    return min(row, len(new) - 1)


def _around(keys: Sequence[str], key: str, row: int) -> int | None:
    if 0 <= row < len(keys) and keys[row] == key:
        return row
    low = max(0, row - REACH)
    window = keys[low : row + REACH + 1]
    return low + window.index(key) if key in window else None
