"""Aliases: every word that opens a table or a screen, read off the kinds that are served and off PLACES."""

from functools import partial

from textual.screen import Screen

from engine.kinds import KINDS, Kind
from engine.serving import custom_kinds
from k9lite.place import Here, Onward
from k9lite.places import PLACES
from k9lite.resource import Query
from k9lite.screens.rows import Line, RowsScreen
from k9lite.widgets.columns import Cell, Column

_COLUMNS = (
    Column("WORD", min_width=12),
    Column("ALSO", priority=1, max_width=40),
    Column("WHAT IT SHOWS", flexible=True, max_width=80),
    Column("COUNT", right=True, priority=2),
)


def opened(here: Here, _rest: str) -> Screen[Onward]:
    def lines() -> list[Line]:
        state = here.client.state
        kinds = sorted((*KINDS.values(), *custom_kinds(state)), key=lambda kind: kind.plural)
        rows = [
            Line(
                key=kind.name,
                cells=partial(_cells, kind, state.count(kind.name)),
                leads_to=Query(kind=kind.name, namespace=here.namespace if kind.namespaced else ""),
            )
            for kind in kinds
        ]
        places = [
            Line(
                key=f":{place.word}",
                leads_to=place.word,
                cells=partial(tuple, (Cell(place.word), Cell(" ".join(place.aliases)), Cell(place.summary), Cell(""))),
            )
            for place in PLACES
        ]
        return [*places, *rows]

    return RowsScreen(here, "aliases", _COLUMNS, lines)


def _cells(kind: Kind, count: int) -> tuple[Cell, ...]:
    also = " ".join((*kind.short_names, *kind.aliases, kind.singular))
    return Cell(kind.plural), Cell(also), Cell(kind.api_version), Cell(str(count))
