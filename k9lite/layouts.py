"""Arrangements of panes that were kept by name: what ``:layout`` does. Pure but for the Preferences it is handed."""

from collections.abc import Mapping

from engine.errors import UsageError
from engine.kinds import KINDS
from k9lite.preferences import Named, Preferences
from k9lite.resource import Query
from k9lite.splits import DETAIL, Part, from_plain, leaves, to_plain


def keep(preferences: Preferences, name: str, part: Part, queries: Mapping[int, Query], mode: str) -> None:
    """Raises UsageError where it cannot be kept."""
    panes = {number: {"kind": query.kind, "namespace": query.namespace} for number, query in queries.items()}
    all_kept(preferences).keep(name, {"panes": panes, "detail": mode, "arrangement": to_plain(part)})


def all_kept(preferences: Preferences) -> Named:
    return Named(preferences, "layouts", "layout")


def kept(preferences: Preferences, name: str) -> tuple[Part, dict[int, Query], str]:
    """The arrangement, what its panes show, and what the detail pane does. Raises UsageError naming what is wrong."""
    layout = all_kept(preferences).get(name)
    try:
        match layout:
            case {"panes": dict(panes), "detail": str(mode), "arrangement": arrangement}:
                part = from_plain(arrangement)
                queries = {number: _query(number, panes.get(number)) for number in leaves(part) if number != DETAIL}
                return part, queries, mode
            case _:
                raise UsageError("panes, detail and arrangement were expected")
    except UsageError as error:
        raise UsageError(f"layout {name}: {error}") from None


def _query(number: int, pane: object) -> Query:
    match pane:
        case {"kind": str(kind), **rest} if kind in KINDS and isinstance(rest.get("namespace", ""), str):
            return Query(kind=kind, namespace=str(rest.get("namespace", "")))
        case _:
            raise UsageError(f"pane {number} shows no kind that is known: {pane!r}")
