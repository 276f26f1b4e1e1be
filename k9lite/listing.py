"""Which objects a pane shows and in which order: query, filter and sort, kept up as the cluster changes.

While a kind's table in the State is the same, nothing is done; when it changed, objects that are the same
object as before are known to look the same.
"""

import re

from attrs import frozen

from engine.kinds import Object, Ref, ref_of
from engine.store.state import State
from k9lite.filters import Filter
from k9lite.resource import Query, Resource


@frozen
class Sort:
    """By a column's text, numbers inside it counted as numbers; "" for kubectl's order."""

    column: str = ""
    reverse: bool = False


class Listing:
    """The objects a pane shows, by UID in display order."""

    def __init__(self, resource: Resource, query: Query, filter_: Filter, sort: Sort = Sort()) -> None:
        self.resource, self.query, self.filter, self.sort = resource, query, filter_, sort
        self.keys: list[str] = []
        self.total = 0
        self._objects: dict[str, Object] = {}

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
            found = {
                uid: obj for uid, obj in found.items() if self.filter.matches(obj, self._text(obj, state, now))
            }
        self._objects = found
        self.keys = list(found)
        if self.sort.column:
            at = [column.name for column in self.resource.columns].index(self.sort.column)
            self.keys.sort(
                key=lambda uid: _natural(self.resource.row(found[uid], state, now)[at].text),
                reverse=self.sort.reverse,
            )
        elif self.sort.reverse:
            self.keys.reverse()
        return {uid for uid, obj in found.items() if before.get(uid) is not obj}

    def _text(self, obj: Object, state: State, now: int) -> str:
        return " ".join(cell.text for cell in self.resource.row(obj, state, now))


_PARTS = re.compile(r"\d+(?:\.\d+)?|\D+")


def _natural(text: str) -> tuple[tuple[int, float, str], ...]:
    """``web-10`` after ``web-9``; durations (``3m``), sizes and shares by their numbers."""
    return tuple(
        (0, float(part), "") if part.replace(".", "", 1).isdigit() else (1, 0.0, part)
        for part in _PARTS.findall(text)
    )
