"""A text's rows on the screen: a part of a line, its styled spans and the search's matches laid over each other.

What was put together is kept until something differs. Spans are (start, end, meaning) in characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from rich.segment import Segment
from textual.cache import LRUCache
from textual.strip import Strip

from k9lite.widgets.lines import Lines
from k9lite.widgets.looks import Looks
from k9lite.widgets.strips import CURSOR_GLYPH, MARK_GLYPH

GUTTER_CELLS = 1
CACHED_STRIPS = 1024
HUES = 6
MEANINGS = frozenset(
    {"ok", "warn", "bad", "dim", "accent", "key", "string", "number", *(f"hue{i}" for i in range(HUES))}
)

Span = tuple[int, int, str]
Highlight = Callable[[str], list[Span]]


class TextStrips:
    """The rows of a view with these looks; ``highlight`` and ``pattern`` may be set, then ``clear`` is due."""

    def __init__(self, looks: Looks, highlight: Highlight | None) -> None:
        self._looks = looks
        self._cached: LRUCache[tuple[int, int, int, bool, bool], Strip] = LRUCache(CACHED_STRIPS)
        self.highlight = highlight
        self.pattern: re.Pattern[str] | None = None

    def clear(self) -> None:
        self._cached.clear()

    def row(
        self, lines: Lines, number: int, part: int, *, scroll_x: int, width: int, states: tuple[bool, bool]
    ) -> Strip:
        """Row ``part`` of a line, ``width`` cells with its gutter, from cell ``scroll_x`` on.

        ``states``: whether the cursor is on it, and whether it is marked.
        """
        cursor, marked = states
        place = (number, part, scroll_x, cursor, marked)
        strip = self._cached.get(place)
        if strip is None:
            names = (("marked",) if marked else ()) + (("cursor",) if cursor else ())
            glyph = MARK_GLYPH if marked else CURSOR_GLYPH if cursor else " "
            gutter = glyph if part == 0 or cursor else " "
            strip = self._cached[place] = self._row(lines, number, part, scroll_x, width, gutter, names)
        return strip

    def _row(
        self, lines: Lines, number: int, part: int, x: int, width: int, gutter: str, states: tuple[str, ...]
    ) -> Strip:
        start, end, pad = lines.part(number, part, x, width - GUTTER_CELLS)
        text = lines.text(number)
        end = min(end, len(text))
        blank = self._looks.of(*states)
        segments = [Segment(gutter + " " * pad, blank)]
        spans = self._spans(text, start, end, current="cursor" in states)
        edges = sorted({start, end, *(edge for span in spans for edge in span[:2])})
        for left, right in pairwise(edges):
            names = [name for low, high, name in spans if low <= left and right <= high]
            segments.append(Segment(text[left:right], self._looks.of(*states, *names)))
        return Strip(segments).extend_cell_length(width, blank).simplify()

    def _spans(self, text: str, start: int, end: int, *, current: bool) -> list[Span]:
        """What is styled between these characters, clipped to them; matches come last."""
        spans = [span for span in self.highlight(text) if span[2] in MEANINGS] if self.highlight else []
        if self.pattern:
            name = "current-match" if current else "match"
            spans += [(*found.span(), name) for found in self.pattern.finditer(text)]
        clipped = ((max(start, low), min(end, high), name) for low, high, name in spans)
        return [span for span in clipped if span[0] < span[1]]
