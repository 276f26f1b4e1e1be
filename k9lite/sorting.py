"""Objects in the order of a column, kept up as they change and made in portions.

Where an object sorts is read once for each version of it; what runs on by itself (usage) is read again a portion at a
time. Among equals the order is kubectl's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import islice
from typing import Any

from engine.errors import UsageError
from engine.kinds import Object
from engine.kinds.frozen import frozen
from engine.store.chunk import Chunk
from engine.store.sorted_map import SortedMap
from engine.store.state import State, Table
from k9lite.display_order import Key
from k9lite.filtering.amounts import natural
from k9lite.filtering.fields import fields_of, key_of
from k9lite.resource import Resource
from k9lite.widgets.columns import Column

More = Callable[[], bool]
"""Whether there is time for another portion."""
Place = tuple[Any, str, str]
Value = Callable[[Object, State, int], Any]
_ROWS_A_PORTION, _ROWS_A_RUN, _ROWS_A_CHUNK = 64, 4096, 256


@frozen
class Sort:
    """By a column's text, numbers and durations in it by their size; "" for kubectl's order."""

    column: str = ""
    reverse: bool = False


def sort_of(columns: Sequence[Column], text: str) -> Sort:
    """``age``, ``-age``, ``rest`` for RESTARTS: as it is typed. Raises UsageError for a column that is not there."""
    wanted = text.strip().lstrip("-").strip().upper()
    names = [column.name for column in columns if column.name]
    found = wanted if wanted in names else next((name for name in names if name.startswith(wanted)), "")
    if not found:
        raise UsageError(f"there is no column {wanted}: {', '.join(names).lower()}")
    return Sort(found if wanted else "", reverse=text.strip().startswith("-"))


def choices(columns: Sequence[Column], line: str) -> list[str]:
    """Whole lines ``sort re`` could become."""
    sign = "-" if line.partition(" ")[2].startswith("-") else ""
    lines = [f"sort {sign}{column.name.lower()}" for column in columns if column.name]
    return [each for each in lines if each.startswith(line)]


@frozen
class Rule:
    """What an object sorts by. One that is not ``lasting`` runs on though the object stays."""

    value: Value
    lasting: bool = True


def rule_of(sort: Sort, resource: Resource) -> Rule:
    """Of a column; a moment sorts as the age it is, so that it lasts. Raises UsageError for one that is not there."""
    found = fields_of(resource).get(key_of(sort.column))
    if found is None:
        raise UsageError(f"there is no column {sort.column} to sort by")
    if found.since is not None:
        since = found.since
        return Rule(lambda obj, _state, _now: -(since(obj) or 0))
    text = found.text
    return Rule(lambda obj, state, now: natural(text(obj, state, now)), found.lasting)


class Sorted:
    """The objects of a base in another order, once it is ``map``: built by ``go_on``, then kept up by ``take``."""

    def __init__(self, rule: Rule) -> None:
        self.map: SortedMap[Place, Object] | None = None
        self._rule = rule
        self._base: Table = SortedMap()
        """What it is built from; changes since are taken in when it is built."""
        self._places: dict[Key, Place] = {}
        self._building: Iterator[None] | None = None
        self._walk: Iterator[Key] = iter(())

    def place_of(self, name: Key) -> Place | None:
        return self._places.get(name)

    def go_on(self, base: Table, state: State, now: int, more: More) -> bool:
        """Another portion; whether it is built."""
        if self.map is None and self._building is None:
            self._base = base
            self._building = self._build(lambda: (state, now))
        while self._building is not None and self.map is None:
            next(self._building, None)
            if not more():
                break
        if self.map is not None and self._building is not None:
            self._building = None
            self.take(dict(base.changed_since(self._base)), state, now)
        return self.map is not None

    def take(self, changes: Mapping[Key, Object | None], state: State, now: int) -> None:
        """None stands for what is gone. Costs what changed."""
        if self.map is None:
            return
        moved: dict[Place, Object | None] = {}
        put: dict[Place, Object] = {}
        for name, obj in changes.items():
            if (before := self._places.pop(name, None)) is not None:
                moved[before] = None
            if obj is not None:
                place = self._places[name] = (self._rule.value(obj, state, now), *name)
                put[place] = obj
                if place == before and self.map.get(place) is obj:
                    del moved[place], put[place]
        if moved or put:
            self.map = self.map.update({**moved, **put})

    def wander(self, base: Table, state: State, now: int, more: More) -> bool:
        """Reads again where some objects sort, round and round, if that runs on by itself; whether any moved."""
        if self._rule.lasting or self.map is None:
            return False
        before = self.map
        for _ in range(len(base) // _ROWS_A_PORTION + 1):
            names = list(islice(self._walk, _ROWS_A_PORTION))
            if not names:
                self._walk = iter(list(self._places))
            found = ((name, base.get(name)) for name in names)
            self.take({name: obj for name, obj in found if obj is not None}, state, now)
            if not more():
                break
        return self.map is not before

    def _build(self, moment: Callable[[], tuple[State, int]]) -> Iterator[None]:
        runs: list[list[tuple[Place, Object]]] = [[]]
        value, places = self._rule.value, self._places
        items = self._base.items()
        while portion := list(islice(items, _ROWS_A_PORTION)):
            state, now = moment()
            for name, obj in portion:
                place = places[name] = (value(obj, state, now), *name)
                runs[-1].append((place, obj))
            if len(runs[-1]) >= _ROWS_A_RUN:
                runs[-1].sort(key=_first)
                runs.append([])
            yield
        runs[-1].sort(key=_first)
        merged = merge(*runs, key=_first)
        firsts: list[Place] = []
        chunks: list[Chunk[Place, Object]] = []
        while entries := list(islice(merged, _ROWS_A_CHUNK)):
            firsts.append(entries[0][0])
            chunks.append(Chunk(([place for place, _ in entries], [obj for _, obj in entries])))
            yield
        self.map = SortedMap.of_chunks(firsts, chunks, len(places))


def _first(entry: tuple[Place, Object]) -> Place:
    return entry[0]
