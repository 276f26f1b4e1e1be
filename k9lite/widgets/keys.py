"""Where an object is in a new order of rows: the cursor and the scroll position belong to objects, not to rows.

Between two refreshes an object rarely moves far, so the rows around its old place are looked at first; only when
that fails is the whole sequence searched, once, at the speed of `list.index`.
"""

from __future__ import annotations

from collections.abc import Sequence

REACH = 64
NEIGHBOURS = 32


def position(keys: Sequence[str], key: str, *, near: int) -> int | None:
    """The row of `key`, or None; `near` is where to look first."""
    found = _around(keys, key, near)
    if found is not None:
        return found
    try:
        return keys.index(key)
    except ValueError:
        return None


def survivor(old: Sequence[str], new: Sequence[str], row: int) -> int:
    """The row in `new` (not empty) of the object at `old[row]`, or of the neighbour nearest to where it was.

    The one below it is preferred, as when a line is deleted from a text.
    """
    if not 0 <= row < len(old):
        return max(0, min(row, len(new) - 1))
    if (found := position(new, old[row], near=row)) is not None:
        return found
    below = range(row + 1, min(row + NEIGHBOURS, len(old)))
    above = range(row - 1, max(row - NEIGHBOURS, -1), -1)
    for neighbour in (*below, *above):
        if (found := _around(new, old[neighbour], row)) is not None:
            return found
    return min(row, len(new) - 1)


def _around(keys: Sequence[str], key: str, row: int) -> int | None:
    if 0 <= row < len(keys) and keys[row] == key:
        return row
    low = max(0, row - REACH)
    window = keys[low : row + REACH + 1]
    return low + window.index(key) if key in window else None
