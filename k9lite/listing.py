"""Which objects a pane shows and in which order: query, filter and sort, kept up as the cluster changes.

The map of the query (or of the sort) is looked at chunk by chunk; a chunk that is the same as before is not looked
at again. Filtering and sorting go on in portions: what is ready is shown, the rest follows. What an object says to
a filter is read once for each version of it. Ages come and go at known moments; until then nobody asks for them.
"""

from collections.abc import Mapping
from typing import Any

from attrs import define

from engine.kinds import Event, Object, Ref, ref_of
from engine.store.chunk import Chunk
from engine.store.packed import picked, raw_values, read_on, unread
from engine.store.sorted_map import SortedMap
from engine.store.state import State
from k9lite.display_order import DisplayOrder, Kept, Key
from k9lite.filtering.amounts import natural
from k9lite.filters import NEVER, Filter, unknown_field
from k9lite.narrowed import Narrowed
from k9lite.resource import Query, Resource
from k9lite.sorting import More, Rule, Sort, Sorted, rule_of

__all__ = ["Listing", "More", "Sort", "natural"]

_LATEST = Rule(lambda event, _state, _now: -(getattr(event, "last_timestamp", None) or 0))
"""Events are listed with what was reported last on top."""
_ROWS_A_PORTION = 64
_WANDER_SECONDS = 5
"""How old a look at what runs on by itself may be where there is time for another."""


AnyChunk = Chunk[Any, Object]
_START: tuple[str, ...] = ()
"""Before all keys."""


def to_the_end() -> bool:
    return True


@define
class _Sifted:
    """What a filter let through of a chunk; ``due`` is when an age in it turns, ``at`` when it was looked at."""

    places: list[int]
    objects: list[Object]
    due: int
    at: int


class Listing:
    """The objects a pane shows, by UID in display order. Where ``more`` says no, work is left for ``go_on``."""

    def __init__(self, resource: Resource, query: Query, filter_: Filter, sort: Sort = Sort()) -> None:
        self.resource, self.query = resource.of(query), query
        self._filter, self._sieve = filter_, filter_.over(resource)
        self._sort = sort
        self._narrowed = Narrowed(query)
        self._sorted = self._sorting()
        self._names: dict[str, Key] = {}
        self._read: dict[AnyChunk, list[str]] = {}
        self._read_before: dict[int, tuple[object, str]] = {}
        """By the identity of what stands in the chunk: an object, or where it lies in the log."""
        self._sifted: dict[AnyChunk, _Sifted] = {}
        self._wider: dict[AnyChunk, _Sifted] = {}
        """What passed a wider filter than this one, for chunks that are yet to be looked at."""
        self._until: Any = _START
        """The key in the map up to which chunks are sifted; None when all are."""
        self._due = NEVER
        self._now = 0
        self._started = False
        self._same = False
        """Whether ``keys`` is what there is to show."""
        self.keys = self._ordered()

    @property
    def filter(self) -> Filter:
        return self._filter

    @filter.setter
    def filter(self, filter_: Filter) -> None:
        """Shows nothing new before ``update``. Raises K9liteError, and the filter is as before."""
        sieve = filter_.over(self.resource)
        narrower = bool(self._sieve.groups) and sieve.narrows(self._sieve)
        self._wider = {**self._wider, **self._sifted} if narrower else {}
        self._filter, self._sieve = filter_, sieve
        self._same = False
        self._sift_from_the_start()

    @property
    def unknown_field(self) -> str:
        """What to say of a field that its filter asks for in vain; "" where there is none."""
        return unknown_field(self._filter, self.resource)

    @property
    def sort(self) -> Sort:
        return self._sort

    @sort.setter
    def sort(self, sort: Sort) -> None:
        before, self._sort = self._sort, sort
        self._same = False
        if sort.column != before.column:
            self._sorted, self._wider = self._sorting(), {}
            self._sift_from_the_start()

    def get(self, key: str) -> Object | None:
        """One that was shown and is still there."""
        name = self._names.get(key)
        obj = None if name is None else self._narrowed.map.get(name)
        return obj if obj is not None and obj.metadata.uid == key else None

    def ref(self, key: str) -> Ref | None:
        obj = self.get(key)
        return None if obj is None else ref_of(obj)

    @property
    def total(self) -> int:
        """How many there are without the filter."""
        return len(self._narrowed.map)

    @property
    def running(self) -> bool:
        """Whether more may pass the filter than what is shown."""
        return bool(self._sieve.groups) and self._until is not None

    @property
    def unfinished(self) -> bool:
        """Whether ``go_on`` has something to do."""
        return self.running or (self._sorted is not None and self._sorted.map is None)

    def update(self, state: State, now: int, more: More = to_the_end) -> set[str]:
        """Takes in a State, another filter or order. Returns the keys whose objects changed."""
        before = self._narrowed.map
        changes: Mapping[Key, Object | None] = {}
        if self._narrowed.take(state):
            self._same = False
            if self._started:
                changes = dict(self._narrowed.map.changed_since(before))
        self._started = True
        if self._sorted is not None:
            self._sorted.take(changes, state, now)
            if self._sorted.wander(self._narrowed.map, state, now, more):
                self._same = False
        if self._read and changes:
            self._forget_texts()
        if self._sieve.groups:
            self._sift_again(state, now, more)
        self._now = now
        self.go_on(state, now, more)
        self._reorder()
        return {obj.metadata.uid for obj in changes.values() if obj is not None}

    def go_on(self, state: State, now: int, more: More = to_the_end) -> bool:
        """Another portion of what was left; whether there is still more."""
        if self.running:
            self._sift_on(state, now, more)
            self._reorder()
            if self.running:
                return True
        self._wider = {}
        if self._sorted is not None and self._sorted.map is None:
            if not self._sorted.go_on(self._narrowed.map, state, now, more):
                return True
            self._show_sorted()
            self._same = False
            self._reorder()
        return False

    def read(self, state: State, now: int, more: More) -> bool:
        """Another portion of the rows' texts, for the filters to come; whether there are more to read."""
        return any(self._texts(chunk, state, now, more) is None for _, chunk in self._map.chunks())

    def _reorder(self) -> None:
        if not self._same:
            self._same = True
            self.keys = self._ordered()

    def _ordered(self) -> DisplayOrder:
        firsts: list[Any] = []
        parts: list[Kept] = []
        for first, chunk in self._map.chunks():
            if self._sieve.groups:
                if chunk not in self._sifted:
                    break
                parts.append(self._sifted[chunk].objects)
            else:
                parts.append(chunk)
            firsts.append(first)
        order = self._sorted if self._sorted is not None and self._sorted.map is not None else None
        place_of = _itself if order is None else order.place_of
        return DisplayOrder(firsts, parts, self._names, place_of, reverse=self._sort.reverse)

    # Sorting

    @property
    def _map(self) -> SortedMap[Any, Object]:
        """The one that is walked: sorted, as soon as it is."""
        if self._sorted is not None and self._sorted.map is not None:
            return self._sorted.map
        return self._narrowed.map

    def _sorting(self) -> Sorted | None:
        if self._sort.column:
            return Sorted(rule_of(self._sort, self.resource))
        return Sorted(_LATEST) if self.query.kind == Event.kind else None

    def _show_sorted(self) -> None:
        """What passed the filter passes it in another order as well."""
        for chunk, texts in self._read.items():
            self._remember(chunk, texts)
        self._read = {}
        if self._sieve.groups:
            due = min((each.due for each in self._sifted.values()), default=NEVER)
            passed = {obj.metadata.uid for each in self._sifted.values() for obj in each.objects}
            self._sifted = {}
            for _, chunk in self._map.chunks():
                objects = chunk.load()[1]
                places = [at for at, obj in enumerate(objects) if obj.metadata.uid in passed]
                self._sifted[chunk] = _Sifted(places, [objects[at] for at in places], due, self._now)

    # Filtering

    def _sift_from_the_start(self) -> None:
        self._sifted = {}
        self._until, self._due = _START, NEVER

    def _sift_on(self, state: State, now: int, more: More) -> None:
        begun = False
        for first, chunk in self._map.chunks():
            if chunk not in self._sifted:
                self._until = first
                if (begun and not more()) or not self._sift(chunk, state, now, more):
                    return
                begun = True
        self._until = None

    def _sift_again(self, state: State, now: int, more: More) -> None:
        """What changed of what was sifted already: objects, and ages whose time has come."""
        if now < self._now and not self._sieve.lasting:
            self._sifted = {}  # back in time, where ages are others
        before, self._sifted = self._sifted, {}
        missing = []
        for first, chunk in self._map.chunks():
            if self._until is not None and first >= self._until:
                break
            if chunk in before:
                self._sifted[chunk] = before[chunk]
            else:
                missing.append(chunk)
        for chunk in missing:
            self._sift(chunk, state, now)
        if now >= self._due:
            for chunk in [chunk for chunk, each in self._sifted.items() if each.due <= now]:
                self._sift(chunk, state, now)
            self._due = min((each.due for each in self._sifted.values()), default=NEVER)
        if self._sieve.wanders:
            for chunk in [chunk for chunk, each in self._sifted.items() if each.at + _WANDER_SECONDS <= now]:
                self._sift(chunk, state, now)
                if not more():
                    break

    def _sift(self, chunk: AnyChunk, state: State, now: int, more: More = to_the_end) -> bool:
        """Whether there was time for all of it."""
        objects, wider = chunk.load()[1], self._wider.get(chunk)
        among = range(len(objects)) if wider is None else wider.places
        texts = self._texts(chunk, state, now, more) if self._sieve.reads_rows else ()
        if texts is None or (self._sieve.reads_objects and not read_on(objects, among, more)):
            return False
        self._wider.pop(chunk, None)
        places, due = self._sieve.sift(among, (objects, texts), state, now)
        self._sifted[chunk] = _Sifted(places, picked(objects, places), due, now)
        self._due = min(self._due, due)
        self._same = False
        return True

    def _texts(self, chunk: AnyChunk, state: State, now: int, more: More) -> list[str] | None:
        """Of all its rows; None where there was no time for the last of them."""
        texts = self._read.setdefault(chunk, [])
        objects, known, resource = chunk.load()[1], self._read_before, self.resource
        raw = raw_values(objects)
        while len(texts) < len(objects):
            for at in range(len(texts), min(len(objects), len(texts) + _ROWS_A_PORTION)):
                before = known.get(id(raw[at])) if known else None
                if before is not None:
                    texts.append(before[1])
                    continue
                packed = unread(objects, at)
                text = None if packed is None else resource.packed_text(packed)
                texts.append((resource.text(objects[at], state, now) if text is None else text).lower())
            if not more() and len(texts) < len(objects):
                return None
        return texts

    def _remember(self, chunk: AnyChunk, texts: list[str]) -> None:
        pairs = zip(raw_values(chunk.load()[1]), texts, strict=False)  # it may have been read in part
        self._read_before.update((id(each), (each, text)) for each, text in pairs)

    def _forget_texts(self) -> None:
        """Of chunks that are no more; those of their objects that stay are read no second time."""
        here = {chunk for _, chunk in self._map.chunks()}
        gone = [chunk for chunk in self._read if chunk not in here]
        if gone:
            self._read_before = {}
            for chunk in gone:
                self._remember(chunk, self._read.pop(chunk))


def _itself(name: Key) -> Key:
    return name
