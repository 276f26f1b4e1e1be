"""Port-forwards: the ports of this machine that lead into the cluster now, and how many requests they answered.

X stops one, F begins another to the same target; Enter leads to the target.
"""

from collections.abc import Callable, Iterator
from functools import partial

from textual.screen import Screen

from engine.kinds import KINDS
from engine.printers.durations import since
from k9lite.deeds import Deed
from k9lite.forwarding import Forwarding
from k9lite.place import Here, Onward, query_of
from k9lite.screens.rows import Line, RowKey, RowsScreen
from k9lite.widgets.columns import Cell, Column

_COLUMNS = (
    Column("", min_width=1),
    Column("HERE", max_width=48),
    Column("TARGET", flexible=True, max_width=60),
    Column("NAMESPACE", priority=2, max_width=24),
    Column("PORTS", priority=1, max_width=40),
    Column("ANSWERED", right=True),
    Column("LINE", priority=3, max_width=80),
    Column("AGE", quiet=True, priority=3),
)


def opened(here: Here, _rest: str) -> Screen[Onward]:
    screen = RowsScreen(
        here, "port-forwards", _COLUMNS, lambda: list(_lines(here)),
        keys=[RowKey(name="port-forwards.stop", act=lambda line: _stop(here, line, screen.list_again))],
        empty_text="nothing is forwarded: F on a pod, a workload or a Service opens a port here",
    )  # fmt: skip
    return screen


def _lines(here: Here) -> Iterator[Line]:
    for deed in here.operator.deeds.running:
        if (found := deed.forwarding) is not None:
            ref = None if found.is_proxy else found.target
            leads_to = None if ref is None else query_of(ref)
            yield Line(key=str(id(deed)), cells=partial(_cells, here, deed, found), ref=ref, leads_to=leads_to)


def _cells(here: Here, deed: Deed, found: Forwarding) -> tuple[Cell, ...]:
    pairs = [pair.split(">") for pair in found.ports.split(",") if pair]
    target = "the API server" if found.is_proxy else f"{KINDS[found.target.kind].singular}/{found.target.name}"
    return (
        Cell("✗" if found.lost else "●", "bad" if found.lost else "ok"),
        Cell(" ".join(f"{found.address}:{local}" for local, _ in pairs)),
        Cell(target),
        Cell("" if found.is_proxy else found.target.namespace, "dim"),
        Cell(" ".join(f"{local}→{remote}" for local, remote in pairs)),
        Cell(str(found.answered)),
        Cell(deed.line, "dim"),
        Cell(since(deed.begun, here.client.now)),
    )


def _stop(here: Here, line: Line, renew: Callable[[], None]) -> None:
    for deed in here.operator.deeds.running:
        if str(id(deed)) == line.key:
            deed.cancel()
            here.operator.tell(f"stopped: {deed.line}")
    here.operator.proceed()
    renew()
