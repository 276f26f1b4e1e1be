"""The only mutable object of the engine: a State, the Log it came from, the keys that wait, and cluster time.

    submit(actor, writes)   an input: admitted, committed at the present cluster time, acknowledged when on disk
    advance(to)             lets cluster time pass on its grid of whole seconds: whatever is due runs at its second
    jump(to)                what a closed cluster does when it is opened again: a recorded leap, nothing between

Commits of one call travel to the log as one group. Time never runs backwards. If the log refuses a group (a
full disk), the State goes back to the last one on disk: memory never holds what a reopening would not.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from attrs import evolve

from engine.api.admit import Admitted, admit
from engine.api.writes import Write, to_request
from engine.controllers import CONTROLLERS
from engine.errors import ApiError, LogError
from engine.kinds import ref_of
from engine.kubelet.exec import run_line
from engine.kubelet.node_status import NODE_STATUS
from engine.kubelet.pods import KUBELET
from engine.queue import Queue
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.scheduler import SCHEDULER
from engine.store.commit import Commit, encode_commit
from engine.store.frames import Entry, FrameType, Header
from engine.store.log import Log
from engine.store.state import State, fold

ALL_CONTROLLERS: tuple[Controller, ...] = (KUBELET, NODE_STATUS, SCHEDULER, *CONTROLLERS)
"""In the order they run: leaf work first, so that a burst costs an aggregate one reconcile."""

_GROUP = 256
"""Commits that may wait for one write to the log while the queue runs out."""


class Cluster:
    """``log`` None keeps the session in memory only. Not safe for threads: one caller at a time."""

    def __init__(
        self,
        header: Header,
        log: Log | None = None,
        state: State | None = None,
        controllers: tuple[Controller, ...] = ALL_CONTROLLERS,
    ) -> None:
        self.header = header
        self.state = state or State(time=header.created)
        self.now = self.state.time
        self.last_commit: Commit | None = None
        self._log = log
        self._on_disk = self.state
        self._refused_by_log = False
        self._group: list[Commit] = []
        self._controllers = controllers
        self._queue = Queue(controllers)
        self._queue.wake_everything(self.state)

    @property
    def settled(self) -> bool:
        """Nothing waits: only an input or the passing of time will change anything."""
        return not self._queue

    @property
    def next_timer(self) -> int | None:
        """When something comes due by itself, or None."""
        return self._queue.next_due()

    def submit(self, actor: str, writes: Sequence[Write], deed: str = "") -> Commit | None:
        """One atomic commit by someone outside; None where nothing would change.

        Raises ApiError where the API server refuses (nothing is changed then), LogError where the log does.
        """
        admitted = self._admit(writes)
        if not admitted.puts and not admitted.removes:
            return None
        request = tuple(to_request(write) for write in writes)
        commit = self._commit(admitted, actor, cause=0, deed=deed, request=request)
        self.flush()
        return commit

    def jump(self, to: int) -> None:
        """Cluster time leaps to ``to``, recorded; what came due meanwhile happens now. Backwards does nothing."""
        if to <= self.now:
            return
        self.settle()
        self.begin_second(to)
        self._commit(Admitted(), "clock", cause=0)
        self.flush()

    def advance(self, to: int, more: Callable[[], bool] = lambda: True) -> bool:
        """Runs until nothing waits and cluster time is ``to``; False if ``more`` said stop before that."""
        while self.settle(more):
            due = self._queue.next_due()
            if due is None or due > to:
                self.now = max(self.now, to)
                return True
            self.begin_second(due)
        return False

    def begin_second(self, now: int) -> None:
        """Moves cluster time to ``now`` and wakes what is due; the second before must have been settled."""
        self.now = max(self.now, now)
        self._queue.fire(self.now, self.state)

    def settle(self, more: Callable[[], bool] = lambda: True) -> bool:
        """Reconciles what waits, at the present cluster time; False if ``more`` said stop before the end."""
        while self.run_one():
            if len(self._group) >= _GROUP:
                self.flush()
            if not more():
                self.flush()
                return self.settled
        self.flush()
        return True

    def run_one(self) -> bool:
        """Reconciles the next key; False when none waits."""
        popped = self._queue.pop()
        if popped is None:
            return False
        place, controller, key, cause = popped
        result = controller.reconcile(self.state, key, self.now)
        actor = result.actor or controller.name
        try:
            admitted = self._admit(result.writes) if result.writes else Admitted()
        except ApiError as error:
            result, admitted = self._refused(result, error)
        self._queue.set_timer(place, key, result.again_at, cause)
        if admitted.puts or admitted.removes:
            self._commit(admitted, actor, cause)
        return True

    def flush(self) -> None:
        """Sends the commits so far to the log as one group; they are on disk when this returns."""
        if self._group and self._log is not None:
            entries = [
                Entry(type=FrameType.COMMIT, revision=commit.revision, payload=encode_commit(commit))
                for commit in self._group
            ]
            try:
                self._log.append(entries)
            except LogError:
                self._go_back()
                self._refused_by_log = True
                raise
            self._refused_by_log = False
        self._group.clear()
        self._on_disk = self.state

    def close(self) -> None:
        """Lets what waits run out, records how late it has become, and closes the log."""
        try:
            if not self._refused_by_log:
                self.settle()
                if self.now > self.state.time:
                    self._commit(Admitted(), "clock", cause=0)
                self.flush()
        finally:
            if self._log is not None:
                self._log.close()

    def _admit(self, writes: Sequence[Write]) -> Admitted:
        return admit(self.state, writes, now=self.now, seed=self.header.seed, run_line=run_line)

    def _refused(self, result: Result, error: ApiError) -> tuple[Result, Admitted]:
        instead = NOTHING if result.refused is None else result.refused(error)
        try:
            return instead, self._admit(instead.writes) if instead.writes else Admitted()
        except ApiError as again:
            if instead.refused is not None:
                return self._refused(instead, again)
            return evolve(instead, writes=()), Admitted()

    def _commit(
        self,
        admitted: Admitted,
        actor: str,
        cause: int,
        deed: str = "",
        request: Iterable[Mapping[str, object]] = (),
    ) -> Commit:
        before = self.state
        commit = Commit(
            revision=before.revision + 1,
            time=self.now,
            actor=actor,
            cause=cause,
            deed=deed,
            request=tuple(request),
            puts=admitted.puts,
            removes=admitted.removes,
        )
        self.state = fold(before, commit)
        self.last_commit = commit
        self._group.append(commit)
        for ref in chain(map(ref_of, commit.puts), commit.removes):
            change = Change(ref, before.get(ref), self.state.get(ref))
            self._queue.wake(change, self.state, commit.revision)
        return commit

    def _go_back(self) -> None:
        self.state = self._on_disk
        self._group.clear()
        self._queue = Queue(self._controllers)
        self._queue.wake_everything(self.state)

