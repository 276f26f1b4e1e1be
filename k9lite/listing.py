"""Which objects a pane shows and in which order: query, filter and sort, kept up as the cluster changes.

What an object says to a filter and where it sorts is worked out once for each version of it: an object that is
the same object as before reads the same. Ages and usage run on by themselves; they are sorted by afresh.
"""

import re
from collections.abc import Callable
from typing import Any

from attrs import frozen

from engine.kinds import Object, Ref, ref_of
from engine.store.state import State
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
        self.total = 0
        self._objects: dict[str, Object] = {}
        self._texts: dict[str, tuple[Object, str]] = {}
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

    def update(self, state: State, now: int) -> set[str]:
        """Takes in a State. Returns the keys whose objects changed."""
        before = self._objects
        found = {obj.metadata.uid: obj for obj in self.query.objects(state)}
        self.total = len(found)
        if self.filter.text:
            found = self._filtered(found, state, now)
        self._objects = found
        self.keys = list(found)
        if self._sort.column:
            self._sort_keys(state, now)
        elif self._sort.reverse:
            self.keys.reverse()
        return {uid for uid, obj in found.items() if before.get(uid) is not obj}

    def _filtered(self, found: dict[str, Object], state: State, now: int) -> dict[str, Object]:
        texts = {}
        passed = {}
        for uid, obj in found.items():
            known = self._texts.get(uid)
            if known is None or known[0] is not obj:
                known = obj, self.resource.text(obj, state, now)
            texts[uid] = known
            if self.filter.matches(obj, known[1]):
                passed[uid] = obj
        self._texts = texts
        return passed

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
