"""Tables that were kept by name: what ``:view`` does. Pure but for the Preferences it is handed.

    urgent:
      kind: Pod
      namespace: shop
      filter: status:!Running age<1h
      sort: RESTARTS
      reverse: true
      wide: false
"""

from collections.abc import Mapping

from attrs import asdict

from engine.api.selectors import parse_label_selector
from engine.errors import K9liteError, UsageError
from engine.kinds import KINDS
from engine.kinds.frozen import frozen
from engine.printers.parts.selectors import selector_text
from k9lite.filters import Filter
from k9lite.preferences import Named, Preferences
from k9lite.resource import Query
from k9lite.sorting import Sort

_WORDS = ("save", "delete")


@frozen(kw_only=True)
class SavedView:
    """What a pane shows, and how. ``sort`` is a column; "" is kubectl's order."""

    kind: str
    namespace: str = ""
    node: str = ""
    name: str = ""
    selector: str = ""
    filter: str = ""
    sort: str = ""
    reverse: bool = False
    wide: bool = False

    @property
    def query(self) -> Query:
        return Query(
            kind=self.kind,
            namespace=self.namespace,
            node=self.node,
            name=self.name,
            selector=parse_label_selector(self.selector) if self.selector else None,
            title=f"-l {self.selector}" if self.selector else f"node/{self.node}" if self.node else self.name,
        )

    @property
    def order(self) -> Sort:
        return Sort(self.sort, self.reverse)


def view_of(query: Query, filter_: Filter, sort: Sort, *, wide: bool) -> SavedView:
    """Raises UsageError for what is of this session only."""
    if query.owner_uid or query.about is not None:
        raise UsageError(f"what {query.title or 'an object'} leads to cannot be kept: a view is of a kind, not of one")
    return SavedView(
        kind=query.kind,
        namespace=query.namespace,
        node=query.node,
        name=query.name,
        selector="" if query.selector is None else selector_text(query.selector),
        filter=filter_.text,
        sort=sort.column,
        reverse=sort.reverse,
        wide=wide,
    )


def keep(preferences: Preferences, name: str, view: SavedView) -> None:
    """Raises UsageError where it cannot be kept."""
    if name in _WORDS:
        raise UsageError(f"a view cannot be called {name}: :view {name} means something else")
    plain = {key: each for key, each in asdict(view).items() if each}
    all_kept(preferences).keep(name, plain)


def all_kept(preferences: Preferences) -> Named:
    return Named(preferences, "views", "view")


def kept(preferences: Preferences, name: str) -> SavedView:
    """Raises UsageError in one line that names what is wrong."""
    found = all_kept(preferences).get(name)
    try:
        view = _read(found)
        Filter(view.filter)
        _ = view.query
    except K9liteError as error:
        raise UsageError(f"view {name}: {error}") from None
    return view


def _read(found: object) -> SavedView:
    if not isinstance(found, dict) or found.get("kind") not in KINDS:
        raise UsageError("a kind that is known was expected")
    for key, value in found.items():
        wanted = _TYPES.get(key)
        if wanted is None:
            raise UsageError(f"{key} is nothing a view has, only {', '.join(_TYPES)}")
        if not isinstance(value, wanted):
            raise UsageError(f"{key}: {value!r} was not expected")
    return SavedView(**found)


_TYPES: Mapping[str, type] = {
    "kind": str, "namespace": str, "node": str, "name": str, "selector": str, "filter": str, "sort": str,
    "reverse": bool, "wide": bool,
}  # fmt: skip
