"""How the nodes compare for pods of one template: filters and scores, asked as rarely as their answers change.

    Standing   static filters and counts: once per template and version of the nodes
    Ranking    dynamic filters and points: asked anew only for nodes whose pods changed since the last Ranking of
               the same Standing, so that a pod costs what the last binds changed

A Standing remembers its last Ranking. That is all the memory there is; it changes no answer, only its price.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from attrs import define, frozen

from engine.scheduler.facts import NodeFacts, Nodes, PodFacts, places
from engine.scheduler.filters import DYNAMIC_FILTERS, STATIC_FILTERS, Rejection
from engine.scheduler.scores import DYNAMIC_SCORES, STATIC_SCORES, spread
from engine.store.requested import NOTHING_REQUESTED, Requested
from engine.store.sorted_map import SortedMap

Held = SortedMap[tuple[str], Requested]
"""``State.requested``: what the pods of each node hold."""

REJECTED = -1


@frozen(eq=False)
class Ranking:
    """By the places of ``Standing.open``; points are weighted."""

    requested: Held
    static: Sequence[int]
    """0 where the pod does not fit, unless the Standing is even."""
    totals: Sequence[int]
    """REJECTED where the pod does not fit."""
    best: Sequence[int]
    """Places with the highest total, ascending; none if the pod fits nowhere."""


@define(eq=False)
class Standing:
    pod: PodFacts
    open: tuple[NodeFacts, ...]
    """Nodes that pass the static filters, by name."""
    closed: Mapping[str, Rejection]
    """The others, by name."""
    counts: tuple[tuple[int, ...], ...]
    """A row for each of STATIC_SCORES, in the order of ``open``."""
    even: bool
    """Static points are the same whichever nodes fit: where counts are spread, they do not differ."""
    place: Mapping[tuple[str], int]
    """Where a key of ``State.requested`` is in ``open``."""
    last: Ranking | None = None


@lru_cache(maxsize=128)
def standing(pod: PodFacts, nodes: Nodes) -> Standing:
    closed = {}
    for node in nodes.all:
        for rule in STATIC_FILTERS:
            if not rule.passes(pod, node):
                closed[node.name] = Rejection((rule.reason,), helped_by_preemption=False)
                break
    open_ = tuple(node for node in nodes.all if node.name not in closed) if closed else nodes.all
    counts = tuple(tuple([score.count(pod, node, nodes) for node in open_]) for score in STATIC_SCORES)
    return Standing(
        pod=pod,
        open=open_,
        closed=closed,
        counts=counts,
        even=all(
            score.spread is None or len(set(row)) <= 1 for score, row in zip(STATIC_SCORES, counts, strict=True)
        ),
        place=places(open_) if closed else nodes.place,
    )


def rank(where: Standing, requested: Held) -> Ranking:
    last = where.last
    if last is None:
        ranking = _ranked_anew(where, requested)
    elif last.requested is requested:
        return last
    else:
        ranking = _ranked_on(where, last, requested)
    where.last = ranking
    return ranking


def rejection(pod: PodFacts, node: NodeFacts, held: Requested) -> Rejection | None:
    """What the first dynamic filter says that does not pass."""
    for rule in DYNAMIC_FILTERS:
        rejected = rule.rejects(pod, node, held)
        if rejected is not None:
            return rejected
    return None


def _ranked_anew(where: Standing, requested: Held) -> Ranking:
    dynamic = [
        _dynamic_points(where.pod, node, requested.get(node.key) or NOTHING_REQUESTED) for node in where.open
    ]
    return _combined(where, requested, dynamic)


def _ranked_on(where: Standing, last: Ranking, requested: Held) -> Ranking:
    changes = dict(_changes(where, last, requested))
    refitted = any((points == REJECTED) != (last.totals[place] == REJECTED) for place, points in changes.items())
    if refitted and not where.even:
        dynamic = list(map(_without, last.totals, last.static))
        for place, points in changes.items():
            dynamic[place] = points
        return _combined(where, requested, dynamic)
    totals = list(last.totals)
    for place, points in changes.items():
        totals[place] = _with(points, last.static[place])
    return Ranking(requested, last.static, totals, _best_after(last, totals, changes))


def _changes(where: Standing, last: Ranking, requested: Held) -> Iterator[tuple[int, int]]:
    """Places whose pods changed since, with their dynamic points now."""
    for key, held in requested.changed_since(last.requested):
        place = where.place.get(key)
        if place is not None:
            yield place, _dynamic_points(where.pod, where.open[place], held or NOTHING_REQUESTED)


def _dynamic_points(pod: PodFacts, node: NodeFacts, held: Requested) -> int:
    if rejection(pod, node, held) is not None:
        return REJECTED
    return sum([score.weight * score.points(pod, node, held) for score in DYNAMIC_SCORES])


def _combined(where: Standing, requested: Held, dynamic: Sequence[int]) -> Ranking:
    fits = [place for place, points in enumerate(dynamic) if points != REJECTED]
    static = _static_points(where, range(len(dynamic)) if where.even else fits)
    totals = list(map(_with, dynamic, static))
    return Ranking(requested, static, totals, _best(totals))


def _static_points(where: Standing, among: Sequence[int]) -> Sequence[int]:
    """Spread among some places; 0 elsewhere."""
    static = [0] * len(where.open)
    if among:
        for score, row in zip(STATIC_SCORES, where.counts, strict=True):
            counts = [row[place] for place in among]
            for place, points in zip(among, spread(score, counts), strict=True):
                static[place] += score.weight * points
    return static


def _with(points: int, static: int) -> int:
    return REJECTED if points == REJECTED else points + static


def _without(total: int, static: int) -> int:
    return REJECTED if total == REJECTED else total - static


def _best(totals: Sequence[int]) -> Sequence[int]:
    most = max(totals, default=REJECTED)
    return [] if most == REJECTED else [place for place, total in enumerate(totals) if total == most]


def _best_after(last: Ranking, totals: Sequence[int], changed: Iterable[int]) -> Sequence[int]:
    """``_best(totals)``, looking at all of them only when the last best ones are used up or beaten."""
    if not last.best:
        return _best(totals)
    most, best = last.totals[last.best[0]], list(last.best)
    for place in changed:
        if totals[place] > most:
            return _best(totals)
        if last.totals[place] == most != totals[place]:
            del best[bisect_left(best, place)]
        elif last.totals[place] != most == totals[place]:
            insort(best, place)
    return best or _best(totals)
