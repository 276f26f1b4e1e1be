"""Which node a pod goes to, or why to none. Pure: the cluster is a State, and the same State decides the same.

Follows kube-scheduler's ``schedulePod``. Differs in this: every node is examined (Kubernetes samples above 100
nodes), ties are broken by a hash of the seed instead of at random, and pods that wait on a node for others to
leave it count there by what they request, not as neighbours.
"""

from collections.abc import Callable, Iterator
from functools import partial
from hashlib import blake2b

from engine.api.writes import Write
from engine.kinds import Node, Pod
from engine.kinds.frozen import frozen
from engine.scheduler.facts import nodes_of
from engine.scheduler.population import Population, put_back, taken
from engine.scheduler.preemption import Candidate, is_waiting_for_victims, preemption
from engine.scheduler.refusal import (
    NEVER_PREEMPTS,
    NO_NODES,
    WAITS_FOR_VICTIMS,
    Refusal,
    blanket_refusal,
    counted_refusal,
    refusal,
    told,
)
from engine.scheduler.standing import best, fits_on, rejections, standing
from engine.scheduler.wanted import Wanted, wanted
from engine.store.state import State
from engine.volumes import NO_VOLUMES, claimed_for

FEW = 32
"""Nodes up to which each is asked in turn: above that, asking all at once costs less."""


@frozen
class Decision:
    """``node`` None means nowhere; ``message`` then says why, in Kubernetes' words."""

    node: str | None
    message: str = ""
    victims: tuple[Pod, ...] = ()
    """Who has to leave so that the pod fits on the node it is ``nominated`` for; some may be leaving already."""
    nominated: str = ""
    waits: bool = False
    """Pods are leaving for it already."""
    binds: bool = True
    """False while claims of the pod wait for a volume on the node; ``claims`` are the writes that get them one."""
    claims: tuple[Write, ...] = ()


def schedule(state: State, pod: Pod, seed_text: str) -> Decision:
    """``seed_text`` decides between nodes with equal totals; the scheduler gives the pod's uid."""
    if not state.count("Node"):
        return Decision(None, NO_NODES)
    population = taken(state)
    decision = _decided(state, pod, population, seed_text)
    put_back(population)
    return decision


def schedule_alike(state: State, pod: Pod, others: Iterator[Pod]) -> list[tuple[Pod, str]]:
    """Nodes for a pod and for others like it, each as if those before it were bound already.

    Ends with the first that fits nowhere; none where each is to be asked for alone.
    """
    if state.count("Node") <= FEW:
        return []
    population = taken(state)
    wish, pods = wanted(state, pod, population), [pod]
    placed: list[str] = []
    if wish.is_like_its_template and wish.volumes is NO_VOLUMES and _are_many(state, wish):
        from engine.scheduler.ranking import each_chosen

        def draws() -> Iterator[Callable[[int], int]]:
            yield partial(_draw, pod.metadata.uid)
            for other in others:
                pods.append(other)
                yield partial(_draw, other.metadata.uid)

        placed = each_chosen(state, wish, population, pod, draws())
    put_back(population)
    return list(zip(pods, placed, strict=False))


def are_alike(pod: Pod, other: Pod) -> bool:
    """Whether all that decides about the one decides about the other."""
    meta, its = pod.metadata, other.metadata
    return (
        not other.status.nominated_node_name
        and meta.namespace == its.namespace
        and meta.labels == its.labels
        and meta.owner_references == its.owner_references
        and (pod.spec is other.spec or pod.spec == other.spec)
    )


def _decided(state: State, pod: Pod, population: Population, seed_text: str) -> Decision:
    wish = wanted(state, pod, population)
    # All pods of a template that wait in vain are tried again together, and refused for the same reasons.
    known = population.refused.get(wish.pod) if wish.is_like_its_template else None
    if known is not None or wish.volumes.problem:
        return _refused(state, pod, wish, population, seed_text)
    if wish.nominated and _fits_on(state, wish, wish.nominated):
        return _placed(state, wish, wish.nominated)
    if _are_many(state, wish):
        name = _of_many(state, wish, population, seed_text)
    else:
        name = _of_few(state, wish, seed_text)
    if name is None:
        return _refused(state, pod, wish, population, seed_text)
    return _placed(state, wish, name)


def _placed(state: State, wish: Wanted, name: str) -> Decision:
    node = state.find(Node, name) if wish.volumes.unbound else None
    if node is None:
        return Decision(name)
    return Decision(name, binds=False, claims=claimed_for(state, wish.volumes, node))


def _are_many(state: State, wish: Wanted) -> bool:
    only_on = wish.pod.only_on
    return (state.count("Node") if only_on is None else len(only_on)) > FEW


def _fits_on(state: State, wish: Wanted, name: str) -> bool:
    nodes = nodes_of(state.table("Node"))
    node = nodes.by_name.get(name)
    return node is not None and fits_on(node, wish, nodes, state.requested)


def _of_few(state: State, wish: Wanted, seed_text: str) -> str | None:
    nodes = nodes_of(state.table("Node"))
    names = best(standing(wish.pod, nodes), wish, nodes, state.requested)
    return names[_draw(seed_text, len(names))].name if names else None


def _of_many(state: State, wish: Wanted, population: Population, seed_text: str) -> str | None:
    # Loaded where it is needed first: loading numpy takes longer than placing the pods of a small cluster.
    from engine.scheduler.ranking import chosen

    return chosen(state, wish, population, lambda count: _draw(seed_text, count))


def _draw(seed_text: str, count: int) -> int:
    return int.from_bytes(blake2b(seed_text.encode(), digest_size=8).digest()) % count


def _refused(state: State, pod: Pod, wish: Wanted, population: Population, seed_text: str) -> Decision:
    """Nowhere, and whether others will leave so that it fits."""
    refused = population.refused.get(wish.pod) if wish.is_like_its_template else None
    if refused is None:
        refused = _refusal(state, wish, population)
        if wish.is_like_its_template:
            population.refused[wish.pod] = refused
    if pod.spec.preemption_policy == "Never":
        return Decision(None, f"{refused.why} preemption: {NEVER_PREEMPTS}", nominated=wish.nominated)
    if population.least_priority >= (pod.spec.priority or 0):
        return Decision(None, f"{refused.why} preemption: {refused.without_victims}")
    hopeful = refused.hopeful_names()
    if wish.nominated in hopeful and is_waiting_for_victims(state, pod):
        message = f"{refused.why} preemption: {WAITS_FOR_VICTIMS}"
        return Decision(None, message, nominated=wish.nominated, waits=True)
    offset = _draw(seed_text, refused.count)
    found = preemption(state, pod, nodes_of(state.table("Node")), hopeful, population, offset)
    if isinstance(found, Candidate):
        return Decision(None, refused.why, found.victims, found.node)
    return Decision(None, f"{refused.why} preemption: {told(refused.count, found)}")


def _refusal(state: State, wish: Wanted, population: Population) -> Refusal:
    count, conflicting = state.count("Node"), wish.pod.only_on == frozenset()
    if wish.volumes.problem:
        return blanket_refusal(count, wish.volumes.problem)
    if _are_many(state, wish):
        from engine.scheduler.refusal_vectors import reasons_of
        from engine.scheduler.vectors import columns_of, is_exact

        columns = columns_of(state, population)
        if is_exact(columns, wish):
            found = reasons_of(columns, wish)
            rows, there = found.hopeful.nonzero()[0], columns.nodes
            return counted_refusal(
                count,
                found.counts,
                len(rows),
                lambda: [there[row].name for row in rows],
                conflicting=conflicting,
            )
    nodes = nodes_of(state.table("Node"))
    plain = rejections(standing(wish.pod, nodes), wish, nodes, state.requested)
    return refusal(count, plain, conflicting=conflicting)
