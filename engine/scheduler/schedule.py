"""Which node a pod goes to, or why to none: filter, score, choose. Pure; the cluster is a State.

Follows kube-scheduler's ``schedulePod`` and ``FitError``. Differs in this: every node is examined (Kubernetes
samples above 100 nodes), ties are broken by a hash of the seed instead of at random, and nothing is preempted
yet, so no pod counts as a victim.

    schedule ── evaluate(template, nodes, requested) ── standing(template, nodes) ── static filters, Seats
                  dynamic filters, scores, ties           once per template and version of the nodes
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b

from attrs import frozen

from engine.kinds import Pod
from engine.scheduler.facts import NodeFacts, Nodes, PodFacts, nodes_of, pod_facts
from engine.scheduler.filters import DYNAMIC_FILTERS, STATIC_FILTERS, Rejection
from engine.scheduler.scores import SCORES, Seat, seat
from engine.store.requested import NOTHING_REQUESTED, Requested
from engine.store.sorted_map import SortedMap
from engine.store.state import State

NO_NODES = "no nodes available to schedule pods"
CONFLICT = "pod affinity terms conflict"
NOT_HELPFUL = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"
NEVER_PREEMPTS = "not eligible due to preemptionPolicy=Never."


@frozen
class Decision:
    """``node`` None means nowhere; ``message`` then says why, in Kubernetes' words."""

    node: str | None
    message: str = ""


@frozen(kw_only=True)
class NodeVerdict:
    """What the rules say of one node: why not, or its points by rule (unweighted) and their weighted sum."""

    node: str
    reasons: tuple[str, ...] = ()
    points: Mapping[str, int]
    total: int = 0


def schedule(state: State, pod: Pod, seed_text: str) -> Decision:
    """``seed_text`` decides between nodes with equal points; the scheduler gives the pod's uid."""
    nodes = nodes_of(state.table("Node"))
    if not nodes.all:
        return Decision(None, NO_NODES)
    outcome = _evaluate(pod_facts(pod), nodes, state.requested)
    if outcome.best:
        return Decision(_choose(outcome.best, seed_text))
    if pod.spec.extra.get("preemptionPolicy") == "Never":
        return Decision(None, f"{outcome.message} preemption: {NEVER_PREEMPTS}")
    return Decision(None, f"{outcome.message} preemption: {outcome.preemption}")


def explain(state: State, pod: Pod) -> tuple[NodeVerdict, ...]:
    """Every node by name with its verdict; where there is one, ``schedule`` chooses among the highest totals."""
    nodes = nodes_of(state.table("Node"))
    facts = pod_facts(pod)
    standing = _standing(facts, nodes)
    fits, held, refused = _fitting(facts, standing, state.requested)
    verdicts = [NodeVerdict(node=node.name, reasons=(reason,), points={}) for node, reason in standing.rejected]
    verdicts += [NodeVerdict(node=node.name, reasons=each.reasons, points={}) for node, each in refused]
    if fits:
        points = {score.name: score.points(facts, fits, held) for score in SCORES}
        totals = _totals(facts, fits, held)
        verdicts += [
            NodeVerdict(
                node=each.node.name,
                points={name: of_all[index] for name, of_all in points.items()},
                total=totals[index],
            )
            for index, each in enumerate(fits)
        ]
    return tuple(sorted(verdicts, key=lambda verdict: verdict.node))


@frozen(eq=False, kw_only=True)
class _Outcome:
    """``best`` holds the nodes with most points, by name; the messages are for the case that there are none."""

    best: tuple[str, ...] = ()
    message: str = ""
    preemption: str = ""


@frozen(eq=False)
class _Standing:
    """What the node objects alone decide about pods of a template."""

    seats: tuple[Seat, ...]
    rejected: tuple[tuple[NodeFacts, str], ...]


@lru_cache(maxsize=64)
def _evaluate(pod: PodFacts, nodes: Nodes, requested: SortedMap[tuple[str], Requested]) -> _Outcome:
    # Remembered because pods of one template that wait in vain ask this again and again.
    standing = _standing(pod, nodes)
    fits, held, refused = _fitting(pod, standing, requested)
    if not fits:
        return _nowhere(pod, nodes, standing, refused)
    if len(fits) == 1:
        return _Outcome(best=(fits[0].node.name,))
    totals = _totals(pod, fits, held)
    most = max(totals)
    return _Outcome(best=tuple(each.node.name for each, total in zip(fits, totals, strict=True) if total == most))


@lru_cache(maxsize=256)
def _standing(pod: PodFacts, nodes: Nodes) -> _Standing:
    seats, rejected = [], []
    for node in nodes.all:
        for rule in STATIC_FILTERS:
            if not rule.passes(pod, node):
                rejected.append((node, rule.reason))
                break
        else:
            seats.append(seat(pod, node, nodes))
    return _Standing(tuple(seats), tuple(rejected))


def _fitting(
    pod: PodFacts, standing: _Standing, requested: SortedMap[tuple[str], Requested]
) -> tuple[list[Seat], list[Requested], list[tuple[NodeFacts, Rejection]]]:
    """Seats that pass the dynamic filters, what their nodes hold, and the nodes that do not pass."""
    on_node = dict(requested.items())
    fits, held, refused = [], [], []
    for each in standing.seats:
        node = each.node
        there = on_node.get(node.key, NOTHING_REQUESTED)
        for rule in DYNAMIC_FILTERS:
            rejection = rule.rejects(pod, node, there)
            if rejection is not None:
                refused.append((node, rejection))
                break
        else:
            fits.append(each)
            held.append(there)
    return fits, held, refused


def _totals(pod: PodFacts, seats: Sequence[Seat], held: Sequence[Requested]) -> list[int]:
    totals = [0] * len(seats)
    for score in SCORES:
        weight = score.weight
        points = score.points(pod, seats, held)
        totals = [total + weight * each for total, each in zip(totals, points, strict=True)]
    return totals


def _choose(best: tuple[str, ...], seed_text: str) -> str:
    if len(best) == 1:
        return best[0]
    return best[int.from_bytes(blake2b(seed_text.encode(), digest_size=8).digest()) % len(best)]


def _nowhere(
    pod: PodFacts, nodes: Nodes, standing: _Standing, refused: list[tuple[NodeFacts, Rejection]]
) -> _Outcome:
    count = len(nodes.all)
    helped = sum(rejection.helped_by_preemption for _, rejection in refused)
    preemption = Counter({NO_VICTIMS: helped, NOT_HELPFUL: count - helped})
    if pod.only_on is not None and not pod.only_on:
        message = f"0/{count} nodes are available: {CONFLICT}."
    else:
        reasons = Counter(reason for _, reason in standing.rejected)
        reasons.update(reason for _, rejection in refused for reason in rejection.reasons)
        message = _available(count, reasons)
    return _Outcome(message=message, preemption=_available(count, preemption))


def _available(count: int, reasons: Mapping[str, int]) -> str:
    told: Iterable[str] = sorted(f"{times} {reason}" for reason, times in reasons.items() if times)
    return f"0/{count} nodes are available: {', '.join(told)}."
