"""Writes checkpoints into a log while its cluster goes on: when, and only what changed.

A checkpoint is due when at least ``_COMMITS`` commits came since the one before, and as many bytes of them as that
one took. So the file never takes more than twice what its commits take, whatever changes; and who opens or seeks
folds no more commits than 512, or a checkpoint's bytes of them where one checkpoint takes more: where changes are
spread over all of a large cluster. A cluster that is closed writes one at its end (``worth_closing``).
"""

from collections.abc import Sequence
from typing import Any

from attrs import define, field

from engine.errors import LogError
from engine.store.checkpoint import Checkpoint, encode_checkpoint, maps_of
from engine.store.commit import Commit
from engine.store.frames import Entry, FrameType, Place
from engine.store.history import History
from engine.store.index import Index
from engine.store.log import Log
from engine.store.packing import Packer
from engine.store.pages import PageRef, Pages, encode_page, place_of
from engine.store.state import State

_COMMITS = 512
_FEW_COMMITS = 16
_MANY_OBJECTS = 1000


@define(eq=False)
class Checkpointer:
    """Knows which pages the log holds, and what came since its newest checkpoint (``since``)."""

    _log: Log
    _packer: Packer
    pages: Pages | None = None
    """Where States that were read from this log have their chunks."""
    since: Index = field(factory=Index)
    revision: int = 0
    """Up to which it knows all that was appended."""
    commits: int = 0
    commit_bytes: int = 0
    size_bytes: int = 0
    index_offset: int = 0
    root_offset: int = 0
    _known: dict[int, tuple[Any, int]] = field(factory=dict)
    """id of a chunk -> the chunk, and where its page lies."""
    _lost: bool = False
    """An interrupt came between the log and what is known of it here: no more checkpoints until it is reopened."""

    @classmethod
    def begin(cls, log: Log) -> "Checkpointer | None":
        """For a log without commits; None for one that cannot hold checkpoints, of format 1."""
        return None if log.packer is None else cls(log=log, packer=log.packer)

    @classmethod
    def resume(cls, log: Log, history: History) -> "Checkpointer | None":
        """For a log that ``history`` has just read to its end; as begin for one of format 1."""
        made = cls.begin(log)
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

    @property
    def is_due(self) -> bool:
        return self.commits >= _COMMITS and self.commit_bytes >= self.size_bytes

    def worth_closing(self, state: State) -> bool:
        """Whether the next opening would otherwise do more than it need."""
        objects = sum(map(len, state.tables.values()))
        return self.commits >= _FEW_COMMITS or (self.commits > 0 and objects >= _MANY_OBJECTS)

    def write(self, state: State, now: int = 0, waiting: Any = None) -> None:
        """Durable when it returns. ``waiting`` is what a queue held at ``now``. Raises as Log.append does."""
        if self._lost or state.revision != self.revision:
            return
        self._lost = True
        begun_at = self._log.end
        try:
            maps, known = self._write_pages(state)
            index = self.since.encoded(self.index_offset, self.root_offset, state.revision)
            entry = Entry(FrameType.INDEX, self._packer.deflate(index))
            ((index_offset, _),) = self._log.append([entry], durable=False)
            root_offset = self._log.end
            checkpoint = Checkpoint(
                revision=state.revision,
                time=state.time,
                index_offset=index_offset,
                size_bytes=root_offset - begun_at,
                maps=maps,
                now=now,
                waiting=waiting,
            )
            payload = encode_checkpoint(checkpoint, root_offset, self._packer)
            self._log.append([Entry(FrameType.CHECKPOINT, payload, state.revision)])
        except LogError:
            self._lost = False
            raise
        self._known, self.since = known, Index()
        self.commits = self.commit_bytes = 0
        self.size_bytes = self._log.end - begun_at
        self.index_offset, self.root_offset = index_offset, root_offset
        self._lost = False

    def _write_pages(self, state: State) -> tuple[dict[str, list[PageRef]], dict[int, tuple[Any, int]]]:
        """The pages of all maps, those that are not in the log yet appended to it."""
        maps = maps_of(state)
        new = [(name, chunk) for name, each in maps.items() for _, chunk in each.chunks() if self._place(chunk) is None]
        entries = [Entry(FrameType.PAGE, self._packer.deflate(encode_page(name, chunk))) for name, chunk in new]
        places = self._log.append(entries, durable=False)
        written = {id(chunk): (chunk, offset) for (_, chunk), (offset, _) in zip(new, places, strict=True)}
        refs: dict[str, list[PageRef]] = {}
        known: dict[int, tuple[Any, int]] = {}
        for name, each in maps.items():
            refs[name] = []
            for first, chunk in each.chunks():
                offset = written[id(chunk)][1] if id(chunk) in written else self._place(chunk)
                assert offset is not None, "a page is either known or written now"
                refs[name].append(PageRef(first, entries_in(chunk), offset))
                known[id(chunk)] = (chunk, offset)
        return refs, known

    def _place(self, chunk: Any) -> int | None:
        known = self._known.get(id(chunk))
        if known is not None:
            return known[1]
        return None if self.pages is None else place_of(chunk, self.pages)


def entries_in(chunk: Any) -> int:
    """Without reading a chunk that is still in the log."""
    return len(chunk[0]) if isinstance(chunk, tuple) else len(chunk)
