"""A damaged log written anew from its commits: what stands in a checkpoint follows from them, so it can be lost.

Goes over the damage to the next frame that is whole by itself. As long as no revision is missing in between, only
parts of checkpoints (or notes) were hit; a missing or an unfit commit is where what can be told ends. Checkpoints are
made anew as in a compacted log (compaction.py), and those that a reopening names tell what they told, if they are
whole. Belongs to the shell; the damaged log is only read.
"""

from collections.abc import Iterator
from functools import reduce
from itertools import chain
from pathlib import Path

from attrs import define, field, frozen

from engine.errors import LogError, LogExists
from engine.kinds import ref_of
from engine.store.checkpoint import Checkpoint, decode_checkpoint, decode_delta
from engine.store.checkpointer import Checkpointer
from engine.store.commit import Commit, decode_commit
from engine.store.compaction import fill
from engine.store.disk import cannot_write, clear_away, compacted_name, give_name, sync_folder
from engine.store.frames import IN_A_BODY, IN_A_CHECKPOINT, Frame, FrameType, may_be_skipped
from engine.store.log import Log
from engine.store.pages import Pages
from engine.store.reader import Hole, LogReader, unpacked
from engine.store.state import State, fold


class Unfit(Exception):
    """A frame passes its checks and does not fit what is before it."""


@frozen(kw_only=True)
class Survey:
    """What can be had of a log: ``state`` is the last one, ``ended_by`` says why at ``end``, "" at the end of it."""

    state: State
    end: int
    ended_by: str
    holes: tuple[Hole, ...]
    """Before that; no commit was in them."""
    known: dict[int, Checkpoint]
    """By revision, the whole checkpoints that tell what waited."""
    named: frozenset[int]
    """Revisions of checkpoints that a reopening went back to."""


def survey(reader: LogReader) -> Survey:
    """Reads everything once. Raises LogError where the beginning of a compacted log cannot be read."""
    walk = _Walk(reader)
    for _ in walk.groups():
        pass
    return Survey(
        state=walk.state,
        end=walk.end,
        ended_by=walk.ended_by,
        holes=tuple(walk.holes),
        known=walk.known,
        named=frozenset(walk.named),
    )


def rewrite(reader: LogReader, found: Survey, into: Path) -> None:
    """Makes the new log ``into`` of all that ``found`` tells of; the file has its name when it is whole, durably.

    Raises LogError: LogExists, LogFull, LogUnwritable.
    """
    unfinished = compacted_name(into)
    clear_away(unfinished, into)
    with Log.create(unfinished, reader.header) as made:
        try:
            _fill(made, reader, found)
            made.trim()
            made.sync()
            give_name(unfinished, into)
            sync_folder(into.parent)
        except FileExistsError as error:
            raise LogExists(into) from error
        except OSError as error:
            raise cannot_write(into, error) from error
        finally:
            unfinished.unlink(missing_ok=True)


def _fill(made: Log, reader: LogReader, found: Survey) -> None:
    checkpointer = Checkpointer.of_new(made)
    assert checkpointer is not None, "a log that packs"
    walk, told = _Walk(reader), found.named | {found.state.revision}
    needed = {each: found.known[each] for each in sorted(told) if each in found.known}
    state = walk.state
    if state.revision:
        first = found.known.get(state.revision)
        checkpointer.revision = state.revision
        checkpointer.write(state, 0 if first is None else first.now, None if first is None else first.waiting)
    fill(made, checkpointer, state, walk.groups(), needed, None)


@define(eq=False, init=False)
class _Walk:
    """Over all of a log: ``state`` follows from the commits so far."""

    reader: LogReader
    state: State
    end: int
    ended_by: str = ""
    holes: list[Hole] = field(factory=list)
    known: dict[int, Checkpoint] = field(factory=dict)
    named: set[int] = field(factory=set)

    def __init__(self, reader: LogReader) -> None:
        first = reader.header.first_revision
        state = State(time=reader.header.created) if not first else _beginning(reader)
        self.__attrs_init__(reader=reader, state=state, end=reader.start)

    def groups(self) -> Iterator[list[Frame]]:
        """What was one frame, of what a log is told from; ends before the first commit that cannot be told."""
        unproven: list[Hole] = []
        for frame in self.reader.frames_and_holes():
            if isinstance(frame, Hole):
                unproven.append(frame)
                continue
            try:
                group = self._taken(frame)
            except (LogError, Unfit) as error:
                self.ended_by, self.end = str(error), frame.offset
                break
            if frame.revision:  # of a commit, or of a checkpoint, which tells up to where there were commits
                self.holes += unproven
                unproven.clear()
            if group:
                yield group
            self.end = frame.end
        if unproven:
            self.end = unproven[0].offset
            self.ended_by = f"what stood up to byte {unproven[-1].end} is damaged"

    def _taken(self, frame: Frame) -> list[Frame]:
        """The entries of what is to be kept, [] of what is made anew."""
        if frame.type == FrameType.CHECKPOINT:
            self._note(frame)
            if frame.revision != self.state.revision:
                raise Unfit(f"a checkpoint behind revision {frame.revision} follows {self.state.revision}")
        elif frame.type == FrameType.DELTA:
            self._note(frame)
        return [] if frame.type in IN_A_CHECKPOINT else self._entries(frame)

    def _entries(self, frame: Frame) -> list[Frame]:
        if frame.type not in IN_A_BODY and not may_be_skipped(frame.type):
            raise Unfit(f"the frame at byte {frame.offset} is of type {frame.type}, unknown here")
        group = list(unpacked([frame], self.reader.packer, self.reader.path))
        commits = [decode_commit(each.payload) for each in group if each.type == FrameType.COMMIT]
        self.state = reduce(_folded, commits, self.state)
        for wish in chain.from_iterable(commit.request for commit in commits if commit.actor.startswith("clock")):
            if "checkpoint" in wish:
                self.named.add(int(wish["checkpoint"]))
        return group

    def _note(self, frame: Frame) -> None:
        assert self.reader.packer is not None, "only packed logs have checkpoints"
        decode = decode_delta if frame.type == FrameType.DELTA else decode_checkpoint
        try:
            checkpoint = decode(frame.payload, self.reader.packer)
        except LogError:
            return
        if checkpoint.waiting_packed:
            self.known[checkpoint.revision] = checkpoint


def _beginning(reader: LogReader) -> State:
    """What a compacted log begins with, which its commits cannot tell."""
    first = reader.header.first_revision
    for frame in reader.frames_and_holes():
        if isinstance(frame, Frame) and frame.type == FrameType.CHECKPOINT and frame.revision == first:
            assert reader.packer is not None, "only packed logs have checkpoints"
            return decode_checkpoint(frame.payload, reader.packer, of_any_layout=True).state(Pages(reader.page_at))
    raise LogError(f"{reader.path}: the checkpoint that it begins with is damaged: restore the file from a copy.")


def _folded(state: State, commit: Commit) -> State:
    if commit.revision != state.revision + 1:
        raise Unfit(f"revision {commit.revision} follows {state.revision}")
    for ref in commit.removes:
        if state.get(ref) is None and ref not in map(ref_of, commit.puts):
            raise Unfit(f"revision {commit.revision} removes {ref}, which does not exist")
    return fold(state, commit)
