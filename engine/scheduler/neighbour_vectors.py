"""The rules of ``neighbour_rules`` asked of all nodes of a large cluster at once, with the same answers.

How many pods count is kept by row for the sorts of pods that were asked for and are on many nodes; a sum over the
domains of a topology is one pass over the rows.
"""

from collections.abc import Iterator, Sequence
from math import log
from typing import cast

import numpy as np

from engine.scheduler.columns import Coded, Columns, Fixed, Floats, Mask
from engine.scheduler.neighbour_rules import FAR, NEAR, SHUNNED, SPREAD, SPREAD_KEY
from engine.scheduler.neighbours import HOSTNAME, Counts, Neighbours, Spread
from engine.scheduler.scores import MOST
from engine.scheduler.terms import Constraint

_FEW_NODES = 64
"""Nodes up to which a count is put into rows each time it is asked for."""


def kept_off(columns: Columns, fixed: Fixed, neighbours: Neighbours) -> Iterator[tuple[str, bool, Mask]]:
    """Reason, whether preemption might help, and the rows, in the order in which the rules are asked."""
    has_all = _has_all(columns, neighbours.spread)
    for spread in neighbours.spread:
        constraint = spread.constraint
        label = columns.label(constraint.topology_key)
        if label.given is not None:
            yield SPREAD_KEY, False, ~label.given
        included = _both(has_all, _included(fixed, constraint))
        domains = label.sums(_on(columns, spread.counted), included)
        there = label.found(included)
        least = domains[there].min() if there.any() and there.sum() >= constraint.min_domains else 0
        yield SPREAD, True, (domains + (spread.counts_itself - least) > constraint.max_skew)[label.codes]
    if neighbours.near_keys:
        yield NEAR, False, ~_is_near(columns, neighbours)
    for key, counts in neighbours.far:
        yield FAR, True, _near(columns, key, counts) > 0
    for key, counts in neighbours.shunned_by:
        yield SHUNNED, True, _near(columns, key, counts) > 0


def spread_points(columns: Columns, fixed: Fixed, neighbours: Neighbours, fits: Mask | None) -> Floats:
    """``fits`` None for all rows; of rows that do not fit the points mean nothing."""
    wished = neighbours.wished_spread
    has_all = _has_all(columns, wished) if neighbours.wants_all_keys else None
    scored = _both(fits, has_all)
    nodes = columns.size if scored is None else int(np.count_nonzero(scored))
    total = np.full(columns.size, 0.5)
    for each in wished:
        constraint = each.constraint
        label = columns.label(constraint.topology_key)
        counted = _on(columns, each.counted)
        if constraint.topology_key == HOSTNAME:
            part = counted * log(nodes + 2)
            part += constraint.max_skew - 1
        else:
            sums = label.sums(counted, _both(has_all, _included(fixed, constraint)))
            there = label.found(scored)
            size = int(np.count_nonzero(there)) - _blank(label, sums, there)
            part = (sums * log(size + 2) + (constraint.max_skew - 1))[label.codes]
        if label.given is not None:
            part *= label.given
        total += part
    np.floor(total, out=total)
    least, most = _range(total, scored)
    points = total
    np.subtract(most + least, total, out=points)
    points *= MOST
    if most:
        points /= most
        np.floor(points, out=points)
    else:
        points.fill(MOST)
    if has_all is not None:
        points *= has_all
    return points


def affinity_points(columns: Columns, neighbours: Neighbours, fits: Mask | None) -> Floats | None:
    """None where all fare alike; ``fits`` as for ``spread_points``."""
    if not neighbours.felt:
        return None
    total = np.zeros(columns.size)
    for key, weight, counts in neighbours.felt:
        total += weight * _near(columns, key, counts)
    least, most = _range(total, fits)
    return np.floor(MOST * ((total - least) / (most - least))) if most > least else None


def _is_near(columns: Columns, neighbours: Neighbours) -> Mask:
    near = [_near(columns, key, neighbours.near) > 0 for key in neighbours.near_keys]
    if neighbours.near_itself and not any(mask.any() for mask in near):
        given = _has_all_keys(columns, neighbours.near_keys)
        return np.ones(columns.size, np.bool_) if given is None else given
    return cast(Mask, np.logical_and.reduce(near))


def _near(columns: Columns, key: str, counts: Counts) -> Floats:
    """How many are in each row's domain; 0 for a row without the key."""
    label = columns.label(key)
    near = label.sums(_on(columns, counts), label.given)[label.codes]
    return near if label.given is None else near * label.given


def _on(columns: Columns, counts: Counts) -> Floats:
    """How many are on each row's node; to be read only."""
    if len(counts) == 1 and counts[0].rows is not None:
        return cast(Floats, counts[0].rows)
    total = np.zeros(columns.size)
    for count in counts:
        if count.rows is not None:
            total += cast(Floats, count.rows)
            continue
        there = {row: many for name, many in count.by_node.items() if (row := columns.row.get((name,))) is not None}
        rows, many = list(there), list(there.values())
        total[rows] += many
        if len(there) > _FEW_NODES:
            kept = np.zeros(columns.size)
            kept[rows] = many
            count.rows = kept
    return total


def _has_all(columns: Columns, spreads: Sequence[Spread]) -> Mask | None:
    return _has_all_keys(columns, [each.constraint.topology_key for each in spreads])


def _has_all_keys(columns: Columns, keys: Sequence[str]) -> Mask | None:
    """The rows with all of the labels; None if all rows have."""
    found: Mask | None = None
    for key in keys:
        found = _both(found, columns.label(key).given)
    return found


def _included(fixed: Fixed, constraint: Constraint) -> Mask | None:
    """The rows that count for a constraint; None for all."""
    return _both(
        fixed.in_affinity if constraint.honors_affinity else None,
        fixed.tolerated if constraint.honors_taints else None,
    )


def _both(left: Mask | None, right: Mask | None) -> Mask | None:
    """None stands for all rows."""
    return right if left is None else left if right is None else left & right


def _range(values: Floats, rows: Mask | None) -> tuple[float, float]:
    """The least and the most of some rows; 0 for none."""
    among = values if rows is None else values[rows]
    return (among[among.argmin()], among[among.argmax()]) if len(among) else (0.0, 0.0)


def _blank(label: Coded, sums: Floats, there: Mask) -> int:
    """Nodes without the key are in one domain with those that have it empty: how many domains too many that is."""
    codes = label.blank
    if len(codes) < 2:
        return 0
    sums[codes] = sums[codes].sum()
    return int(there[codes].all())
