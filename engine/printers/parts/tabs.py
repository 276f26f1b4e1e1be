"""Columns out of tabs, as Go's text/tabwriter makes them for ``kubectl describe``.

A cell ends at a tab; what follows a line's last tab belongs to no column. A column is as wide as the widest
cell in a run of neighbouring lines that have it, plus two, so that every block of lines aligns by itself::

    Name:\\tweb                  Name:         web
    Labels:\\tapp=web            Labels:       app=web
    Conditions:                 Conditions:
      Type\\tStatus                Type        Status
"""

from collections.abc import Iterable, Sequence

from engine.printers.table import visible

_PADDING = 2


def tabbed(lines: Iterable[str]) -> list[str]:
    """The aligned lines. Line breaks inside a line make lines; control characters are shown, not sent."""
    cells = [_cells(part) for line in lines for part in line.split("\n")]
    widths = _widths(cells)
    return [
        "".join([cell.ljust(width) for cell, width in zip(row, line_widths, strict=True)])
        for row, line_widths in zip(cells, widths, strict=True)
    ]


def _cells(line: str) -> list[str]:
    cells = line.split("\t")
    return cells if line.isprintable() else ["".join(map(visible, cell)) for cell in cells]


def _widths(cells: Sequence[Sequence[str]]) -> list[list[int]]:
    """For every line the widths of its cells; 0 for the last, which is never padded."""
    widths = [[0] * len(row) for row in cells]
    for column in range(max(map(len, cells), default=1) - 1):
        run: list[int] = []
        for index in range(len(cells) + 1):
            if index < len(cells) and len(cells[index]) > column + 1:
                run.append(index)
                continue
            width = max((len(cells[at][column]) for at in run), default=0) + _PADDING
            for at in run:
                widths[at][column] = width
            run = []
    return widths
