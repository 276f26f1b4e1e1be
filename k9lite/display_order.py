"""The keys of a table's rows in display order, as a sequence that is never written out.

It is put together from the chunks of a SortedMap, or of what a filter kept of each: a row's key is read off its
object when somebody looks there, a place is found by bisection. One that was handed out never changes.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any, overload

from engine.kinds import Object
from engine.store.chunk import Chunk

Key = tuple[str, str]
"""Namespace and name."""
Kept = list[Object] | Chunk[Any, Object]
"""The objects of a part: those a filter let through, or a whole chunk that is read when it is looked into."""


class DisplayOrder(Sequence[str]):
    """UIDs. ``firsts`` are the keys in the map before which no object of a part is.

    ``names`` takes note of what was handed out; ``place_of`` says where in the map an object of that name is now.
    """

    def __init__(
        self,
        firsts: Sequence[Any],
        parts: Sequence[Kept],
        names: dict[str, Key],
        place_of: Callable[[Key], Any],
        *,
        reverse: bool = False,
    ) -> None:
        self._firsts, self._parts = firsts, parts
        self._ends = list(accumulate(map(len, parts)))
        self._names, self._place_of = names, place_of
        self._reverse = reverse

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        size = len(self)
        if isinstance(index, slice):
            start, stop, step = index.indices(size)
            if step != 1:
                return [self[each] for each in range(start, stop, step)]
            if self._reverse:
                return list(self._between(size - max(start, stop), size - start))[::-1]
            return list(self._between(start, stop))
        at = index + size if index < 0 else index
        if not 0 <= at < size:
            raise IndexError(index)
        at = size - 1 - at if self._reverse else at
        return next(self._between(at, at + 1))

    def __iter__(self) -> Iterator[str]:
        return iter(self[:]) if self._reverse else self._between(0, len(self))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._find(key) is not None

    def index(self, key: str, start: int = 0, stop: int | None = None) -> int:
        """Only what was handed out before is found."""
        at = self._find(key)
        if at is None or not start <= at < (len(self) if stop is None else stop):
            raise ValueError(key)
        return at

    def _between(self, start: int, stop: int) -> Iterator[str]:
        if start >= stop:
            return
        names = self._names
        part = bisect_right(self._ends, start)
        while start < stop:
            objects = _objects(self._parts[part])
            before = self._ends[part] - len(objects)
            for obj in objects[start - before : stop - before]:
                meta = obj.metadata
                names[meta.uid] = meta.namespace, meta.name
                yield meta.uid
            start = self._ends[part]
            part += 1

    def _find(self, uid: str) -> int | None:
        name = self._names.get(uid)
        place = None if name is None else self._place_of(name)
        part = -1 if place is None else bisect_right(self._firsts, place) - 1
        if not 0 <= part < len(self._parts):
            return None
        for index, obj in enumerate(_objects(self._parts[part])):
            if obj.metadata.uid == uid:
                at = self._ends[part] - len(self._parts[part]) + index
                return len(self) - 1 - at if self._reverse else at
        return None


def _objects(part: Kept) -> Sequence[Object]:
    return part.load()[1] if isinstance(part, Chunk) else part
