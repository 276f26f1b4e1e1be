"""Which columns a table shows, and how wide: pure, so that what formats cells needs no terminal.

A column is as wide as its header and the widest text seen in it. When the table is too narrow, first those that can
be shortened (a NAME, a STATUS) give way down to a legible width, then optional ones are left out, highest priority
number first and from the right among equals (one that would fit after all comes back), then those that can give way
further, in steps, the flexible ones last. What still does not fit is reached by scrolling. Room left over goes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import field

from engine.kinds.frozen import frozen
from k9lite.widgets.safe import cells, cut, plain

GAP_CELLS = 2
LEGIBLE_CELLS = 24
READABLE_CELLS = 16
NARROWEST_CELLS = 12
LONGEST_TEXT = 1024
ELLIPSIS = "…"


@frozen
class Column:
    """A column. `priority` 0 is never left out; of the others the highest number goes first.

    Where room is short it is shortened to `legible` cells before any is left out, and to `narrowest` after that;
    0 is not at all. A `flexible` column is shortened in its middle, as the ends of generated names tell them apart.
    A `quiet` one (an AGE) changes all the time and is never marked as changed.
    """

    name: str
    right: bool = field(default=False, kw_only=True)
    min_width: int = field(default=0, kw_only=True)
    max_width: int = field(default=60, kw_only=True)
    flexible: bool = field(default=False, kw_only=True)
    legible: int = field(default=0, kw_only=True)
    narrowest: int = field(default=0, kw_only=True)
    priority: int = field(default=0, kw_only=True)
    quiet: bool = field(default=False, kw_only=True)


@frozen
class Cell:
    """One cell's text and what it means: "", ok, warn, bad, dim, changed or accent.

    The meaning only adds a colour; the text has to say it as well (a glyph and a word).
    """

    text: str
    style: str = ""


@frozen(kw_only=True)
class Layout:
    """The columns that are shown, by index, each with its start and width in cells."""

    shown: tuple[int, ...]
    widths: tuple[int, ...]
    starts: tuple[int, ...]
    total_width: int
    hidden: tuple[int, ...]


def arrange(columns: Sequence[Column], natural: Sequence[int], available: int) -> Layout:
    """Place the columns, `natural` being the width each would like, in `available` cells."""
    widths = [min(max(width, column.min_width), column.max_width)
              for column, width in zip(columns, natural, strict=True)]
    wanted = list(widths)
    shown = list(range(len(columns)))
    _shrink(columns, widths, shown, available, _legible)
    left_out = []
    for index in sorted((i for i in shown if columns[i].priority > 0),
                        key=lambda i: (-columns[i].priority, -i)):
        if _total(widths, shown) <= available:
            break
        shown.remove(index)
        left_out.append(index)
    for index in reversed(left_out):
        if _total(widths, [*shown, index]) <= available:
            shown = sorted([*shown, index])
    _shrink(columns, widths, shown, available, _readable)
    _shrink(columns, widths, shown, available, _narrowest)
    _give_back(widths, wanted, shown, available)
    return _place(widths, shown, len(columns))


def arrange_all(columns: Sequence[Column], natural: Sequence[int]) -> Layout:
    """Place every column at its full width, however wide that gets."""
    widths = [min(max(width, column.min_width), column.max_width)
              for column, width in zip(columns, natural, strict=True)]
    return _place(widths, list(range(len(columns))), len(columns))


def fitted(text: str, width: int, column: Column) -> str:
    """Plain text as exactly `width` cells, shortened with an ellipsis where it must be."""
    taken = cells(text)
    if taken > width:
        text = _shortened(text, width, 0 if not column.flexible else min(6, width // 3))
        taken = cells(text)
    padding = " " * (width - taken)
    return padding + text if column.right else text + padding


def header_widths(columns: Sequence[Column], sort_column: str | None) -> list[int]:
    """How wide each header is, the sort arrow with it."""
    return [cells(column.name) + (column.name == sort_column) for column in columns]


def legible(text: str) -> str:
    """A cell's text made harmless, and never longer than any column could show."""
    return plain(text[:LONGEST_TEXT])


def _shortened(text: str, width: int, tail_cells: int) -> str:
    if width <= 0:
        return ""
    tail = cut(text[::-1], tail_cells)[::-1] if tail_cells else ""
    return cut(text, width - 1 - cells(tail)) + ELLIPSIS + tail


def _legible(column: Column) -> int:
    return column.legible or (LEGIBLE_CELLS if column.flexible else 0)


def _readable(column: Column) -> int:
    """What is worth being read in full (a STATUS) stays, as long as a name is told from others."""
    return READABLE_CELLS if column.flexible else 0 if column.legible else column.narrowest


def _narrowest(column: Column) -> int:
    return column.narrowest or (NARROWEST_CELLS if column.flexible else 0)


def _shrink(
    columns: Sequence[Column], widths: list[int], shown: list[int], available: int, floor: Callable[[Column], int]
) -> None:
    """Those on the right first, of the flexible ones the widest."""
    yielding = [index for index in shown if floor(columns[index])]
    for index in sorted(yielding, key=lambda i: (columns[i].flexible, -widths[i] if columns[i].flexible else -i)):
        excess = _total(widths, shown) - available
        if excess <= 0:
            return
        least = max(columns[index].min_width, min(widths[index], floor(columns[index])))
        widths[index] = max(least, widths[index] - excess)


def _give_back(widths: list[int], wanted: list[int], shown: list[int], available: int) -> None:
    for index in shown:
        spare = available - _total(widths, shown)
        if spare > 0 and widths[index] < wanted[index]:
            widths[index] = min(wanted[index], widths[index] + spare)


def _total(widths: Sequence[int], shown: Sequence[int]) -> int:
    return sum(widths[i] for i in shown) + GAP_CELLS * max(0, len(shown) - 1)


def _place(widths: Sequence[int], shown: Sequence[int], count: int) -> Layout:
    starts: list[int] = []
    start = 0
    for index in shown:
        starts.append(start)
        start += widths[index] + GAP_CELLS
    return Layout(
        shown=tuple(shown),
        widths=tuple(widths[i] for i in shown),
        starts=tuple(starts),
        total_width=_total(widths, shown),
        hidden=tuple(sorted(set(range(count)) - set(shown))),
    )
