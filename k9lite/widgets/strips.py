"""A table's lines: which columns they show, put together from cells, and kept until something differs.

    gutter  first column     gap  second column
    ▌◆      web-7d9f…x2xqk        ● Running
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from k9lite.widgets.columns import GAP_CELLS, Cell, Column, arrange, arrange_all, fitted, header_widths
from k9lite.widgets.keys import Keys
from k9lite.widgets.looks import Looks
from k9lite.widgets.rows import Row, Rows
from k9lite.widgets.safe import cells, cut, plain

GUTTER_CELLS = 2
CURSOR_GLYPH, MARK_GLYPH = "▌", "◆"
ASCENDING, DESCENDING = "↑", "↓"
MEANINGS = frozenset({"ok", "warn", "bad", "dim", "changed", "accent"})
NO_CELL = Cell("")

CACHED_STRIPS = 256
"""Some screens full: with all that Textual keeps of it, a line takes 8 KB."""


class Strips:
    """The lines of these rows' table. `wide` shows every column in full, whatever room there is."""

    def __init__(self, rows: Rows, looks: Looks) -> None:
        self._rows = rows
        self._looks = looks
        self._cached: LRUCache[tuple[str, bool, bool], tuple[Row, Strip]] = LRUCache(CACHED_STRIPS)
        self.columns: tuple[Column, ...] = ()
        self.sort_column: str | None = None
        self.sort_reverse = False
        self.wide = False
        self._layout = arrange_all((), ())
        self._header: tuple[tuple[object, ...], Strip] | None = None

    @property
    def width(self) -> int:
        """How many cells all shown columns take with the gutter."""
        return self._layout.total_width + GUTTER_CELLS

    @property
    def left_out(self) -> int:
        """How many columns there is no room for."""
        return len(self._layout.hidden)

    @property
    def starts(self) -> list[int]:
        """Where to scroll to, so that a column stands at the left."""
        return [start + GUTTER_CELLS if start else 0 for start in self._layout.starts]

    def column_at(self, x: int) -> Column | None:
        """The column shown at this cell, the gap after it counted in."""
        layout = self._layout
        for index, start, width in zip(layout.shown, layout.starts, layout.widths, strict=True):
            if 0 <= x - GUTTER_CELLS - start < width + GAP_CELLS:
                return self.columns[index]
        return None

    def arrange(self, available: int) -> bool:
        """Place the columns in so many cells, 0 for not known yet; whether that moved any."""
        headers = header_widths(self.columns, self.sort_column)
        natural = [max(pair) for pair in zip(self._rows.widest, headers, strict=True)]
        if self.wide or not available:
            layout = arrange_all(self.columns, natural)
        else:
            layout = arrange(self.columns, natural, available - GUTTER_CELLS)
        if layout == self._layout:
            return False
        self._layout = layout
        self._cached.clear()
        return True

    def clear(self) -> None:
        """Put every line together anew."""
        self._cached.clear()
        self._header = None

    def discard(self, keys: Iterable[str]) -> None:
        """Put the lines of these keys together anew, as their marks of change differ."""
        for key in keys:
            for cursor in (False, True):
                for marked in (False, True):
                    self._cached.discard((key, cursor, marked))

    def rows(self, keys: Keys, first: int, end: int, *, scroll_x: int, width: int) -> list[Strip]:
        """From the first row to the one before the end, as many as there are."""
        return [
            self.row(key, cursor=at == keys.row, marked=key in keys.marks, scroll_x=scroll_x, width=width)
            for at, key in enumerate(keys.order[first:end], first)
        ]

    def row(self, key: str, *, cursor: bool, marked: bool, scroll_x: int, width: int) -> Strip:
        """The cells of a row that are in sight, with the glyphs of its state."""
        states = (("marked",) if marked else ()) + (("cursor",) if cursor else ())
        row, place = self._rows.of(key), (key, cursor, marked)
        cached = self._cached.get(place)
        if cached is None or cached[0] is not row:
            gutter = (CURSOR_GLYPH if cursor else " ") + (MARK_GLYPH if marked else " ")
            cached = row, self._row(row, self._rows.changed(key), gutter, states, width)
            self._cached.discard(place)
            self._cached[place] = cached
        whole = cached[1]
        if whole.cell_length == width and not scroll_x:
            return whole
        return whole.crop_extend(scroll_x, scroll_x + width, self._looks.of(*states))

    def header(self, scroll_x: int, width: int) -> Strip:
        """Names over their columns, and at the right end what is out of sight, where there is room to say so."""
        order = self.sort_column, self.sort_reverse
        place = self._layout, self.columns, self._looks.of("header"), order, scroll_x, width
        if self._header is None or self._header[0] != place:
            self._header = place, self._header_strip(scroll_x, width)
        return self._header[1]

    def _header_strip(self, scroll_x: int, width: int) -> Strip:
        look = self._looks.of("header")
        layout = self._layout
        segments = [Segment(" " * GUTTER_CELLS, look)]
        at = 0
        for index, start, column_width in zip(layout.shown, layout.starts, layout.widths, strict=True):
            column = self.columns[index]
            name, name_look = column.name, look
            if name == self.sort_column:
                arrow = DESCENDING if self.sort_reverse else ASCENDING
                name = cut(name, column_width - 1) + arrow  # which way is not said anywhere else
                name_look = self._looks.of("header", "sorted")
            segments.append(Segment(" " * (start - at), look))
            segments.append(Segment(fitted(name, column_width, column), name_look))
            at = start + column_width
        strip = Strip(segments, self.width).crop_extend(scroll_x, scroll_x + width, look)
        more = self.width - scroll_x > width
        hint = " ›" if more else f" +{len(layout.hidden)}" if layout.hidden else ""
        if width < GUTTER_CELLS + len(hint) or (not more and self.width - scroll_x + len(hint) > width):
            return strip
        return Strip.join([strip.crop(0, width - len(hint)), Strip([Segment(hint, look)], len(hint))])

    def _row(self, row: Row, changed: Collection[int], gutter: str, states: Sequence[str], room: int) -> Strip:
        """In as few pieces as there are looks, and no narrower than the room: whatever is sent is worked out once."""
        look, layout = self._looks.of, self._layout
        blank = look(*states)
        pieces = [(gutter, blank)]
        at = 0
        for index, start, width in zip(layout.shown, layout.starts, layout.widths, strict=True):
            cell = row[index] if index < len(row) else NO_CELL
            names = (*states, cell.style) if cell.style in MEANINGS else states
            if index in changed:
                names = (*names, "changed")
            pieces.append((" " * (start - at), blank))
            pieces.append((fitted(cell.text, width, self.columns[index]), look(*names)))
            at = start + width
        spare = room - self.width
        return Strip(_merged(pieces) + ([Segment(" " * spare, blank)] if spare > 0 else []), max(room, self.width))


def _merged(pieces: Iterable[tuple[str, Style]]) -> list[Segment]:
    """Neighbours of one look are one piece."""
    segments: list[Segment] = []
    text, last = "", None
    for piece, look in pieces:
        if look is not last and piece:
            if text:
                segments.append(Segment(text, last))
            text, last = piece, look
        else:
            text += piece
    return [*segments, Segment(text, last)] if text else segments


@lru_cache(maxsize=32)
def blank_strip(width: int, look: Style) -> Strip:
    """The line below the last row."""
    return Strip.blank(width, look)


@lru_cache(maxsize=32)
def notice_strip(text: str, width: int, look: Style, *, centred: bool) -> Strip:
    """One line of the widget's own words."""
    text = cut(plain(text), width)
    left = (width - cells(text)) // 2 if centred else 1
    return Strip([Segment(" " * left + text, look)]).adjust_cell_length(width, look)
