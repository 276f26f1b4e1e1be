"""Recent Events of the whole cluster, live, those of one object and reason together; Enter leads to the object."""

from collections.abc import Iterator
from functools import partial
from time import perf_counter

from textual.screen import Screen

from engine.kinds import KINDS
from engine.kinds.registry import is_custom
from engine.printers.durations import since
from k9lite.client import Client
from k9lite.place import Here, Onward, query_of
from k9lite.pulse.events import Group, Groups
from k9lite.screens.rows import Line, RowKey, RowsScreen
from k9lite.widgets.columns import Cell, Column

_PORTION_SECONDS = 0.008
_COLUMNS = (
    Column("", min_width=1),
    Column("LAST", right=True, quiet=True),
    Column("REASON", max_width=32),
    Column("OBJECT", max_width=48, flexible=True),
    Column("COUNT", right=True, priority=2),
    Column("MESSAGE", max_width=160, flexible=True),
    Column("NAMESPACE", priority=3, max_width=24),
)


def opened(here: Here, rest: str) -> Screen[Onward]:
    groups = _Recent(here.client, rest.strip())
    screen = RowsScreen(
        here, f"recent events({rest.strip() or 'all'})", _COLUMNS, lambda: list(groups.lines()), watches=("Event",),
        keys=[RowKey(name="recent-events.turn", act=lambda _line: turn())], unfinished=lambda: groups.unfinished,
        empty_text="nothing happened within the last hour",
    )  # fmt: skip

    def turn() -> None:
        groups.groups.toggle()
        screen.list_again()

    return screen


class _Recent:
    """Put together a bit further each time it is asked."""

    def __init__(self, client: Client, namespace: str) -> None:
        self._client, self._namespace = client, namespace
        self.groups = Groups()
        self.unfinished = False

    def lines(self) -> Iterator[Line]:
        until = perf_counter() + _PORTION_SECONDS
        self.unfinished = not self.groups.take(self._client.state, lambda: perf_counter() < until)
        for group in self.groups.newest():
            if self._namespace in ("", group.ref.namespace):
                yield self._line(group)

    def _line(self, group: Group) -> Line:
        cells = partial(_cells, self._client, group)
        if self.groups.by_reason:
            key = f"{group.type} {group.reason} {group.ref.kind}"
            return Line(key=key, cells=cells, leads_to=f"events /reason:{group.reason}")
        known = group.ref.kind in KINDS or is_custom(group.ref.kind)
        ref = group.ref if known else None
        leads_to = query_of(group.ref) if known else None
        said = f"{group.ref.kind.partition('.')[0].lower()}/{group.ref.name}: {' '.join(group.message.split())}"
        return Line(key=f"{group.type} {group.reason} {group.ref}", cells=cells, ref=ref, leads_to=leads_to, said=said)


def _cells(client: Client, group: Group) -> tuple[Cell, ...]:
    warning = group.type == "Warning"
    style = "warn" if warning else ""
    about = f"{group.ref.kind.partition('.')[0].lower()}/{group.ref.name}"
    if group.objects > 1:
        about += f" and {group.objects - 1} more"
    return (
        Cell("▲" if warning else "●", style or "ok"),
        Cell(since(group.last, client.now)),
        Cell(group.reason, style),
        Cell(about),
        Cell(f"x{group.count}" if group.count > 1 else "", "dim"),
        Cell(group.message, style),
        Cell(group.ref.namespace, "dim"),
    )
