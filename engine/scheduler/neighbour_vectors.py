"""The rules of ``neighbour_rules`` asked of all nodes of a large cluster at once, with the same answers.

How many pods count is kept by row for the sorts of pods that were asked for and are on many nodes; a sum over the
domains of a topology is one pass over the rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import floor, log
from typing import cast

import numpy as np
from attrs import frozen

from engine.scheduler.columns import Coded, Columns, Fixed, Floats, Mask
from engine.scheduler.neighbour_rules import FAR, NEAR, SHUNNED, SPREAD, SPREAD_KEY
from engine.scheduler.neighbours import HOSTNAME, Counts, Neighbours, Spread, count_on
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


@frozen(eq=False)
class _Wish:
    """A constraint that should hold, and what is the same about it while the same nodes fit."""

    spread: Spread
    label: Coded
    by_host: bool
    weight: float
    included: Mask | None

    def part(self, columns: Columns) -> Floats:
        """What it gives each row, the lower the better."""
        counted = _on(columns, self.spread.counted)
        if not self.by_host:
            counted = self.label.sums(counted, self.included)
            if len(blank := self.label.blank) > 1:
                counted[blank] = counted[blank].sum()
        part = counted * self.weight
        part += self.spread.constraint.max_skew - 1
        if not self.by_host:
            part = part[self.label.codes]
        return part if self.label.given is None else part * self.label.given


class WishedSpread:
    """How the nodes do by the constraints that should hold; of rows that do not fit it means nothing."""

    def __init__(self, columns: Columns, fixed: Fixed, neighbours: Neighbours, fits: Mask | None) -> None:
        """``fits`` None for all rows."""
        wished = neighbours.wished_spread
        self._has_all = _has_all(columns, wished) if neighbours.wants_all_keys else None
        self._scored = _both(fits, self._has_all)
        self._wishes = [self._wish(columns, fixed, each) for each in wished]
        self._wishes = [each for each in self._wishes if each.label.given is None or each.label.given.any()]
        given = all(each.by_host and each.label.given is None for each in self._wishes)
        self._by_row = given and self._has_all is None
        self._rows_with: dict[float, int] = {}
        """Total -> how many of the scored rows have it; empty until they are counted one by one."""
        self._count(columns)

    def _wish(self, columns: Columns, fixed: Fixed, each: Spread) -> _Wish:
        constraint, scored = each.constraint, self._scored
        label = columns.label(constraint.topology_key)
        included = _both(self._has_all, _included(fixed, constraint))
        if constraint.topology_key == HOSTNAME:
            size = columns.size if scored is None else int(np.count_nonzero(scored))
            return _Wish(each, label, True, log(size + 2), included)
        there, blank = label.found(scored), label.blank
        # Nodes without the key are in one domain with those that have it empty.
        size = int(np.count_nonzero(there)) - (len(blank) > 1 and bool(there[blank].all()))
        return _Wish(each, label, False, log(size + 2), included)

    def _count(self, columns: Columns) -> None:
        total = np.zeros(columns.size)
        for wish in self._wishes:
            total += wish.part(columns)
        total += 0.5
        self._total = np.floor(total, out=total)
        self._least, self._most = _range(total, self._scored)

    def follow(self, columns: Columns, rows: Iterable[int]) -> bool:
        """Counts again where pods have come or gone; whether the points of other rows are what they were."""
        if not self._by_row:
            self._count(columns)
            return False
        if not self._rows_with:
            scored = self._total if self._scored is None else self._total[self._scored]
            values, counts = np.unique(scored, return_counts=True)
            self._rows_with = dict(zip(values.tolist(), counts.tolist(), strict=True))
        for row in rows:
            total = 0.0
            for wish in self._wishes:
                count = count_on(columns.nodes[row].name, wish.spread.counted)
                total += count * wish.weight + (wish.spread.constraint.max_skew - 1)
            self._set(row, float(floor(total + 0.5)))
        before = self._least, self._most
        self._least, self._most = min(self._rows_with, default=0.0), max(self._rows_with, default=0.0)
        return before == (self._least, self._most)

    def _set(self, row: int, total: float) -> None:
        before = float(self._total[row])
        self._total[row] = total
        if self._scored is None or self._scored[row]:
            rows_with = self._rows_with
            rows_with[total] = rows_with.get(total, 0) + 1
            rows_with[before] -= 1
            if not rows_with[before]:
                del rows_with[before]

    def points(self) -> Floats:
        if self._most:
            points = self._most + self._least - self._total
            points *= MOST
            points /= self._most
            np.floor(points, out=points)
        else:
            points = np.full(len(self._total), float(MOST))
        if self._has_all is not None:
            points *= self._has_all
        return points

    def points_at(self, row: int) -> float:
        """Of a row that fits, after ``follow`` said that others are what they were."""
        return floor(MOST * (self._most + self._least - self._total[row]) / self._most) if self._most else MOST


def affinity_points(columns: Columns, neighbours: Neighbours, fits: Mask | None) -> Floats | None:
    """None where all fare alike; ``fits`` None for all rows."""
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
