"""A session whose State is known before its cluster lives: closed at rest, or begun on the sample (first_sight.py).

A first frame needs a State and its time; to import controllers, scheduler and kubelets takes longer than to read and
show those. The log is open from the start, so that nobody else writes to it. The living cluster comes bit by bit, as
moments pass and keys are answered in between; whatever is asked for that changes or reads more brings it at once.
"""

from collections.abc import Callable, Generator, Sequence
from time import monotonic

from engine.access.identity import Identity
from engine.api.writes import Write
from engine.errors import K9liteError
from engine.kinds import Exec, Ref
from engine.kubelet.output import LogLine
from engine.store.commit import Commit
from engine.store.state import State
from k9lite.client import NotOpened, Writer

_SLICE_SECONDS = 0.01


class OpeningClient:
    """``coming`` makes the living client, or raises K9liteError; ``let_go`` closes the log where it does neither."""

    read_only = False

    def __init__(
        self,
        name: str,
        left: State,
        now: int,
        coming: Generator[None, None, Writer],
        let_go: Callable[[], None],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self._left = left
        self._left_at = now
        self._coming = coming
        self._let_go = let_go
        self._clock = clock
        self._is_coming = False
        self._elapsed_seconds = 0.0
        self._living: Writer | None = None
        self._refusal: NotOpened | None = None

    @property
    def living(self) -> Writer:
        """The cluster gone on with. Raises NotOpened, and again whenever it is asked for."""
        while self._living is None:
            self._come()
        return self._living

    def _come(self) -> None:
        """One bit more of the living cluster."""
        if self._refusal is not None:
            raise self._refusal
        self._is_coming = True
        try:
            next(self._coming)
        except StopIteration as stop:
            self._living = stop.value
        except K9liteError as error:
            self._refusal = NotOpened(str(error))
            raise self._refusal from error

    @property
    def state(self) -> State:
        return self._left if self._living is None else self._living.state

    @property
    def now(self) -> int:
        return self._left_at if self._living is None else self._living.now

    @property
    def speed(self) -> float:
        return 1.0 if self._living is None else self._living.speed

    def set_speed(self, speed: float) -> None:
        self.living.set_speed(speed)

    def advance(self, elapsed_seconds: float) -> bool:
        self._elapsed_seconds += elapsed_seconds
        until = self._clock() + _SLICE_SECONDS
        before = (self.state.revision, self.now)
        while self._living is None:
            self._come()
            if self._living is None and self._clock() >= until:
                return False
        elapsed_seconds, self._elapsed_seconds = self._elapsed_seconds, 0.0
        self._living.advance(elapsed_seconds)
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
        if self._is_coming and self._refusal is None:
            self.living.close()
        else:
            self._let_go()
