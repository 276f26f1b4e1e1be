"""How a table's lines are put together from cells: pure, given how a meaning looks.

    gutter  first column     gap  second column
    ▌◆      web-7d9f…x2xqk        ● Running
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from k9lite.widgets.columns import Cell, Column, Layout, fitted
from k9lite.widgets.safe import cells, cut, plain

GUTTER_CELLS = 2
CURSOR_GLYPH, MARK_GLYPH = "▌", "◆"
ASCENDING, DESCENDING = "↑", "↓"
MEANINGS = frozenset({"ok", "warn", "bad", "dim", "changed", "accent"})

Look = Callable[..., Style]
"""look(*names) is the style of these component classes laid over each other."""


def row_strip(
    row: Sequence[Cell],
    columns: Sequence[Column],
    layout: Layout,
    *,
    cursor: bool,
    marked: bool,
    changed: Collection[int],
    width: int,
    look: Look,
) -> Strip:
    """A row, at least `width` cells wide."""
    states = row_states(cursor=cursor, marked=marked)
    blank = look(*states)
    segments = [Segment((CURSOR_GLYPH if cursor else " ") + (MARK_GLYPH if marked else " "), blank)]
    at = 0
    for index, start, column_width in zip(layout.shown, layout.starts, layout.widths, strict=True):
        if start > at:
            segments.append(Segment(" " * (start - at), blank))
        at = start + column_width
        if index >= len(row):
            segments.append(Segment(" " * column_width, blank))
            continue
        cell = row[index]
        names = (*states, cell.style) if cell.style in MEANINGS else states
        if index in changed:
            names = (*names, "changed")
        segments.append(Segment(fitted(cell.text, column_width, columns[index]), look(*names)))
    strip = Strip(segments, layout.total_width + GUTTER_CELLS)
    return strip.extend_cell_length(width, blank).simplify()


def row_states(*, cursor: bool, marked: bool) -> tuple[str, ...]:
    """The component classes of a row's state, weakest first."""
    states = ("marked",) if marked else ()
    return (*states, "cursor") if cursor else states


def header_strip(
    columns: Sequence[Column],
    layout: Layout,
    *,
    sort_column: str | None,
    sort_reverse: bool,
    scroll_x: int,
    width: int,
    look: Look,
) -> Strip:
    """The header: names over their columns, and at its right end what is out of sight."""
    plain_look = look("header")
    segments = [Segment(" " * GUTTER_CELLS, plain_look)]
    at = 0
    for index, start, column_width in zip(layout.shown, layout.starts, layout.widths, strict=True):
        column = columns[index]
        is_sorted = column.name == sort_column
        name = column.name + ((DESCENDING if sort_reverse else ASCENDING) if is_sorted else "")
        segments.append(Segment(" " * (start - at), plain_look))
        segments.append(
            Segment(fitted(name, column_width, column), look("header", "sorted") if is_sorted else plain_look)
        )
        at = start + column_width
    total = layout.total_width + GUTTER_CELLS
    strip = Strip(segments, total).crop_extend(scroll_x, scroll_x + width, plain_look)
    if total > scroll_x + width:
        return _ending_in(strip, " ›", width, plain_look)
    if layout.hidden and total + 1 <= scroll_x + width - 2:
        return _ending_in(strip, f" +{len(layout.hidden)}", width, plain_look)
    return strip


def layered(widget: Widget, classes: Sequence[str]) -> Style:
    """The style of these component classes, each laid over those before it and over the widget's own."""
    style = widget.get_visual_style(*classes).rich_style
    if any(widget.get_component_styles(name).text_style.reverse for name in classes):
        style += Style(reverse=True)  # which a visual style leaves out
    return style


def notice_strip(text: str, width: int, look: Style, *, centred: bool) -> Strip:
    """One line of the widget's own words."""
    text = cut(plain(text), width)
    left = (width - cells(text)) // 2 if centred else 1
    return Strip([Segment(" " * left + text, look)]).adjust_cell_length(width, look)


def _ending_in(strip: Strip, hint: str, width: int, look: Style) -> Strip:
    return Strip.join([strip.crop(0, width - len(hint)), Strip([Segment(hint, look)], len(hint))])
