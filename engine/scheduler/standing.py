"""How a few nodes compare for a pod: every rule asked of every node, one after the other.

What the nodes are is asked once per template and version of the nodes, what their pods hold for each pod. This is
the law that ``vectors`` has to agree with where the nodes are many.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from attrs import frozen

from engine.scheduler.facts import NodeFacts, Nodes, PodFacts
from engine.scheduler.filters import DYNAMIC_FILTERS, NOT_NAMED, STATIC_FILTERS, Rejection
from engine.scheduler.neighbour_rules import (
    AFFINITY_WEIGHT,
    SPREAD_WEIGHT,
    Tally,
    affinity_points,
    keeps_off,
    spread_points,
    tally,
)
from engine.scheduler.refusal import Rejections
from engine.scheduler.scores import DYNAMIC_SCORES, STATIC_SCORES, spread
from engine.scheduler.wanted import Wanted
from engine.store.requested import NOTHING_REQUESTED, Requested
from engine.store.state import Held

UNNAMED = Rejection((NOT_NAMED,), helped_by_preemption=False)
"""What those nodes say that required affinity leaves unnamed."""


@frozen(eq=False, kw_only=True)
class Standing:
    pod: PodFacts
    open: tuple[NodeFacts, ...]
    """Nodes that pass the static filters, by name."""
    closed: Mapping[str, Rejection]
    """The others, by name; without those that required affinity leaves unnamed."""
    counts: tuple[tuple[int, ...], ...]
    """A row for each of STATIC_SCORES, in the order of ``open``."""


@lru_cache(maxsize=256)
def standing(pod: PodFacts, nodes: Nodes) -> Standing:
    among = nodes.named(pod.only_on)
    closed = {}
    for node in among:
        for rule in STATIC_FILTERS:
            if not rule.passes(pod, node):
                closed[node.name] = Rejection((rule.reason,), helped_by_preemption=False)
                break
    open_ = tuple(node for node in among if node.name not in closed) if closed else among
    counts = tuple(tuple([score.count(pod, node, nodes) for node in open_]) for score in STATIC_SCORES)
    return Standing(pod=pod, open=open_, closed=closed, counts=counts)


def best(where: Standing, wanted: Wanted, nodes: Nodes, requested: Held) -> Sequence[NodeFacts]:
    """The nodes with the highest total, by name; none if the pod fits nowhere."""
    pod, fits, totals = where.pod, [], []
    found = None if wanted.neighbours is None else tally(pod, nodes, wanted.neighbours)
    for place, node in enumerate(where.open):
        held = requested.get(node.key) or NOTHING_REQUESTED
        if rejection(wanted, found, node, held) is None:
            fits.append(place)
            totals.append(sum([score.weight * score.points(pod, node, held) for score in DYNAMIC_SCORES]))
    if not fits:
        return []
    for score, row in zip(STATIC_SCORES, where.counts, strict=True):
        totals = _with(totals, score.weight, spread(score, [row[place] for place in fits]))
    if found is not None:
        there = [where.open[place] for place in fits]
        totals = _with(totals, SPREAD_WEIGHT, spread_points(found, there))
        totals = _with(totals, AFFINITY_WEIGHT, affinity_points(found, there))
    most = max(totals)
    return [where.open[place] for place, total in zip(fits, totals, strict=True) if total == most]


def fits_on(node: NodeFacts, wanted: Wanted, nodes: Nodes, requested: Held) -> bool:
    if not all(rule.passes(wanted.pod, node) for rule in STATIC_FILTERS):
        return False
    found = None if wanted.neighbours is None else tally(wanted.pod, nodes, wanted.neighbours)
    return rejection(wanted, found, node, requested.get(node.key) or NOTHING_REQUESTED) is None


def rejection(wanted: Wanted, tally: Tally | None, node: NodeFacts, held: Requested) -> Rejection | None:
    """What the first filter says that does not pass, of those that look at pods; ``held`` is by those on the node."""
    rejected = room(wanted.pod, node, wanted.held(node.name, held))
    if rejected is not None:
        return rejected
    if node.name in wanted.out_of_reach:
        return wanted.out_of_reach[node.name]
    return None if tally is None else keeps_off(tally, node)


def room(pod: PodFacts, node: NodeFacts, held: Requested) -> Rejection | None:
    """Whether there is some beside what is held, and why not."""
    for rule in DYNAMIC_FILTERS:
        rejected = rule.rejects(pod, node, held)
        if rejected is not None:
            return rejected
    return None


def rejections(where: Standing, wanted: Wanted, nodes: Nodes, requested: Held) -> Rejections:
    """Of a pod that fits nowhere."""
    found = dict(where.closed)
    tallied = None if wanted.neighbours is None else tally(where.pod, nodes, wanted.neighbours)
    for node in where.open:
        rejected = rejection(wanted, tallied, node, requested.get(node.key) or NOTHING_REQUESTED)
        assert rejected is not None, f"{node.name} fits"
        found[node.name] = rejected
    return found


def _with(totals: Sequence[int], weight: int, points: Sequence[int]) -> list[int]:
    return [total + weight * each for total, each in zip(totals, points, strict=True)]
