"""What was asked of the console, by whom, and what every key can be called in config.yaml."""

from functools import partial

from textual.screen import Screen

from k9lite.config.keys import actions
from k9lite.config.shown import in_force
from k9lite.place import Here, Onward
from k9lite.preferences import config_folder
from k9lite.screens.rows import Line, RowsScreen
from k9lite.widgets.columns import Cell, Column
from k9lite.widgets.pressing import written

_COLUMNS = (
    Column("NAME", min_width=16),
    Column("IS", flexible=True, max_width=60),
    Column("BECAUSE OF", priority=1, max_width=70),
)


def opened(here: Here, _rest: str) -> Screen[Onward]:
    operator = here.operator
    given = operator.keymap

    def lines() -> list[Line]:
        asked = [(each.name, each.value, each.source) for each in in_force(operator.settings)]
        keys = [
            (f"keys {action}", " ".join(map(written, binding.key.split(","))), binding.description)
            for action, binding in actions().items()
            if action not in given
        ]
        return [Line(key=row[0], cells=partial(_cells, *row)) for row in (*asked, *keys)]

    title = f"config  {config_folder() / 'config.yaml'}"
    return RowsScreen(here, title, _COLUMNS, lines, watches=("Namespace",))


def _cells(name: str, value: str, source: str) -> tuple[Cell, ...]:
    return Cell(name), Cell(value), Cell(source, "dim")
