"""What was measured as cluster time passed: use of the nodes, restarts, pods that wait. So many samples, no more.

A living cluster is sampled as it goes; of a recording that is small enough moments are looked up, others are sampled
as it plays.
"""

from bisect import bisect_right, insort

from engine.kinds import Node, Pod
from engine.kinds.frozen import frozen
from engine.printers.parts.pod_status import pod_status_cells
from engine.store.state import State, Table
from k9lite.client import Client, Recording, recording
from k9lite.sampling import Figures, Sample, figures_of, share

_STEP_SECONDS = 10
_MOST_SAMPLES = 360
_LONGEST_GAP_SECONDS = 900
"""Restarts are counted between two samples; between two so far apart nobody knows how many there were when."""
_LOOKED_UP, _MOST_PODS = 60, 2000
"""Moments of a recording, of a cluster that is not larger: looking one up takes some 20 ms."""


@frozen(kw_only=True)
class Moment:
    """Shares are of what the nodes can give; None where no node gives anything. ``restarts`` are since the last one."""

    time: int
    cpu: float | None
    memory: float | None
    pending: int
    restarts: int


class History:
    """``take`` as often as there is something new; ``moments`` are in order of time."""

    def __init__(self) -> None:
        self.usage = Sample()
        self.moments: list[Moment] = []
        self._pods: Table | None = None
        self._at = 0
        self._wanted: list[int] | None = None
        self._nearest_seconds = _STEP_SECONDS
        self._last: tuple[int, Table] | None = None

    def take(self, client: Client) -> None:
        """Costs nothing until the next sample is due."""
        now = client.now
        if self._pods is not None and 0 <= now - self._at < _STEP_SECONDS:
            return
        state = client.state
        cpu, memory = self.usage.shares(state, now)
        table = state.table(Pod.kind)
        gap = now - self._at
        restarts = 0 if self._pods is None or not 0 < gap < _LONGEST_GAP_SECONDS else restarted(self._pods, table)
        self._pods, self._at = table, now
        self._keep(Moment(time=now, cpu=cpu, memory=memory, pending=len(state.unscheduled), restarts=restarts))

    def until(self, now: int) -> list[Moment]:
        """Those of this moment's past; the rest of a recording's are still to come."""
        return self.moments[: bisect_right(self.moments, now, key=_time)]

    def look_up(self, client: Client) -> bool:
        """Another moment of a recording's past and future; whether there are more."""
        played = recording(client)
        if played is None or client.state.count(Pod.kind) > _MOST_PODS:
            return False
        if self._wanted is None:
            self._wanted = _spread(played)
            self._nearest_seconds = max(1, (played.last_time - played.first_time) // _LOOKED_UP)
            self.moments = []
        if not self._wanted:
            return False
        state = played.state_before(self._wanted.pop(0) + 1)
        cpu, memory = share(_of_all(state))
        table = state.table(Pod.kind)
        restarts = 0 if self._last is None else restarted(self._last[1], table)
        self._last = state.time, table
        pending = len(state.unscheduled)
        self._keep(Moment(time=state.time, cpu=cpu, memory=memory, pending=pending, restarts=restarts))
        return bool(self._wanted)

    def _keep(self, moment: Moment) -> None:
        at = bisect_right(self.moments, moment.time, key=_time)
        near = self.moments[max(0, at - 1) : at + 1]
        if any(abs(each.time - moment.time) < self._nearest_seconds for each in near) and self._wanted is not None:
            return  # it was looked up
        insort(self.moments, moment, key=_time)
        del self.moments[:-_MOST_SAMPLES]


def restarted(before: Table, table: Table) -> int:
    """How many containers began again between the two, of pods that are there in both."""
    count = 0
    for name, pod in table.changed_since(before):
        old = before.get(name)
        if isinstance(pod, Pod) and isinstance(old, Pod) and old.metadata.uid == pod.metadata.uid:
            count += max(0, pod_status_cells(pod).restarts - pod_status_cells(old).restarts)
    return count


def _spread(played: Recording) -> list[int]:
    first, last = played.first_revision, played.last_revision
    steps = max(1, min(_LOOKED_UP, last - first))
    return list(dict.fromkeys(first + (last - first) * step // steps for step in range(steps + 1)))


def _of_all(state: State) -> Figures:
    said = [figures_of(state, node, state.time) for node in state.all(Node)]
    used_cpu, room_cpu, used_memory, room_memory = (sum(each[at] for each in said) for at in range(4))
    return used_cpu, room_cpu, used_memory, room_memory


def _time(moment: Moment) -> int:
    return moment.time
