"""How much of a log is whole: every frame by its checks, every commit by its revision, its content and its fold.

A frame counts when everything in it does, so that ``whole_bytes`` is where a log can be cut.
"""

from pathlib import Path

from attrs import evolve, frozen

from engine.errors import LogDamaged, LogError
from engine.kinds import ref_of
from engine.store.checkpoint import Checkpoint, OtherLayout, decode_checkpoint, decode_delta, maps_of
from engine.store.commit import decode_commit
from engine.store.frames import Frame, FrameType
from engine.store.log import LogReader
from engine.store.pages import Pages
from engine.store.salvage import Survey, Unfit, survey
from engine.store.state import State, fold


@frozen(kw_only=True)
class Checked:
    """``trouble`` says what is wrong at ``whole_bytes``, "" if that is the end of the file."""

    commits: int
    last_revision: int
    time: int
    whole_bytes: int
    size_bytes: int
    trouble: str
    beyond: Survey | None = None
    """What can be told although a part of it stands behind that."""

    @property
    def kept_revision(self) -> int:
        """Up to which a repair keeps everything."""
        return self.last_revision if self.beyond is None else self.beyond.state.revision

    @property
    def kept_commits(self) -> int:
        return self.commits + self.kept_revision - self.last_revision


def check(file: Path) -> Checked:
    """Reads everything once. Raises LogError where not even the beginning can be read, or only by a newer version."""
    with LogReader.open(file) as reader:
        walk = _Walk(reader)
        trouble = walk.to_the_end()
        whole_bytes = walk.whole_bytes
        size_bytes = whole_bytes + reader.torn_bytes(whole_bytes)
        beyond = survey(reader) if trouble and reader.header.packs else None
    if not trouble and size_bytes > whole_bytes:
        trouble = "it ends in the middle of a write"
    return Checked(
        commits=max(0, walk.whole.revision - reader.header.first_revision),
        last_revision=walk.whole.revision,
        time=walk.whole.time,
        whole_bytes=whole_bytes,
        size_bytes=size_bytes,
        trouble=trouble,
        beyond=beyond if beyond is not None and beyond.state.revision > walk.whole.revision else None,
    )


class _Walk:
    """``whole`` is the State at ``whole_bytes``, the end of the last frame all of which was fine."""

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader
        self._pages = Pages(reader.page_at)
        newest = reader.newest_checkpoint()
        self._newest_offset = 0 if newest is None else newest.offset
        self._newest_revision = _revision_of(newest, reader)
        self.whole = self._state = self._at_newest = State(time=reader.header.created)
        self.whole_bytes = reader.start
        self._base = Checkpoint(revision=0, time=0, index_offset=0, size_bytes=0, maps={})
        self._delta: tuple[Checkpoint, State, int] | None = None
        self._begins_later = reader.header.first_revision > 0

    def to_the_end(self) -> str:
        """What ends it, "" for the end of the last whole frame."""
        end = self.whole_bytes
        try:
            for frame in self._reader.frames(with_unknown=True):
                if frame.offset >= end:
                    self._keep(end)
                end = frame.end
                self._take(frame)
        except LogDamaged as damage:
            if damage.offset >= end:
                self._keep(end)
            return "the bytes there contradict their check"
        except Unfit as unfit:
            return str(unfit)
        self._keep(end)
        return self._newest_delta_told()

    def _newest_delta_told(self) -> str:
        """What is wrong with the newest delta that a commit ended, "" for nothing; it takes long as well."""
        if self._delta is None:
            return ""
        delta, state, offset = self._delta
        try:
            told = evolve(delta, maps=self._base.maps).state(self._pages)
            if _same(told, state):
                return ""
            why = f"the delta of revision {delta.revision} is not what the commits come to"
        except LogError as error:
            why = str(error)
        self.whole, self.whole_bytes = state, offset
        return why

    def _keep(self, end: int) -> None:
        self.whole, self.whole_bytes = self._state, end

    def _take(self, frame: Frame) -> None:
        try:
            if frame.type == FrameType.COMMIT:
                self._commit(frame)
            elif frame.type == FrameType.CHECKPOINT:
                self._checkpoint(frame)
            elif frame.type == FrameType.DELTA:
                self._a_delta(frame)
            elif frame.type in (FrameType.PAGE, FrameType.INDEX):
                self._reader.page_at(frame.offset)
        except LogError as error:
            raise Unfit(str(error)) from error

    def _commit(self, frame: Frame) -> None:
        commit = decode_commit(frame.payload)
        if commit.revision != self._state.revision + 1 or commit.revision != frame.revision:
            raise Unfit(f"revision {commit.revision} follows {self._state.revision}")
        for ref in commit.removes:
            if self._state.get(ref) is None and ref not in map(ref_of, commit.puts):
                raise Unfit(f"revision {commit.revision} removes {ref}, which does not exist")
        self._state = fold(self._state, commit)
        if self._state.revision == self._newest_revision:
            self._at_newest = self._state

    def _checkpoint(self, frame: Frame) -> None:
        """All must be readable; what is in them is compared for the one that an opening uses: it takes long.

        Those of another version are not used, except to begin with.
        """
        assert self._reader.packer is not None, "only packed logs have checkpoints"
        try:
            checkpoint = decode_checkpoint(frame.payload, self._reader.packer, of_any_layout=self._begins_later)
        except OtherLayout:
            return
        if self._begins_later:
            self._begins_later = False
            self._state = self._at_newest = checkpoint.state(self._pages)
        if frame.revision != self._state.revision or checkpoint.revision > frame.revision:
            raise Unfit(f"a checkpoint of revision {checkpoint.revision} follows revision {self._state.revision}")
        self._base, self._delta = checkpoint, None
        if frame.offset == self._newest_offset and not _same(checkpoint.state(self._pages), self._at_newest):
            raise Unfit(f"the checkpoint of revision {checkpoint.revision} is not what the commits come to")

    def _a_delta(self, frame: Frame) -> None:
        assert self._reader.packer is not None, "only packed logs have deltas"
        try:
            delta = decode_delta(frame.payload, self._reader.packer)
        except OtherLayout:
            return
        if frame.revision not in (0, self._state.revision) or delta.revision > self._state.revision:
            raise Unfit(f"a delta of revision {delta.revision} follows revision {self._state.revision}")
        if delta.revision == self._state.revision and delta.base_offset == self._newest_offset:
            self._delta = delta, self._state, frame.offset


def _revision_of(newest: Frame | None, reader: LogReader) -> int:
    """Of the State in a checkpoint; 0 if there is none that can be read."""
    if newest is None or reader.packer is None:
        return 0
    try:
        return decode_checkpoint(newest.payload, reader.packer).revision
    except LogError:
        return 0


def _same(one: State, other: State) -> bool:
    maps, others = maps_of(one), maps_of(other)
    return maps.keys() == others.keys() and all(
        list(each.items()) == list(others[name].items()) for name, each in maps.items()
    )
