"""How the room of a screen is divided among panes: a tree of splits, pure, so that it can be drawn, changed and kept.

A leaf is a pane's number; ``DETAIL`` is the pane that shows the selected object. Sizes are weights among siblings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar

from attrs import evolve

from engine.errors import UsageError
from engine.kinds.frozen import frozen

DETAIL = 0
MOST_PANES = 9


@frozen
class Split:
    """``parts`` side by side, or ``down`` one below the other; as many ``weights`` as parts."""

    down: bool
    parts: tuple[Part, ...]
    weights: tuple[int, ...]


Part = Split | int
_T = TypeVar("_T")

Area = tuple[int, int, int, int]
"""x, y, width, height in cells."""


def leaves(part: Part) -> Iterator[int]:
    """From the left and the top."""
    if isinstance(part, Split):
        for each in part.parts:
            yield from leaves(each)
    else:
        yield part


def areas(part: Part, area: Area, shown: Collection[int]) -> dict[int, Area]:
    """Where each leaf of ``shown`` is; the room of the others goes to their siblings."""
    if not isinstance(part, Split):
        return {part: area} if part in shown else {}
    seen = [
        (each, weight)
        for each, weight in zip(part.parts, part.weights, strict=True)
        if any(leaf in shown for leaf in leaves(each))
    ]
    x, y, width, height = area
    found: dict[int, Area] = {}
    room, rest = (height if part.down else width), sum(weight for _, weight in seen)
    for each, weight in seen:
        size = room * weight // rest
        found |= areas(each, (x, y, width, size) if part.down else (x, y, size, height), shown)
        room, rest = room - size, rest - weight
        x, y = (x, y + size) if part.down else (x + size, y)
    return found


def resized(part: Part, leaf: int, *, down: bool, step: int) -> Part:
    """With the innermost part that holds ``leaf`` and has siblings in that direction larger by ``step``."""
    if not isinstance(part, Split):
        return part
    at = _holder(part, leaf)
    if at is None:
        return part
    inner = resized(part.parts[at], leaf, down=down, step=step)
    if inner is not part.parts[at]:
        return evolve(part, parts=_with(part.parts, at, inner))
    if part.down is not down or len(part.parts) == 1:
        return part
    return evolve(part, weights=_with(part.weights, at, max(1, part.weights[at] + step)))


def swapped(part: Part, one: int, other: int) -> Part:
    """With two leaves in each other's place."""
    if isinstance(part, Split):
        return evolve(part, parts=tuple(swapped(each, one, other) for each in part.parts))
    return other if part == one else one if part == other else part


def turned(part: Part, leaf: int) -> Part:
    """With the split around ``leaf`` going the other way."""
    if not isinstance(part, Split):
        return part
    if leaf in part.parts:
        return evolve(part, down=not part.down)
    return evolve(part, parts=tuple(turned(each, leaf) for each in part.parts))


def beside(part: Part, leaf: int, new: int, *, down: bool) -> Part:
    """With ``new`` after ``leaf``, which gives it half of its room."""
    if part == leaf:
        return Split(down, (leaf, new), (1, 1))
    if not isinstance(part, Split):
        return part
    return evolve(part, parts=tuple(beside(each, leaf, new, down=down) for each in part.parts))


def without(part: Part, leaf: int) -> Part:
    """Without a leaf that is not the only one; a split of one part is that part."""
    if not isinstance(part, Split):
        return part
    kept = [
        (without(each, leaf), weight)
        for each, weight in zip(part.parts, part.weights, strict=True)
        if each != leaf
    ]
    if len(kept) == 1:
        return kept[0][0]
    return Split(part.down, tuple(each for each, _ in kept), tuple(weight for _, weight in kept))


def to_plain(part: Part, weight: int = 1) -> dict[str, Any]:
    """As YAML keeps it: ``{size: 6, down: [{pane: 1}, {pane: 3}]}``; ``across`` for side by side."""
    sized: dict[str, Any] = {} if weight == 1 else {"size": weight}
    if not isinstance(part, Split):
        return {**sized, "pane": part}
    inner = [to_plain(each, weight) for each, weight in zip(part.parts, part.weights, strict=True)]
    return {**sized, "down" if part.down else "across": inner}


def from_plain(plain: object) -> Part:
    """Raises UsageError for what is no arrangement, or names a pane twice."""
    part, _ = _from_plain(plain)
    named = list(leaves(part))
    if len(set(named)) != len(named) or DETAIL not in named or len(named) < 2:
        raise UsageError("an arrangement has each of its panes once, and the detail pane (0) besides")
    return part


def _from_plain(plain: object) -> tuple[Part, int]:
    match plain:
        case {"pane": int(number), **rest} if 0 <= number <= MOST_PANES:
            return number, _size(rest)
        case {"down": [*parts], **rest} if parts:
            return _split(parts, down=True), _size(rest)
        case {"across": [*parts], **rest} if parts:
            return _split(parts, down=False), _size(rest)
        case _:
            raise UsageError(f"no part of an arrangement: {plain!r}; it has a pane (0-{MOST_PANES}), down or across")


def _split(parts: list[object], *, down: bool) -> Split:
    made = [_from_plain(each) for each in parts]
    return Split(down, tuple(part for part, _ in made), tuple(weight for _, weight in made))


def _size(rest: Mapping[Any, Any]) -> int:
    size = rest.get("size", 1)
    if not isinstance(size, int) or size < 1 or set(rest) - {"size"}:
        raise UsageError(f"no part of an arrangement: {rest!r}; besides its pane or parts it has a size of 1 or more")
    return size


def _holder(split: Split, leaf: int) -> int | None:
    return next((at for at, each in enumerate(split.parts) if leaf in leaves(each)), None)


def _with(items: tuple[_T, ...], at: int, item: _T) -> tuple[_T, ...]:
    return (*items[:at], item, *items[at + 1 :])
