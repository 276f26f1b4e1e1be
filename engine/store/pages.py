"""Chunks of a SortedMap that lie in a log: read when first touched, let go when there is no room, never changed.

    PAGE payload     deflated with the log's dictionary, of msgpack [keys, values]
                       of a table        each value is a manifest, as its own msgpack bytes
                       of an index       each value is [kind, namespace, name]
                       of ``requested``  each value is [cpu_milli, memory_bytes, ...], the fields of Requested

Values are decoded one by one when they are asked for, from the page, of which the last few that were read are kept:
a pod's bytes take twice what the pod takes. Each is one object for all who ask, in this chunk and in every copy that
later changes made of it, until the chunk is let go: who asks again gets another, which equals it. So memory
is a cache of the log, and what is done never depends on what is in it. What no checkpoint has written yet stays.

Events, endpoints and indices have little room of their own, and go when nobody looked into them lately (resting.py):
there are many for each pod, and nobody walks through them who does not want a few. The objects that people list have
all the room that is needed in a cluster as large as they come.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from sys import intern
from typing import Any, cast
from weakref import ref

import msgpack
from attrs import astuple

from engine.errors import LogError
from engine.kinds import EMPTY, Event
from engine.kinds.frozen import frozen
from engine.store.chunk import Chunk, Lists
from engine.store.interning import Interning
from engine.store.packed import LazyList, Packed, packed_object, raw_values
from engine.store.requested import Requested
from engine.store.sorted_map import SortedMap

Where = int | bytes
"""The offset of a page in its log, or the page itself, deflated, where it is in memory only (resting.py)."""
Read = Callable[[Any], bytes]
"""Where a page is -> its bytes; raises LogDamaged, LogUnreadable."""

_ROOM_BYTES = 448 << 20
"""What chunks that also lie in the log may take in memory, nearly: somewhat more than 150,000 pods take."""
_LITTLE_ROOM_BYTES = 8 << 20
"""What those of Events, endpoints and indices may take: a page of endpoints takes some two."""
_PACKED_ROOM_BYTES = 2 << 20
"""What pages may take that objects were read from lately: some four of pods."""
_OFTEN = 3
"""So often a page is read again for objects here and there; the next time its bytes stay until they are read."""
_ENTRY_BYTES = 200
"""What an entry takes besides what its bytes in the page come to."""
EVENTS = f"table/{Event.kind}"
_LOOKED_UP = EVENTS, "table/Endpoints", "table/EndpointSlice"
_PART = 64
"""Objects encoded at once: some 3 ms."""


class Pages:
    """The pages of one log: ``read`` is how they are got. Equal parts of their objects become one in memory."""

    def __init__(self, read: Read, log: object = None) -> None:
        self.read = read
        self.log = self if log is None else log
        """Which file they lie in: equal for all who read the same one."""
        self.interning = Interning()
        self._listed, self._looked_up = _Room(), _Room()
        self._packed: dict[Where, list[bytes]] = {}
        """By where their page is, those read last behind the others."""
        self._packed_bytes = 0

    @property
    def held_bytes(self) -> int:
        return self._listed.held_bytes + self._looked_up.held_bytes

    def hold(self, map_name: str, chunk: Chunk[Any, Any], packed_bytes: int) -> None:
        """Lets go the chunks that nobody looked into for longest where there is no room for all and this one."""
        size_bytes = packed_bytes + _ENTRY_BYTES * len(chunk)
        if is_listed(map_name):
            self._listed.hold(chunk, size_bytes, _ROOM_BYTES)
        else:
            self._looked_up.hold(chunk, size_bytes, _LITTLE_ROOM_BYTES)

    def let_go_unused(self) -> None:
        """Of what nobody lists the chunks that nobody looked into since this was called last, and pages read lately."""
        self._looked_up.let_go_unused()
        self._packed.clear()
        self._packed_bytes = 0

    def packed(self, page: "LogPage") -> list[bytes]:
        """The values of a table's page, as they are in it. Raises LogError."""
        found = self._packed.pop(page.offset, None)
        if found is not None:
            self._packed[page.offset] = found
            return found
        found = decode_values(self.read(page.offset))
        page.reads += 1
        if page.reads > _OFTEN:
            page.kept = found
        else:
            self.note_packed(page.offset, found)
        return found

    def note_packed(self, offset: Where, values: list[bytes]) -> None:
        """What was read from a page, for who asks next."""
        self._packed_bytes += _size_of(values) - _size_of(self._packed.pop(offset, []))
        self._packed[offset] = values
        while self._packed_bytes > _PACKED_ROOM_BYTES and len(self._packed) > 1:
            self._packed_bytes -= _size_of(self._packed.pop(next(iter(self._packed))))


def _size_of(values: list[bytes]) -> int:
    return sum(map(len, values)) + _ENTRY_BYTES * len(values)


class _Room:
    def __init__(self) -> None:
        self.held_bytes = 0
        self._held: deque[_Held] = deque()

    def hold(self, chunk: Chunk[Any, Any], size_bytes: int, most_bytes: int) -> None:
        held = _Held(chunk, self._forget)
        held.size_bytes = size_bytes
        self.held_bytes += size_bytes
        while self.held_bytes > most_bytes and self._held:
            self._let_go(self._held.popleft())
        self._held.append(held)

    def let_go_unused(self) -> None:
        for _ in range(len(self._held)):
            self._let_go(self._held.popleft())

    def _let_go(self, held: "_Held") -> None:
        """A second chance for who was touched since the last one: the clock algorithm."""
        chunk = held()
        if chunk is None:
            return
        if chunk.touched:
            chunk.touched = False
            self._held.append(held)
            return
        chunk.lists = None
        if isinstance(chunk.page, LogPage):
            chunk.page.kept = None
        self.held_bytes -= held.size_bytes

    def _forget(self, held: "_Held") -> None:
        """No State has the chunk any more."""
        self.held_bytes -= held.size_bytes
        held.size_bytes = 0


class _Held(ref[Chunk[Any, Any]]):
    __slots__ = ("size_bytes",)
    size_bytes: int


class LogPage:
    """A chunk's place in a log, or in memory; its length is known without reading it."""

    __slots__ = ("_length", "_map_name", "kept", "offset", "pages", "reads")
    is_counted = True

    def __init__(self, pages: Pages, offset: Where, length: int, map_name: str) -> None:
        self.pages = pages
        self.offset = offset
        self._length = length
        self._map_name = map_name
        self.reads = 0
        """For single objects, since the chunk was read."""
        self.kept: list[bytes] | None = None
        """The bytes of what nobody has read yet, b"" for the others, once it was read often."""

    def __len__(self) -> int:
        return self._length

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LogPage) and other.offset == self.offset and other.pages.log == self.pages.log

    def __hash__(self) -> int:
        return hash((self.offset, self.pages.log))

    @property
    def interning(self) -> Interning:
        return self.pages.interning

    def load(self, chunk: Chunk[Any, Any]) -> Lists[Any, Any]:
        data = self.pages.read(self.offset)
        keys, values = decode_page(data, self._map_name)
        if len(keys) != self._length or len(values) != self._length:
            raise LogError(f"the page at byte {self.offset!r} of the log is not the one its checkpoint names")
        self.pages.hold(self._map_name, chunk, len(data))
        self.reads, self.kept = 0, None
        if is_table(self._map_name):
            self.pages.note_packed(self.offset, values)
            return keys, LazyList([Packed(self, at) for at in range(len(values))])
        return keys, listed(self._map_name, values_reader(self._map_name)(self.pages, values))

    def packed_at(self, at: int) -> bytes:
        """A value as it is in the page. Raises LogError."""
        found = self.kept[at] if self.kept is not None else b""
        found = found or self.pages.packed(self)[at]
        if self.kept is not None:
            self.kept[at] = b""
        return found


@frozen
class PageRef:
    """What a checkpoint says of a page: its first key, how many entries it has, where its frame is."""

    first: tuple[Any, ...]
    length: int
    offset: int


def map_of(pages: Pages, map_name: str, refs: list[PageRef]) -> SortedMap[Any, Any]:
    """The map whose chunks lie at ``refs``."""
    chunks: list[Chunk[Any, Any]] = [Chunk(None, LogPage(pages, each.offset, each.length, map_name)) for each in refs]
    return SortedMap.of_chunks([each.first for each in refs], chunks, sum(each.length for each in refs))


def place_of(chunk: Chunk[Any, Any], pages: Pages) -> int | None:
    """The offset of a chunk that lies in the log of ``pages``."""
    page = chunk.page
    return cast(int, page.offset) if isinstance(page, LogPage) and page.pages is pages else None


def encoding(map_name: str, lists: Lists[Any, Any], objects: int = _PART) -> Generator[int, None, bytes]:
    """The page's bytes before they are deflated, so many objects at a time: gives how many bytes each part came to.

    What nobody has decoded is not encoded again.
    """
    keys, values = lists
    encoded: list[Any] = values
    if is_table(map_name):
        raw, encoded = raw_values(values), []
        for start in range(0, len(raw), objects):
            some = raw[start : start + objects]
            part = [each.packed() if type(each) is Packed else packed_object(each) for each in some]
            encoded += part
            yield sum(map(len, part))
    elif map_name == "requested":
        encoded = list(map(encoder_of(map_name), values))
    return bytes(msgpack.packb([keys, encoded]))


def decode_page(data: bytes, map_name: str) -> tuple[list[Any], list[Any]]:
    """Keys and values, the values as they are in the page. Raises LogError."""
    try:
        keys, values = msgpack.unpackb(data, use_list=False, strict_map_key=False)
        return interned_keys(map_name, keys), list(values)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise LogError(f"a page of a checkpoint cannot be read: {error}") from error


def decode_values(data: bytes) -> list[Any]:
    """As decode_page, without the keys. Raises LogError."""
    try:
        return list(msgpack.unpackb(data, use_list=False, strict_map_key=False)[1])
    except (ValueError, TypeError, IndexError, msgpack.UnpackException) as error:
        raise LogError(f"a page of a checkpoint cannot be read: {error}") from error


def interned_keys(map_name: str, keys: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Their words are the same as everybody's; the name of an Event is nobody else's."""
    try:
        if map_name == EVENTS:
            return [(intern(namespace), name) for namespace, name in keys]
        return [tuple(map(intern, key)) for key in keys]
    except TypeError:  # there are numbers among them
        return [tuple([intern(word) if type(word) is str else word for word in key]) for key in keys]


def is_table(map_name: str) -> bool:
    return map_name.startswith("table/")


def is_listed(map_name: str) -> bool:
    """Whether people walk through it as a whole."""
    return is_table(map_name) and map_name not in _LOOKED_UP


def encoder_of(map_name: str) -> Callable[[Any], Any]:
    """What a value of the map is in a page."""
    if is_table(map_name):
        return packed_object
    return _requested_values if map_name == "requested" else _ref_as_it_is


def _ref_as_it_is(ref: Any) -> Any:
    return ref


def values_reader(map_name: str) -> Callable[[Pages, list[Any]], list[Any]]:
    """What makes values of what stands in a page, of a map that is no table."""
    return _requested if map_name == "requested" else _refs


def listed(map_name: str, raw: list[Any]) -> list[Any]:
    """A chunk's values, of which some may be packed."""
    if map_name == "requested":
        return raw
    values = LazyList()
    values += raw
    return values


def _refs(_pages: Pages, values: list[Any]) -> list[Any]:
    """Tuples still: few of them are ever asked for."""
    return values


def _requested(_pages: Pages, values: list[Any]) -> list[Any]:
    return [
        Requested(
            cpu_milli=cpu,
            memory_bytes=memory,
            scored_cpu_milli=scored_cpu,
            scored_memory_bytes=scored_memory,
            pods=pods,
            others=dict(others) or EMPTY,
            ports={tuple(port): count for port, count in ports} or cast(Any, EMPTY),
        )
        for cpu, memory, scored_cpu, scored_memory, pods, others, ports in values
    ]


def _requested_values(held: Requested) -> list[Any]:
    *sums, others, ports = astuple(held, recurse=False)
    return [*sums, sorted(others.items()), sorted(ports.items())]
