"""Which objects a pane shows and in which order: query, filter and sort, kept up as the cluster changes.

What an object says to a filter and where it sorts is worked out once for each version of it: an object that is
the same object as before reads the same. Ages and usage run on by themselves; they are sorted by afresh.
"""

import re
from collections.abc import Callable
from itertools import islice, repeat
from typing import Any

from attrs import frozen

from engine.kinds import Object, Ref, ref_of
from engine.store.state import State, Table
from k9lite.filters import Filter
from k9lite.resource import Query, Resource


@frozen
class Sort:
    """By a column's text, numbers and durations in it by their size; "" for kubectl's order."""

    column: str = ""
    reverse: bool = False


class Listing:
    """The objects a pane shows, by UID in display order."""

    def __init__(self, resource: Resource, query: Query, filter_: Filter, sort: Sort = Sort()) -> None:
        self.resource, self.query, self.filter, self._sort = resource, query, filter_, sort
        self.keys: list[str] = []
        self._table: Table | None = None
        self._objects: dict[str, Object] = {}
        self._rows: list[str] = []
        """What a filter reads of the first of the objects, in their order; the rest is read when wanted."""
        self._known: dict[str, tuple[Object, str]] = {}
        """What it read of them before the table changed."""
        self._places: dict[str, tuple[Object, Any]] = {}

    @property
    def sort(self) -> Sort:
        return self._sort

    @sort.setter
    def sort(self, sort: Sort) -> None:
        if sort.column != self._sort.column:
            self._places = {}
        self._sort = sort

    def get(self, key: str) -> Object | None:
        return self._objects.get(key)

    def ref(self, key: str) -> Ref | None:
        obj = self._objects.get(key)
        return None if obj is None else ref_of(obj)

    @property
    def total(self) -> int:
        """How many there are without the filter."""
        return len(self._objects)

    def update(self, state: State, now: int) -> set[str]:
        """Takes in a State, another filter or order. Returns the keys whose objects changed."""
        changed = self._take(state)
        if self.filter.reads_rows:
            self.read(state, now, len(self._objects))
        if self.filter.text:
            rows = self._rows if self.filter.reads_rows else repeat("")
            self.keys = self.filter.passing(zip(self._objects, self._objects.values(), rows, strict=False))
        else:
            self.keys = list(self._objects)
        if self._sort.column:
            self._sort_keys(state, now)
        elif self._sort.reverse:
            self.keys.reverse()
        return changed

    def read(self, state: State, now: int, most: int) -> bool:
        """Reads so many more rows for the filters to come; whether there are more to read."""
        self._take(state)
        begun = len(self._rows)
        for uid, obj in islice(self._objects.items(), begun, begun + most):
            known = self._known.get(uid)
            if known is None or known[0] is not obj:
                known = obj, self.resource.text(obj, state, now).lower()
            self._rows.append(known[1])
        return len(self._rows) < len(self._objects)

    def _take(self, state: State) -> set[str]:
        """The objects, listed anew only where their table is another."""
        table, before = state.table(self.query.kind), self._objects
        if table is self._table:
            return set()
        # Nothing is kept for a filter that may never come: with one, most rows will read as before.
        pairs = zip(before.items(), self._rows, strict=False) if self.filter.reads_rows else ()
        self._known = {uid: (obj, row) for (uid, obj), row in pairs}
        self._rows = []
        self._table = table
        self._objects = {obj.metadata.uid: obj for obj in self.query.objects(state)}
        return {uid for uid, obj in self._objects.items() if before.get(uid) is not obj}

    def _sort_keys(self, state: State, now: int) -> None:
        place, lasting = self._placing(state, now)
        places = {}
        for uid in self.keys:
            obj = self._objects[uid]
            known = self._places.get(uid)
            if known is None or known[0] is not obj or not lasting:
                known = obj, place(obj)
            places[uid] = known
        self._places = places
        self.keys.sort(key=lambda uid: places[uid][1], reverse=self._sort.reverse)

    def _placing(self, state: State, now: int) -> tuple[Callable[[Object], Any], bool]:
        """Where an object sorts, and whether that lasts as long as the object does."""
        if self._sort.column == "AGE":
            return lambda obj: -(obj.metadata.creation_timestamp or 0), True
        at = [column.name for column in self.resource.columns].index(self._sort.column)
        row = self.resource.row
        return lambda obj: natural(row(obj, state, now)[at].text), not self.resource.columns[at].quiet


_PARTS = re.compile(r"\d+(?:\.\d+)?|\D+")
_DURATION = re.compile(r"(?:\d+[ydhms])+")
_SECONDS = {"y": 365 * 86400, "d": 86400, "h": 3600, "m": 60, "s": 1}


def natural(text: str) -> tuple[tuple[int, float, str], ...]:
    """``web-10`` after ``web-9``; a duration (``2d3h``) by its length; sizes and shares by their numbers."""
    if _DURATION.fullmatch(text):
        parts = re.findall(r"(\d+)([ydhms])", text)
        return ((0, float(sum(int(count) * _SECONDS[unit] for count, unit in parts)), ""),)
    return tuple(
        (0, float(part), "") if part[0].isdecimal() else (1, 0.0, part) for part in _PARTS.findall(text)
    )
