"""Many lines of text, and which row of the screen shows which part of which line: pure bookkeeping, no terminal.

A line's number counts from the first line given and never changes, also when old lines are cut off the front; older
ones put before it count down below 0. Wrapped rows follow from widths alone, so nothing is wrapped before it is
shown: a line of w cells takes ceil(w / width) rows. In a line that is not ASCII, row r holds the characters that
*start* in its width - 1 cells, so that a wide one never has to be split:

      width 5, 4 cells a row:   |abc网|      "abc" starts at cells 0 1 2, 网 at 3 and ends at 5
                                |关d  |

A text to be read is wrapped between words instead, for which its long lines are looked through.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from k9lite.widgets.safe import cells, cut, plain


class Lines:
    """The lines given, searched and laid out."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._widths = array("i")  # in cells; negative where the text is not ASCII
        self.first = 0
        self._wrap_width: int | None = None
        self._words: dict[int, tuple[int, ...]] | None = None  # where the rows of long lines start, between words
        self._ends: list[int] = []  # wrapped rows up to and with each line, counted from _base
        self._base = 0
        self._is_match: Callable[[str], object] | None = None
        self._searched = (0, 0)
        self.matches: list[int] = []
        self.widest = 0

    def __len__(self) -> int:
        return len(self._texts)

    def text(self, number: int) -> str:
        return self._texts[number - self.first]

    @property
    def end(self) -> int:
        """The number after the last line's."""
        return self.first + len(self._texts)

    @property
    def numbers(self) -> range:
        return range(self.first, self.end)

    @property
    def row_count(self) -> int:
        if self._wrap_width is None:
            return len(self._texts)
        return self._ends[-1] - self._base if self._ends else 0

    def append(self, lines: Iterable[str]) -> None:
        """Add lines at the end. Costs what is added."""
        number, (low, high) = self.end, self._searched
        texts, widths = self._taken(lines)
        self._texts += texts
        self._widths.extend(widths)
        if self._wrap_width is not None:
            self._ends += self._lay_out(range(number, self.end), self._ends[-1] if self._ends else self._base)
        if self._is_match and high == number:
            self.matches += self._matching(number, self.end)
            self._searched = low, self.end

    def prepend(self, lines: Iterable[str]) -> int:
        """Add lines before the first; how many rows they take."""
        before, (low, high) = self.first, self._searched
        texts, widths = self._taken(lines)
        self._texts[:0] = texts
        self._widths[:0] = array("i", widths)
        self.first -= len(texts)
        rows = len(texts)
        if self._wrap_width is not None:
            ends = self._lay_out(range(self.first, before), 0)
            rows = ends[-1] if ends else 0
            self._base -= rows
            self._ends[:0] = [end + self._base for end in ends]
        if self._is_match and low == before:
            self.matches[:0] = self._matching(self.first, before)
            self._searched = self.first, high
        return rows

    def drop_first(self, count: int) -> int:
        """Forget so many of the oldest lines; how many rows that were."""
        if count <= 0:
            return 0
        count = min(count, len(self._texts))
        del self._texts[:count]
        del self._widths[:count]
        self.first += count
        del self.matches[: bisect_left(self.matches, self.first)]
        self._searched = max(self._searched[0], self.first), max(self._searched[1], self.first)
        if self._wrap_width is None:
            return count
        cut_rows = self._ends[count - 1] - self._base
        self._base += cut_rows
        del self._ends[:count]
        return cut_rows

    def wrap(self, width: int | None, *, whole_words: bool = False) -> None:
        """Lay lines out in rows of `width` cells (at least 2), or one row a line."""
        self._wrap_width = None if width is None else max(2, width)
        self._words = {} if whole_words and width is not None else None
        self._base = 0
        self._ends = [] if width is None else self._lay_out(self.numbers, 0)

    def find(self, pattern: re.Pattern[str] | None, at: int = 0) -> None:
        """Search from line `at` on, then before it, as `search_on` is called; None forgets the search."""
        self._is_match = None if pattern is None else matcher(pattern)
        self.matches = []
        at = max(self.first, min(at, self.end))
        self._searched = at, at

    @property
    def is_searched(self) -> bool:
        """Whether all matches are known."""
        return self._is_match is None or self._searched == (self.first, self.end)

    @property
    def is_searched_to_end(self) -> bool:
        """Whether all matches are known that follow where the search began."""
        return self._searched[1] == self.end

    def search_on(self, count: int) -> None:
        """Look through about so many lines more: those around where the search began come first."""
        if self._is_match is None:
            return
        low, high = self._searched
        new_high, new_low = min(self.end, high + count), max(self.first, low - count)
        self.matches += self._matching(high, new_high)
        self.matches[:0] = self._matching(new_low, low)
        self._searched = new_low, new_high

    def at(self, row: int) -> tuple[int, int]:
        """The number of the line shown in this row, and which of its rows this is."""
        if self._wrap_width is None:
            return self.first + row, 0
        row += self._base
        index = bisect_right(self._ends, row)
        return self.first + index, row - (self._ends[index - 1] if index else self._base)

    def row_of(self, number: int) -> int:
        """The first row of this line."""
        index = number - self.first
        if self._wrap_width is None:
            return index
        return (self._ends[index - 1] if index else self._base) - self._base

    def rows_of(self, number: int) -> int:
        """How many rows this line takes."""
        return 1 if self._wrap_width is None else self._rows_of(number, self._wrap_width)

    def part(self, number: int, part: int, start_cell: int, width: int) -> tuple[int, int, int]:
        """Which characters [start, end) to show of a line, after how many blank cells.

        Wrapped, that is its row `part`; else `width` cells from `start_cell` on.
        """
        text = self.text(number)
        if self._wrap_width is not None:
            if self._words is not None and abs(self._widths[number - self.first]) > self._wrap_width:
                starts = self._starts_of(number, self._wrap_width)
                end = starts[part + 1] if part + 1 < len(starts) else len(text)
                return starts[part], end - (text[end - 1] == " "), 0
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

    def _taken(self, lines: Iterable[str]) -> tuple[list[str], list[int]]:
        texts = [plain(line.rstrip("\r\n")) for line in lines]
        widths = [len(text) if text.isascii() else -cells(text) for text in texts]
        self.widest = max(self.widest, max(widths, default=0), -min(widths, default=0))
        return texts, widths

    def _matching(self, start: int, end: int) -> list[int]:
        assert self._is_match is not None
        is_match, texts = self._is_match, self._texts[start - self.first : end - self.first]
        return [start + index for index, text in enumerate(texts) if is_match(text)]

    def _lay_out(self, numbers: Sequence[int], start: int) -> list[int]:
        assert self._wrap_width is not None
        width = self._wrap_width
        return list(accumulate((self._rows_of(number, width) for number in numbers), initial=start))[1:]

    def _rows_of(self, number: int, width: int) -> int:
        taken = self._widths[number - self.first]
        if self._words is None or abs(taken) <= width:
            return _rows(taken, width)
        return len(self._starts_of(number, width))

    def _starts_of(self, number: int, width: int) -> tuple[int, ...]:
        assert self._words is not None
        if number not in self._words:
            self._words[number] = word_starts(self.text(number), width)
        return self._words[number]


def matcher(pattern: re.Pattern[str]) -> Callable[[str], object]:
    """Whether a text has a match. Letters alone are looked for seven times as fast without the regex."""
    letters = pattern.pattern
    if pattern.flags & re.IGNORECASE and letters.isascii() and _SPECIAL.isdisjoint(letters):
        wanted = letters.lower()
        return lambda text: wanted in text.lower()
    return pattern.search


def word_starts(text: str, width: int) -> tuple[int, ...]:
    """Where rows of at most `width` cells start: after the last space that fits, within a word only if it is longer."""
    starts = [0]
    while True:
        start = starts[-1]
        limit = start + len(cut(text[start : start + width], width))
        if limit >= len(text):
            return tuple(starts)
        space = text.rfind(" ", start, limit + 1)
        starts.append(space + 1 if text[start : space + 1].strip() else max(limit, start + 1))


_SPECIAL = frozenset("\\.^$*+?{}[]|()")


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
