"""Workloads: all that runs pods, whatever its kind; what belongs to another of them is found inside that one."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from textual.screen import Screen

from engine.kinds import KINDS, Object, ref_of
from engine.printers import PRINTERS
from engine.printers.durations import age
from engine.printers.health import health
from engine.store.state import State, Table
from k9lite.client import Client
from k9lite.place import Here, Onward
from k9lite.portions import AT_ONCE_SECONDS, lasting
from k9lite.resource import Query
from k9lite.resources import RESOURCES
from k9lite.screens.rows import Line, RowsScreen
from k9lite.widgets.columns import Cell, Column

_KINDS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "ReplicaSet", "ReplicationController", "Pod")
_MOSTLY_OWNED, _MOST_WALKED = ("ReplicaSet", "Pod"), 3_000
"""Among thousands, the few without an owner are not worth a look at each."""
_A_PORTION = 32
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
    found = _Workloads(here.client, namespace)
    return RowsScreen(
        here, f"workloads{where}", _COLUMNS, found.lines, watches=_KINDS, unfinished=lambda: found.unfinished,
        empty_text="nothing runs pods here",
    )  # fmt: skip


_Found = tuple[Line, Object | None]


class _Workloads:
    """Walks through them a bit further each time it is asked: thousands that nobody has read take a second."""

    def __init__(self, client: Client, namespace: str) -> None:
        self._client, self._namespace = client, namespace
        self._tables: tuple[Table, ...] = ()
        self._walk: Iterator[_Found] | None = None
        self._walked: dict[str, _Found] = {}
        self._whole: dict[str, _Found] | None = None
        """What the last whole walk found."""
        self.unfinished = True

    def lines(self) -> Sequence[Line]:
        """A walk that was begun is ended before what changed since is looked at."""
        state = self._client.state
        tables = tuple(state.table(kind) for kind in _KINDS)
        if self._walk is None and tables != self._tables:
            self._tables, self._walk, self._walked = tables, self._walking(state), {}
        more = lasting(AT_ONCE_SECONDS)
        while self._walk is not None:
            portion = list(islice(self._walk, _A_PORTION))
            self._walked |= {found[0].key: found for found in portion}
            if len(portion) < _A_PORTION:
                self._walk, self._whole = None, self._walked
            elif not more():
                break
        self.unfinished = self._walk is not None or tables != self._tables
        return [line for line, _ in (self._walked if self._whole is None else self._whole).values()]

    def _walking(self, state: State) -> Iterator[_Found]:
        for kind in _KINDS:
            if kind in _MOSTLY_OWNED and (count := state.count(kind)) > _MOST_WALKED:
                every = Query(kind=kind, namespace=self._namespace)
                yield Line(key=kind, cells=partial(_not_walked, kind, count), leads_to=every), None
                continue
            for obj in state.objects(kind, self._namespace):
                if all(owner.kind not in _KINDS for owner in obj.metadata.owner_references):
                    yield self._line(obj, state), obj

    def _line(self, obj: Object, state: State) -> Line:
        """The very same for the very same object."""
        uid = obj.metadata.uid
        known = None if self._whole is None else self._whole.get(uid)
        if known is not None and known[1] is obj:
            return known[0]
        cells = partial(_cells, self._client, obj)
        return Line(key=uid, cells=cells, ref=ref_of(obj), leads_to=RESOURCES[obj.kind].drill(obj, state))


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
