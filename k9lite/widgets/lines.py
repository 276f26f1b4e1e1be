"""Many lines of text, and which row of the screen shows which part of which line: pure bookkeeping, no terminal.

A line's number counts from the first line ever given and never changes, also when old lines are cut off the front
or a filter hides some. Wrapped rows follow from widths alone, so nothing is wrapped before it is shown: a line of
w cells takes ceil(w / width) rows. In a line that is not ASCII, row r holds the characters that *start* in its
width - 1 cells, so that a wide one never has to be split:

      width 5, 4 cells a row:   |abc网|      "abc" starts at cells 0 1 2, 网 at 3 and ends at 5
                                |关d  |
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from k9lite.widgets.safe import cells, plain


class Lines:
    """The newest `max_lines` of the lines given, filtered, searched and laid out."""

    def __init__(self, max_lines: int | None = None) -> None:
        self._max_lines = max_lines
        self._texts: list[str] = []
        self._widths = array("i")  # in cells; negative where the text is not ASCII
        self.first = 0
        self._keep: Callable[[str], bool] | None = None
        self._kept: list[int] = []
        self._wrap_width: int | None = None
        self._ends: list[int] = []  # wrapped rows up to and with each shown line, counted from _base
        self._base = 0
        self._pattern: re.Pattern[str] | None = None
        self.matches: list[int] = []
        self.widest = 0

    def __len__(self) -> int:
        return len(self._texts)

    def text(self, number: int) -> str:
        return self._texts[number - self.first]

    @property
    def shown(self) -> Sequence[int]:
        """The numbers of the lines that pass the filter, in order."""
        return self._kept if self._keep else range(self.first, self.first + len(self._texts))

    @property
    def row_count(self) -> int:
        if self._wrap_width is None:
            return len(self.shown)
        return self._ends[-1] - self._base if self._ends else 0

    def append(self, lines: Iterable[str]) -> int:
        """Add lines at the end; how many rows that cut off the front. Costs what is added."""
        texts = [plain(line.rstrip("\r\n")) for line in lines]
        number = self.first + len(self._texts)
        widths = [len(text) if text.isascii() else -cells(text) for text in texts]
        self._texts += texts
        self._widths.extend(widths)
        self.widest = max(self.widest, max(widths, default=0), -min(widths, default=0))
        kept = self._kept_of(texts, number)
        if self._keep:
            self._kept += kept
        if self._pattern:
            self.matches += self._matching(kept)
        if self._wrap_width is not None:
            self._ends += self._lay_out(kept, self._ends[-1] if self._ends else self._base)
        return self._cut()

    def set_filter(self, keep: Callable[[str], bool] | None) -> None:
        """Show only the lines for which `keep` is true; None shows all."""
        self._keep = keep
        self._kept = list(self._kept_of(self._texts, self.first)) if keep else []
        self.find(self._pattern)
        self.wrap(self._wrap_width)

    def wrap(self, width: int | None) -> None:
        """Lay lines out in rows of `width` cells (at least 2), or one row a line."""
        self._wrap_width = None if width is None else max(2, width)
        self._base = 0
        self._ends = [] if width is None else self._lay_out(self.shown, 0)

    def find(self, pattern: re.Pattern[str] | None) -> int:
        """How many shown lines match; None forgets the search."""
        self._pattern = pattern
        self.matches = self._matching(self.shown) if pattern else []
        return len(self.matches)

    def at(self, row: int) -> tuple[int, int]:
        """The number of the line shown in this row, and which of its rows this is."""
        if self._wrap_width is None:
            return self.shown[row], 0
        row += self._base
        index = bisect_right(self._ends, row)
        return self.shown[index], row - (self._ends[index - 1] if index else self._base)

    def row_of(self, number: int) -> int:
        """The first row of this line, or of the next one that is shown."""
        index = self.index_of(number)
        if self._wrap_width is None:
            return index
        return (self._ends[index - 1] if index else self._base) - self._base

    def rows_of(self, number: int) -> int:
        """How many rows this line takes."""
        return 1 if self._wrap_width is None else _rows(self._widths[number - self.first], self._wrap_width)

    def index_of(self, number: int) -> int:
        """Where this line, or the next one that is shown, is among the shown."""
        return bisect_left(self.shown, number)

    def part(self, number: int, part: int, start_cell: int, width: int) -> tuple[int, int, int]:
        """Which characters [start, end) to show of a line, after how many blank cells.

        Wrapped, that is its row `part`; else `width` cells from `start_cell` on.
        """
        text = self.text(number)
        if self._wrap_width is not None:
            if text.isascii():
                return part * self._wrap_width, (part + 1) * self._wrap_width, 0
            step = self._wrap_width - 1
            start, _ = _char_at(text, part * step)
            end, _ = _char_at(text, (part + 1) * step)
            return start, end, 0
        if text.isascii():
            return start_cell, start_cell + width, 0
        start, at_cell = _char_at(text, start_cell)
        end, end_cell = _char_at(text, start_cell + width)
        if end_cell > start_cell + width:
            end -= 1  # half a wide character sticks out
        return start, max(start, end), max(0, at_cell - start_cell)

    def _kept_of(self, texts: Sequence[str], number: int) -> Sequence[int]:
        keep = self._keep
        if keep is None:
            return range(number, number + len(texts))
        return [number + index for index, text in enumerate(texts) if keep(text)]

    def _matching(self, numbers: Iterable[int]) -> list[int]:
        assert self._pattern is not None
        search, texts, first = self._pattern.search, self._texts, self.first
        return [number for number in numbers if search(texts[number - first])]

    def _lay_out(self, numbers: Sequence[int], start: int) -> list[int]:
        assert self._wrap_width is not None
        width, widths, first = self._wrap_width, self._widths, self.first
        rows = (_rows(widths[number - first], width) for number in numbers)
        return list(accumulate(rows, initial=start))[1:]

    def _cut(self) -> int:
        excess = len(self._texts) - self._max_lines if self._max_lines is not None else 0
        if excess <= 0:
            return 0
        hidden = self.index_of(self.first + excess)
        del self._texts[:excess]
        del self._widths[:excess]
        self.first += excess
        del self._kept[:hidden]
        del self.matches[: bisect_left(self.matches, self.first)]
        if self._wrap_width is None or not hidden:
            return hidden
        cut_rows = self._ends[hidden - 1] - self._base
        self._base += cut_rows
        del self._ends[:hidden]
        return cut_rows


def _rows(width: int, wrap_width: int) -> int:
    if width >= 0:
        return -(-width // wrap_width) or 1
    return -(width // (wrap_width - 1))


def _char_at(text: str, cell: int) -> tuple[int, int]:
    """The first character that starts at `cell` or after it, and the cell where it starts."""
    at = 0
    for index, char in enumerate(text):
        if at >= cell:
            return index, at
        at += cells(char)
    return len(text), at
