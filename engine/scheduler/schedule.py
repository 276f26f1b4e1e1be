"""Which node a pod goes to, or why to none. Pure: the cluster is a State, and the same State decides the same.

Follows kube-scheduler's ``schedulePod``. Differs in this: every node is examined (Kubernetes samples above 100
nodes), ties are broken by a hash of the seed instead of at random, and pods that wait on a node for others to
leave it count there by what they request, not as neighbours.
"""

from functools import lru_cache
from hashlib import blake2b

from attrs import frozen

from engine.kinds import Pod, Same
from engine.scheduler.facts import nodes_of
from engine.scheduler.population import Population, kept, taken
from engine.scheduler.preemption import Candidate, is_waiting_for_victims, preemption
from engine.scheduler.refusal import (
    NEVER_PREEMPTS,
    NO_NODES,
    WAITS_FOR_VICTIMS,
    Refusal,
    Rejections,
    refusal,
    told,
)
from engine.scheduler.standing import Standing, best, fits_on, rejections, standing
from engine.scheduler.wanted import Wanted, wanted
from engine.store.state import Held, State

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


def schedule(state: State, pod: Pod, seed_text: str) -> Decision:
    """``seed_text`` decides between nodes with equal totals; the scheduler gives the pod's uid."""
    if not state.count("Node"):
        return Decision(None, NO_NODES)
    population = taken(state)
    decision = _decided(state, pod, population, seed_text)
    kept()[:] = [population]
    return decision


def _decided(state: State, pod: Pod, population: Population, seed_text: str) -> Decision:
    wish = wanted(state, pod, population)
    only_on = wish.pod.only_on
    many = state.count("Node") if only_on is None else len(only_on)
    if wish.nominated and _fits_on(state, wish, wish.nominated):
        return Decision(wish.nominated)
    if many > FEW:
        name = _of_many(state, wish, population, seed_text)
    else:
        name = _of_few(state, wish, seed_text)
    return Decision(name) if name is not None else _refused(state, pod, wish, population, seed_text)


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
    from engine.scheduler.vectors import chosen

    return chosen(state, wish, population, lambda count: _draw(seed_text, count))


def _draw(seed_text: str, count: int) -> int:
    return int.from_bytes(blake2b(seed_text.encode(), digest_size=8).digest()) % count


def _refused(state: State, pod: Pod, wish: Wanted, population: Population, seed_text: str) -> Decision:
    """Nowhere, and whether others will leave so that it fits."""
    nodes = nodes_of(state.table("Node"))
    where = standing(wish.pod, nodes)
    if wish.neighbours is None and not wish.reserved:
        refused = _alone(where, Same(state.requested), len(nodes.all))
    else:
        refused = _refusal(where, rejections(where, wish, nodes, state.requested), len(nodes.all))
    if pod.spec.preemption_policy == "Never":
        return Decision(None, f"{refused.why} preemption: {NEVER_PREEMPTS}", nominated=wish.nominated)
    if population.least_priority >= (pod.spec.priority or 0):
        return Decision(None, f"{refused.why} preemption: {refused.without_victims}")
    there = refused.rejections.get(wish.nominated)
    if there is not None and there.helped_by_preemption and is_waiting_for_victims(state, pod):
        message = f"{refused.why} preemption: {WAITS_FOR_VICTIMS}"
        return Decision(None, message, nominated=wish.nominated, waits=True)
    offset = _draw(seed_text, len(nodes.all))
    found = preemption(state, pod, nodes, refused.rejections, population, offset)
    if isinstance(found, Candidate):
        return Decision(None, refused.why, found.victims, found.node)
    return Decision(None, f"{refused.why} preemption: {told(len(nodes.all), found)}")


def _refusal(where: Standing, found: Rejections, count: int) -> Refusal:
    return refusal(count, found, conflicting=where.pod.only_on == frozenset())


@lru_cache(maxsize=64)
def _alone(where: Standing, requested: Same[Held], count: int) -> Refusal:
    # Remembered because all pods of a template that wait in vain ask for the same.
    alone = Wanted(pod=where.pod, neighbours=None, reserved={})
    return _refusal(where, rejections(where, alone, None, requested.value), count)
