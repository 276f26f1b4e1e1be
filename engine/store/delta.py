"""What changed in a State since its newest checkpoint, so that a log opens as if it had just written another.

    DELTA payload      8   revision of the State
                       n   deflated with the log's dictionary, msgpack of a map:
                             layout, time, now, waiting, at_rest    as in a CHECKPOINT
                             base      offset of the CHECKPOINT whose pages it changes
                             changes   offsets of the PAGE frames with all that changed since, oldest first
                             inputs    {"user": [revision, ...], ...} of the commits since that
    PAGE, of a DELTA   deflated, msgpack of {name of a map: [more, first, last, entries, first, last, entries, ...]}
                         more                by how many entries the map grew
                         first, last         keys, of those in `entries`
                         entries             its own msgpack bytes: [key, value, key, value, ...], in order
                         value               as in a page, nil for what is gone, and of an object [offset of the
                                             frame of its commit, where its manifest begins in there, how long it is]

A checkpoint writes whole pages, so where changes are spread it costs many times what changed, and comes seldom. A
delta costs a quarter of what the commits took and comes often (delta_writer.py). Who reads one inflates what changed
since its base; keys are decoded where somebody looks, like the pages there (delta_reader.py). Frames of a DELTA may
be skipped as well.

The first deltas named their pages `parts`, with [key, value, whether the map had it, ...] of a map. They are read like
these; who knows only them goes by checkpoints.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgpack

from engine.kinds import Object, Pod, Ref
from engine.kinds.frozen import frozen
from engine.store.change import Change
from engine.store.commit import puts_in
from engine.store.indices import moves_of
from engine.store.packing import payloads_in
from engine.store.pages import encoder_of
from engine.store.sorted_map import SortedMap
from engine.store.state import State

_BATCH = 64
"""Objects encoded at once: some 3 ms."""
_PART_BYTES = 1 << 20
"""Of work."""
_OBJECT_BYTES = 300
"""What is as much work as to note where an object is."""

Span = tuple[int, int]
"""Where something begins, and how long it is."""


@frozen
class Place:
    """Where an object was put: the offset of the frame, the number of the commit in it and of the put in that."""

    offset: int
    index: int
    number: int


_BLOCK = 16
"""Keys that are decoded together."""


def encoding_changes(
    before: State, after: State, changed: Mapping[Ref, "Place | None"], read: Callable[[int], bytes]
) -> Iterator[tuple[int, bytes]]:
    """The parts that tell what becomes of ``before``, where all that differs is in ``changed``; some work at a time.

    Says how much work each step was, in bytes, and gives a part when there is one.
    """
    spans: dict[int, list[list[Span]]] = {}
    for offset in sorted({place.offset for place in changed.values() if place is not None}):
        raw = read(offset)
        spans[offset] = [_spans(raw, begin, end) for begin, end in payloads_in(raw)]
        yield len(raw) // 2, b""
    part, part_bytes = _Part(), 0
    nodes: set[str] = set()
    in_order = sorted(changed)
    for start in range(0, len(in_order), _BATCH):
        done_bytes = 0
        changes = []
        for ref in in_order[start : start + _BATCH]:
            old, new, place = before.get(ref), after.get(ref), changed[ref]
            if old is new:
                continue
            changes.append(Change(ref, old, new))
            nodes.update(pod.spec.node_name for pod in (old, new) if isinstance(pod, Pod))
            where = None if place is None else (place.offset, *spans[place.offset][place.index][place.number])
            done_bytes += part.add_object(ref, old, new, where)
        done_bytes += part.add_moves(before, changes)
        part_bytes += done_bytes
        if part_bytes >= _PART_BYTES:
            yield done_bytes, part.packed()
            part, part_bytes = _Part(), 0
        else:
            yield done_bytes, b""
    sums = {(name,): after.requested.get((name,)) for name in sorted(nodes) if name}
    part.add("requested", sums, before.requested)
    if part.maps:
        yield part_bytes, part.packed()


def _spans(raw: bytes, begin: int, end: int) -> list["Span"]:
    return [(begin + start, length) for start, length in puts_in(raw[begin:end])]


class _Part:
    def __init__(self) -> None:
        self.maps: dict[str, dict[tuple[Any, ...], tuple[Any, bool]]] = {}

    def add_object(self, ref: Ref, old: Object | None, new: Object | None, where: tuple[int, int, int] | None) -> int:
        """How much work it was; without ``where`` it is told here."""
        name = "table/" + ref.kind
        value = None if new is None else where or encoder_of(name)(new)
        self.maps.setdefault(name, {})[ref.namespace, ref.name] = value, old is not None
        return len(value) if isinstance(value, bytes) else _OBJECT_BYTES

    def add_moves(self, before: State, changes: list[Change]) -> int:
        moves = moves_of(changes)
        for name, moved in moves.items():
            self.add(name, moved, getattr(before, name))
        return _OBJECT_BYTES * sum(map(len, moves.values()))

    def add(self, name: str, changed: Mapping[Any, Any], before: SortedMap[Any, Any]) -> None:
        """Changes of an index or a sum."""
        encoded = encoder_of(name)
        for key, value in changed.items():
            was_there = before.get(key) is not None
            if was_there or value is not None:
                self.maps.setdefault(name, {})[key] = None if value is None else encoded(value), was_there

    def packed(self) -> bytes:
        return bytes(msgpack.packb({name: _blocks(changed) for name, changed in self.maps.items()}))


def _blocks(changed: Mapping[tuple[Any, ...], tuple[Any, bool]]) -> list[Any]:
    """Of one map."""
    more = sum((value is not None) - was_there for value, was_there in changed.values())
    found: list[Any] = [more]
    keys = sorted(changed)
    for start in range(0, len(keys), _BLOCK):
        some = keys[start : start + _BLOCK]
        # A key beside its value, which has the same words: they deflate to nothing.
        found += [some[0], some[-1], msgpack.packb([each for key in some for each in (key, changed[key][0])])]
    return found
