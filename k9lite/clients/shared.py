"""One of several processes that work on one session at once, as commands without a screen do.

One of them leads: it has the log open, moves cluster time, and writes for the others what they hand in (door.py). The
others follow the log as it grows, and ask who leads how late it is (line.py). When that one ends, another takes over
with the next moment it waits for; when a console is to open, which does not follow, it leads. Nobody leads where all
that is asked can be answered from the log as it lies there.
"""

import select
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from engine.access.identity import Identity
from engine.api.writes import Write
from engine.collecting import building
from engine.errors import LogError, LogLocked, ReadOnly
from engine.kinds import Exec, Ref
from engine.kubelet.output import LogLine
from engine.store.commit import Commit
from engine.store.history import History
from engine.store.state import State
from k9lite.client import Writer
from k9lite.clients.door import Door
from k9lite.clients.line import Line, LineCut
from k9lite.clients.reading import asked_as, read_logs, run_in_container

_LOOK_SECONDS = 0.05
"""How often the log is looked at for what another process wrote."""
_PATIENCE_SECONDS = 10.0
"""How long to wait for another command to be done with the log."""
_YIELDED_SECONDS = 5.0
"""How long the log is left to whom it was given up for."""


class SharedClient:
    """Leads with ``leading``, or else follows ``path``, which is a log then; it was ``now`` when this was made.

    ``lead`` opens the log to write, so many seconds after that; it raises LogLocked while another process has it.
    """

    def __init__(
        self,
        path: Path,
        lead: Callable[[int], Writer],
        *,
        leading: Writer | None = None,
        line: Line | None = None,
        now: int = 0,
        read_only: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.read_only = read_only
        self._path = path
        self._lead = lead
        self._leading = leading
        self._door: Door | None = None
        self._line = line
        self._now = now
        self._clock = clock
        self._begun = self._seen = clock()
        self._leads_from = 0.0
        self._past: History | None = None
        self._state = State() if leading is not None else self._newest()

    @property
    def name(self) -> str:
        return self._history().header.cluster if self._leading is None else self._leading.name

    @property
    def leads(self) -> bool:
        return self._leading is not None

    @property
    def state(self) -> State:
        return self._state if self._leading is None else self._leading.state

    @property
    def now(self) -> int:
        return max(self._now, self._state.time) if self._leading is None else self._leading.now

    @property
    def speed(self) -> float:
        return 1.0 if self._leading is None else self._leading.speed

    def set_speed(self, speed: float) -> None:
        if self._leading is not None:
            self._leading.set_speed(speed)

    def advance(self, elapsed_seconds: float) -> bool:
        before = (self.state.revision, self.now)
        if self._leading is None:
            self._follow_or_lead()
        else:
            self._leading.advance(elapsed_seconds)
        return before != (self.state.revision, self.now)

    def step(self) -> None:
        self._leader().step()

    def submit(self, writes: Sequence[Write], deed: str = "", identity: Identity | None = None) -> Commit | None:
        if self.read_only:
            raise ReadOnly("the cluster was opened to be read: nothing was changed")
        until = self._clock() + _PATIENCE_SECONDS
        while self._leading is None and not self._is_on_line():
            try:
                self._leader()
            except LogLocked:
                if self._clock() > until:
                    raise
                time.sleep(_LOOK_SECONDS)
        if self._leading is not None:
            return self._leading.submit(writes, deed, identity)
        return self._hand_in(writes, deed, identity)

    def exec(self, ref: Ref, container: str, session: str, line: str) -> Exec:
        return run_in_container(self, ref, container, session, line)

    def logs(self, ref: Ref, container: str, *, previous: bool = False, since: int = 0) -> Sequence[LogLine]:
        return read_logs(self.state, ref, container, self.now, previous=previous, since=since)

    def done(self) -> Sequence[Commit]:
        past = self._history()
        past.poll()
        return [past.commit(revision) for revision in past.revisions_of_users()]

    def state_before(self, revision: int) -> State:
        return self._history().state_at(revision - 1)

    def rest(self, seconds: float, until: TextIO | None = None) -> None:
        end, revision = self._clock() + seconds, self.state.revision
        files = [] if until is None else [until]
        while True:
            left = max(0.0, end - self._clock())
            found: Sequence[object]
            if self._leading is None:
                found = select.select(files, [], [], min(left, _LOOK_SECONDS))[0]
                self._state = self._newest()
            else:
                if self._door is None:
                    self._door = Door.open(self._leading, self._path, may_yield=True)
                readable: list[Door | TextIO] = [self._door, *files]
                found = [each for each in select.select(readable, [], [], left)[0] if each is until]
                self._door.poll()
                if self._door.is_asked_to_yield:
                    self._yield()
            if not left or found or self.state.revision != revision:
                return

    def close(self) -> None:
        if self._leading is not None:
            self._let_go(self._leading)
        for each in (self._line, self._past):
            if each is not None:
                each.close()

    def _let_go(self, leading: Writer) -> None:
        """Whoever waits at the door finds the log closed when he is sent away."""
        if self._door is not None:
            self._door.shut()
        try:
            leading.close()
        finally:
            if self._door is not None:
                self._door.close()
            self._door = None

    def _yield(self) -> None:
        leading, self._leading = self._leader(), None
        self._now, self._seen = leading.now, self._clock()
        self._leads_from = self._seen + _YIELDED_SECONDS
        self._let_go(leading)
        self._state = self._newest()

    def _history(self) -> History:
        if self._past is None:
            self._past = History.open(self._path)
        return self._past

    @building()
    def _newest(self) -> State:
        past = self._history()
        past.poll()
        return past.state_at(past.last_revision)

    def _leader(self) -> Writer:
        """This process, from now on. Raises LogError: LogLocked while another has the log."""
        if self._leading is None:
            if self._clock() < self._leads_from:
                raise LogLocked(self._path, None)
            self._leading = self._lead(int(self._clock() - self._begun))
        return self._leading

    def _follow_or_lead(self) -> None:
        """One look at what became of the log, while time passes."""
        if not self._is_on_line():
            with suppress(LogLocked):
                self._leader()
                return
            # Whoever has it does not tell how late it is: by the clock.
            passed = int(self._clock() - self._seen)
            self._now, self._seen = self._now + passed, self._seen + passed
        self._state = self._newest()

    def _is_on_line(self) -> bool:
        """Whether somebody leads who listens; then it is as late as there."""
        if self._line is None:
            self._line = Line.to_writer_of(self._path)
        if self._line is None:
            return False
        try:
            self._now, self._seen = self._line.now(), self._clock()
        except LineCut:
            self._line.close()
            self._line = None
        return self._line is not None

    def _hand_in(self, writes: Sequence[Write], deed: str, identity: Identity | None) -> Commit | None:
        assert self._line is not None, "asked before"
        actor, groups = asked_as(identity)
        try:
            revision, self._now = self._line.write_for(actor, writes, deed, groups)
        except LineCut:
            raise LogError(
                "who had the cluster open ended without an answer: look whether it was done, and try again"
            ) from None
        self._state = self._newest()
        return self._history().commit(revision) if revision else None
