"""A State as pages in its own log: what a checkpoint is, and how a State is had from one.

    CHECKPOINT payload   8   89 "CHECKPT"               found by searching a file from its end
                         8   its own offset             so that a copy of it elsewhere is not taken for one
                         n   deflated with the log's dictionary, msgpack of a map:
                               layout                   number, names of the indices
                               revision, time           of the State
                               index                    offset of its INDEX frame (index.py)
                               bytes                    what this checkpoint took, its pages included
                               maps                     {name: [[first key, entries, offset of the page], ...]}
                               now, waiting             cluster time when it was begun, and what the Queue held
                                                        then (queue.py) as its own msgpack bytes, none if that
                                                        is not known
                               at_rest                  whether all that was due was done then
                               behind                   [[first revision, offset], ...] of the frames of commits
                                                        that came while its pages were written
                               deltas                   [[revision, offset], ...] of the DELTA frames (delta.py)
                                                        since the root before

Its frame has the revision of the last commit before it, which is the State's or one behind it.

A State is a few persistent B-trees of two levels: their lower level is the pages (pages.py), their upper one is
here. A page that did not change since the checkpoint before is referred to where it already lies. A history can be
told without any of it, so these frames may be skipped; what is read from them is checked like everything else.
"""

from collections.abc import Mapping, Sequence
from struct import Struct
from types import MappingProxyType
from typing import Any

import msgpack
from attrs import fields

from engine.errors import LogError
from engine.kinds.frozen import frozen
from engine.store.commit import Commit
from engine.store.delta_reader import Frames, changed_map, read_changes
from engine.store.frames import checkpoint_start
from engine.store.packing import Packer, PackError
from engine.store.pages import PageRef, Pages, map_of
from engine.store.sorted_map import SortedMap
from engine.store.state import State, leap

LAYOUT = 2
"""To be raised when the keys of an index come to mean something else; a checkpoint of another layout is not used,
but for its tables, which mean the same in all: what a compacted log begins with can be had from nowhere else."""
_TABLE = "table/"
_REVISION = Struct("<Q")


class OtherLayout(LogError):
    """A checkpoint that is whole, and of a State with other indices: it is not used."""


@frozen(kw_only=True)
class Checkpoint:
    """``maps`` names every table and index of the State that is not empty."""

    revision: int
    time: int
    index_offset: int
    size_bytes: int
    maps: Mapping[str, list[PageRef]]
    now: int = 0
    waiting_packed: bytes = b""
    at_rest: bool = False
    behind: Sequence[tuple[int, int]] = ()
    deltas: Sequence[tuple[int, int]] = ()
    has_indices: bool = True
    """Else ``maps`` are tables only, and the State's indices are made of them, which reads everything."""
    base_offset: int = 0
    """Of a delta: whose pages ``maps`` are; 0 for a checkpoint by itself."""
    parts: Sequence[int] = ()
    """Of a delta: where it stands what changed in them."""
    inputs: Mapping[str, list[int]] = MappingProxyType({})
    """Of a delta: what came from outside since its base."""

    @property
    def is_at_rest(self) -> bool:
        """Whether all that was due at its last commit was done: who opens a log that ends here may go on."""
        return self.at_rest and self.now == self.time

    @property
    def waiting(self) -> Any:
        """What a queue held, None if that is not known. Raises LogError."""
        try:
            packed = self.waiting_packed
            return msgpack.unpackb(packed, use_list=False, strict_map_key=False) if packed else None
        except (ValueError, TypeError, msgpack.UnpackException) as error:
            raise LogError(f"a checkpoint in the log cannot be read: {error}") from error

    def refers_to(self, offset: int) -> bool:
        """Whether one of its pages is there."""
        if not offset:
            return False
        return offset in self.parts or any(ref.offset == offset for refs in self.maps.values() for ref in refs)

    def state(self, pages: Pages) -> State:
        """The State, of which no page is read before it is touched."""
        tables: dict[str, Any] = {}
        indices: dict[str, Any] = {}
        changes = read_changes(pages.read, self.parts)
        frames = Frames(pages.read)
        for name in {**self.maps, **changes}:
            refs, each = self.maps.get(name, []), changes.get(name)
            made = map_of(pages, name, refs) if each is None else changed_map(pages, name, refs, each, frames)
            if name.startswith(_TABLE):
                tables[name.removeprefix(_TABLE)] = made
            else:
                indices[name] = made
        if not self.has_indices:
            puts = tuple(obj for table in tables.values() for _, obj in table.items())
            return leap(State(), Commit(revision=self.revision, time=self.time, actor="", puts=puts))
        return State(revision=self.revision, time=self.time, tables=MappingProxyType(tables), **indices)


def maps_of(state: State) -> dict[str, SortedMap[Any, Any]]:
    """Every table and index that is not empty, by the name it has in a checkpoint."""
    return {name: each for name, each in all_maps_of(state).items() if len(each)}


def all_maps_of(state: State) -> dict[str, SortedMap[Any, Any]]:
    """As ``maps_of``, with those that are empty; nothing is laid into their chunks."""
    tables = {_TABLE + kind: table for kind, table in sorted(state.tables.items())}
    return tables | {name: getattr(state, name) for name in _indices()}


def _indices() -> list[str]:
    return [each.name for each in fields(State) if each.name not in ("revision", "time", "tables")]


def _layout() -> list[Any]:
    return [LAYOUT, *_indices()]


def pack_waiting(waiting: Any) -> bytes:
    """What ``Checkpoint.waiting`` gives back; None is not known."""
    return b"" if waiting is None else bytes(msgpack.packb(waiting))


def encode_checkpoint(checkpoint: Checkpoint, offset: int, packer: Packer) -> bytes:
    """The payload, for a frame that begins at ``offset``."""
    start = checkpoint_start(offset)
    maps = {name: [[ref.first, ref.length, ref.offset] for ref in refs] for name, refs in checkpoint.maps.items()}
    body = {
        "layout": _layout(),
        "revision": checkpoint.revision,
        "time": checkpoint.time,
        "index": checkpoint.index_offset,
        "bytes": checkpoint.size_bytes,
        "maps": maps,
        "now": checkpoint.now,
        "waiting": checkpoint.waiting_packed,
        "at_rest": checkpoint.at_rest,
        "behind": checkpoint.behind,
        "deltas": checkpoint.deltas,
    }
    return start + packer.deflate(msgpack.packb(body))


def encode_delta(delta: Checkpoint, packer: Packer) -> bytes:
    """The payload of a DELTA frame."""
    body = {
        "layout": _layout(),
        "time": delta.time,
        "now": delta.now,
        "waiting": delta.waiting_packed,
        "at_rest": delta.at_rest,
        "base": delta.base_offset,
        "changes": delta.parts,
        "inputs": dict(delta.inputs),
    }
    return _REVISION.pack(delta.revision) + packer.deflate(msgpack.packb(body))


def revision_of_delta(payload: bytes) -> int:
    """Of the State in it."""
    return int(_REVISION.unpack_from(payload.ljust(_REVISION.size, b"\0"))[0])


def decode_delta(payload: bytes, packer: Packer) -> Checkpoint:
    """Without ``maps``, which its base has. Raises LogError, OtherLayout."""
    try:
        raw = packer.inflate(payload[_REVISION.size :])
        body = msgpack.unpackb(raw, use_list=False, strict_map_key=False)
        if list(body["layout"]) != _layout():
            raise OtherLayout("a checkpoint in the log was made by a version with other indices")
        return Checkpoint(
            revision=revision_of_delta(payload),
            time=int(body["time"]),
            index_offset=0,
            size_bytes=0,
            maps={},
            now=int(body["now"]),
            waiting_packed=bytes(body["waiting"]),
            at_rest=bool(body["at_rest"]),
            base_offset=int(body["base"]),
            parts=[int(each) for each in body["changes" if "changes" in body else "parts"]],
            inputs={str(actor): list(revisions) for actor, revisions in body["inputs"].items()},
        )
    except (PackError, ValueError, TypeError, KeyError, AttributeError, msgpack.UnpackException) as error:
        raise LogError(f"a checkpoint in the log cannot be read: {error}") from error


def decode_checkpoint(payload: bytes, packer: Packer, *, of_any_layout: bool = False) -> Checkpoint:
    """Raises LogError, OtherLayout where a State of this version has other indices than the checkpoint's."""
    try:
        raw = packer.inflate(payload[len(checkpoint_start(0)) :])
        body = msgpack.unpackb(raw, use_list=False, strict_map_key=False)
        has_indices = list(body["layout"]) == _layout()
        if not has_indices and not of_any_layout:
            raise OtherLayout("a checkpoint in the log was made by a version with other indices")
        maps = {
            str(name): [PageRef(tuple(first), int(length), int(offset)) for first, length, offset in refs]
            for name, refs in body["maps"].items()
            if has_indices or name.startswith(_TABLE)
        }
        waiting = body["waiting"]  # itself, not packed, until layout 2
        return Checkpoint(
            revision=int(body["revision"]),
            time=int(body["time"]),
            index_offset=int(body["index"]),
            size_bytes=int(body["bytes"]),
            maps=maps,
            now=int(body["now"]),
            waiting_packed=waiting if isinstance(waiting, bytes) else pack_waiting(waiting),
            at_rest=bool(body.get("at_rest", waiting is not None)),
            behind=[(int(first), int(offset)) for first, offset in body.get("behind", ())],
            deltas=[(int(each), int(offset)) for each, offset in body.get("deltas", ())],
            has_indices=has_indices,
        )
    except (PackError, ValueError, TypeError, KeyError, AttributeError, msgpack.UnpackException) as error:
        raise LogError(f"a checkpoint in the log cannot be read: {error}") from error
