"""Objects of a page that nobody has read yet, in a list that makes each when it is asked for.

Which of them still are bytes nobody can tell by what is in the list, only by what it costs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from sys import intern
from typing import Any, Protocol

import msgpack

from engine.kinds import Event, Object, Ref, parse_time, to_manifest
from engine.store.interning import Interning

_PART = 64
"""Objects made at once: some 10 ms."""


class Source(Protocol):
    """Where objects lie that nobody has read yet."""

    @property
    def interning(self) -> Interning: ...

    def packed_at(self, at: Any) -> bytes: ...


class Packed:
    """A value that nobody has read yet, by its place in a page; ``value()`` is the same object each time."""

    __slots__ = ("_page", "_source")

    def __init__(self, page: Source, at: Any) -> None:
        self._page: Source | None = page
        self._source: Any = at

    def value(self) -> Any:
        page = self._page
        if page is not None:
            self._source, self._page = page.interning.object_from(self.packed()), None
        return self._source

    @property
    def is_read(self) -> bool:
        return self._page is None

    def manifest(self) -> dict[str, Any]:
        return dict(msgpack.unpackb(self.packed()))

    def packed(self) -> bytes:
        page = self._page
        return packed_object(self._source) if page is None else page.packed_at(self._source)


def told_at(event: Any) -> int:
    """When an Event was last counted, which may be Packed: then it is not made for this."""
    if type(event) is Packed:
        last = event.manifest().get("lastTimestamp")
        return parse_time(last) if isinstance(last, str) else told_at(event.value())
    assert isinstance(event, Event)
    return event.told_at


class LazyList(list[Any]):
    """A list in which a Packed stands for its value, or a plain tuple for a Ref, until it is read.

    Whoever reads it sees values only.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        for at, value in enumerate(list.__iter__(self)):
            if type(value) is Packed or type(value) is tuple:
                value = self[at] = _read(value)
            yield value

    def __getitem__(self, at: Any) -> Any:
        found = list.__getitem__(self, at)
        if type(found) is Packed or type(found) is tuple:
            found = self[at] = _read(found)
        return LazyList(found) if type(at) is slice else found

    def copy(self) -> "LazyList":
        """Of Refs, whose words are the same as everybody's: what is copied is going to stay."""
        made = LazyList()
        made += [_read(value) if type(value) is tuple else value for value in self.raw()]
        return made

    def raw(self) -> list[Any]:
        """Values and what is still to be read, as they are."""
        return list.__getitem__(self, slice(None))


def _read(value: Any) -> Any:
    return value.value() if type(value) is Packed else Ref(*map(intern, value))


def unread(values: list[Any], at: int) -> bytes | None:
    """The manifest of an object that nobody has read yet, as it lies in the log; None of one that was read."""
    found = list.__getitem__(values, at)
    return found.packed() if type(found) is Packed and not found.is_read else None


def picked(values: list[Any], places: Sequence[int]) -> list[Any]:
    """Those at these places, each read when somebody looks at it."""
    raw = raw_values(values)
    made = LazyList()
    made += [raw[at] for at in places]
    return made


def read_on(values: list[Any], places: Iterable[int], more: Callable[[], bool]) -> bool:
    """Reads those that nobody has read yet, some at a time while there is ``more`` time; whether all are read."""
    raw = raw_values(values)
    left = [at for at in places if type(raw[at]) is Packed]
    for start in range(0, len(left), _PART):
        if start and not more():
            return False
        for at in left[start : start + _PART]:
            values[at]
    return True


def packed_object(obj: Object) -> bytes:
    return bytes(msgpack.packb(to_manifest(obj)))


def raw_values(values: list[Any]) -> list[Any]:
    """Of a chunk, what is still packed as it is."""
    return values.raw() if type(values) is LazyList else values
