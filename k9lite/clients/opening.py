"""A session that was closed at rest, shown as it was left until the cluster that goes on with it is there.

A first frame needs the State a log ends with and its time; to import controllers, scheduler and kubelets takes
longer than to read and show those. The log is open from the start, so that nobody else writes to it; whatever is
asked for that changes or reads more brings the living cluster first, and so does the first second that passes.
"""

from collections.abc import Callable, Sequence

from engine.access.identity import Identity
from engine.api.writes import Write
from engine.errors import LogError
from engine.kinds import Exec, Ref
from engine.kubelet.output import LogLine
from engine.store.commit import Commit
from engine.store.history import History
from engine.store.log import Log
from engine.store.state import State
from k9lite.client import NotOpened, Writer


class OpeningClient:
    """``go_on`` makes the living client of ``log``, or closes it and raises LogError."""

    read_only = False

    def __init__(self, log: Log, history: History, go_on: Callable[[], Writer]) -> None:
        self._log = log
        self._left = history.state_at(history.last_revision)
        history.close()  # what is not read of the State yet stays readable
        self._go_on = go_on
        self._living: Writer | None = None
        self._refusal: NotOpened | None = None

    @property
    def living(self) -> Writer:
        """The cluster gone on with. Raises NotOpened, and again whenever it is asked for."""
        if self._refusal is not None:
            raise self._refusal
        if self._living is None:
            try:
                self._living = self._go_on()
            except LogError as error:
                self._refusal = NotOpened(str(error))
                raise self._refusal from error
        return self._living

    @property
    def name(self) -> str:
        return self._log.header.cluster

    @property
    def state(self) -> State:
        return self._left if self._living is None else self._living.state

    @property
    def now(self) -> int:
        return self._left.time if self._living is None else self._living.now

    @property
    def speed(self) -> float:
        return 1.0 if self._living is None else self._living.speed

    def set_speed(self, speed: float) -> None:
        self.living.set_speed(speed)

    def advance(self, elapsed_seconds: float) -> bool:
        before = (self.state.revision, self.now)
        self.living.advance(elapsed_seconds)
        return before != (self.state.revision, self.now)

    def step(self) -> None:
        self.living.step()

    def submit(self, writes: Sequence[Write], deed: str = "", identity: Identity | None = None) -> Commit | None:
        return self.living.submit(writes, deed, identity)

    def write_for(self, actor: str, writes: Sequence[Write], deed: str, groups: Sequence[str]) -> Commit | None:
        return self.living.write_for(actor, writes, deed, groups)

    def exec(self, ref: Ref, container: str, session: str, line: str) -> Exec:
        return self.living.exec(ref, container, session, line)

    def logs(self, ref: Ref, container: str, *, previous: bool = False, since: int = 0) -> Sequence[LogLine]:
        return self.living.logs(ref, container, previous=previous, since=since)

    def done(self) -> Sequence[Commit]:
        return self.living.done()

    def state_before(self, revision: int) -> State:
        return self.living.state_before(revision)

    def close(self) -> None:
        """A session that nothing was asked of is as it was."""
        if self._living is None:
            self._log.close()
        else:
            self._living.close()
