"""Themes: those there are, and which one is worn; Enter wears another at once, and keeps it."""

from functools import partial

from textual.screen import Screen

from k9lite.place import Here, Onward
from k9lite.screens.rows import Line, RowsScreen
from k9lite.themes import THEMES
from k9lite.widgets.columns import Cell, Column

_COLUMNS = (Column("", min_width=1), Column("THEME", min_width=20), Column("FOR", flexible=True, max_width=80))


def opened(here: Here, _rest: str) -> Screen[Onward]:
    operator = here.operator

    def lines() -> list[Line]:
        return [Line(key=name, cells=partial(_cells, name, name == operator.theme)) for name in THEMES]

    screen = RowsScreen(here, "themes", _COLUMNS, lines, opens=lambda line: wear(line))

    def wear(line: Line) -> None:
        operator.wear(line.key)
        screen.list_again()

    return screen


def _cells(name: str, worn: bool) -> tuple[Cell, ...]:
    return Cell("✓" if worn else " ", "ok"), Cell(name, "accent" if worn else ""), Cell(THEMES[name])
