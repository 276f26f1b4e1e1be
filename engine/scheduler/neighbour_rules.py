"""Where other pods keep a pod off a node, and where they would rather have it: topology spread and pod affinity.

    tally             how many count in each domain of a topology: once per pod
    keeps_off         the filter, asked of a node
    spread_points     the scores, of the nodes that fit
    affinity_points

Follows the Filter, Score and NormalizeScore steps of kube-scheduler's PodTopologySpread and InterPodAffinity.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import log

from attrs import frozen

from engine.scheduler.facts import NodeFacts, Nodes, PodFacts
from engine.scheduler.filters import Rejection, node_affinity, taint_toleration
from engine.scheduler.neighbours import HOSTNAME, Counts, Neighbours, Spread, count_on, everywhere
from engine.scheduler.scores import MOST
from engine.scheduler.terms import Constraint

SPREAD = "node(s) didn't match pod topology spread constraints"
SPREAD_KEY = f"{SPREAD} (missing required label)"
NEAR = "node(s) didn't match pod affinity rules"
FAR = "node(s) didn't match pod anti-affinity rules"
SHUNNED = "node(s) didn't satisfy existing pods anti-affinity rules"
SPREAD_NAME, AFFINITY_NAME = "PodTopologySpread", "InterPodAffinity"
SPREAD_WEIGHT = AFFINITY_WEIGHT = 2

Domains = Mapping[str, int]
"""Value of a topology key -> how many count there."""


@frozen(kw_only=True, eq=False)
class Tally:
    pod: PodFacts
    nodes: Nodes
    neighbours: Neighbours
    spread: Sequence[tuple[Spread, Domains, int]]
    """With the number in the emptiest domain."""
    near: Sequence[tuple[str, Domains]]
    off: Sequence[tuple[str, Domains, str]]
    """Where there are any, the pod may not go, and why."""


def tally(pod: PodFacts, nodes: Nodes, neighbours: Neighbours) -> Tally:
    off = [(key, _domains(nodes, key, counts), FAR) for key, counts in neighbours.far]
    off += [(key, _domains(nodes, key, counts), SHUNNED) for key, counts in neighbours.shunned_by]
    keys = [each.constraint.topology_key for each in neighbours.spread]
    return Tally(
        pod=pod,
        nodes=nodes,
        neighbours=neighbours,
        spread=[_tallied(pod, nodes, each, keys) for each in neighbours.spread],
        near=[(key, _domains(nodes, key, neighbours.near)) for key in neighbours.near_keys],
        off=off,
    )


def keeps_off(tally: Tally, node: NodeFacts) -> Rejection | None:
    for spread, domains, least in tally.spread:
        constraint = spread.constraint
        value = node.labels.get(constraint.topology_key)
        if value is None:
            return Rejection((SPREAD_KEY,), helped_by_preemption=False)
        if domains.get(value, 0) + spread.counts_itself - least > constraint.max_skew:
            return Rejection((SPREAD,), helped_by_preemption=True)
    if not _is_near(tally, node):
        return Rejection((NEAR,), helped_by_preemption=False)
    for key, domains, reason in tally.off:
        if domains.get(node.labels.get(key, ""), 0) and key in node.labels:
            return Rejection((reason,), helped_by_preemption=True)
    return None


def spread_points(tally: Tally, fits: Sequence[NodeFacts]) -> Sequence[int]:
    """0 for all if nothing is wished for."""
    wished = tally.neighbours.wished_spread
    keys = [each.constraint.topology_key for each in wished]
    if not wished:
        return [0] * len(fits)
    wants_all = tally.neighbours.wants_all_keys
    scored = [node for node in fits if not wants_all or _has_all(node, keys)]
    totals = {node.name: 0.0 for node in scored}
    for each in wished:
        constraint = each.constraint
        key = constraint.topology_key
        found = {node.labels.get(key, ""): 0 for node in scored}
        weight = log((len(scored) if key == HOSTNAME else len(found)) + 2)
        if key != HOSTNAME:
            for name, count in everywhere(each.counted):
                there = tally.nodes.by_name.get(name)
                if there is None or (wants_all and not _has_all(there, keys)):
                    continue
                value = there.labels.get(key, "")
                if value in found and _counts_for(tally.pod, constraint, there):
                    found[value] += count
        for node in scored:
            if key in node.labels:
                count = count_on(node.name, each.counted) if key == HOSTNAME else found[node.labels[key]]
                totals[node.name] += count * weight + (constraint.max_skew - 1)
    rounded = {name: int(total + 0.5) for name, total in totals.items()}
    least, most = min(rounded.values(), default=0), max(rounded.values(), default=0)
    points = {name: MOST * (most + least - score) // most if most else MOST for name, score in rounded.items()}
    return [points.get(node.name, 0) for node in fits]


def affinity_points(tally: Tally, fits: Sequence[NodeFacts]) -> Sequence[int]:
    domains = [(key, weight, _domains(tally.nodes, key, counts)) for key, weight, counts in tally.neighbours.felt]
    sums = [
        sum(weight * found.get(node.labels[key], 0) for key, weight, found in domains if key in node.labels)
        for node in fits
    ]
    least, most = min(sums), max(sums)
    return [int(MOST * ((each - least) / (most - least))) for each in sums] if most > least else [0] * len(fits)


def _tallied(pod: PodFacts, nodes: Nodes, spread: Spread, keys: Sequence[str]) -> tuple[Spread, Domains, int]:
    """Counts the nodes that have all the keys and that the constraint includes."""
    constraint = spread.constraint
    domains: dict[str, int] = {}
    for node in nodes.all:
        if _has_all(node, keys) and _counts_for(pod, constraint, node):
            value = node.labels[constraint.topology_key]
            domains[value] = domains.get(value, 0) + count_on(node.name, spread.counted)
    least = min(domains.values(), default=0) if len(domains) >= constraint.min_domains else 0
    return spread, domains, least


def _domains(nodes: Nodes, key: str, counts: Counts) -> Domains:
    domains: dict[str, int] = {}
    for name, count in everywhere(counts):
        node = nodes.by_name.get(name)
        if node is not None and key in node.labels:
            value = node.labels[key]
            domains[value] = domains.get(value, 0) + count
    return domains


def _is_near(tally: Tally, node: NodeFacts) -> bool:
    """The first of a series that have affinity to themselves may go anywhere with the keys."""
    if any(key not in node.labels for key, _ in tally.near):
        return False
    if all(domains.get(node.labels[key], 0) for key, domains in tally.near):
        return True
    return tally.neighbours.near_itself and not any(domains for _, domains in tally.near)


def _has_all(node: NodeFacts, keys: Iterable[str]) -> bool:
    return all(key in node.labels for key in keys)


def _counts_for(pod: PodFacts, constraint: Constraint, node: NodeFacts) -> bool:
    return (not constraint.honors_affinity or node_affinity(pod, node)) and (
        not constraint.honors_taints or taint_toleration(pod, node)
    )
