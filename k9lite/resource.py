"""What a resource is: how one kind looks in a table, and where Enter leads from one of its rows."""

from collections.abc import Callable, Iterator
from itertools import compress
from typing import Any

from attrs import evolve

from engine.kinds import KINDS, LabelSelector, Object, Ref
from engine.kinds.frozen import frozen
from engine.serving import served_kind
from engine.store.state import State
from k9lite.widgets.columns import Cell, Column


@frozen(kw_only=True)
class Query:
    """Which objects a table lists. At most one of the others narrows it."""

    kind: str
    namespace: str = ""
    """"" for all."""
    name: str = ""
    node: str = ""
    owner_uid: str = ""
    about: Ref | None = None
    about_uid: str = ""
    """Events about one object, which may be gone."""
    selector: LabelSelector | None = None
    title: str = ""
    """What narrowed it, for the crumbs: ``node/w1``."""

    def objects(self, state: State) -> Iterator[Object]:
        """The objects in key order, found through an index where there is one."""
        if self.node:
            return (pod for pod in state.pods_on(self.node) if self._in_namespace(pod))
        if self.owner_uid:
            return state.owned_by(self.owner_uid, self.kind)
        if self.about is not None:
            return iter(state.events_about(self.about, self.about_uid))
        namespace = self.namespace if (served_kind(state, self.kind) or KINDS[self.kind]).namespaced else ""
        if self.selector is None:
            found = state.objects(self.kind, namespace)
        elif namespace:
            found = state.select(self.kind, namespace, self.selector)
        else:
            selector = self.selector
            found = (obj for obj in state.objects(self.kind) if selector.matches(obj.metadata.labels))
        return (obj for obj in found if obj.metadata.name == self.name) if self.name else found

    def _in_namespace(self, obj: Object) -> bool:
        return not self.namespace or obj.metadata.namespace == self.namespace


CellsOf = Callable[[Any, State, int], tuple[Cell, ...]]


@frozen(kw_only=True)
class Resource:
    """One line of RESOURCES. ``cells`` gives one cell a column, for one row, when that row is shown."""

    kind: str
    columns: tuple[Column, ...]
    cells: CellsOf
    text: Callable[[Any, State, int], str]
    """What a filter reads: the row without what runs on by itself."""
    packed_text: Callable[[bytes], str | None] = lambda _packed: None
    """The same of an object that nobody has read yet, off its bytes in the log; None where it has to be read."""
    drill: Callable[[Any, State], Query | None] = lambda _obj, _state: None
    stands_for: Callable[[Any, State], Object | None] | None = None
    """For rows that are no objects: the one a row is about, if there is one."""
    place: str = ""
    """Where Enter leads if there is no table to drill into: the word of a place; "" describes the object."""
    about_one: tuple[str, ...] = ()
    """Columns that are left out where all rows are about one object: they say the same of each."""

    def row(self, obj: Object, state: State, now: int) -> tuple[Cell, ...]:
        return self.cells(obj, state, now)

    def of(self, query: Query) -> "Resource":
        """As it looks for what ``query`` lists."""
        if query.about is None or not self.about_one:
            return self
        shown = [column.name not in self.about_one for column in self.columns]
        return evolve(
            self,
            columns=tuple(compress(self.columns, shown)),
            cells=lambda obj, state, now: tuple(compress(self.cells(obj, state, now), shown)),
        )


ResourceOf = Callable[[str, State], Resource]
"""How a kind looks, by its name; the State knows the custom ones."""
