"""Maps as deltas leave them (delta.py): of what changed only that is decoded into which somebody looks.

Each chunk of a map knows the blocks of keys that may concern it, from oldest to newest; it decodes them when it is
touched, over the page of the checkpoint, which is read then. Objects stay where their commits are until they are
asked for. Who looks at many that lie all over the place gets all of them at once: a commit's frame is inflated to
have one of them.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import msgpack
from attrs import define, field

from engine.errors import LogError
from engine.kinds.frozen import frozen
from engine.store.chunk import Chunk, Lists, Page
from engine.store.interning import Interning
from engine.store.packed import Packed, raw_values
from engine.store.pages import (
    LogPage,
    PageRef,
    Pages,
    interned_keys,
    is_table,
    listed,
    values_reader,
)
from engine.store.sorted_map import SortedMap

_MOST_BLOCKS, _BLOCKS = 64, 32
"""Of a chunk: more come where a map grew, and are several chunks of so many."""
_OLD_BLOCK = 16
_FEW_CHUNKS = 2
"""Which may decode the same block, each for itself."""
_FRAMES_BYTES = 24 << 20
"""What frames of commits may take in memory that objects were read from lately."""
_MUCH_BYTES = 128 << 20
"""Inflated for single objects of a table, some 0.1 s: from then on all of them are kept."""

Key = tuple[Any, ...]
Block = tuple[Key, Key, Any]
"""First and last key, and the entries as they are in the file."""


@frozen
class Changes:
    """Of one map: by how many entries it grew, and the blocks of all that changed, oldest first."""

    more: int
    blocks: list[Block]


def read_changes(read: Callable[[int], bytes], parts: Sequence[int]) -> dict[str, Changes]:
    """By the name of the map, what all the parts come to. Raises LogError."""
    more: dict[str, int] = {}
    blocks: dict[str, list[Block]] = {}
    try:
        for offset in parts:
            for name, each in msgpack.unpackb(read(offset), use_list=False, strict_map_key=False).items():
                grown, some = (each[0], _triples(each)) if type(each[0]) is int else _of_first_form(each)
                more[name] = more.get(name, 0) + grown
                blocks.setdefault(name, []).extend(some)
    except (ValueError, TypeError, AttributeError, IndexError, msgpack.UnpackException) as error:
        raise LogError(f"what changed behind a checkpoint cannot be read: {error}") from error
    return {name: Changes(more[name], some) for name, some in blocks.items()}


def _triples(each: tuple[Any, ...]) -> Iterator[Block]:
    return zip(each[1::3], each[2::3], each[3::3], strict=True)


def _of_first_form(each: tuple[Any, ...]) -> tuple[int, list[Block]]:
    grown = sum(value is not None for value in each[1::3]) - sum(each[2::3])
    starts = range(0, len(each), 3 * _OLD_BLOCK)
    parts = [each[start : start + 3 * _OLD_BLOCK] for start in starts]
    return grown, [(part[0], part[-3], _flat(part[0::3], part[1::3])) for part in parts]


def _flat(keys: Sequence[Key], values: Sequence[Any]) -> list[Any]:
    return [each for pair in zip(keys, values, strict=True) for each in pair]


def changed_map(
    pages: Pages, name: str, refs: Sequence[PageRef], changes: Changes, frames: "Frames"
) -> SortedMap[Any, Any]:
    """The map whose pages lie at ``refs`` with ``changes`` in it, nothing of it decoded yet."""
    objects = PutObjects(frames, changes.blocks)
    length = sum(ref.length for ref in refs) + changes.more
    if not length:
        return SortedMap()
    lowest = min(first for first, _, _ in changes.blocks)
    firsts, bases = _divided(refs, changes, lowest)
    blocks = _dealt(changes.blocks, firsts)
    chunks: list[Chunk[Any, Any]] = []
    for at, (base, some) in enumerate(zip(bases, blocks, strict=True)):
        page: Page | None = None if base is None else LogPage(pages, base.offset, base.length, name)
        is_part = base is None or base in (*bases[max(0, at - 1) : at], *bases[at + 1 : at + 2])
        if some or is_part:
            bounds = firsts[at], firsts[at + 1] if at + 1 < len(firsts) else None
            page = ChangedPage(pages, page, some, bounds, name, objects, is_part=is_part)
        chunks.append(Chunk(None, page))
    return SortedMap.of_chunks(firsts, chunks, length)


def _dealt(blocks: list[Block], firsts: list[Key]) -> list[list[Block]]:
    """For each chunk those that may concern it; keys that lie all over the map are decoded, each for its chunk."""
    dealt: list[list[Block]] = [[] for _ in firsts]
    loose: dict[int, list[Any]] = {}
    for block in blocks:
        begin, end = bisect_right(firsts, block[0]) - 1, bisect_right(firsts, block[1])
        if end - begin <= _FEW_CHUNKS:
            for at in range(begin, end):
                dealt[at].append(block)
            continue
        for key, value in decoded(block[2]):
            at = bisect_right(firsts, key) - 1
            if not dealt[at] or dealt[at][-1][2] is not loose.get(at):  # in their order
                loose[at] = []
                dealt[at].append((firsts[at], firsts[at], loose[at]))
            loose[at] += (key, value)
    return dealt


def _divided(refs: Sequence[PageRef], changes: Changes, lowest: Key) -> tuple[list[Key], list[PageRef | None]]:
    """Where chunks begin, and the page that each changes; those that grew much are divided."""
    own = [ref.first for ref in refs] or [lowest]
    may_be_large = changes.more > _MOST_BLOCKS * _OLD_BLOCK  # else the same keys changed again and again
    begun: list[list[Key]] = [[] for _ in own]
    for first, _, _ in changes.blocks if may_be_large else ():
        begun[max(0, bisect_right(own, first) - 1)].append(first)
    firsts: list[Key] = []
    bases: list[PageRef | None] = []
    for at, (first, some) in enumerate(zip(own, begun, strict=True)):
        new = sorted({each for each in some if each > first})[_BLOCKS::_BLOCKS] if len(some) > _MOST_BLOCKS else []
        firsts += [min(first, lowest) if at == 0 else first, *new]
        bases += [refs[at] if refs else None] * (1 + len(new))
    return firsts, bases


class ChangedPage:
    """Where a chunk is that a log has as a page, or not at all, and what changed in it since.

    It holds keys from ``bounds``, the end of which is None at the end of the map; perhaps none at all.
    """

    __slots__ = ("_blocks", "_bounds", "_is_part", "_name", "_objects", "_page", "pages")
    is_counted = False

    def __init__(
        self,
        pages: Pages,
        page: Page | None,
        blocks: list[Block],
        bounds: tuple[Key, Key | None],
        name: str,
        objects: "PutObjects",
        *,
        is_part: bool,
    ) -> None:
        self.pages = pages
        self._page = page
        self._blocks = blocks
        self._bounds = bounds
        self._name = name
        self._objects = objects
        self._is_part = is_part
        """Whether other chunks hold what else is in the page."""

    def __len__(self) -> int:
        """Nearly."""
        return len(self._page) if self._page is not None else len(self._blocks) * _OLD_BLOCK

    @property
    def interning(self) -> Interning:
        return self.pages.interning

    def load(self, chunk: Chunk[Any, Any]) -> Lists[Any, Any]:
        keys, values = self._page.load(chunk) if self._page is not None else ([], [])
        new = self._changes()
        if not new and not self._is_part:
            chunk.page = self._page  # only chunks before and behind it changed
            return keys, values
        entries = dict(zip(keys, raw_values(values), strict=True))
        if self._is_part:
            entries = {key: value for key, value in entries.items() if self._holds(key)}
        for key in [key for key, value in new.items() if value is None]:
            entries.pop(key, None)
            del new[key]
        own: Iterable[Any] = map(partial(Packed, self), new.values())
        if not is_table(self._name):
            own = values_reader(self._name)(self.pages, list(new.values()))
        entries.update(zip(interned_keys(self._name, new), own, strict=True))
        if self._page is None:
            self.pages.hold(self._name, chunk, sum(map(len, new.values())))
        in_order = sorted(entries)
        return in_order, listed(self._name, list(map(entries.__getitem__, in_order)))

    def packed_at(self, at: Any) -> bytes:
        """An object that changed."""
        return self._objects.packed(at)

    def _changes(self) -> dict[Key, Any]:
        new: dict[Key, Any] = {}
        for first, last, entries in self._blocks:
            some = decoded(entries)
            if self._holds(first) and self._holds(last):
                new.update(some)
            else:
                new.update((key, value) for key, value in some if self._holds(key))
        return new

    def _holds(self, key: Key) -> bool:
        first, end = self._bounds
        return key >= first and (end is None or key < end)


def decoded(entries: Any) -> Iterator[tuple[Key, Any]]:
    """Keys and values of a block. Raises LogError."""
    try:
        some = msgpack.unpackb(entries, use_list=False, strict_map_key=False) if type(entries) is bytes else entries
        return zip(some[0::2], some[1::2], strict=True)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise LogError(f"what changed behind a checkpoint cannot be read: {error}") from error


@define(eq=False)
class Frames:
    """What frames of commits hold, inflated."""

    read: Callable[[int], bytes]
    _kept: dict[int, bytes] = field(factory=dict)
    """Those asked for last behind the others."""
    _kept_bytes: int = 0
    inflated_bytes: int = 0
    """In all."""

    def at(self, offset: int) -> bytes:
        raw = self._kept.pop(offset, None)
        if raw is None:
            raw = self.read(offset)
            self.inflated_bytes += len(raw)
            self._kept_bytes += len(raw)
            while self._kept_bytes > _FRAMES_BYTES and self._kept:
                self._kept_bytes -= len(self._kept.pop(next(iter(self._kept))))
        self._kept[offset] = raw
        return raw


@define(eq=False)
class PutObjects:
    """Objects of a table that lie in the commits which put them."""

    _frames: Frames
    _blocks: list[Block]
    _inflated_bytes: int = 0
    _kept: dict[tuple[int, int], bytes] | None = None
    """All of them, by where they begin, once that is worth while."""

    def packed(self, at: Any) -> bytes:
        """What a block tells of an object: its bytes, or where they are. Raises LogError."""
        if type(at) is bytes:
            return at
        offset, begin, length = at
        if self._kept is None and self._inflated_bytes > _MUCH_BYTES:
            self._kept = self._all()
        found = None if self._kept is None else self._kept.get((offset, begin))
        return self._in_frame(offset, begin, length) if found is None else found

    def _in_frame(self, offset: int, begin: int, length: int) -> bytes:
        before = self._frames.inflated_bytes
        raw = self._frames.at(offset)
        self._inflated_bytes += self._frames.inflated_bytes - before
        return raw[begin : begin + length]

    def _all(self) -> dict[tuple[int, int], bytes]:
        wanted: dict[int, list[tuple[int, int]]] = {}
        newest = {key: value for _, _, entries in self._blocks for key, value in decoded(entries)}
        for value in newest.values():
            if type(value) is tuple:
                wanted.setdefault(value[0], []).append(value[1:])
        found: dict[tuple[int, int], bytes] = {}
        for offset in sorted(wanted):
            raw = self._frames.read(offset)
            found.update(((offset, begin), raw[begin : begin + length]) for begin, length in wanted[offset])
        return found
