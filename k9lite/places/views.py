"""Views: the tables that were kept by name; Enter opens one."""

from functools import partial

from textual.screen import Screen

from engine.errors import UsageError
from engine.kinds import KINDS
from k9lite import views
from k9lite.place import Here, Onward
from k9lite.screens.rows import Line, RowsScreen
from k9lite.widgets.columns import Cell, Column

_COLUMNS = (
    Column("NAME", min_width=12),
    Column("SHOWS"),
    Column("NAMESPACE", priority=2),
    Column("FILTER", flexible=True, max_width=80),
    Column("SORTED BY", priority=1),
)


def opened(here: Here, _rest: str) -> Screen[Onward]:
    preferences = here.operator.preferences

    def lines() -> list[Line]:
        return [
            Line(key=name, cells=partial(_cells, here, name), leads_to=f"view {name}")
            for name in views.all_kept(preferences).names
        ]

    return RowsScreen(
        here, "views", _COLUMNS, lines, watches=("Namespace",), empty_text="no view is kept: :view save NAME keeps one"
    )


def _cells(here: Here, name: str) -> tuple[Cell, ...]:
    try:
        view = views.kept(here.operator.preferences, name)
    except UsageError as error:
        return Cell(name), Cell("✗ damaged", "bad"), Cell(""), Cell(str(error)), Cell("")
    order = view.sort + (" (reversed)" if view.reverse else "")
    shows = KINDS[view.kind].plural + (" wide" if view.wide else "")
    narrowed = " ".join(each for each in (view.selector and f"-l {view.selector}", view.node, view.name) if each)
    return (
        Cell(name),
        Cell(f"{shows} {narrowed}".rstrip()),
        Cell(view.namespace or "all"),
        Cell(f"/{view.filter}" if view.filter else "-"),
        Cell(order or "-"),
    )
