"""An immutable sorted map: a B+tree of two levels, copied on write only where it changes.

    SortedMap ── chunks: (Chunk, Chunk, ...)      Chunk ── keys: (k0 < k1 < ...)   values: (v0, v1, ...)

A change copies one chunk and the list of chunks: with chunks of at most 512 entries that is some 500 pointers
at 150,000 entries. Every version stays valid for whoever holds it, iteration is in key order (never in hash
order), and a prefix is a range, so that one composite key serves as an index: ("node", namespace, name).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import compress
from operator import is_not
from typing import Any, Generic, TypeVar, cast

_MOST = 512

K = TypeVar("K", bound=tuple[Any, ...])
V = TypeVar("V")


class SortedMap(Generic[K, V]):
    """Keys are tuples of strings and numbers that compare with each other."""

    __slots__ = ("_chunks", "_firsts", "_length")

    def __init__(self) -> None:
        self._firsts: tuple[K, ...] = ()
        self._chunks: tuple[tuple[tuple[K, ...], tuple[V, ...]], ...] = ()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __contains__(self, key: object) -> bool:
        return self._find(cast(K, key)) is not None

    def __iter__(self) -> Iterator[K]:
        for keys, _ in self._chunks:
            yield from keys

    def get(self, key: K) -> V | None:
        found = self._find(key)
        return None if found is None else self._chunks[found[0]][1][found[1]]

    def values(self) -> Iterator[V]:
        for _, values in self._chunks:
            yield from values

    def items(self) -> Iterator[tuple[K, V]]:
        for keys, values in self._chunks:
            yield from zip(keys, values, strict=True)

    def range(self, prefix: tuple[Any, ...]) -> Iterator[tuple[K, V]]:
        """The entries whose key starts with ``prefix``, in key order."""
        size = len(prefix)
        at = max(0, bisect_right(self._firsts, prefix) - 1)
        for keys, values in self._chunks[at:]:
            for index in range(bisect_left(keys, prefix), len(keys)):
                if keys[index][:size] != prefix:
                    return
                yield keys[index], values[index]

    def changed_since(self, before: "SortedMap[K, V]") -> Iterator[tuple[K, V | None]]:
        """Keys whose value is not the same object as in ``before``; None for those that are gone.

        In key order, and looks only into chunks that the two do not share.
        """
        if len(self._chunks) != len(before._chunks) or self._firsts != before._firsts:
            yield from _differences(_unshared(before, self), _unshared(self, before))
            return
        for (old_keys, old_values), (keys, values) in zip(before._chunks, self._chunks, strict=True):
            if values is old_values:
                continue
            if keys is old_keys:
                yield from compress(zip(keys, values, strict=True), map(is_not, values, old_values))
            else:
                old = dict(zip(old_keys, old_values, strict=True))
                yield from _differences(old, dict(zip(keys, values, strict=True)))

    def set(self, key: K, value: V) -> "SortedMap[K, V]":
        """A map with ``key`` at ``value``."""
        if not self._chunks:
            return self._with((((key,), (value,)),), 1)
        at = max(0, bisect_right(self._firsts, key) - 1)
        keys, values = self._chunks[at]
        index = bisect_left(keys, key)
        if index < len(keys) and keys[index] == key:
            chunk = (keys, (*values[:index], value, *values[index + 1 :]))
            return self._replaced(at, (chunk,), self._length)
        keys = (*keys[:index], key, *keys[index:])
        values = (*values[:index], value, *values[index:])
        return self._replaced(at, _split(keys, values, at == len(self._chunks) - 1), self._length + 1)

    def remove(self, key: K) -> "SortedMap[K, V]":
        """A map without ``key``; the same map if it is not there."""
        found = self._find(key)
        if found is None:
            return self
        at, index = found
        keys, values = self._chunks[at]
        rest = (keys[:index] + keys[index + 1 :], values[:index] + values[index + 1 :])
        return self._replaced(at, (rest,) if rest[0] else (), self._length - 1)

    @classmethod
    def of(cls, items: Iterable[tuple[K, V]]) -> "SortedMap[K, V]":
        """A map of ``items``, in any order; the last of equal keys wins."""
        ordered = sorted(dict(items).items(), key=lambda item: item[0])
        half = _MOST // 2
        chunks = []
        for start in range(0, len(ordered), half):
            part = ordered[start : start + half]
            chunks.append((tuple(key for key, _ in part), tuple(value for _, value in part)))
        return cls()._with(tuple(chunks), len(ordered))

    def _find(self, key: K) -> tuple[int, int] | None:
        at = bisect_right(self._firsts, key) - 1
        if at < 0:
            return None
        keys = self._chunks[at][0]
        index = bisect_left(keys, key)
        return (at, index) if index < len(keys) and keys[index] == key else None

    def _replaced(
        self, at: int, new: tuple[tuple[tuple[K, ...], tuple[V, ...]], ...], length: int
    ) -> "SortedMap[K, V]":
        changed: SortedMap[K, V] = SortedMap.__new__(SortedMap)
        changed._chunks = (*self._chunks[:at], *new, *self._chunks[at + 1 :])
        if len(new) == 1 and new[0][0][0] == self._firsts[at]:
            changed._firsts = self._firsts
        else:
            changed._firsts = (*self._firsts[:at], *(keys[0] for keys, _ in new), *self._firsts[at + 1 :])
        changed._length = length
        return changed

    def _with(self, chunks: tuple[tuple[tuple[K, ...], tuple[V, ...]], ...], length: int) -> "SortedMap[K, V]":
        changed: SortedMap[K, V] = SortedMap.__new__(SortedMap)
        changed._chunks = chunks
        changed._firsts = tuple(keys[0] for keys, _ in chunks)
        changed._length = length
        return changed


def _unshared(of: SortedMap[K, V], other: SortedMap[K, V]) -> dict[K, V]:
    shared = {id(chunk) for chunk in other._chunks}
    return {
        key: value for chunk in of._chunks if id(chunk) not in shared for key, value in zip(*chunk, strict=True)
    }


def _differences(old: dict[K, V], new: dict[K, V]) -> Iterator[tuple[K, V | None]]:
    for key in sorted(old.keys() | new.keys()):
        if key not in old or new.get(key) is not old[key]:
            yield key, new.get(key)


def _split(
    keys: tuple[K, ...], values: tuple[V, ...], is_last: bool
) -> tuple[tuple[tuple[K, ...], tuple[V, ...]], ...]:
    """One chunk, or two when it grew too large; the last splits off its end, since names often arrive in order."""
    if len(keys) <= _MOST:
        return ((keys, values),)
    middle = len(keys) - 1 if is_last else len(keys) // 2
    return ((keys[:middle], values[:middle]), (keys[middle:], values[middle:]))
