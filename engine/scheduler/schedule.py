"""Which node a pod goes to, or why to none. Pure: the cluster is a State, and the same State decides the same.

Follows kube-scheduler's ``schedulePod``. Differs in this: every node is examined (Kubernetes samples above 100
nodes), ties are broken by a hash of the seed instead of at random, pods' affinity to each other and topology
spread have no say yet, and nothing is preempted yet, so that no pod counts as a victim.
"""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b

from attrs import frozen

from engine.kinds import Pod, Same
from engine.scheduler.facts import nodes_of, pod_facts
from engine.scheduler.ranking import Held, Standing, rank, rejection, standing
from engine.scheduler.refusal import NO_NODES, refusal
from engine.scheduler.scores import DYNAMIC_SCORES, SCORES, STATIC_SCORES, spread
from engine.store.requested import NOTHING_REQUESTED
from engine.store.state import State


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
    """``seed_text`` decides between nodes with equal totals; the scheduler gives the pod's uid."""
    nodes = nodes_of(state.table("Node"))
    if not nodes.all:
        return Decision(None, NO_NODES)
    where = standing(pod_facts(pod), nodes)
    best = rank(where, state.requested).best
    if not best:
        never_preempts = pod.spec.extra.get("preemptionPolicy") == "Never"
        return Decision(None, _refusal(where, Same(state.requested), never_preempts))
    return Decision(where.open[best[_draw(seed_text, len(best))]].name)


def explain(state: State, pod: Pod) -> tuple[NodeVerdict, ...]:
    """Every node by name with its verdict; where one fits, ``schedule`` chooses among the highest totals."""
    where = standing(pod_facts(pod), nodes_of(state.table("Node")))
    reasons = {name: rejected.reasons for name, rejected in where.closed.items()}
    fits = []
    for place, node in enumerate(where.open):
        rejected = rejection(where.pod, node, state.requested_on(node.name))
        if rejected is None:
            fits.append(place)
        else:
            reasons[node.name] = rejected.reasons
    verdicts = [NodeVerdict(node=name, reasons=each, points={}) for name, each in reasons.items()]
    verdicts += _points(state, where, fits)
    return tuple(sorted(verdicts, key=lambda verdict: verdict.node))


def _draw(seed_text: str, count: int) -> int:
    return int.from_bytes(blake2b(seed_text.encode(), digest_size=8).digest()) % count


def _points(state: State, where: Standing, fits: list[int]) -> list[NodeVerdict]:
    if not fits:
        return []
    static = {
        score.name: spread(score, [row[place] for place in fits])
        for score, row in zip(STATIC_SCORES, where.counts, strict=True)
    }
    verdicts = []
    for number, place in enumerate(fits):
        node = where.open[place]
        held = state.requested_on(node.name)
        points = {name: each[number] for name, each in static.items()}
        points |= {score.name: score.points(where.pod, node, held) for score in DYNAMIC_SCORES}
        total = sum(score.weight * points[score.name] for score in SCORES)
        verdicts.append(NodeVerdict(node=node.name, points=points, total=total))
    return verdicts


@lru_cache(maxsize=64)
def _refusal(where: Standing, requested: Same[Held], never_preempts: bool) -> str:
    # Remembered because all pods of a template that wait in vain ask for the same.
    rejections = [*where.closed.values()]
    for node in where.open:
        rejected = rejection(where.pod, node, requested.value.get(node.key) or NOTHING_REQUESTED)
        assert rejected is not None, f"{node.name} fits"
        rejections.append(rejected)
    return refusal(
        len(rejections),
        rejections,
        conflicting=where.pod.only_on == frozenset(),
        never_preempts=never_preempts,
    )
