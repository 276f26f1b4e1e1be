"""How the nodes compare for pods of one template: filters and scores, asked as rarely as their answers change.

    Standing   static filters and counts: once per template and version of the nodes
    Ranking    dynamic filters and points: asked anew only for nodes whose pods changed since the last Ranking of
               the same Standing, so that a pod costs what the last bind changed; then totals over all nodes

A Standing remembers its last Ranking. That is all the memory there is, it changes no answer, and both are values.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import add

from attrs import define, frozen

from engine.scheduler.facts import NodeFacts, Nodes, PodFacts
from engine.scheduler.filters import DYNAMIC_FILTERS, STATIC_FILTERS, Rejection
from engine.scheduler.scores import DYNAMIC_SCORES, STATIC_SCORES
from engine.store.requested import NOTHING_REQUESTED, Requested
from engine.store.sorted_map import SortedMap

Held = SortedMap[tuple[str], Requested]
"""``State.requested``: what the pods of each node hold."""

REJECTED = -1


@frozen(eq=False)
class Ranking:
    """By the order of ``Standing.open``. Sums are weighted; ``dynamic`` is REJECTED where the pod does not fit."""

    requested: Held
    dynamic: Sequence[int]
    static: Sequence[int]
    """0 where the pod does not fit."""
    best: tuple[str, ...]
    """Names of the nodes with the highest total; none if the pod fits nowhere."""


@define(eq=False)
class Standing:
    pod: PodFacts
    open: tuple[NodeFacts, ...]
    """Nodes that pass the static filters, by name."""
    closed: tuple[tuple[str, Rejection], ...]
    counts: tuple[tuple[int, ...], ...]
    """A row for each of STATIC_SCORES, in the order of ``open``."""
    place: Mapping[tuple[str], int]
    """Where a key of ``State.requested`` is in ``open``."""
    last: Ranking | None = None


@lru_cache(maxsize=256)
def standing(pod: PodFacts, nodes: Nodes) -> Standing:
    open_, closed = [], []
    for node in nodes.all:
        for rule in STATIC_FILTERS:
            if not rule.passes(pod, node):
                closed.append((node.name, Rejection((rule.reason,), helped_by_preemption=False)))
                break
        else:
            open_.append(node)
    return Standing(
        pod=pod,
        open=tuple(open_),
        closed=tuple(closed),
        counts=tuple(tuple(score.count(pod, node, nodes) for node in open_) for score in STATIC_SCORES),
        place={node.key: index for index, node in enumerate(open_)},
    )


def rank(where: Standing, requested: Held) -> Ranking:
    last = where.last
    if last is None:
        dynamic = [
            dynamic_points(where.pod, node, requested.get(node.key) or NOTHING_REQUESTED) for node in where.open
        ]
        static = static_points(where, dynamic)
    elif last.requested is requested:
        return last
    else:
        dynamic = list(last.dynamic)
        static = last.static
        others_fit = False
        for key, held in requested.changed_since(last.requested):
            if (index := where.place.get(key)) is not None:
                points = dynamic_points(where.pod, where.open[index], held or NOTHING_REQUESTED)
                others_fit |= (points == REJECTED) != (dynamic[index] == REJECTED)
                dynamic[index] = points
        if others_fit:
            static = static_points(where, dynamic)
    ranking = Ranking(requested, dynamic, static, _best(where, list(map(add, dynamic, static))))
    where.last = ranking
    return ranking


def rejection(pod: PodFacts, node: NodeFacts, held: Requested) -> Rejection | None:
    """What the first dynamic filter says that does not pass."""
    for rule in DYNAMIC_FILTERS:
        rejected = rule.rejects(pod, node, held)
        if rejected is not None:
            return rejected
    return None


def dynamic_points(pod: PodFacts, node: NodeFacts, held: Requested) -> int:
    if rejection(pod, node, held) is not None:
        return REJECTED
    return sum([score.weight * score.points(pod, node, held) for score in DYNAMIC_SCORES])


def static_points(where: Standing, dynamic: Sequence[int]) -> Sequence[int]:
    fits = [index for index, points in enumerate(dynamic) if points != REJECTED]
    totals = [0] * len(dynamic)
    if fits:
        for score, counts in zip(STATIC_SCORES, where.counts, strict=True):
            spread = score.spread([counts[index] for index in fits])
            for index, points in zip(fits, spread, strict=True):
                totals[index] += score.weight * points
    return totals


def _best(where: Standing, totals: Sequence[int]) -> tuple[str, ...]:
    most = max(totals, default=REJECTED)
    if most == REJECTED:
        return ()
    return tuple(node.name for node, total in zip(where.open, totals, strict=True) if total == most)
