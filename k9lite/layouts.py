"""Arrangements of panes that were kept by name: what ``:layout`` does. Pure but for the Preferences it is handed."""

from collections.abc import Mapping
from typing import Any

from engine.errors import UsageError
from engine.kinds import KINDS
from k9lite.preferences import Preferences
from k9lite.resource import Query
from k9lite.splits import DETAIL, Part, from_plain, leaves, to_plain

_MATTER = "layouts"


def keep(preferences: Preferences, name: str, part: Part, queries: Mapping[int, Query], mode: str) -> None:
    """Raises UsageError where it cannot be kept."""
    panes = {number: {"kind": query.kind, "namespace": query.namespace} for number, query in queries.items()}
    kept = {"panes": panes, "detail": mode, "arrangement": to_plain(part)}
    preferences.save(_MATTER, {**preferences.load(_MATTER), name: kept})


def drop(preferences: Preferences, name: str) -> None:
    found = dict(preferences.load(_MATTER))
    _known(found, name)
    del found[name]
    preferences.save(_MATTER, found)


def names(preferences: Preferences) -> list[str]:
    return sorted(preferences.load(_MATTER))


def kept(preferences: Preferences, name: str) -> tuple[Part, dict[int, Query], str]:
    """The arrangement, what its panes show, and what the detail pane does. Raises UsageError naming what is wrong."""
    layout = _known(preferences.load(_MATTER), name)
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


def _known(found: Mapping[str, Any], name: str) -> Any:
    if name not in found:
        there = ", ".join(sorted(found)) or "none"
        raise UsageError(f'there is no layout "{name}"; kept: {there}')
    return found[name]


def _query(number: int, pane: object) -> Query:
    match pane:
        case {"kind": str(kind), **rest} if kind in KINDS and isinstance(rest.get("namespace", ""), str):
            return Query(kind=kind, namespace=str(rest.get("namespace", "")))
        case _:
            raise UsageError(f"pane {number} shows no kind that is known: {pane!r}")
