"""The header's figures and the timeline, from a client.

What would need a walk over all pods is sampled; what follows from the nodes' table is kept until that table is
another.
"""

from engine.kinds import Node, format_time, is_true
from engine.store.state import State, Table
from k9lite.client import Client, Recording, recording
from k9lite.sampling import Sample
from k9lite.widgets.header import Summary
from k9lite.widgets.timeline import Course

_LEAD_SECONDS = 10


class Figures:
    """Keeps what was found before."""

    def __init__(self, sample: Sample | None = None) -> None:
        self._sample = sample or Sample()
        self._node_table: Table | None = None
        self._node_text = ""

    def summary(self, client: Client) -> Summary:
        state = client.state
        played = recording(client)
        pods, pending = state.count("Pod"), len(state.unscheduled)
        date, _, clock = format_time(client.now).rstrip("Z").partition("T")
        return Summary(
            cluster=client.name,
            mode="REPLAY" if played else ("READ-ONLY" if client.read_only else ""),
            date=date,
            time=clock,
            revision=f"{state.revision}/{played.last_revision}" if played else str(state.revision),
            speed=_speed(client, played),
            nodes=self._nodes(state),
            pods=f"pods {pods}" + (f" ({pending} unscheduled)" if pending else ""),
            usage=self._sample.text(state, client.now),
        )

    def _nodes(self, state: State) -> str:
        table = state.table("Node")
        if table is not self._node_table:
            self._node_table = table
            ready = sum(is_true(node.status.conditions, "Ready") for node in state.all(Node))
            self._node_text = f"nodes {ready}/{len(table)}"
        return self._node_text


def course(client: Client) -> Course | None:
    """Where in a recording one is; None for what is not recorded."""
    played = recording(client)
    if played is None:
        return None
    deeds = played.deeds()
    done = [deed for deed in deeds if deed.revision <= played.state.revision]
    first = _opening(played.first_time, played.last_time, deeds[0].time) if deeds else played.first_time
    return Course(
        first=first,
        last=played.last_time,
        now=played.now,
        start=_clock(first),
        end=_clock(played.last_time),
        deeds=tuple(deed.time for deed in deeds),
        deed=(done[-1].deed or f"{done[-1].actor} at revision {done[-1].revision}") if done else "",
    )


def _speed(client: Client, played: Recording | None) -> str:
    if played is not None and played.state.revision == played.last_revision and played.now >= played.last_time:
        return "■ end"
    return f"▶ {client.speed:g}x" if client.speed else "⏸ paused"


def _opening(first: int, last: int, first_deed: int) -> int:
    """Where the line begins: shortly before the first deed, as a cluster's youth holds nothing to see."""
    return max(first, first_deed - max(_LEAD_SECONDS, (last - first_deed) // 10))


def _clock(time: int) -> str:
    return format_time(time)[11:19]
