"""The edge between two panes, taken with the mouse and put elsewhere. Pure: a tree of splits in, another out.

Sizes are weights; what is dragged makes them the cells that each part has, so that only its two neighbours change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

from attrs import evolve

from engine.kinds.frozen import frozen
from k9lite.splits import Area, Part, Split, leaves

_LEAST_CELLS, _LEAST_LINES = 12, 4


@frozen(kw_only=True)
class Edge:
    """Between the parts ``first`` and ``second`` of the split that ``path`` leads to; they reach from start to end."""

    path: tuple[int, ...]
    first: int
    second: int
    down: bool
    start: int
    end: int
    sizes: tuple[int, ...]
    """In cells, of all parts of the split; those that are not shown keep their share."""


def edge_at(part: Part, area: Area, shown: Collection[int], x: int, y: int) -> Edge | None:
    """The one whose frames are at this cell."""
    for edge, (left, top, width, height) in _edges(part, area, shown, ()):
        here = edge.start + edge.sizes[edge.first]
        along, across, low, room = (y, x, left, width) if edge.down else (x, y, top, height)
        if along in (here - 1, here) and low <= across < low + room:
            return edge
    return None


def dragged(part: Part, edge: Edge, x: int, y: int) -> Part:
    """With the edge at this cell, or as near as both neighbours can bear."""
    least = _LEAST_LINES if edge.down else _LEAST_CELLS
    to = min(max(y if edge.down else x, edge.start + least), edge.end - least)
    sizes = list(edge.sizes)
    sizes[edge.first], sizes[edge.second] = to - edge.start, edge.end - to
    return part if min(sizes) < 1 else _resized(part, edge.path, tuple(sizes))


def _resized(part: Part, path: tuple[int, ...], sizes: tuple[int, ...]) -> Part:
    assert isinstance(part, Split)
    if not path:
        return evolve(part, weights=sizes)
    at = path[0]
    inner = _resized(part.parts[at], path[1:], sizes)
    return evolve(part, parts=(*part.parts[:at], inner, *part.parts[at + 1 :]))


def _edges(
    part: Part, area: Area, shown: Collection[int], path: tuple[int, ...]
) -> Iterator[tuple[Edge, Area]]:
    """Divides the room as ``areas`` does; the inner ones first."""
    if not isinstance(part, Split):
        return
    seen = [at for at, each in enumerate(part.parts) if any(leaf in shown for leaf in leaves(each))]
    x, y, width, height = area
    whole = room = height if part.down else width
    rest = total = sum(part.weights[at] for at in seen)
    starts, sizes = {}, [max(1, whole * weight // max(1, total)) for weight in part.weights]
    place = y if part.down else x
    for at in seen:
        size = room * part.weights[at] // rest
        starts[at], sizes[at] = place, size
        inner = (x, place, width, size) if part.down else (place, y, size, height)
        yield from _edges(part.parts[at], inner, shown, (*path, at))
        room, rest, place = room - size, rest - part.weights[at], place + size
    for first, second in pairwise(seen):
        yield (
            Edge(
                path=path, first=first, second=second, down=part.down, start=starts[first],
                end=starts[second] + sizes[second], sizes=tuple(sizes),
            ),
            area,
        )  # fmt: skip
