"""Pulses: how many of each kind are well and how many are not, below plots of what was measured over time.

Enter leads to what is not well of a kind. Counting goes on between keys; until it is done it says how far it is.
"""

from collections.abc import Iterator
from functools import partial

from textual.screen import Screen

from engine.kinds import KINDS
from engine.serving import custom_kinds
from k9lite.client import Client
from k9lite.place import Here, Onward
from k9lite.portions import at_least_once, lasting
from k9lite.pulse.history import History, Moment
from k9lite.pulse.tally import Tally
from k9lite.screens.rows import Line, RowsScreen
from k9lite.viewing import state_of
from k9lite.widgets.columns import Cell, Column
from k9lite.widgets.plots import Plot, Plots

_COLUMNS = (
    Column("", min_width=1),
    Column("KIND", min_width=16, max_width=40),
    Column("BAD", right=True, min_width=4),
    Column("WARN", right=True, min_width=4),
    Column("OK", right=True, min_width=4),
    Column("OTHER", right=True, priority=2),
    Column("TOTAL", right=True, priority=1),
    Column("WELL", priority=3, min_width=17),
)
_NOT_COUNTED = frozenset({"Event", "Exec", "Fault", "VolumeContent", "ControllerRevision", "Lease", "EndpointSlice"})
_PORTION_SECONDS = 0.008
_BAR_CELLS = 12


def opened(here: Here, _rest: str) -> Screen[Onward]:
    plots = Plots()
    pulses = _Pulses(here, plots)
    return RowsScreen(
        here, "pulses", _COLUMNS, lambda: list(pulses.lines()), above=plots, unfinished=lambda: pulses.unfinished
    )


class _Pulses:
    """Counts on each time it is asked, as far as there is time."""

    def __init__(self, here: Here, plots: Plots) -> None:
        self._here, self._plots = here, plots
        self._tallies: dict[str, Tally] = {}
        self.unfinished = False

    def lines(self) -> Iterator[Line]:
        client = self._here.client
        more = at_least_once(lasting(_PORTION_SECONDS))
        state, now = state_of(client), client.now
        names = [*KINDS, *(kind.name for kind in custom_kinds(state))]
        self.unfinished = False
        for name in names:
            if name in _NOT_COUNTED or not state.count(name):
                self._tallies.pop(name, None)
                continue
            tally = self._tallies.setdefault(name, Tally(name))
            if not tally.take(state, now, more):
                self.unfinished = True
            ill = tally.count("bad") + tally.count("warn")
            narrowing = " /health:warn|bad" if ill else ""
            kind = KINDS[name]
            yield Line(key=name, cells=partial(_cells, tally), leads_to=f"{kind.qualified}{narrowing}")
        if not self.unfinished and self._here.operator.history.look_up(client):
            self.unfinished = True
        self._plots.show(plots_of(self._here.operator.history, client))


def _cells(tally: Tally) -> tuple[Cell, ...]:
    bad, warn, well = tally.count("bad"), tally.count("warn"), tally.count("ok")
    other = tally.count("done") + tally.count("dim")
    glyph, style = ("✗", "bad") if bad else ("▲", "warn") if warn else ("●", "ok") if well else ("○", "dim")
    name = KINDS[tally.kind].plural
    if tally.seen < tally.total:
        name += f" (counting: {tally.seen * 100 // tally.total}%)"
    return (
        Cell(glyph, style),
        Cell(name),
        Cell(str(bad), "bad" if bad else "dim"),
        Cell(str(warn), "warn" if warn else "dim"),
        Cell(str(well), "ok" if well else "dim"),
        Cell(str(other), "dim"),
        Cell(str(tally.total)),
        Cell(_bar(bad, warn, well, max(1, tally.seen)), style),
    )


def _bar(bad: int, warn: int, well: int, of: int) -> str:
    """At least a cell for what is not well; what is neither well nor ill (finished, switched off) is dotted."""
    bads = -(-bad * _BAR_CELLS // of)
    warns = min(_BAR_CELLS - bads, -(-warn * _BAR_CELLS // of))
    wells = min(_BAR_CELLS - bads - warns, -(-well * _BAR_CELLS // of))
    share = f"{well * 100 // (bad + warn + well)}%" if bad + warn + well else ""
    return f"{'█' * bads}{'▒' * warns}{'=' * wells}{'·' * (_BAR_CELLS - bads - warns - wells)} {share}".rstrip()


def plots_of(history: History, client: Client) -> list[Plot]:
    moments = history.moments
    past = history.until(client.now)
    ahead = len(past) if len(past) < len(moments) else None
    last = past[-1] if past else None

    def plot(name: str, said: str, values: list[float | None], style: str, top: float = 0.0) -> Plot:
        scale = f" (top {top:.0%})" if top else ""
        return Plot(name=name, said=f"{said}{scale}", values=tuple(values), top=top, ahead=ahead, style=style)

    cpus, memories = [each.cpu for each in moments], [each.memory for each in moments]
    cpu, memory = (None, None) if last is None else (last.cpu, last.memory)
    return [
        plot("CPU", _percent(cpu), cpus, "$text-primary", _top(cpus)),
        plot("Memory", _percent(memory), memories, "$text-secondary", _top(memories)),
        plot("Restarts", _restarts(past), [each.restarts for each in moments], "$text-warning"),
        plot("Waiting", str(len(client.state.unscheduled)), [each.pending for each in moments], "$text-error"),
    ]


def _top(shares: list[float | None]) -> float:
    """What fills the height: the next of a few round shares, so that it seldom changes."""
    most = max((share for share in shares if share is not None), default=0.0)
    return next((top for top in (0.05, 0.1, 0.25, 0.5) if most <= top), 1.0)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.0f}%"


def _restarts(past: list[Moment]) -> str:
    return f"{sum(each.restarts for each in past)} in all"
