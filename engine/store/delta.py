"""What changed in a State since its newest checkpoint, so that a log opens as if it had just written another.

    DELTA payload      8   revision of the State
                       n   deflated with the log's dictionary, msgpack of a map:
                             layout, time, now, waiting, at_rest    as in a CHECKPOINT
                             base      offset of the CHECKPOINT whose pages it changes
                             parts     offsets of the PAGE frames with all that changed since, oldest first
                             inputs    {"user": [revision, ...], ...} of the commits since that
    PAGE, of a DELTA   deflated, msgpack of {name of a map: [key, value, known, key, value, known, ...]}
                         value               as in a page, nil for what is gone, and of an object [offset of the
                                             frame of its commit, where its manifest begins in there, how long it is]
                         known               whether the map had the key before

A checkpoint writes whole pages, so where changes are spread it costs many times what changed, and comes seldom. A
delta costs a quarter of what the commits took and comes often (delta_writer.py). Who reads one reads all keys that
changed since its base, and inflates the commits since then, of which nothing is decoded that was not asked for; pages
of the base are read when they are touched, and changed then. Frames of a DELTA may be skipped as well.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgpack

from engine.errors import LogError
from engine.kinds import Object, Pod, Ref
from engine.kinds.frozen import frozen
from engine.store.change import Change
from engine.store.chunk import Chunk, Lists, Page
from engine.store.commit import puts_in
from engine.store.indices import moves_of
from engine.store.interning import Interning
from engine.store.packed import Packed, raw_values
from engine.store.packing import payloads_in
from engine.store.pages import (
    LogPage,
    PageRef,
    Pages,
    encoder_of,
    interned_key,
    is_table,
    listed,
    values_reader,
)
from engine.store.sorted_map import SortedMap
from engine.store.state import State

_CHUNK = 256
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


Values = dict[tuple[Any, ...], Any]
"""Of the keys that changed what they have now, as it is in the file; None for those that are gone."""
Known = dict[tuple[Any, ...], int]
"""Of the same keys whether the map had them at the checkpoint."""


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
            known = before.get(key) is not None
            if known or value is not None:
                self.maps.setdefault(name, {})[key] = None if value is None else encoded(value), known

    def packed(self) -> bytes:
        # A key beside its value, which has the same words: they deflate to nothing.
        body = {
            name: [each for key in sorted(changed) for each in (key, *changed[key])]
            for name, changed in self.maps.items()
        }
        return bytes(msgpack.packb(body))


def read_changes(read: Callable[[int], bytes], parts: Sequence[int]) -> dict[str, tuple[Values, Known]]:
    """By the name of the map, what all the parts come to. Raises LogError."""
    try:
        bodies = [msgpack.unpackb(read(offset), use_list=False, strict_map_key=False) for offset in parts]
        found: dict[str, tuple[Values, Known]] = {}
        for body in bodies:
            for name, each in body.items():
                found.setdefault(name, ({}, {}))[0].update(zip(each[0::3], each[1::3], strict=True))
        for body in reversed(bodies):
            for name, each in body.items():
                found[name][1].update(zip(each[0::3], each[2::3], strict=True))
        _fetch_objects(read, [values for name, (values, _) in found.items() if is_table(name)])
    except (ValueError, TypeError, AttributeError, msgpack.UnpackException) as error:
        raise LogError(f"what changed behind a checkpoint cannot be read: {error}") from error
    return found


def _fetch_objects(read: Callable[[int], bytes], tables: list[Values]) -> None:
    """Puts in the place of where they are what is there: each frame is inflated once."""
    wanted: dict[int, list[tuple[Values, tuple[Any, ...], int, int]]] = {}
    for values in tables:
        for key, value in values.items():
            if type(value) is tuple:
                offset, begin, length = value
                wanted.setdefault(offset, []).append((values, key, begin, length))
    for offset in sorted(wanted):
        raw = read(offset)
        for values, key, begin, length in wanted[offset]:
            values[key] = raw[begin : begin + length]


def changed_map(pages: Pages, name: str, refs: Sequence[PageRef], changes: tuple[Values, Known]) -> SortedMap[Any, Any]:
    """The map whose pages lie at ``refs`` with ``changes`` in it, none of the pages read yet."""
    keys = sorted(changes[0])
    values, known = (list(map(each.__getitem__, keys)) for each in changes)
    firsts: list[Any] = []
    chunks: list[Chunk[Any, Any]] = []
    length = start = 0
    for index, ref in enumerate(refs):
        end = bisect_left(keys, refs[index + 1].first) if index + 1 < len(refs) else len(keys)
        some, changed, come = keys[start:end], values[start:end], end - start - sum(known[start:end])
        start = end
        page: Page = LogPage(pages, ref.offset, ref.length, name)
        if some:
            left = ref.length + come - changed.count(None)
            if left <= 0:
                continue
            page = ChangedPage(pages, page, dict(zip(some, changed, strict=True)), left, name)
        firsts.append(min(ref.first, some[0]) if some else ref.first)
        chunks.append(Chunk(None, page))
        length += len(page)
    if not refs:
        present = [(key, value) for key, value in zip(keys, values, strict=True) if value is not None]
        for begin in range(0, len(present), _CHUNK):
            there = dict(present[begin : begin + _CHUNK])
            firsts.append(present[begin][0])
            chunks.append(Chunk(None, ChangedPage(pages, None, there, len(there), name)))
        length = len(present)
    return SortedMap.of_chunks(firsts, chunks, length)


class ChangedPage:
    """Where a chunk is that a log has as a page, or not at all, and what changed in it since."""

    __slots__ = ("_changes", "_length", "_name", "_page", "pages")

    def __init__(self, pages: Pages, page: Page | None, changes: Values, length: int, name: str) -> None:
        self.pages = pages
        self._page = page
        self._changes = changes
        self._length = length
        self._name = name

    def __len__(self) -> int:
        return self._length

    @property
    def interning(self) -> Interning:
        return self.pages.interning

    def load(self, chunk: Chunk[Any, Any]) -> Lists[Any, Any]:
        keys, values = self._page.load(chunk) if self._page is not None else ([], [])
        entries = dict(zip(keys, raw_values(values), strict=True))
        for key in [key for key, value in self._changes.items() if value is None]:
            entries.pop(key, None)
        new = {interned_key(self._name, key): value for key, value in self._changes.items() if value is not None}
        if is_table(self._name):
            entries.update((key, Packed(self, key)) for key in new)
        else:
            entries.update(zip(new, values_reader(self._name)(self.pages, list(new.values())), strict=True))
        if len(entries) != self._length:
            raise LogError("what changed behind a checkpoint in the log does not fit its pages")
        if self._page is None:
            self.pages.hold(self._name, chunk, sum(len(each) for each in new.values()))
        in_order = sorted(entries)
        return in_order, listed(self._name, [entries[key] for key in in_order])

    def packed_at(self, at: tuple[Any, ...]) -> bytes:
        """An object that changed."""
        return bytes(self._changes[at])
