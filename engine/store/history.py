"""Any revision of a log, read back: ``state_at(revision)`` folds from the nearest State that is kept.

States share what they have in common, so keeping one for every few revisions costs little; a seek folds at
most ``_STRIDE`` commits once the way there has been walked.
"""

from bisect import bisect_right
from pathlib import Path

from engine.errors import LogError
from engine.store.commit import Commit, decode_commit
from engine.store.frames import FrameType, Header
from engine.store.log import Follower, LogReader
from engine.store.state import State, fold

_STRIDE = 32


class History:
    """A log opened for reading. Commits are decoded when asked for, and kept."""

    def __init__(self, reader: LogReader) -> None:
        self.header: Header = reader.header
        self._reader = reader
        self._follower: Follower = reader.follow()
        self._offsets: list[int] = []
        self._commits: dict[int, Commit] = {}
        self._states: dict[int, State] = {0: State(time=reader.header.created)}
        self.poll()

    @classmethod
    def open(cls, path: Path) -> "History":
        """Raises LogError: not a log, damaged, too new, unreadable."""
        return cls(LogReader.open(path))

    @property
    def first_revision(self) -> int:
        """The oldest revision ``state_at`` knows: 0 unless the log was compacted."""
        return 0

    @property
    def last_revision(self) -> int:
        return len(self._offsets)

    def poll(self) -> bool:
        """Takes in what a live session has appended since; True if there was something. Raises LogDamaged."""
        before = self.last_revision
        while frames := self._follower.poll():
            for frame in frames:
                if frame.type == FrameType.COMMIT:
                    if frame.revision != self.last_revision + 1:
                        raise LogError(f"revision {frame.revision} follows {self.last_revision}: the log has a gap")
                    self._offsets.append(frame.offset)
        return self.last_revision > before

    def commit(self, revision: int) -> Commit:
        """The commit that made ``revision``, from 1 to ``last_revision``."""
        commit = self._commits.get(revision)
        if commit is None:
            commit = decode_commit(self._reader.read_at(self._offsets[revision - 1]).payload)
            self._commits[revision] = commit
        return commit

    def state_at(self, revision: int) -> State:
        """The State at ``revision``, from 0 (before everything) to ``last_revision``."""
        start = revision - revision % _STRIDE
        while start not in self._states:
            start -= _STRIDE
        state = self._states[start]
        for each in range(start + 1, revision + 1):
            state = fold(state, self.commit(each))
            if each % _STRIDE == 0:
                self._states[each] = state
        return state

    def revision_at(self, time: int) -> int:
        """The newest revision at cluster time ``time``."""
        return bisect_right(range(1, self.last_revision + 1), time, key=lambda each: self.commit(each).time)

    def inputs(self) -> list[Commit]:
        """What came from outside (users, clock, faults), in order."""
        commits = (self.commit(each) for each in range(1, self.last_revision + 1))
        return [commit for commit in commits if commit.is_input]

    def close(self) -> None:
        self._reader.close()
