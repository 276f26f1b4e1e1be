"""Any revision of a log, read back: ``state_at(revision)`` folds from the nearest State there is.

That is a checkpoint in the log (checkpoint.py), what changed since one (delta.py), or a State kept from an earlier
question, so a seek folds some hundred commits however long the log is, all but the last few at once. States share
what they have in common; of those kept the oldest go when there are too many. A compacted log begins at
``first_revision``, with a checkpoint of that revision.
"""

import weakref
from bisect import bisect_right
from itertools import chain
from pathlib import Path
from typing import Any

from attrs import evolve

from engine.errors import LogDamaged, LogError
from engine.kinds import Ref
from engine.store.checkpoint import Checkpoint, decode_checkpoint, decode_delta, revision_of_delta
from engine.store.commit import Commit, decode_actor, decode_changes, decode_commit, is_input
from engine.store.frames import Frame, FrameType, Header
from engine.store.index import Index, read_index
from engine.store.packing import commits_in
from engine.store.pages import Pages
from engine.store.reader import Follower, LogReader
from engine.store.state import State, fold, leap

_STRIDE = 32
_STATES_KEPT = 256
_FRAMES_KEPT = 8
_COMMITS_KEPT = 4096
_ROOTS_KEPT = 4


class History:
    """A log opened for reading. What it does not know of a part of the log, it reads when asked."""

    def __init__(self, reader: LogReader) -> None:
        self.header: Header = reader.header
        self._reader = reader
        self._pages = pages_of(reader)
        self._index = Index()
        self._last = self._inputs_known_to = 0
        self._follower: Follower = reader.follow()
        self._states: dict[int, State] = {}
        self._unpacked: dict[int, tuple[Frame, ...]] = {}
        self._commits: dict[int, Commit] = {}
        self._roots: dict[int, Checkpoint] = {}
        """The last ones read, by offset."""
        self._looked_for_deltas: set[int] = set()
        self.newest_checkpoint: tuple[Checkpoint, int] | None = None
        """And its offset; None if there is none when the log is opened, or none that this version can use."""
        self.passed_over = ""
        """What the user is to be told of damage in a checkpoint, which takes nothing away but time."""
        self._damaged: tuple[Checkpoint, Frame] | None = None
        self._damaged_offset = 0
        self._begin()
        self._poll_over_damage()

    @classmethod
    def open(cls, path: Path) -> "History":
        """Raises LogError: not a log, damaged, too new, unreadable."""
        reader = LogReader.open(path)
        try:
            return cls(reader)
        except BaseException:
            reader.close()
            raise

    @property
    def first_revision(self) -> int:
        """The oldest revision ``state_at`` knows: 0 unless the log was compacted."""
        return self.header.first_revision

    @property
    def last_revision(self) -> int:
        return self._last

    @property
    def pages(self) -> Pages:
        """Where the States of this history have the chunks that nobody has read yet."""
        return self._pages

    @property
    def is_at_rest(self) -> bool:
        """Whether the log ends with a checkpoint that tells that all was done, as closing a cluster leaves it."""
        newest = None if self.newest_checkpoint is None else self.newest_checkpoint[0]
        return newest is not None and newest.revision == self._last and newest.is_at_rest

    @property
    def waiting(self) -> Any:
        """What the queue held when the log was closed at rest; None if it was not."""
        return self.newest_checkpoint[0].waiting if self.is_at_rest and self.newest_checkpoint is not None else None

    def poll(self) -> bool:
        """Takes in what a live session has appended since; True if there was something. Raises LogDamaged."""
        before = self._last
        for frame in self._follower.walk():
            if frame.type in (FrameType.COMMIT, FrameType.PACKED):
                self._take(frame)
            elif frame.type == FrameType.CHECKPOINT and frame.offset not in self._index.checkpoint_offsets[-1:]:
                self._index.add_checkpoint(frame.revision, frame.offset)
                self._looked_for_deltas.add(frame.offset)  # those before it were polled as well
            elif frame.type == FrameType.DELTA:
                self._index.insert_checkpoint(revision_of_delta(frame.payload), frame.offset)
        return self._last > before

    def commit(self, revision: int) -> Commit:
        """The commit that made ``revision``, from ``first_revision`` + 1 to ``last_revision``."""
        commit = self._commits.get(revision)
        if commit is None:
            self._check_kept(revision - 1)
            commit = decode_commit(self._payload(revision), self._pages.interning.object_of)
            if len(self._commits) >= _COMMITS_KEPT:
                self._commits.clear()
            self._commits[revision] = commit
        return commit

    def changes(self, revision: int) -> tuple[int, list[Any], list[Ref]]:
        """As ``commit``, of which only time, manifests and removes are told, to be used up; no object is made."""
        return decode_changes(self._payload(revision))

    def state_at(self, revision: int) -> State:
        """The State at ``revision``, from ``first_revision`` (0 is before everything) to ``last_revision``."""
        state = self._nearest(revision)
        milestone = revision - revision % _STRIDE
        if milestone > state.revision:
            state = self._leapt(state, milestone)
            self._keep(state)
        for each in range(state.revision + 1, revision + 1):
            state = fold(state, self.commit(each))
        self._keep(state)
        return state

    def revision_at(self, time: int) -> int:
        """The newest revision at cluster time ``time``."""
        # Of each frame only its first commit is looked at: a log is found through in some twenty reads.
        firsts = self._index.firsts
        at = bisect_right(firsts, time, key=lambda first: self.commit(first).time) - 1
        if at < 0:
            return self.first_revision
        end = firsts[at + 1] if at + 1 < len(firsts) else self._last + 1
        within = range(firsts[at], end)
        return firsts[at] + bisect_right(within, time, key=lambda each: self.commit(each).time) - 1

    def revisions_by(self, actor: str) -> list[int]:
        """What an input actor ("user", "clock", ...) did, in order. Reads only commits that no delta tells of."""
        if self._inputs_known_to < self._last and (known := self.newest_known()) is not None:
            self._know_inputs(known[0])
        for revision in range(self._inputs_known_to + 1, self._last + 1):
            acted = decode_actor(self._payload(revision))
            if is_input(acted):
                self._index.add_input(acted, revision)
            self._inputs_known_to = revision
        return self._index.inputs.get(actor, [])

    def revisions_of_users(self) -> list[int]:
        """What users did, the operator and whoever else asked ("user/eve"), in order."""
        self.revisions_by("")
        return sorted(chain(*(each for actor, each in self._index.inputs.items() if actor.partition("/")[0] == "user")))

    def inputs(self) -> list[Commit]:
        """What came from outside (users, clock, faults), in order."""
        self.revisions_by("")
        return [self.commit(each) for each in sorted(chain(*self._index.inputs.values()))]

    def known_before(self, revision: int) -> Checkpoint | None:
        """The newest checkpoint at or before ``revision`` that tells what waited there; None if there is none."""
        while (found := self._checkpoint_before(revision)) is not None:
            checkpoint = self._checkpoint_in(found[1])
            if checkpoint is not None and checkpoint.waiting_packed:
                return checkpoint
            revision = found[0] - 1
        return None

    def newest_known(self) -> tuple[Checkpoint, int] | None:
        """As ``newest_checkpoint``, or the newest delta behind that, and the offset of the former."""
        if self.newest_checkpoint is None:
            return None
        root = self.newest_checkpoint[1]
        for _, offset in reversed(self.deltas_since_checkpoint()):
            found = self._checkpoint_in(offset)
            if found is not None and found.base_offset == root:
                return found, root
        return self.newest_checkpoint

    def deltas_since_checkpoint(self) -> list[tuple[int, int]]:
        """Revisions and offsets of the DELTA frames behind the newest checkpoint."""
        root = 0 if self.newest_checkpoint is None else self.newest_checkpoint[1]
        both = zip(self._index.checkpoint_revisions, self._index.checkpoint_offsets, strict=True)
        return [(revision, offset) for revision, offset in both if offset > root]

    def state_of(self, checkpoint: Checkpoint) -> State:
        """The State in a checkpoint of this history; the very same one as long as it is kept."""
        state = self._states.get(checkpoint.revision) or checkpoint.state(self._pages)
        self._keep(state)
        return state

    def since_checkpoint(self) -> Index:
        """What the next checkpoint has to write down: frames and inputs behind the newest one."""
        self.revisions_by("")
        known = 0 if self.newest_checkpoint is None else self.newest_checkpoint[0].revision
        return self._index.split_behind(known)[1]

    def close(self) -> None:
        """States that came from here stay readable."""
        self._reader.close()

    def _begin(self) -> None:
        """Stand behind the newest checkpoint, knowing all before it by its index; else at the start."""
        packer, frame = self._reader.packer, self._reader.newest_checkpoint()
        while packer is not None and frame is not None:
            try:
                newest = decode_checkpoint(frame.payload, packer)
                self._index = read_index(self._reader.page_at, newest.index_offset, frame.offset)
            except LogDamaged as damage:
                self._damaged = self._without_index(frame, damage)
                frame = self._reader.newest_checkpoint(self._damaged[1].offset)
                continue
            except LogError:
                break  # of another version
            self.newest_checkpoint = newest, frame.offset
            self._know_beginning()
            for first, offset in newest.behind:
                self._index.add_frame(first, offset)
            self._last, self._inputs_known_to = frame.revision, newest.revision
            self._follower = self._reader.follow(frame.end)
            return
        # The commits tell the same, behind what a compacted log begins with.
        self._last = self._inputs_known_to = self.first_revision

    def _know_inputs(self, delta: Checkpoint) -> None:
        if delta.revision > self._inputs_known_to:
            for actor, revisions in delta.inputs.items():
                new = [each for each in revisions if each > self._inputs_known_to]
                self._index.inputs.setdefault(actor, []).extend(new)
            self._inputs_known_to = delta.revision

    def _without_index(self, frame: Frame, damage: LogDamaged) -> tuple[Checkpoint, Frame]:
        """The first checkpoint from ``frame`` back whose own index cannot be read. Raises LogError."""
        found: Frame | None = frame
        while found is not None and self._reader.packer is not None:
            checkpoint = decode_checkpoint(found.payload, self._reader.packer)
            try:
                self._reader.page_at(checkpoint.index_offset)
            except LogDamaged:
                return checkpoint, found
            found = self._reader.newest_checkpoint(found.offset)
        raise damage

    def _poll_over_damage(self) -> None:
        """To the end, over damage that is before the newest checkpoint and in no commit. Raises LogDamaged."""
        try:
            self.poll()
        except LogDamaged as damage:
            if self._damaged is None:
                raise
            newest, frame = self._damaged
            behind = [each for each in newest.behind if each[0] > self._last]
            if self._last < newest.revision or (behind[0][0] if behind else frame.revision + 1) != self._last + 1:
                raise
            for first, offset in behind:
                self._index.add_frame(first, offset)
            self._last, self._damaged_offset = frame.revision, damage.offset
            self._follower = self._reader.follow(frame.end)
            self.passed_over = (
                f"{self._reader.path} is damaged at byte {damage.offset}, where there is no commit but a checkpoint: "
                "it was passed over, and nothing is lost."
            )
            self.poll()

    def _take(self, frame: Frame) -> None:
        first = frame.revision - commits_in(frame) + 1
        if frame.revision <= self._last:
            return  # an interrupt came after it was taken in
        if first != self._last + 1:
            raise LogError(f"revision {first} follows {self._last}: the log has a gap")
        self._index.add_frame(first, frame.offset)
        self._last = frame.revision

    def _payload(self, revision: int) -> bytes:
        at = self._index.frame_of(revision)
        return self._frames(at)[revision - self._index.firsts[at]].payload

    def _frames(self, at: int) -> tuple[Frame, ...]:
        frames = self._unpacked.get(at)
        if frames is None:
            frames = self._reader.read_all_at(self._index.offsets[at])
            if len(self._unpacked) >= _FRAMES_KEPT:
                del self._unpacked[next(iter(self._unpacked))]
            self._unpacked[at] = frames
        return frames

    def _nearest(self, revision: int) -> State:
        kept = max((each for each in self._states if each <= revision), default=-1)
        before = revision
        while (found := self._checkpoint_before(before)) is not None and found[0] > kept:
            checkpoint = self._checkpoint_in(found[1])
            if checkpoint is not None:
                return self.state_of(checkpoint)
            before = found[0] - 1
        if kept >= 0:
            return self._states[kept]
        self._check_kept(revision)
        return State(time=self.header.created)

    def _checkpoint_before(self, revision: int) -> tuple[int, int] | None:
        """(revision, offset) of the newest checkpoint or delta at or before ``revision``.

        Those behind the newest checkpoint were met on the way to the end, the others are told by the next root.
        """
        index = self._index
        at = bisect_right(index.checkpoint_revisions, revision)
        for offset in index.checkpoint_offsets[max(0, at - 1) : at + 1]:
            if offset not in self._looked_for_deltas:
                self._looked_for_deltas.add(offset)
                root = self._checkpoint_in(offset)
                for each in () if root is None else root.deltas:
                    index.insert_checkpoint(*each)
        return index.checkpoint_before(revision)

    def _checkpoint_in(self, offset: int) -> Checkpoint | None:
        """The checkpoint there; None if this version cannot use it. What a compacted log begins with it always can."""
        found = self._roots.get(offset) or self._read_checkpoint(offset)
        if found is None or (found.revision != self.first_revision and found.refers_to(self._damaged_offset)):
            return None
        if len(self._roots) >= _ROOTS_KEPT:
            del self._roots[next(iter(self._roots))]
        self._roots[offset] = found
        return found

    def _read_checkpoint(self, offset: int) -> Checkpoint | None:
        (frame,) = self._reader.read_all_at(offset)
        packer = self._reader.packer
        assert packer is not None, "only packed logs have checkpoints"
        begins_it = 0 < frame.revision == self.first_revision
        try:
            if frame.type != FrameType.DELTA:
                return decode_checkpoint(frame.payload, packer, of_any_layout=begins_it)
            delta = decode_delta(frame.payload, packer)
        except LogError:
            if begins_it:
                raise
            return None
        base = self._checkpoint_in(delta.base_offset)
        return None if base is None or not base.has_indices else evolve(delta, maps=base.maps)

    def _know_beginning(self) -> None:
        """An index that begins behind checkpoints of another version does not name the one of ``first_revision``."""
        if not self.first_revision or self._index.checkpoint_before(self.first_revision):
            return
        for frame in self._reader.frames(with_unknown=True):
            if frame.type == FrameType.CHECKPOINT:
                self._index.checkpoint_revisions.insert(0, frame.revision)
                self._index.checkpoint_offsets.insert(0, frame.offset)
                return

    def _check_kept(self, revision: int) -> None:
        if revision < self.first_revision:
            raise LogError(f"{self._reader.path} was compacted: it begins at revision {self.first_revision}")

    def _leapt(self, state: State, revision: int) -> State:
        """As folding all commits in between; only what is left of each object is made one."""
        left: dict[Ref, Any] = {}
        time = state.time
        for each in range(state.revision + 1, revision + 1):
            time, manifests, removes = self.changes(each)
            for manifest in manifests:
                meta = manifest.get("metadata", {})
                left[Ref(manifest["kind"], meta.get("namespace", ""), meta.get("name", ""))] = manifest
            left.update(dict.fromkeys(removes))
        object_of = self._pages.interning.object_of
        puts = tuple(object_of(manifest) for manifest in left.values() if manifest is not None)
        removes = [ref for ref, manifest in left.items() if manifest is None and state.get(ref) is not None]
        commit = Commit(revision=revision, time=time, actor="", puts=puts, removes=tuple(removes))
        return leap(state, commit)

    def _keep(self, state: State) -> None:
        self._states.pop(state.revision, None)
        if len(self._states) >= _STATES_KEPT:
            del self._states[next(iter(self._states))]
        self._states[state.revision] = state


def pages_of(reader: LogReader) -> Pages:
    """They outlive the reader: as long as a State that has chunks there is held, the file stays open."""
    own = reader.again()
    pages = Pages(own.page_at, own.file)
    weakref.finalize(pages, own.close)
    return pages
