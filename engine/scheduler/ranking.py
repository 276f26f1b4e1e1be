"""How all nodes of a large cluster rank for pods of one template, kept from one pod of it to the next.

Where pods have come or gone, the plain rules of ``filters`` and ``scores`` are asked again, which is most often
about the one node that was taken last. All nodes are asked at once (``vectors``) for a pod of another template, or
whose rules look at other nodes as well, and when a node fills up or the least or the most of anything moves.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from engine.kinds import Pod
from engine.scheduler import standing
from engine.scheduler.columns import Columns, Floats, Mask
from engine.scheduler.facts import PodFacts, nodes_of
from engine.scheduler.neighbour_rules import SPREAD_WEIGHT
from engine.scheduler.neighbour_vectors import WishedSpread, kept_off
from engine.scheduler.population import Population
from engine.scheduler.scores import DYNAMIC_SCORES
from engine.scheduler.vectors import (
    closed,
    columns_of,
    dynamic_points,
    fixed_of,
    image_points,
    is_exact,
    relative_points,
    rows_of,
)
from engine.scheduler.wanted import Wanted
from engine.store.requested import Requested, requested_by
from engine.store.state import State

_MOST_STALE = 16
"""Rows that are asked one by one: more are asked faster all at once."""


def chosen(state: State, wanted: Wanted, population: Population, draw: Callable[[int], int]) -> str | None:
    """The node for a pod, drawn from the best ones by name; None if it fits nowhere."""
    columns = columns_of(state, population)
    if is_exact(columns, wanted):
        rows = best(columns, wanted)
        return columns.nodes[rows[draw(len(rows))]].name if rows else None
    nodes = nodes_of(state.table("Node"))
    equal = standing.best(standing.standing(wanted.pod, nodes), wanted, nodes, state.requested)
    return equal[draw(len(equal))].name if equal else None


def each_chosen(
    state: State, wanted: Wanted, population: Population, pod: Pod, draws: Iterable[Callable[[int], int]]
) -> list[str]:
    """As ``chosen`` for pods that are all like ``pod``, each as if those before it were on their nodes by now.

    Ends where no more fit; empty where the vectors are not exact. Nobody is on a node any more when it returns.
    """
    columns = columns_of(state, population)
    if not is_exact(columns, wanted):
        return []
    request, counts = requested_by(pod), population.counts_of(pod)
    taken: list[int] = []
    before: dict[int, Requested] = {}
    for draw in draws:
        rows = best(columns, wanted)
        if not rows:
            break
        row = rows[draw(len(rows))]
        held = columns.held_by(row)
        before.setdefault(row, held)
        columns.hold(row, held.plus(request))
        for count in counts:
            count.add(columns.nodes[row].name, 1, row)
        taken.append(row)
    for row, held in before.items():
        columns.hold(row, held)
    names = [columns.nodes[row].name for row in taken]
    for row, name in zip(taken, names, strict=True):
        for count in counts:
            count.add(name, -1, row)
    return names


def best(columns: Columns, wanted: Wanted) -> Sequence[int]:
    """The rows with the highest total, ascending; valid until the next is asked for."""
    ranking = columns.ranking
    if ranking is None or ranking.pod is not wanted.pod or len(columns.stale) > _MOST_STALE:
        ranking = columns.ranking = Ranking(columns, wanted.pod)
    return ranking.best(columns, wanted)


class Ranking:
    """Lies in the scratch vectors of the columns: of no use once another is made for them."""

    def __init__(self, columns: Columns, pod: PodFacts) -> None:
        columns.catch_up()
        self.pod = pod
        self._fixed = fixed_of(columns, pod)
        self._closed = closed(columns, pod, self._fixed.closed)
        self._points = dynamic_points(columns, pod)
        self._images = image_points(columns, pod)
        if self._images is not None:
            self._points += self._images
        self._wanted: Wanted | None = None
        self._spread: WishedSpread | None = None
        self._relative: Floats | None = None
        self._totals = self._points
        """-inf where the pod cannot go."""
        self._most = -math.inf
        """Of the totals."""
        self._best: list[int] = []
        """The rows that have it, ascending; none where that is not known."""
        columns.stale.clear()

    def best(self, columns: Columns, wanted: Wanted) -> Sequence[int]:
        rows = list(columns.stale)
        columns.stale.clear()
        opened_or_closed = [row for row in rows if self._ask(columns, row)]
        if opened_or_closed or wanted is not self._wanted:
            self._compare(columns, wanted)
        elif rows and self._spread is not None and not self._spread.follow(columns, rows):
            self._sum_up(self._closed)
        else:
            for row in rows:
                if not self._closed[row]:
                    self._change(row, self._sum(row))
        if not self._best:
            self._most = float(self._totals[self._totals.argmax()])
            if self._most > -math.inf:
                self._best = (self._totals == self._most).nonzero()[0].tolist()
        return self._best

    def _change(self, row: int, total: float) -> None:
        """Most often one that was among the best is no longer: all rows are compared when the last of them is gone."""
        self._totals[row] = total
        best = self._best
        at = bisect_left(best, row)
        was_best = at < len(best) and best[at] == row
        if total > self._most:
            best.clear()
        elif was_best and total < self._most:
            del best[at]
        elif best and not was_best and total == self._most:
            best.insert(at, row)

    def _ask(self, columns: Columns, row: int) -> bool:
        """Brings a row to what pods hold there by now; whether the node opened or closed."""
        pod, node, held = self.pod, columns.nodes[row], columns.held_by(row)
        points = 0.0 if self._images is None else self._images[row]
        for score in DYNAMIC_SCORES:
            points += score.weight * score.points(pod, node, held)
        self._points[row] = points
        before = self._closed[row]
        self._closed[row] = self._fixed.closed[row] or standing.room(pod, node, held) is not None
        return bool(self._closed[row] != before)

    def _compare(self, columns: Columns, wanted: Wanted) -> None:
        """What depends on which nodes fit."""
        neighbours, out = wanted.neighbours, self._closed
        if not wanted.is_like_its_template:
            out = self._closed_to(columns, wanted)
        fits = ~out if out.any() else None
        self._relative = relative_points(columns, self._fixed, neighbours, fits)
        self._spread = None
        if neighbours is not None and neighbours.wished_spread:
            self._spread = WishedSpread(columns, self._fixed, neighbours, fits)
        follows = wanted.is_like_its_template and not (neighbours and neighbours.felt)
        self._wanted = wanted if follows else None
        self._sum_up(out)

    def _closed_to(self, columns: Columns, wanted: Wanted) -> Mask:
        """With the rows that are closed to this pod alone."""
        out = self._closed.copy()
        for row in rows_of(columns, wanted.reserved):
            if standing.rejection(wanted, None, columns.nodes[row], columns.held_by(row)) is not None:
                out[row] = True
        out[rows_of(columns, wanted.out_of_reach)] = True
        if wanted.neighbours is not None:
            for _, _, rows in kept_off(columns, self._fixed, wanted.neighbours):
                out |= rows
        return out

    def _sum_up(self, out: Mask) -> None:
        self._totals = self._points.copy() if self._relative is None else self._points + self._relative
        if self._spread is not None:
            self._totals += SPREAD_WEIGHT * self._spread.points()
        np.copyto(self._totals, -np.inf, where=out)
        self._best = []

    def _sum(self, row: int) -> float:
        total = float(self._points[row])
        if self._relative is not None:
            total += self._relative[row]
        return total if self._spread is None else total + SPREAD_WEIGHT * self._spread.points_at(row)
