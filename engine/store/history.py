"""Any revision of a log, read back: ``state_at(revision)`` folds from the nearest State that is kept.

States share what they have in common, so keeping one for every few revisions costs little; a seek folds at
most ``_STRIDE`` commits once the way there has been walked.
"""

from array import array
from bisect import bisect_right
from pathlib import Path

from engine.errors import LogError
from engine.store.commit import Commit, decode_commit
from engine.store.frames import FrameType, Header
from engine.store.packing import commits_in
from engine.store.reader import Follower, LogReader
from engine.store.state import State, fold

_STRIDE = 32
_FRAMES_KEPT = 8


class History:
    """A log opened for reading. A revision is found by bisection over the frames, 16 bytes each."""

    def __init__(self, reader: LogReader) -> None:
        self.header: Header = reader.header
        self._reader = reader
        self._follower: Follower = reader.follow()
        self._firsts = array("Q")
        self._offsets = array("Q")
        self._last = 0
        self._unpacked: dict[int, tuple[Commit, ...]] = {}
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
        return self._last

    def poll(self) -> bool:
        """Takes in what a live session has appended since; True if there was something. Raises LogDamaged."""
        before = self._last
        while frames := self._follower.poll_frames():
            for frame in frames:
                if frame.type in (FrameType.COMMIT, FrameType.PACKED):
                    first = frame.revision - commits_in(frame) + 1
                    if first != self._last + 1:
                        raise LogError(f"revision {first} follows {self._last}: the log has a gap")
                    self._firsts.append(first)
                    self._offsets.append(frame.offset)
                    self._last = frame.revision
        return self._last > before

    def commit(self, revision: int) -> Commit:
        """The commit that made ``revision``, from 1 to ``last_revision``."""
        at = bisect_right(self._firsts, revision) - 1
        commits = self._unpacked.pop(at, None)
        if commits is None:
            frames = self._reader.read_all_at(self._offsets[at])
            commits = tuple(decode_commit(frame.payload) for frame in frames)
            if len(self._unpacked) >= _FRAMES_KEPT:
                del self._unpacked[next(iter(self._unpacked))]
        self._unpacked[at] = commits
        return commits[revision - self._firsts[at]]

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
