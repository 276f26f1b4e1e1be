"""An immutable sorted map: a B+tree of two levels, copied on write only where it changes, and what came late.

    SortedMap ── chunks: [Chunk, Chunk, ...]      Chunk ── keys: [k0 < k1 < ...]   values: [v0, v1, ...]
              late: {k: v, ...}                         └─ or the Page where they lie, until they are asked for

An update notes its changes beside the chunks. Once there are more than a few, or someone walks through the map, they
are laid into the chunks together: to its readers the map stays the one it was (where its chunks end may depend
on who walked when, what is in them never does). That copies the chunks it changes and the list of chunks: with chunks
of at most 512 entries some 500 pointers at 150,000 entries. The lists are never changed once a map holds them (a list
is copied and changed in half the time of a tuple), so every version stays valid for whoever holds it. What a log
keeps as well may be let go and read again (pages.py): then its values are others, equal to those before. Iteration
is in key order (never in hash order), and a prefix is a range: one composite key serves as an index,
("node", namespace, name).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, count, islice
from operator import is_not
from typing import Any, Generic, TypeVar, cast

from engine.store.chunk import Chunk, Lists

_MOST = 512
_LATE = 32
"""Changes that wait to be laid into the chunks: more make a copy of them dearer than is saved."""

K = TypeVar("K", bound=tuple[Any, ...])
V = TypeVar("V")
Differs = tuple[K, V | None, V | None]
"""A key, its value in one map and its value in another."""


class SortedMap(Generic[K, V]):
    """Keys are tuples of strings and numbers that compare with each other."""

    __slots__ = ("_chunks", "_firsts", "_late", "_length")

    def __init__(self) -> None:
        self._firsts: list[K] = []
        self._chunks: list[Chunk[K, V]] = []
        self._length = 0
        self._late: dict[K, V | None] = {}

    def __len__(self) -> int:
        self.settle()
        return self._length

    def __bool__(self) -> bool:
        return self._length > len(self._late) or len(self) > 0

    def __contains__(self, key: object) -> bool:
        return self.get(cast(K, key)) is not None

    def __iter__(self) -> Iterator[K]:
        self.settle()
        for chunk in self._chunks:
            yield from (chunk.lists or chunk.load())[0]

    def get(self, key: K) -> V | None:
        late = self._late
        if late and key in late:
            return late[key]
        at = bisect_right(self._firsts, key) - 1
        if at < 0:
            return None
        chunk = self._chunks[at]
        chunk.touched = True
        keys, values = chunk.lists or chunk.load()
        index = bisect_left(keys, key)
        return values[index] if index < len(keys) and keys[index] == key else None

    def in_order(self) -> Callable[[K], V | None]:
        """``get`` for one reader whose keys come in order: the next is often the one behind the last."""
        firsts, chunks, late = self._firsts, self._chunks, self._late
        keys: list[K] = []
        values: list[V] = []
        at = 0

        def get(key: K) -> V | None:
            nonlocal keys, values, at
            at += 1
            if key in late:
                return late[key]
            if at >= len(keys) or keys[at] != key:
                place = bisect_right(firsts, key) - 1
                if place < 0:
                    return None
                chunks[place].touched = True
                keys, values = chunks[place].load()
                at = bisect_left(keys, key)
                if at >= len(keys) or keys[at] != key:
                    return None
            return values[at]

        return get

    def values(self) -> Iterator[V]:
        self.settle()
        for chunk in self._chunks:
            yield from (chunk.lists or chunk.load())[1]

    def items(self) -> Iterator[tuple[K, V]]:
        self.settle()
        for chunk in self._chunks:
            yield from zip(*(chunk.lists or chunk.load()), strict=True)

    def range(self, prefix: tuple[Any, ...]) -> Iterator[tuple[K, V]]:
        """The entries whose key starts with ``prefix``, in key order."""
        size = len(prefix)
        self.settle()
        at, chunks = max(0, bisect_right(self._firsts, prefix) - 1), self._chunks
        for place in range(at, len(chunks)):
            chunk = chunks[place]
            chunk.touched = True
            keys, values = chunk.lists or chunk.load()
            start = bisect_left(keys, prefix)
            if keys and keys[-1][:size] == prefix:
                yield from zip(keys[start:], values[start:], strict=True)
                continue
            for index in range(start, len(keys)):
                if keys[index][:size] != prefix:
                    return
                yield keys[index], values[index]

    def count(self, prefix: tuple[Any, ...]) -> int:
        """How many keys start with ``prefix``, whose last word is a text.

        Looks into two chunks, and into those of which only that is known which keys changed.
        """
        ends = prefix, (*prefix[:-1], prefix[-1] + "\0")  # nothing lies between the second and the last that starts so
        (first, before), (last, upto) = map(self._place, ends)
        return sum(chunk.count() for chunk in self._chunks[first:last]) - before + upto

    def _place(self, key: tuple[Any, ...]) -> tuple[int, int]:
        """The chunk in which a key is or would be, and where in it."""
        self.settle()
        at = max(0, bisect_right(self._firsts, key) - 1)
        return at, bisect_left(self._chunks[at].load()[0], key) if self._chunks else 0

    def has(self, prefix: tuple[Any, ...]) -> bool:
        """Whether a key starts with ``prefix``."""
        self.settle()
        size, chunks = len(prefix), self._chunks
        for place in range(max(0, bisect_right(self._firsts, prefix) - 1), len(chunks)):
            if self._firsts[place][:size] > prefix:
                return False
            chunk = chunks[place]
            chunk.touched = True
            keys = (chunk.lists or chunk.load())[0]
            start = bisect_left(keys, prefix)
            if start < len(keys):
                return keys[start][:size] == prefix
        return False

    def between(self, first: tuple[Any, ...], end: tuple[Any, ...]) -> Iterator[V]:
        """The values from the key ``first`` to before the key ``end``, in key order."""
        if self._late and any(first <= key < end for key in self._late):
            self.settle()
        chunks = self._chunks[max(0, bisect_right(self._firsts, first) - 1) : bisect_left(self._firsts, end)]
        for chunk in chunks:
            chunk.touched = True
            keys, values = chunk.load()
            yield from values[bisect_left(keys, first) : bisect_left(keys, end)]

    def up_to(self, most: int, measure: Callable[[Any], int]) -> Iterator[V]:
        """The values that measure no more than ``most``, in key order; ``measure`` is given what is still packed too.

        Chunks of which all measured more are passed over unread: a map must always be measured in the same way.
        """
        self.settle()
        for chunk in self._chunks:
            if chunk.least is None:
                chunk.least = min(map(measure, _unread(chunk.load()[1])), default=most + 1)
            if chunk.least <= most:
                values = chunk.load()[1]
                yield from [values[at] for at, value in enumerate(_unread(values)) if measure(value) <= most]

    def changed_since(self, before: "SortedMap[K, V]") -> Iterator[tuple[K, V | None]]:
        """As ``changes_since``, without what the values were."""
        return ((key, new) for key, _, new in self.changes_since(before))

    def changes_since(self, before: "SortedMap[K, V]") -> Iterator[Differs[K, V]]:
        """Keys whose value is another object than in ``before``, what it was and what it is; None where none is.

        In key order, and looks only into chunks that the two do not share; those at one place of a log are shared.
        """
        late, old_late = self._late, before._late
        changed = [key for key, value in late.items() if key not in old_late or old_late[key] is not value]
        laid: dict[K, Differs[K, V]] = {}
        if self._chunks is not before._chunks:
            laid = {each[0]: each for each in self._laid_differently(before)}
            changed += old_late
        elif len(late) - len(changed) < len(old_late):
            changed += [key for key in old_late if key not in late]
        for key in changed:
            laid[key] = key, before.get(key), late[key] if key in late else self.get(key)
        for key in sorted(laid) if len(laid) > 1 else laid:
            differs = laid[key]
            if differs[1] is not differs[2] and not _is_same_ref(differs[1], differs[2]):
                yield differs

    def _laid_differently(self, before: "SortedMap[K, V]") -> Iterator[Differs[K, V]]:
        """As the chunks alone tell it, in any order; some may be the same: one of them was read, and one not yet."""
        if len(self._chunks) != len(before._chunks) or self._firsts != before._firsts:
            (old, old_lists), (new, lists) = _unshared(before, self), _unshared(self, before)
            yield from self._read(before, _differences(old, new), *old_lists, *lists)
            return
        for old_chunk, chunk in zip(before._chunks, self._chunks, strict=True):
            if chunk.is_same(old_chunk):
                continue
            (old_keys, old_values), (keys, values) = old_chunk.load(), chunk.load()
            differing: Iterator[Differs[K, V]]
            if keys is old_keys:
                every = zip(keys, _unread(old_values), _unread(values), strict=True)
                differing = compress(every, map(is_not, _unread(values), _unread(old_values)))
            else:
                start, end = _shared_ends(old_keys, keys, old_values, values)
                was, now_is = slice(start, len(old_keys) - end), slice(start, len(keys) - end)
                old = dict(zip(old_keys[was], islice(_unread(old_values), was.start, was.stop), strict=True))
                new = dict(zip(keys[now_is], islice(_unread(values), now_is.start, now_is.stop), strict=True))
                differing = _differences(old, new)
            yield from self._read(before, differing, old_values, values)

    def _read(
        self, before: "SortedMap[K, V]", differing: Iterator[Differs[K, V]], *lists: list[V]
    ) -> Iterator[Differs[K, V]]:
        """``differing``, with the values where some of ``lists`` may hold what is not read yet."""
        if all(type(each) is list for each in lists):
            return differing
        return ((key, before.get(key), self.get(key)) for key, _, _ in differing)

    def set(self, key: K, value: V) -> "SortedMap[K, V]":
        """A map with ``key`` at ``value``."""
        return self.update({key: value})

    def remove(self, key: K) -> "SortedMap[K, V]":
        """A map without ``key``; the same map if it is not there."""
        return self.update({key: None}) if key in self else self

    def update(self, changes: Mapping[K, V | None]) -> "SortedMap[K, V]":
        """A map with all of ``changes``, where None stands for a key to remove."""
        changed = self._with(self._firsts, self._chunks, self._length)
        changed._late = {**self._late, **changes}
        if len(changed._late) > _LATE:
            changed.settle()
        return changed

    def settle(self) -> None:
        """Lays what is late into the chunks. Keys of one chunk cost one copy."""
        changes = self._late
        if not changes:
            return
        firsts, chunks, length = self._firsts, self._chunks.copy(), self._length
        keys = sorted(changes)
        end = len(keys)
        while end:
            # From the last chunk to the first: the places of those before it stay what they are.
            at = max(0, bisect_right(firsts, keys[end - 1]) - 1)
            start = bisect_left(keys, firsts[at], 0, end) if at and end > 1 else 0
            lists = chunks[at].load() if chunks else ([], [])
            changed = _changed(lists, keys[start:end], changes)
            size = len(changed[0])
            length += size - len(lists[0])
            if chunks and 0 < size <= _MOST and changed[0][0] == firsts[at]:
                chunks[at] = Chunk(changed)
            else:
                new = _split(changed, at >= len(chunks) - 1)
                chunks[at : at + 1] = map(Chunk, new)
                firsts = firsts.copy()
                firsts[at : at + 1] = [each[0][0] for each in new]
            end = start
        self._firsts, self._chunks, self._length, self._late = firsts, chunks, length, {}

    @classmethod
    def of(cls, items: Iterable[tuple[K, V]]) -> "SortedMap[K, V]":
        """A map of ``items``, in any order; the last of equal keys wins."""
        ordered = sorted(dict(items).items(), key=lambda item: item[0])
        half = _MOST // 2
        parts = [ordered[start : start + half] for start in range(0, len(ordered), half)]
        chunks = [Chunk(([key for key, _ in part], [value for _, value in part])) for part in parts]
        return cls()._with([part[0][0] for part in parts], chunks, len(ordered))

    @classmethod
    def of_chunks(cls, firsts: list[K], chunks: list[Chunk[K, V]], length: int) -> "SortedMap[K, V]":
        """A map of ``length`` entries whose chunks are known by their first keys, for chunks read when touched."""
        return cls()._with(firsts, chunks, length)

    def chunks(self) -> Iterator[tuple[K, Chunk[K, V]]]:
        """Each chunk after its first key, not loaded. Two maps that share a chunk have the very same object."""
        self.settle()
        return zip(self._firsts, self._chunks, strict=True)

    @property
    def laid(self) -> Sequence[Chunk[K, V]]:
        """The chunks as they are, without what came late: nothing is laid into them."""
        return self._chunks

    def _with(self, firsts: list[K], chunks: list[Chunk[K, V]], length: int) -> "SortedMap[K, V]":
        changed: SortedMap[K, V] = SortedMap.__new__(SortedMap)
        changed._firsts, changed._chunks, changed._length, changed._late = firsts, chunks, length, {}
        return changed


def _is_same_ref(old: object, new: object) -> bool:
    """Of a Ref each reader may make one of his own."""
    return isinstance(old, tuple) and old == new


def _unshared(of: SortedMap[K, V], other: SortedMap[K, V]) -> tuple[dict[K, V], list[list[V]]]:
    """The entries of chunks that the other does not have, as they are; and the lists of values they are from."""
    shared = {id(chunk) for chunk in other._chunks}
    own = [chunk.load() for chunk in of._chunks if id(chunk) not in shared]
    found = {key: value for keys, values in own for key, value in zip(keys, _unread(values), strict=True)}
    return found, [values for _, values in own]


def _unread(values: list[Any]) -> Iterator[Any]:
    """As they are: to tell whether two are the same nobody need read what lies packed in a page."""
    return list.__iter__(values)


def _shared_ends(old_keys: list[K], keys: list[K], old_values: list[V], values: list[V]) -> tuple[int, int]:
    """How many entries at the start and at the end are the very same: all but a few where one key came or went."""
    most = min(len(old_keys), len(keys))
    start = min(_shared_start(old_keys, keys, most), _shared_start(_unread(old_values), _unread(values), most))
    end = min(
        _shared_start(reversed(old_keys), reversed(keys), most),
        _shared_start(reversed(old_values), reversed(values), most),
    )
    return start, min(end, most - start)


def _shared_start(old: Iterable[object], new: Iterable[object], most: int) -> int:
    return next(compress(count(), map(is_not, old, new)), most)


def _differences(old: Mapping[K, V], new: Mapping[K, V]) -> Iterator[Differs[K, V]]:
    differing = ((key, old.get(key), new.get(key)) for key in old.keys() | new.keys())
    return (each for each in differing if each[1] is not each[2])


def _changed(lists: Lists[K, V], part: Sequence[K], changes: Mapping[K, V | None]) -> Lists[K, V]:
    """A copy with the changes of the keys in ``part``; the list of keys stays the very same one if it can."""
    keys, values = lists[0], lists[1].copy()
    index = 0
    for key in part:
        value = changes[key]
        index = bisect_left(keys, key, index)
        if index < len(keys) and keys[index] == key:
            if value is not None:
                values[index] = value
                continue
            keys = keys.copy() if keys is lists[0] else keys
            del keys[index], values[index]
        elif value is not None:
            keys = keys.copy() if keys is lists[0] else keys
            keys.insert(index, key)
            values.insert(index, value)
    return keys, values


def _split(lists: Lists[K, V], is_last: bool) -> list[Lists[K, V]]:
    """None of an empty chunk, several of one that grew too large.

    The last splits off its end, since names often arrive in order.
    """
    keys, values = lists
    size = len(keys)
    if size <= _MOST:
        return [lists] if keys else []
    step = _MOST if is_last else _MOST // 2 + 1
    return [(keys[start : start + step], values[start : start + step]) for start in range(0, size, step)]
