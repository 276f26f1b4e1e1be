"""Workloads: all that runs pods, whatever its kind; what belongs to another of them is found inside that one."""

from collections.abc import Iterator
from functools import partial

from textual.screen import Screen

from engine.kinds import KINDS, Object, ref_of
from engine.printers import PRINTERS
from engine.printers.durations import age
from engine.printers.health import health
from k9lite.client import Client
from k9lite.place import Here, Onward
from k9lite.resource import Query
from k9lite.resources import RESOURCES
from k9lite.screens.rows import Line, RowsScreen
from k9lite.widgets.columns import Cell, Column

_KINDS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "ReplicaSet", "ReplicationController", "Pod")
_MOSTLY_OWNED, _MOST_WALKED = ("ReplicaSet", "Pod"), 3_000
"""Among thousands, the few without an owner are not worth a look at each."""
_STYLES = {"ok": "ok", "warn": "warn", "bad": "bad", "done": "dim", "dim": "dim"}
_COLUMNS = (
    Column("", min_width=1),
    Column("NAMESPACE", priority=3, max_width=24),
    Column("KIND", priority=1),
    Column("NAME", flexible=True),
    Column("READY"),
    Column("WHY", priority=2, max_width=80),
    Column("AGE", quiet=True, priority=4),
)


def opened(here: Here, rest: str) -> Screen[Onward]:
    namespace = rest or here.namespace
    where = f"({namespace or 'all'})"
    return RowsScreen(
        here, f"workloads{where}", _COLUMNS, lambda: list(_lines(here.client, namespace)), watches=_KINDS,
        empty_text="nothing runs pods here",
    )  # fmt: skip


def _lines(client: Client, namespace: str) -> Iterator[Line]:
    state = client.state
    for kind in _KINDS:
        if kind in _MOSTLY_OWNED and (count := state.count(kind)) > _MOST_WALKED:
            every = Query(kind=kind, namespace=namespace)
            yield Line(key=kind, cells=partial(_not_walked, kind, count), leads_to=every)
            continue
        for obj in state.objects(kind, namespace):
            if all(owner.kind not in _KINDS for owner in obj.metadata.owner_references):
                query = RESOURCES[kind].drill(obj, state)
                yield Line(
                    key=obj.metadata.uid, cells=partial(_cells, client, obj), ref=ref_of(obj), leads_to=query
                )


def _not_walked(kind: str, count: int) -> tuple[Cell, ...]:
    plural = KINDS[kind].plural
    text = f"those of {count} {plural} that nobody owns are not looked for: Enter lists all"
    return Cell("○", "dim"), Cell(""), Cell(KINDS[kind].singular), Cell(plural), Cell(""), Cell(text, "dim"), Cell("")


def _cells(client: Client, obj: Object) -> tuple[Cell, ...]:
    state, now = client.state, client.now
    found = health(obj, state, now)
    style = _STYLES[found.level]
    return (
        Cell(found.glyph, style),
        Cell(obj.metadata.namespace, "dim"),
        Cell(KINDS[obj.kind].singular),
        Cell(obj.metadata.name),
        Cell(_ready(obj, client), style),
        Cell(found.reason, style),
        Cell(age(obj, now)),
    )


def _ready(obj: Object, client: Client) -> str:
    """What its own table says of how far it is."""
    printer = PRINTERS[obj.kind]
    cells = dict(
        zip((column.name for column in printer.columns), printer.cells(obj, client.state, client.now), strict=True)
    )
    if obj.kind in ("DaemonSet", "ReplicaSet", "ReplicationController"):
        return f"{cells['READY']}/{cells['DESIRED']}"
    return cells.get("READY") or cells.get("COMPLETIONS") or f"{cells['ACTIVE']} active"
