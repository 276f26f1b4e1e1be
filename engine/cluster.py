"""The only mutable object of the engine: a State, the Log it came from, the keys that wait, and cluster time.

    submit(actor, writes)   an input: admitted, committed at the present cluster time, acknowledged when on disk
    advance(to)             lets cluster time pass on its grid of whole seconds: whatever is due runs at its second
    jump(to)                what a closed cluster does when it is opened again: a recorded leap, nothing between

Commits of one call travel to the log as one group. Time never runs backwards. If the log refuses a group (a
full disk), the State goes back to the last one on disk: memory never holds what a reopening would not.

What waits is in the log's checkpoints: opening a cluster that was closed at rest touches nothing. Where a process
was killed, all that commits behind the newest checkpoint concern waits as well (reopening.py); where there is no
checkpoint, everything. The log must show which it was, or a replay would reconcile what nobody remembered: a pause
and a resumption ("clock/paused", "clock/resumed") stand for going on with what was known, "clock/reopened" for a
kill, a leap ("clock") for waking everything.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

from engine import control_plane
from engine.access.identity import ADMIN, Identity, identity_of_actor
from engine.answers import Answers, admitted
from engine.api.admit import Admitted, admit
from engine.api.draft import NO_CHANGES
from engine.api.writes import Write, request_of
from engine.collecting import building, give_back
from engine.components import run_by
from engine.controllers import ADD_ONS, CONTROLLERS
from engine.controllers.nodepool import cluster_autoscaler
from engine.controllers.podautoscaler import horizontal_pod_autoscaler
from engine.errors import LogError
from engine.kinds import Ref
from engine.kubelet.exec import run_line
from engine.kubelet.leaving import left_by
from engine.kubelet.metrics import pod_metrics
from engine.kubelet.node_status import NODE_STATUS
from engine.kubelet.pods import KUBELET
from engine.kubelet.pressure import NODE_PRESSURE
from engine.kubelet.static_pods import STATIC_PODS
from engine.queue import Queue
from engine.reconcile import Controller, until_one_writes
from engine.reopening import LEAP, Left, left_at
from engine.scheduler import SCHEDULER
from engine.scheduler.explain import explain
from engine.scheduler.schedule import schedule
from engine.store.checkpointer import Checkpointer
from engine.store.commit import Commit, encode_commit
from engine.store.frames import Entry, FrameType, Header
from engine.store.history import History
from engine.store.log import Log
from engine.store.resting import Resting
from engine.store.state import State, after, fold

ALL_CONTROLLERS: tuple[Controller, ...] = (
    STATIC_PODS, KUBELET, NODE_STATUS, run_by(control_plane.SCHEDULER, SCHEDULER),
    *(each if each in ADD_ONS else run_by(control_plane.CONTROLLERS, each) for each in CONTROLLERS), NODE_PRESSURE,
    run_by(control_plane.CONTROLLERS, horizontal_pod_autoscaler(pod_metrics)), cluster_autoscaler(schedule, explain),
)  # fmt: skip
"""In the order they run: leaf work first, so that a burst costs an aggregate one reconcile."""

PAUSED, RESUMED, REOPENED = "clock/paused", "clock/resumed", "clock/reopened"

_GROUP = 1024
"""Changes that may wait for one write to the log while the queue runs out."""
_PACE = 64
"""Changes after which some pages of a checkpoint are written, if one was begun: so not too many come behind it."""


class Cluster:
    """``log`` None keeps the session in memory only. Not safe for threads: one caller at a time."""

    def __init__(
        self,
        header: Header,
        log: Log | None = None,
        state: State | None = None,
        controllers: tuple[Controller, ...] = ALL_CONTROLLERS,
        queue: Queue | None = None,
        checkpointer: Checkpointer | None = None,
        now: int = 0,
    ) -> None:
        self.header = header
        self.state = state or State(time=header.created)
        self.now = max(now, self.state.time)
        self.last_commit: Commit | None = None
        self._log = log
        self._on_disk = self.state
        self._refused_by_log = False
        self._interrupted = False
        self._group: list[Commit] = []
        self._unwritten = 0
        """Changes of those commits."""
        self._controllers = controllers
        self._queue = Queue(controllers) if queue is None else queue
        if queue is None:
            self._queue.wake_everything(self.state)
        self._checkpointer = checkpointer
        if log is not None and log.last_revision == 0:
            self._checkpointer = Checkpointer.of_new(log)
        self._resting = Resting(None if log is None else log.packer)

    @classmethod
    def reopen(cls, log: Log, to: int = 0) -> Self:
        """The cluster that a log holds, gone on with where it was left or, if that is later, at ``to``.

        Raises LogError; the log stays open then.
        """
        with building(), closing(History.open(log.path)) as history:
            checkpointer, left = Checkpointer.resume(log, history), None
            queue, is_known = Queue(ALL_CONTROLLERS), False
            if history.is_at_rest:
                is_known = queue.restore(history.waiting, history.state_at(history.last_revision))
            if not is_known:
                left = left_at(history, history.last_revision, ALL_CONTROLLERS)
            if left is not None:
                state, queue = left.state, left.queue
            else:
                state = history.state_at(history.last_revision)
            cluster = cls(log.header, log, state, queue=queue, checkpointer=checkpointer)
        if left is not None:
            cluster.go_on(left, to)
        elif is_known:
            cluster.resume(to)
        else:
            cluster.jump(to)
        return cluster

    @property
    def log_path(self) -> Path | None:
        """Where the session is kept; None in memory only."""
        return None if self._log is None else self._log.path

    @property
    def settled(self) -> bool:
        """Nothing waits: only an input or the passing of time will change anything."""
        return not self._queue

    @property
    def next_timer(self) -> int | None:
        """When something comes due by itself, or None."""
        return self._queue.next_due()

    def submit(
        self, actor: str, writes: Sequence[Write], deed: str = "", groups: Sequence[str] = ()
    ) -> Commit | None:
        """One atomic commit by someone outside; None where nothing would change.

        "user" is the operator, to whom nothing is forbidden; "user/eve" may do what eve may, or who is called so in
        ``groups``.
        Raises ApiError where the API server refuses (nothing is changed then), LogError where the log does.
        """
        self._mend()
        admitted = self._admit(writes, identity_of_actor(actor, groups))
        if not admitted.changes:
            return None
        request = request_of(writes, groups)
        self._interrupted = True
        commit = self._commit(admitted, actor, cause=0, deed=deed, request=request)
        self._interrupted = False
        self.flush()
        return commit

    def jump(self, to: int) -> None:
        """Cluster time leaps to ``to`` or stays, recorded; all there is waits now, as in a log just opened."""
        self._mend()
        self._leap(to)
        self.flush()

    def pause(self) -> None:
        """Records how late it has become; all that is due must have been done."""
        self._interrupted = True
        self._commit(NO_CHANGES, PAUSED, cause=0)
        self._interrupted = False
        self.flush()

    def resume(self, to: int) -> None:
        """As jump, where what waits is known: only what came due in between is woken."""
        self._mend()
        self._interrupted = True
        self.now = max(self.now, to)
        self._commit(NO_CHANGES, RESUMED, cause=0)
        self._queue.fire(self.now, self.state)
        self._interrupted = False
        self.flush()

    def go_on(self, left: Left, to: int) -> None:
        """As resume, where a killed process left what ``left`` says; it must end at this State."""
        assert left.state.revision == self.state.revision, "what waits was worked out for another State"
        self._interrupted = True
        self.now = max(self.now, left.now, to)
        self._queue = left.queue
        self._commit(NO_CHANGES, REOPENED, cause=0, request=({"checkpoint": left.checkpoint_revision},))
        self._queue.fire(self.now, self.state)
        self._interrupted = False
        self.flush()

    @building()
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
        self._interrupted = True
        self.now = max(self.now, now)
        self._queue.fire(self.now, self.state)
        self._interrupted = False

    @building()
    def settle(self, more: Callable[[], bool] = lambda: True) -> bool:
        """Reconciles what waits, at the present cluster time; False if ``more`` said stop before the end."""
        self._mend()
        paced = 0
        while self.run_one():
            while self._unwritten >= paced + _PACE:
                self._write_some_pages(_PACE)
                paced += _PACE
            if self._unwritten >= _GROUP:
                self.flush()
                self._begin_checkpoint_if_due()
                paced = 0
            if not more():
                self.flush()
                return self.settled
        self.flush()
        self._begin_checkpoint_if_due()
        self._write_some_pages()
        self._write_some_pages()  # nobody waits for anything else now
        return True

    def run_one(self) -> bool:
        """Reconciles the next key; False when none waits."""
        if not self._queue:
            return False
        self._interrupted = True
        self._reconcile_next()
        self._interrupted = False
        return True

    def _reconcile_next(self) -> None:
        popped = self._queue.pop()
        assert popped is not None
        place, controller, first, cause = popped
        causes = {first: cause}

        def keys() -> Iterator[Ref]:
            yield first
            for key, cause in self._queue.take(place):
                causes[key] = cause
                yield key

        if controller.burst is None:
            answers: Answers = until_one_writes(controller.reconcile, self.state, keys(), self.now)
        else:
            answers = controller.burst(self.state, keys(), self.now)
        answers, made = admitted(answers, self._admit)
        answered = dict(answers)
        for key in [key for key in causes if key not in answered] if len(answered) < len(causes) else ():
            self._queue.put_back(place, key, self.state, causes[key])
        wrote = {key: result for key, result in answers if result.writes and made.changes}
        settled = {(place, key): result.again_at for key, result in wrote.items() if result.settles}
        for key, result in answers:
            if (place, key) not in settled:
                self._queue.set_timer(place, key, result.again_at, causes[key])
        if not wrote:
            return
        self._queue.count_writes(place, wrote, self.now)
        actors = {result.actor or controller.name for result in wrote.values()}
        actor = actors.pop() if len(actors) == 1 else controller.name
        commit = self._commit(made, actor, max(causes[key] for key in wrote), settled=settled)
        for (_, key), again_at in settled.items():
            self._queue.set_timer(place, key, again_at, commit.revision)

    def flush(self) -> None:
        """Sends the commits so far to the log as one group; they are on disk when this returns."""
        if not self._group:
            return
        self._interrupted = True
        if self._log is not None:
            entries = [
                Entry(type=FrameType.COMMIT, revision=commit.revision, payload=encode_commit(commit))
                for commit in self._group
            ]
            end = self._log.end
            try:
                places = self._log.append(entries)
            except LogError:
                self._go_back()
                self._refused_by_log = True
                raise
            self._refused_by_log = False
            if self._checkpointer is not None:
                self._checkpointer.note(self._group, places, self._log.end - end)
        self._on_disk = self.state
        self._group.clear()
        self._unwritten = 0
        self._interrupted = False

    def close(self) -> None:
        """Lets what waits run out, records how late it has become, and closes the log.

        After an interrupt in the middle of a step, or a refusal of the log, the log stays as it is: the next
        opening goes on from there.
        """
        try:
            if not self._refused_by_log and not self._interrupted:
                self.advance(self.now)
                if self.now > self.state.time:
                    self.pause()
                if self._checkpointer is not None and self._checkpointer.worth_closing(self.state):
                    with suppress(LogError):
                        self._checkpointer.write(self.state, self.now, self._queue.saved())
        finally:
            if self._log is not None:
                self._log.close()

    def _begin_checkpoint_if_due(self) -> None:
        """When all so far is on disk."""
        checkpointer = self._checkpointer
        if checkpointer is not None and checkpointer.is_due:
            with suppress(LogError):
                checkpointer.begin_due(self.state, self.now, self._queue.saved())

    def _write_some_pages(self, changes: int = 0) -> None:
        """Between two steps. The commits are what counts: where there is no room, their next append will tell."""
        if self._checkpointer is not None:
            with suppress(LogError):
                self._checkpointer.go_on()
        if self._resting.go_on(self.state, self.now, changes, self._checkpointer):
            give_back()

    def _admit(self, writes: Sequence[Write], identity: Identity = ADMIN) -> Admitted:
        return admit(
            self.state,
            writes,
            now=self.now,
            seed=self.header.seed,
            run_line=run_line,
            left_by=left_by,
            identity=identity,
        )

    def _commit(
        self,
        admitted: Admitted,
        actor: str,
        cause: int,
        deed: str = "",
        request: Iterable[Mapping[str, object]] = (),
        settled: Container[tuple[int, Ref]] = (),
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
        self.state = after(before, commit, admitted.changes)
        self.last_commit = commit
        self._group.append(commit)
        self._unwritten += len(admitted.changes)
        self._queue.wake(admitted.changes, self.state, commit.revision, settled)
        return commit

    def _leap(self, to: int) -> None:
        self._interrupted = True
        self.now = max(self.now, to)
        self._commit(NO_CHANGES, LEAP, cause=0)
        self._queue = Queue(self._controllers)
        self._queue.wake_everything(self.state)
        self._interrupted = False

    def _mend(self) -> None:
        """A Ctrl-C can end any step halfway, a key taken and nothing written: then all since the log is undone."""
        if self._interrupted:
            self._go_back()

    def _go_back(self) -> None:
        """To what the log holds; the leap that says so waits to be written with whatever is written next."""
        self.state = self._on_disk
        for commit in self._group:
            if self._log is not None and self.state.revision < commit.revision <= self._log.last_revision:
                self.state = fold(self.state, commit)
        self._on_disk = self.state
        self._group.clear()
        self._unwritten = 0
        self._leap(self.now)
