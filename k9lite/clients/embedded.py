"""A living cluster in this process, the only adapter that writes; ``read_only`` holds here, below the keys."""

from collections.abc import Callable, Sequence
from time import monotonic

from engine.access.identity import Identity
from engine.api.writes import Write
from engine.cluster import Cluster
from engine.errors import LogError, ReadOnly
from engine.kinds import Exec, Ref
from engine.kubelet.output import LogLine
from engine.store.commit import Commit
from engine.store.history import History
from engine.store.state import State
from k9lite.clients.reading import asked_as, read_logs, run_in_container

_SLICE_SECONDS = 0.02
_UNLOGGED_KEPT = 200
"""Of a session that is kept nowhere."""


class EmbeddedClient:
    """``clock`` measures how long one call of ``advance`` takes, nothing else."""

    read_only: bool

    def __init__(
        self, cluster: Cluster, *, read_only: bool = False, clock: Callable[[], float] = monotonic
    ) -> None:
        self.cluster = cluster
        self.read_only = read_only
        self._speed = 1.0
        self._clock = clock
        self._behind = 0.0
        self._refused_by_log = False
        self._past: History | None = None
        self._unlogged: list[tuple[Commit, State]] = []

    @property
    def name(self) -> str:
        return self.cluster.header.cluster

    @property
    def state(self) -> State:
        return self.cluster.state

    @property
    def now(self) -> int:
        return self.cluster.now

    @property
    def speed(self) -> float:
        return self._speed

    def set_speed(self, speed: float) -> None:
        self._speed = max(0.0, speed)
        self._behind = 0.0
        self._refused_by_log = False

    def advance(self, elapsed_seconds: float) -> bool:
        if self._refused_by_log:
            return False  # until the operator tries again: every attempt costs a look at the whole cluster
        before = (self.cluster.state.revision, self.cluster.now)
        self._behind += elapsed_seconds * self._speed
        until = self._clock() + _SLICE_SECONDS
        target = self.cluster.now + int(self._behind)
        try:
            self.cluster.advance(target, more=lambda: self._clock() < until)
        except LogError:
            self.set_speed(0)
            self._refused_by_log = True
            raise
        self._behind = max(0.0, self._behind - (self.cluster.now - before[1]))
        return before != (self.cluster.state.revision, self.cluster.now)

    def step(self) -> None:
        """To the next timer, or on by one second where none is set."""
        self.cluster.settle()
        due = self.cluster.next_timer
        self.cluster.advance(self.cluster.now + 1 if due is None else max(due, self.cluster.now))

    def submit(self, writes: Sequence[Write], deed: str = "", identity: Identity | None = None) -> Commit | None:
        if self.read_only:
            raise ReadOnly("the console is read-only (--readonly): nothing was changed")
        before = self.state
        actor, groups = asked_as(identity)
        commit = self.write_for(actor, writes, deed, groups)
        if commit is not None and self.cluster.log_path is None:
            self._unlogged = [*self._unlogged[1 - _UNLOGGED_KEPT :], (commit, before)]
        return commit

    def write_for(self, actor: str, writes: Sequence[Write], deed: str, groups: Sequence[str]) -> Commit | None:
        commit = self.cluster.submit(actor, writes, deed, groups)
        self._refused_by_log = False
        return commit

    def exec(self, ref: Ref, container: str, session: str, line: str) -> Exec:
        return run_in_container(self, ref, container, session, line)

    def logs(self, ref: Ref, container: str, *, previous: bool = False, since: int = 0) -> Sequence[LogLine]:
        return read_logs(self.state, ref, container, self.now, previous=previous, since=since)

    def done(self) -> Sequence[Commit]:
        """Read from the log, as whoever opens it next would; without one, the newest are remembered."""
        past = self._history()
        if past is None:
            return [commit for commit, _ in self._unlogged]
        past.poll()
        return [past.commit(revision) for revision in past.revisions_of_users()]

    def state_before(self, revision: int) -> State:
        past = self._history()
        if past is not None:
            return past.state_at(revision - 1)
        return next(state for commit, state in self._unlogged if commit.revision == revision)

    def close(self) -> None:
        if self._past is not None:
            self._past.close()
        self.cluster.close()

    def _history(self) -> History | None:
        """Opened when it is first asked for; never the writer's own files."""
        path = self.cluster.log_path
        if self._past is None and path is not None:
            self._past = History.open(path)
        return self._past
