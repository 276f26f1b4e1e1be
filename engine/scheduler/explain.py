"""What the rules say of every node for one pod: how a decision came about, for whoever wants to see it."""

from collections.abc import Mapping

from engine.kinds import Pod
from engine.kinds.frozen import frozen
from engine.scheduler.facts import nodes_of
from engine.scheduler.neighbour_rules import (
    AFFINITY_NAME,
    AFFINITY_WEIGHT,
    SPREAD_NAME,
    SPREAD_WEIGHT,
    Tally,
    affinity_points,
    spread_points,
    tally,
)
from engine.scheduler.population import put_back, taken
from engine.scheduler.scores import DYNAMIC_SCORES, SCORES, STATIC_SCORES, spread
from engine.scheduler.standing import UNNAMED, Standing, rejection, standing
from engine.scheduler.wanted import wanted
from engine.store.state import State

WEIGHTS: Mapping[str, int] = {
    **{score.name: score.weight for score in SCORES},
    SPREAD_NAME: SPREAD_WEIGHT,
    AFFINITY_NAME: AFFINITY_WEIGHT,
}


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
    population = taken(state)
    wish = wanted(state, pod, population)
    where = standing(wish.pod, nodes)
    tallied = None if wish.neighbours is None else tally(wish.pod, nodes, wish.neighbours)
    reasons = {node.name: UNNAMED.reasons for node in nodes.all}
    if wish.volumes.problem:
        put_back(population)
        return tuple(NodeVerdict(node=node.name, reasons=(wish.volumes.problem,), points={}) for node in nodes.all)
    reasons |= {name: rejected.reasons for name, rejected in where.closed.items()}
    fits = []
    for place, node in enumerate(where.open):
        rejected = rejection(wish, tallied, node, state.requested_on(node.name))
        if rejected is None:
            fits.append(place)
            del reasons[node.name]
        else:
            reasons[node.name] = rejected.reasons
    verdicts = [NodeVerdict(node=name, reasons=each, points={}) for name, each in reasons.items()]
    verdicts += _points(state, where, tallied, fits)
    put_back(population)
    return tuple(sorted(verdicts, key=lambda verdict: verdict.node))


def _points(state: State, where: Standing, tallied: Tally | None, fits: list[int]) -> list[NodeVerdict]:
    if not fits:
        return []
    relative = {
        score.name: spread(score, [row[place] for place in fits])
        for score, row in zip(STATIC_SCORES, where.counts, strict=True)
    }
    there = [where.open[place] for place in fits]
    nothing = [0] * len(fits)
    relative[SPREAD_NAME] = nothing if tallied is None else spread_points(tallied, there)
    relative[AFFINITY_NAME] = nothing if tallied is None else affinity_points(tallied, there)
    verdicts = []
    for number, node in enumerate(there):
        held = state.requested_on(node.name)
        points = {name: each[number] for name, each in relative.items()}
        points |= {score.name: score.points(where.pod, node, held) for score in DYNAMIC_SCORES}
        total = sum(WEIGHTS[name] * each for name, each in points.items())
        verdicts.append(NodeVerdict(node=node.name, points=points, total=total))
    return verdicts
