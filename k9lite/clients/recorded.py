"""A recording, shown by the same console: read-only, and at any revision one likes."""

from collections.abc import Sequence

from engine.access.identity import Identity
from engine.api.writes import Write
from engine.collecting import building
from engine.errors import ReadOnly
from engine.kinds import Exec, Ref
from engine.kubelet.output import LogLine
from engine.store.commit import Commit
from engine.store.history import History
from engine.store.state import State
from k9lite.clients.reading import read_logs
from k9lite.one_deed import goes_on

_LEAD_SECONDS = 5
"""How long before the first deed a recording begins to play."""


class RecordedClient:
    """Plays from the start; follows the file while a live session still writes to it."""

    read_only = True

    def __init__(self, history: History) -> None:
        self._history = history
        self._speed = 1.0
        self._rest = 0.0
        self._deeds: list[Commit] = []
        self._last_of_user: Commit | None = None
        self._read = 0
        self._state = history.state_at(history.first_revision)
        self._now = self.first_time
        self.seek(self.first_revision)
        if deeds := self.deeds():
            self.seek_time(max(self._now, deeds[0].time - _LEAD_SECONDS))

    @property
    def name(self) -> str:
        return self._history.header.cluster

    @property
    def state(self) -> State:
        return self._state

    @property
    def now(self) -> int:
        return self._now

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def first_revision(self) -> int:
        """The first user's deed has the cluster before it to look at; without one, the start."""
        deeds = self.deeds()
        return deeds[0].revision - 1 if deeds else self._history.first_revision

    @property
    def last_revision(self) -> int:
        return self._history.last_revision

    @property
    def first_time(self) -> int:
        return self._history.state_at(self._history.first_revision).time

    @property
    def last_time(self) -> int:
        last = self.last_revision
        return self._history.commit(last).time if last > self._history.first_revision else self.first_time

    def set_speed(self, speed: float) -> None:
        self._speed = max(0.0, speed)
        self._rest = 0.0

    def advance(self, elapsed_seconds: float) -> bool:
        """Plays on; the recording stops at its end, or waits there for more."""
        self._history.poll()
        before = (self._state.revision, self._now)
        self._rest += elapsed_seconds * self._speed
        whole = int(self._rest)
        if whole:
            rest = self._rest - whole
            self.seek_time(self._now + whole)
            self._rest = rest
        return before != (self._state.revision, self._now)

    def step(self) -> None:
        self.seek(self._state.revision + 1)

    @building()
    def seek(self, revision: int) -> None:
        revision = min(max(revision, self._history.first_revision), self.last_revision)
        self._state = self._history.state_at(revision)
        self._now = self._state.time
        self._rest = 0.0

    @building()
    def seek_time(self, time: int) -> None:
        time = min(max(time, self.first_time), self.last_time)
        self._state = self._history.state_at(self._history.revision_at(time))
        self._now = time

    def deeds(self) -> Sequence[Commit]:
        """The first commit of each: a deed of many commits is one stop."""
        by_user = self._history.revisions_of_users()
        for revision in by_user[self._read :]:
            commit = self._history.commit(revision)
            if self._last_of_user is None or not goes_on(self._last_of_user, commit):
                self._deeds.append(commit)
            self._last_of_user = commit
            self._read += 1
        return self._deeds

    def done(self) -> Sequence[Commit]:
        return [self._history.commit(revision) for revision in self._history.revisions_of_users()]

    def state_before(self, revision: int) -> State:
        return self._history.state_at(revision - 1)

    def submit(
        self, writes: Sequence[Write], deed: str = "", identity: Identity | None = None  # noqa: ARG002  # the port's
    ) -> Commit | None:
        raise ReadOnly("a recording cannot be changed; open the cluster itself to operate it")

    def exec(self, ref: Ref, container: str, session: str, line: str) -> Exec:  # noqa: ARG002  # the port's
        raise ReadOnly("a recording cannot be changed: nothing can be run in its containers")

    def logs(self, ref: Ref, container: str, *, previous: bool = False, since: int = 0) -> Sequence[LogLine]:
        return read_logs(self.state, ref, container, self.now, previous=previous, since=since)

    def close(self) -> None:
        self._history.close()
