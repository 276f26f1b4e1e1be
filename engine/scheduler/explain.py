"""What the rules say of every node for one pod: how a decision came about, for whoever wants to see it."""

from collections.abc import Mapping

from attrs import frozen

from engine.kinds import Pod
from engine.scheduler.facts import nodes_of, pod_facts
from engine.scheduler.scores import DYNAMIC_SCORES, SCORES, STATIC_SCORES, spread
from engine.scheduler.standing import UNNAMED, Standing, rejection, standing
from engine.store.state import State


@frozen(kw_only=True)
class NodeVerdict:
    """What the rules say of one node: why not, or its points by rule (unweighted) and their weighted sum."""

    node: str
    reasons: tuple[str, ...] = ()
    points: Mapping[str, int]
    total: int = 0


def explain(state: State, pod: Pod) -> tuple[NodeVerdict, ...]:
    """Every node by name with its verdict; where one fits, ``schedule`` chooses among the highest totals."""
    nodes = nodes_of(state.table("Node"))
    where = standing(pod_facts(pod), nodes)
    reasons = {node.name: UNNAMED.reasons for node in nodes.all}
    reasons |= {name: rejected.reasons for name, rejected in where.closed.items()}
    fits = []
    for place, node in enumerate(where.open):
        rejected = rejection(where.pod, node, state.requested_on(node.name))
        if rejected is None:
            fits.append(place)
            del reasons[node.name]
        else:
            reasons[node.name] = rejected.reasons
    verdicts = [NodeVerdict(node=name, reasons=each, points={}) for name, each in reasons.items()]
    verdicts += _points(state, where, fits)
    return tuple(sorted(verdicts, key=lambda verdict: verdict.node))


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
