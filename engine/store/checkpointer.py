"""Writes checkpoints into a log while its cluster goes on: when, only what changed, and a little at a time.

A checkpoint is due when at least ``_COMMITS`` commits came since the one before was begun, and ``_TIMES`` as many
bytes of them as that one took. A State never changes, so its pages are written as time allows (``go_on``) and its
root when all are there; commits that come in between are named in the root. Where changes are spread over all of a
large cluster many commits come before the next one is due: deltas (delta_writer.py) tell what changed, so that who
opens or seeks folds no more than some hundred commits anywhere. Both together never take more than some 1.5 times
what the commits take, but for what a killed process had begun with. A cluster that is closed writes a checkpoint at
its end (``worth_closing``).
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field

from engine.errors import LogError
from engine.store.checkpoint import Checkpoint, encode_checkpoint, maps_of, pack_waiting
from engine.store.chunk import Chunk
from engine.store.commit import Commit
from engine.store.delta_writer import DeltaWriter
from engine.store.frames import Entry, FrameType, Place
from engine.store.history import History, pages_of
from engine.store.index import Index
from engine.store.log import Log
from engine.store.packing import Packer
from engine.store.pages import LogPage, PageRef, Pages, encoding, place_of
from engine.store.reader import LogReader
from engine.store.state import State

_COMMITS = 512
_TIMES = 2
_DELTAS_BYTES = 4 << 20
"""Of commits: the deltas that tell of more would take long to read."""
_FEW_COMMITS = 16
_MANY_OBJECTS = 1000
_SLICE_BYTES = 1 << 18
"""Of pages, not deflated yet: some 8 ms, and more to deflate a page of pods."""
_DELTA_SLICES = 2
"""Deltas are short and are waited for: some 15 ms."""
_SYNCED_BYTES = 1 << 22
"""Of pages that may wait for one sync, so that no sync takes long."""


@define(eq=False)
class Checkpointer:
    """Knows which pages the log holds, and what came since its newest checkpoint (``since``)."""

    _log: Log
    _packer: Packer
    _deltas: DeltaWriter
    pages: Pages | None = None
    """Where the chunks lie that are in this log; None until one is written."""
    since: Index = field(factory=Index)
    revision: int = 0
    """Up to which it knows all that was appended."""
    commits: int = 0
    commit_bytes: int = 0
    size_bytes: int = 0
    index_offset: int = 0
    root_offset: int = 0
    _begun: "_Begun | None" = None
    _unsynced_bytes: int = 0
    _lost: bool = False
    """An interrupt came between the log and what is known of it here: no more checkpoints until it is reopened."""

    @classmethod
    def of_new(cls, log: Log) -> "Checkpointer | None":
        """For a log without commits; None for one that cannot hold checkpoints, of format 1."""
        if log.packer is None:
            return None
        deltas = DeltaWriter(log=log, packer=log.packer)
        deltas.begin_log()
        return cls(log=log, packer=log.packer, deltas=deltas)

    @classmethod
    def resume(cls, log: Log, history: History) -> "Checkpointer | None":
        """For a log that ``history`` has just read to its end; as of_new for one of format 1."""
        made = cls.of_new(log)
        if made is None:
            return None
        made.pages, made.since = history.pages, history.since_checkpoint()
        made.revision = made.commits = history.last_revision
        if history.newest_checkpoint is not None:
            newest, made.root_offset = history.newest_checkpoint
            made.index_offset, made.size_bytes = newest.index_offset, newest.size_bytes
            made.commits -= newest.revision
            made.commit_bytes = log.end - made.root_offset
        else:
            made.commit_bytes = log.end
        made._deltas.resume(history)
        return made

    def note(self, commits: Sequence[Commit], places: Sequence[Place], size_bytes: int) -> None:
        """What was appended since: ``size_bytes`` in the log, where the places say."""
        if not commits:
            return
        if commits[0].revision != self.revision + 1:
            self._lost = True
        for commit, (offset, index) in zip(commits, places, strict=True):
            if index == 0:
                self.since.add_frame(commit.revision, offset)
            if commit.is_input:
                self.since.add_input(commit.actor, commit.revision)
        self.revision = commits[-1].revision
        self.commits += len(commits)
        self.commit_bytes += size_bytes
        self._deltas.note(commits, places)

    @property
    def is_due(self) -> bool:
        """Whether a checkpoint or a delta is."""
        return self.is_whole_due or self._deltas.is_due

    @property
    def is_whole_due(self) -> bool:
        enough = self.commits >= _COMMITS or (not self.root_offset and self._deltas.are_many)
        wanted_bytes = self.size_bytes + min((_TIMES - 1) * self.size_bytes, _DELTAS_BYTES)
        return self._begun is None and enough and self.commit_bytes >= wanted_bytes

    def begin_due(self, state: State, now: int, waiting: Any) -> None:
        """As ``begin``, where not only a delta is due."""
        if self.is_whole_due:
            self.begin(state, now, waiting)
        elif self._deltas.is_due and not self._lost and state.revision == self.revision:
            assert self.pages is not None, "deltas come behind a checkpoint"
            self._deltas.begin(state, now, waiting, self.since.inputs, self.pages.read)

    def worth_closing(self, state: State) -> bool:
        """Whether the next opening would otherwise do more than it need."""
        objects = sum(map(len, state.tables.values()))
        return self.commits >= _FEW_COMMITS or (self.commits > 0 and objects >= _MANY_OBJECTS)

    def begin(self, state: State, now: int = 0, waiting: Any = None) -> None:
        """``state`` is to be written, by ``go_on``. ``waiting`` is what a queue held at ``now``. Raises LogError."""
        if self._lost or state.revision != self.revision:
            return
        if self.pages is None:
            self.pages = pages_of(LogReader.open(self._log.path))
        for each in maps_of(state).values():
            each.settle()  # so that the States to come share the chunks that will be written
        self._deltas.checkpoint_begins(state)
        spent_bytes = 0 if self._begun is None else self._begun.spent_bytes
        self._begun = _Begun(state, now, waiting, self.commits, self.commit_bytes, spent_bytes)
        self._begun.work = self._write_pages(self._begun)

    def go_on(self, some_bytes: int = _SLICE_BYTES) -> None:
        """Writes so much of what was begun, if anything was. Raises as Log.append does; the next call goes on."""
        if self._lost:
            return
        self._lost = True
        try:
            some_bytes = self._deltas.go_on(_DELTA_SLICES * some_bytes, self.revision) // _DELTA_SLICES
        except LogError:
            self._lost = False
            raise
        begun = self._begun
        if begun is None or some_bytes <= 0:
            self._lost = False
            return
        try:
            for written_bytes in begun.work:
                some_bytes -= written_bytes
                if some_bytes <= 0:
                    break
            else:
                self._finish(begun)
        except LogError:
            begun.work = self._write_pages(begun)
            self._lost = False
            raise
        self._lost = False

    def write(self, state: State, now: int = 0, waiting: Any = None) -> None:
        """As begin and go_on to the end: durable when it returns."""
        self.begin(state, now, waiting)
        self.go_on(sys.maxsize)

    def _write_pages(self, begun: "_Begun") -> Iterator[int]:
        """Those that are not in the log yet; gives how many bytes each step came to."""
        pages = self.pages
        assert pages is not None, "made when the checkpoint is begun"
        for name, each in maps_of(begun.state).items():
            for _, chunk in each.chunks():
                if place_of(chunk, pages) is not None:
                    continue
                lists = chunk.load()
                if lists[0] and place_of(chunk, pages) is None:  # or a delta left nothing there, or all as it was
                    data = yield from encoding(name, lists)
                    yield self._append_page(begun, name, chunk, data)
        begun.waiting_packed = pack_waiting(begun.waiting)
        yield _SLICE_BYTES

    def _append_page(self, begun: "_Begun", name: str, chunk: Chunk[Any, Any], data: bytes) -> int:
        before, pages = self._log.end, self.pages
        assert pages is not None, "made when the checkpoint is begun"
        entry = Entry(FrameType.PAGE, self._packer.deflate(data))
        is_much = self._unsynced_bytes > _SYNCED_BYTES
        ((offset, _),) = self._log.append([entry], durable=is_much)
        spent_bytes = self._log.end - before
        begun.spent_bytes += spent_bytes
        self._unsynced_bytes = 0 if is_much else self._unsynced_bytes + spent_bytes
        chunk.page = LogPage(pages, offset, len(chunk), name)
        pages.hold(name, chunk, len(data))
        return len(data)

    def _finish(self, begun: "_Begun") -> None:
        """The index and the root, durably."""
        state, before = begun.state, self._log.end
        known, behind = self.since.split_behind(state.revision)
        index = self._packer.deflate(known.encoded(self.index_offset, self.root_offset, state.revision))
        ((index_offset, _),) = self._log.append([Entry(FrameType.INDEX, index)], durable=False)
        root_offset = self._log.end
        begun.spent_bytes += root_offset - before
        checkpoint = Checkpoint(
            revision=state.revision,
            time=state.time,
            index_offset=index_offset,
            size_bytes=begun.spent_bytes,
            maps=self._refs(state),
            now=begun.now,
            waiting_packed=begun.waiting_packed,
            at_rest=isinstance(begun.waiting, Mapping) and not begun.waiting.get("waiting"),
            behind=list(zip(behind.firsts, behind.offsets, strict=True)),
            deltas=self._deltas.told,
        )
        payload = encode_checkpoint(checkpoint, root_offset, self._packer)
        root = Entry(FrameType.CHECKPOINT, payload, self.revision)
        places = self._log.append([root, *self._deltas.tied_to(root_offset, state.revision)])
        self._deltas.checkpoint_ends(root_offset, [offset for offset, _ in places[1:]])
        self.since, self._begun, self._unsynced_bytes = behind, None, 0
        self.commits -= begun.commits
        self.commit_bytes -= begun.commit_bytes
        self.size_bytes = begun.spent_bytes + self._log.end - root_offset
        self.index_offset, self.root_offset = index_offset, root_offset

    def _refs(self, state: State) -> dict[str, list[PageRef]]:
        assert self.pages is not None, "made when the checkpoint is begun"
        refs: dict[str, list[PageRef]] = {}
        for name, each in maps_of(state).items():
            refs[name] = []
            for first, chunk in each.chunks():
                offset = place_of(chunk, self.pages)
                if offset is not None:
                    refs[name].append(PageRef(first, len(chunk), offset))
                else:
                    assert not chunk.load()[0], "all pages are written"
        return refs


@define(eq=False)
class _Begun:
    """A checkpoint on its way; ``commits`` and ``commit_bytes`` came before it, since the last one was begun."""

    state: State
    now: int
    waiting: Any
    commits: int
    commit_bytes: int
    spent_bytes: int
    waiting_packed: bytes = b""
    work: Iterator[int] = iter(())
