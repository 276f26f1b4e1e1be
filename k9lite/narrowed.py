"""The objects a query lists, as a map in key order that shares all it can with the State's own table.

A whole kind is its table; a namespace is a stretch of it; whatever else narrows is listed once through an index and
then kept up by what changes in the table.
"""

from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from engine.kinds import KINDS, Event, Object, Pod
from engine.serving import served_kind
from engine.store.chunk import Chunk
from engine.store.sorted_map import SortedMap
from engine.store.state import State, Table
from k9lite.resource import Query

_AFTER = "\0"
"""What makes a word the next one in order."""


class Narrowed:
    """``take`` a State, and ``map`` is what the query lists of it."""

    def __init__(self, query: Query) -> None:
        self.map: Table = SortedMap()
        self._query = query
        self._table: Table | None = None

    def take(self, state: State) -> bool:
        """Whether there may be something new in the map."""
        query, before = self._query, self._table
        table = state.table(query.kind)
        if table is before:
            return False
        self._table = table
        if query == Query(kind=query.kind, title=query.title):
            self.map = table
        elif query == Query(kind=query.kind, namespace=query.namespace, title=query.title):
            self.map = within(table, query.namespace) if _namespaced(state, query.kind) else table
        elif before is None:
            found = query.objects(state)
            self.map = SortedMap.of(((obj.metadata.namespace, obj.metadata.name), obj) for obj in found)
        else:
            holds = _holds(query, state)
            changes = {
                name: obj if obj is not None and holds(obj) else None for name, obj in table.changed_since(before)
            }
            here = {name: obj for name, obj in changes.items() if obj is not None or name in self.map}
            if here:
                self.map = self.map.update(here)
        return True


def within(table: Table, namespace: str) -> Table:
    """The stretch of one namespace: its chunks but for the two at its ends are the table's own."""
    first, end = (namespace,), (namespace + _AFTER,)
    firsts: list[Any] = []
    chunks: list[Chunk[Any, Object]] = []
    size = 0
    known = list(table.chunks())
    starts = [start for start, _ in known]
    low = max(0, bisect_left(starts, first) - 1)
    for place in range(low, bisect_left(starts, end)):
        chunk = known[place][1]
        inside = starts[place] >= first and place + 1 < len(known) and starts[place + 1] < end
        if not inside:
            keys, values = chunk.load()
            at, until = bisect_left(keys, first), bisect_left(keys, end)
            if at == until:
                continue
            if until - at < len(keys):
                chunk = Chunk((keys[at:until], values[at:until]))
            firsts.append(keys[at])
        else:
            firsts.append(starts[place])
        chunks.append(chunk)
        size += chunk.count()
    return SortedMap.of_chunks(firsts, chunks, size)


def _namespaced(state: State, kind: str) -> bool:
    return (served_kind(state, kind) or KINDS[kind]).namespaced


def _holds(query: Query, state: State) -> Callable[[Object], bool]:
    """Whether an object of the kind is one the query lists."""
    namespace = query.namespace if _namespaced(state, query.kind) else ""

    def holds(obj: Object) -> bool:
        meta = obj.metadata
        if namespace and meta.namespace != namespace and not query.owner_uid:
            return False
        if query.node:
            return isinstance(obj, Pod) and obj.spec.node_name == query.node
        if query.owner_uid:
            return any(owner.uid == query.owner_uid for owner in meta.owner_references)
        if query.about is not None:
            return isinstance(obj, Event) and obj.involved_object.uid == query.about_uid
        if query.selector is not None and not query.selector.matches(meta.labels):
            return False
        return not query.name or meta.name == query.name

    return holds
