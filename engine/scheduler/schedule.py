"""Which node a pod goes to, or why to none. Pure: the cluster is a State, and the same State decides the same.

Follows kube-scheduler's ``schedulePod``. Differs in this: every node is examined (Kubernetes samples above 100
nodes), ties are broken by a hash of the seed instead of at random, pods' affinity to each other and topology
spread have no say yet, and nothing is preempted yet, so that no pod counts as a victim.
"""

from functools import lru_cache
from hashlib import blake2b

from attrs import frozen

from engine.kinds import Pod, Same
from engine.scheduler.facts import PodFacts, nodes_of, pod_facts
from engine.scheduler.refusal import NO_NODES, refusal
from engine.scheduler.standing import UNNAMED, Standing, best, rejection, standing
from engine.store.requested import NOTHING_REQUESTED
from engine.store.state import Held, State

FEW = 32
"""Nodes up to which each is asked in turn: above that, asking all at once costs less."""


@frozen
class Decision:
    """``node`` None means nowhere; ``message`` then says why, in Kubernetes' words."""

    node: str | None
    message: str = ""


def schedule(state: State, pod: Pod, seed_text: str) -> Decision:
    """``seed_text`` decides between nodes with equal totals; the scheduler gives the pod's uid."""
    count = state.count("Node")
    if not count:
        return Decision(None, NO_NODES)
    wish = pod_facts(pod)
    many = count if wish.only_on is None else len(wish.only_on)
    name = _of_many(state, wish, seed_text) if many > FEW else _of_few(state, wish, seed_text)
    return Decision(name) if name is not None else Decision(None, _why_not(state, pod))


def _of_few(state: State, pod: PodFacts, seed_text: str) -> str | None:
    names = best(standing(pod, nodes_of(state.table("Node"))), state.requested)
    return names[_draw(seed_text, len(names))].name if names else None


def _of_many(state: State, pod: PodFacts, seed_text: str) -> str | None:
    # Loaded where it is needed first: loading numpy takes longer than placing the pods of a small cluster.
    from engine.scheduler.vectors import chosen

    return chosen(state, pod, lambda count: _draw(seed_text, count))


def _why_not(state: State, pod: Pod) -> str:
    nodes = nodes_of(state.table("Node"))
    where = standing(pod_facts(pod), nodes)
    unnamed = len(nodes.all) - len(where.open) - len(where.closed)
    never_preempts = pod.spec.preemption_policy == "Never"
    return _refusal(where, Same(state.requested), unnamed, never_preempts)


def _draw(seed_text: str, count: int) -> int:
    return int.from_bytes(blake2b(seed_text.encode(), digest_size=8).digest()) % count


@lru_cache(maxsize=64)
def _refusal(where: Standing, requested: Same[Held], unnamed: int, never_preempts: bool) -> str:
    # Remembered because all pods of a template that wait in vain ask for the same.
    rejections = [*where.closed.values(), *[UNNAMED] * unnamed]
    for node in where.open:
        rejected = rejection(where.pod, node, requested.value.get(node.key) or NOTHING_REQUESTED)
        assert rejected is not None, f"{node.name} fits"
        rejections.append(rejected)
    conflicting = where.pod.only_on == frozenset()
    return refusal(len(rejections), rejections, conflicting=conflicting, never_preempts=never_preempts)
