"""The lines a table sends to the screen, kept for as long as nothing about them is another.

A frame collects the lines of every widget between the topmost and the lowest that changed. Textual works out styles,
borders and filters of each; a table has no border of its own, so what is kept for a row is what is sent.
"""

from typing import TYPE_CHECKING

from textual.geometry import Offset, Region
from textual.strip import Strip

from k9lite.widgets.keys import Keys
from k9lite.widgets.looks import Looks
from k9lite.widgets.strips import Strips, blank_strip, notice_strip

if TYPE_CHECKING:
    from k9lite.widgets.table import ObjectTable

HEADER_LINES = 1


class Lines:
    """Of one table: its header, its rows, and what stands where there are none."""

    def __init__(self, table: "ObjectTable", keys: Keys, strips: Strips, looks: Looks) -> None:
        self._table = table
        self._keys, self._strips, self._looks = keys, strips, looks
        self._kept: tuple[tuple[Region, Offset], list[Strip]] | None = None

    def at(self, y: int) -> Strip:
        """The line at this height, as wide as there is room beside the scroll bar."""
        return self._between(y, y + 1, self._table.scrollable_content_region.width)[0]

    def sent(self, crop: Region) -> list[Strip]:
        """This part of the table, below its scroll bar as well; the very same until ``forget``."""
        place = crop, self._table.scroll_offset
        if self._kept is None or self._kept[0] != place:
            self._kept = place, self._sent(crop)
        return self._kept[1]

    def forget(self) -> None:
        """Something is to be painted otherwise."""
        self._kept = None

    def _sent(self, crop: Region) -> list[Strip]:
        table, look, width = self._table, self._looks.of(), self._table.outer_size.width
        background = table.background_colors[1]
        lines = [line.adjust_cell_length(width, look) for line in self._between(crop.y, crop.bottom, width)]
        for each in table.get_line_filters():
            lines = [line.apply_filter(each, background) for line in lines]
        return [line.crop(*crop.column_span) for line in lines] if crop.column_span != (0, width) else lines

    def _between(self, first: int, end: int, width: int) -> list[Strip]:
        table, (x, top) = self._table, self._table.scroll_offset
        lines = [self._strips.header(x, table.scrollable_content_region.width)][first:HEADER_LINES]
        rows = top + max(0, first - HEADER_LINES), top + end - HEADER_LINES
        lines += self._strips.rows(self._keys, *rows, scroll_x=x, width=width)
        lines += [blank_strip(width, self._looks.of())] * (end - first - len(lines))
        middle = max(HEADER_LINES, table.size.height // 2)
        if not self._keys.order and first <= middle < end:
            lines[middle - first] = notice_strip(table.empty_text, width, self._looks.of("empty"), centred=True)
        return lines
