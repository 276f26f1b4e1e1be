"""Writes deltas (delta.py) behind a checkpoint: what changed since the last one, a little at a time.

One is due when ``_CHANGES`` objects were put or removed since the one before. So who opens a log that a killed process
left folds no more than the commits of some 2,000 changes, or of what was written at once.
While the pages of a checkpoint are being written deltas go on, on the checkpoint before; what comes behind the State
of the new one stands for itself, and is tied to the new one when that has its root.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field

from engine.errors import LogError
from engine.kinds import Ref, ref_of
from engine.store.checkpoint import Checkpoint, encode_delta, pack_waiting
from engine.store.commit import Commit
from engine.store.delta import Place, encoding_changes
from engine.store.frames import Entry, FrameType
from engine.store.history import History
from engine.store.log import Log
from engine.store.packing import Packer
from engine.store.state import State

_CHANGES = 1024


def _nothing(offset: int) -> bytes:
    raise AssertionError(f"nothing is read at {offset} before a delta is begun")


@define(eq=False)
class DeltaWriter:
    """Knows what changed since the last delta, and where the deltas lie since the newest checkpoint."""

    _log: Log
    _packer: Packer
    _base_offset: int = 0
    """Of the newest root; 0 for none."""
    _parts: list[int] = field(factory=list)
    """Behind that root."""
    _new_parts: list[int] | None = None
    """Those of them that tell what came since the checkpoint was begun whose pages are being written."""
    _stretches: list["_Stretch"] = field(factory=list)
    """Closed and not written yet."""
    _open: "_Stretch | None" = None
    """What came last; None where there is no State to tell the changes of."""
    _begun: Checkpoint | None = None
    """What the delta on its way will tell but for its parts."""
    _newest: Checkpoint | None = None
    """The last that was written, or could have been if it had had a base."""
    _work: Iterator[int] = iter(())
    _read: Callable[[int], bytes] = field(default=_nothing)
    _unnoted: bool = False
    """Whether there are commits behind the open stretch's beginning that it does not know of."""
    told: list[tuple[int, int]] = field(factory=list)
    """Revisions and offsets of the deltas since the newest root."""

    def begin_log(self) -> None:
        """For a log without commits."""
        self._open = _Stretch(State())

    def resume(self, history: History) -> None:
        """Goes on behind the newest delta or checkpoint; commits behind that are told in the next delta, at once."""
        known = history.newest_known()
        if known is not None:
            newest, self._base_offset = known
            self._parts, self.told = list(newest.parts), history.deltas_since_checkpoint()
            self._newest = newest if newest.parts else None
            self._unnoted = history.last_revision > newest.revision
            self._open = _Stretch(history.state_of(newest), changes=_CHANGES if self._unnoted else 0)

    def note(self, commits: Sequence[Commit], places: Sequence[tuple[int, int]]) -> None:
        """What was appended."""
        if self._open is None:
            return
        changed = self._open.changed
        for commit, (offset, index) in zip(commits, places, strict=True):
            for number, obj in enumerate(commit.puts):
                changed[ref_of(obj)] = Place(offset, index, number)
            changed.update(dict.fromkeys(commit.removes))
            self._open.changes += len(commit.puts) + len(commit.removes)

    @property
    def is_due(self) -> bool:
        has_base = self._base_offset > 0 or self._new_parts is not None
        return has_base and self._begun is None and self.are_many

    @property
    def are_many(self) -> bool:
        """Whether so much changed since the last one that who opens the log would wait for it."""
        open_changes = 0 if self._open is None else self._open.changes
        return open_changes + sum(each.changes for each in self._stretches) >= _CHANGES

    def begin(
        self, state: State, now: int, waiting: Any, inputs: Mapping[str, list[int]], read: Callable[[int], bytes]
    ) -> None:
        """``state`` is to be written, by ``go_on``. ``waiting`` is what a queue held at ``now``.

        ``inputs`` are those since the newest checkpoint; ``read`` gives what a frame of commits holds.
        """
        self._read = read
        self._close(state, is_new=self._new_parts is not None)
        self._begun = Checkpoint(
            revision=state.revision,
            time=state.time,
            index_offset=0,
            size_bytes=0,
            maps={},
            now=now,
            waiting_packed=pack_waiting(waiting),
            at_rest=isinstance(waiting, Mapping) and not waiting.get("waiting"),
            inputs={actor: revisions.copy() for actor, revisions in inputs.items()},
        )
        self._work = self._writing()

    def go_on(self, some_bytes: int, last_revision: int) -> int:
        """Writes so much of what was begun; how much may still be written then. Raises as Log.append does."""
        begun = self._begun
        if begun is None:
            return some_bytes
        try:
            for written_bytes in self._work:
                some_bytes -= written_bytes
                if some_bytes <= 0:
                    return 0
            self._finish(begun, last_revision)
        except LogError:
            self._work = self._writing()
            raise
        return some_bytes

    def checkpoint_begins(self, state: State) -> None:
        """The pages of ``state`` will be written: what comes behind it is told apart from what came before."""
        self._begun, self._work = None, iter(())
        for each in self._stretches:
            each.is_new = False  # a checkpoint that was begun before never comes to its end
        self._close(state, is_new=True)
        if not self._base_offset:
            self._stretches.clear()  # no page to tell the changes of
        self._new_parts = []

    def tied_to(self, root_offset: int, revision: int) -> list[Entry]:
        """What is to stand behind the root at ``root_offset`` of the checkpoint of ``revision`` that was begun."""
        if not self._new_parts or self._newest is None:
            return []
        inputs = {actor: [each for each in some if each > revision] for actor, some in self._newest.inputs.items()}
        delta = evolve(self._newest, base_offset=root_offset, parts=self._new_parts, inputs=inputs)
        return [Entry(FrameType.DELTA, encode_delta(delta, self._packer))]

    def checkpoint_ends(self, root_offset: int, delta_offsets: Sequence[int]) -> None:
        """Its root is there, and behind it what ``tied_to`` gave."""
        self._base_offset, self._parts, self._new_parts = root_offset, self._new_parts or [], None
        self._stretches = [each for each in self._stretches if each.is_new]
        for each in self._stretches:
            each.is_new = False
        if self._open is not None:
            self._open.is_new = False
        self.told = [] if self._newest is None else [(self._newest.revision, offset) for offset in delta_offsets]

    def _close(self, state: State, *, is_new: bool) -> None:
        if self._unnoted:
            self._unnoted = False
            self._note_all(state)
        if self._open is not None and self._open.changed:
            self._open.after = state
            self._stretches.append(self._open)
        self._open = _Stretch(state, is_new=is_new)

    def _note_all(self, state: State) -> None:
        """What changed in commits that nobody noted."""
        assert self._open is not None, "there is a State before them"
        for kind, table in state.tables.items():
            changed = table.changed_since(self._open.before.table(kind))
            for key, _ in changed:
                self._open.changed.setdefault(Ref(kind, *key))

    def _writing(self) -> Iterator[int]:
        for stretch in list(self._stretches):
            if stretch.parts is not None:
                continue
            parts: list[int] = []
            assert stretch.after is not None, "it is closed"
            for work_bytes, part in encoding_changes(stretch.before, stretch.after, stretch.changed, self._read):
                if part:
                    parts.append(self._append(Entry(FrameType.PAGE, self._packer.deflate(part))))
                yield work_bytes
            stretch.parts = parts

    def _append(self, entry: Entry) -> int:
        ((offset, _),) = self._log.append([entry], durable=False)  # the next commits make it so
        return offset

    def _finish(self, begun: Checkpoint, last_revision: int) -> None:
        parts = [part for each in self._stretches for part in each.parts or ()]
        new_parts = [part for each in self._stretches if each.is_new for part in each.parts or ()]
        if self._base_offset:
            delta = evolve(begun, base_offset=self._base_offset, parts=self._parts + parts)
            entry = Entry(FrameType.DELTA, encode_delta(delta, self._packer), last_revision)
            self.told.append((begun.revision, self._append(entry)))
        self._parts += parts
        if self._new_parts is not None:
            self._new_parts += new_parts
        self._stretches.clear()
        self._newest, self._begun = begun, None


@define(eq=False)
class _Stretch:
    """Of a session; all that changed in it is in ``changed``."""

    before: State
    is_new: bool = False
    """Behind a checkpoint that was begun."""
    after: State | None = None
    changed: dict[Ref, Place | None] = field(factory=dict)
    """And where it was put; None where that is not known, or it was removed."""
    changes: int = 0
    parts: list[int] | None = None
    """Once they are written."""
