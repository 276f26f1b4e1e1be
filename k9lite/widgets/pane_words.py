"""What a pane says of its table: in its frame, where it has no rows, and which columns matter where room is short."""

from collections.abc import Sequence
from itertools import takewhile

from attrs import evolve

from engine.kinds import Event, Kind, Ref
from engine.store.state import State
from k9lite.listing import Listing
from k9lite.resource import Query
from k9lite.widgets.columns import Column

_FIRST_LEFT_OUT = 9


def columns_of(listing: Listing) -> list[Column]:
    """The namespace is always there where rows are of several, and the first to go where they are of one.

    Events need what room there is for their messages.
    """
    priority = 0 if _spans_namespaces(listing.query) else _FIRST_LEFT_OUT
    columns = listing.resource.columns
    if listing.query.kind == Event.kind and not priority:
        return list(columns)
    return [evolve(each, priority=priority) if each.name == "NAMESPACE" else each for each in columns]


def title(number: int, way: Sequence[Listing], kind: Kind, marked: int) -> str:
    """Of the last table on the ``way``, and where Esc leads."""
    listing = way[-1]
    crumbs = takewhile(bool, (each.query.title for each in reversed(way)))
    shown = len(listing.keys)
    more = "+" if listing.running else ""
    count = f"{shown}{more}/{listing.total}" if listing.filter.text else str(shown)
    where = listing.query.namespace or ("all" if kind.namespaced else "")
    text = f"{number} {kind.plural}" + (f"({where})" if where else "") + f" [{count}]"
    text += "".join(f" ‹ {crumb}" for crumb in crumbs)
    if listing.filter.text:
        text += f"  /{listing.filter.text}"
    if listing.sort.column:
        text += f"  by {listing.sort.column}"
    return text + (f"  ◆{marked} marked" if marked else "")


def columns_left_out(count: int) -> str:
    """How many there is no room for, and the key that shows them."""
    return f"w: +{count} column{'s' if count > 1 else ''}" if count else ""


def empty_text(listing: Listing, kind: Kind, state: State | None) -> str:
    if listing.running:
        return "looking for more…"
    if listing.filter.text:
        return listing.unknown_field or f"nothing matches /{listing.filter.text}: Esc clears the filter"
    namespace = listing.query.namespace
    if namespace and state is not None and state.get(Ref("Namespace", "", namespace)) is None:
        return f"there is no namespace {namespace}: 0 shows all"
    return f"no {kind.plural} here"


def _spans_namespaces(query: Query) -> bool:
    return not (query.namespace or query.owner_uid or query.about is not None or query.name)
