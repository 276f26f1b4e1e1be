"""Namespaces to choose from: those looked at lately first, each with how much is in it; Enter looks into it."""

from collections.abc import Iterator
from functools import partial

from textual.screen import Screen

from engine.kinds import Namespace, ref_of
from engine.printers.durations import age
from engine.printers.health import health
from k9lite.narrowed import within
from k9lite.place import Here, Onward
from k9lite.resources.listed import LEVEL_STYLES
from k9lite.screens.rows import Line, RowsScreen
from k9lite.widgets.columns import Cell, Column

_COUNTED = ("Pod", "Deployment", "StatefulSet", "Service")
_COLUMNS = (
    Column("", min_width=1),
    Column("NAMESPACE", flexible=True, min_width=16),
    Column("LATELY", priority=2),
    *(Column(f"{kind.upper()}S", right=True, priority=1) for kind in _COUNTED),
    Column("AGE", priority=3, quiet=True),
)


def opened(here: Here, _rest: str) -> Screen[Onward]:
    return RowsScreen(here, "namespaces", _COLUMNS, lambda: list(_lines(here)), watches=("Namespace", *_COUNTED))


def _lines(here: Here) -> Iterator[Line]:
    lately = here.operator.trail.namespaces
    state = here.client.state
    yield Line(key="all", cells=partial(_of_all, here), leads_to="ns all")
    known = [each for name in lately if (each := state.find(Namespace, name)) is not None]
    for namespace in (*known, *(each for each in state.all(Namespace) if each.metadata.name not in lately)):
        name = namespace.metadata.name
        yield Line(key=name, cells=partial(_cells, here, namespace), ref=ref_of(namespace), leads_to=f"ns {name}")


def _of_all(here: Here) -> tuple[Cell, ...]:
    counts = (Cell(str(here.client.state.count(kind))) for kind in _COUNTED)
    return Cell("·"), Cell("all"), Cell("now" if not here.namespace else ""), *counts, Cell("")


def _cells(here: Here, namespace: Namespace) -> tuple[Cell, ...]:
    """Counted when the row is in sight, without walking what is counted."""
    state, name = here.client.state, namespace.metadata.name
    found, lately = health(namespace, state, here.client.now), here.operator.trail.namespaces
    when = "now" if name == here.namespace else f"{lately.index(name) + 1}." if name in lately else ""
    counts = (Cell(str(len(within(state.table(kind), name)))) for kind in _COUNTED)
    style = LEVEL_STYLES[found.level]
    return Cell(found.glyph, style), Cell(name), Cell(when, "dim"), *counts, Cell(age(namespace, here.client.now))
