"""Which pool would have room for pods that fit nowhere, and how many machines that takes.

Follows cluster-autoscaler's scale-up orchestrator and its expander least-waste. Differs in: of pools that waste as
little the first by name is taken, and a pod that would not fit at once on a new node is asked about no other.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from engine.controllers.nodepool.pools import fresh_node, nodes_of_pool, size
from engine.controllers.nodepool.trial import Explain, Schedule, placed, with_new_nodes
from engine.kinds import Pod, condition
from engine.kinds.frozen import frozen
from engine.kinds.node_pool import NodePool
from engine.kinds.quantity import cpu_milli, whole
from engine.store.requested import requested_by
from engine.store.state import State

_FULL = "max node group size reached"


@frozen(kw_only=True)
class Growth:
    """``count`` more machines of a pool that has ``present``, for ``pods``."""

    pool: NodePool
    present: int
    count: int
    pods: tuple[Pod, ...]


def pending(state: State) -> list[Pod]:
    """Pods the scheduler found no node for, and that wait for nobody to leave; the most important first."""
    found = []
    for ref in state.unscheduled.values():
        pod = state.get(ref)
        if isinstance(pod, Pod) and pod.active and not pod.status.nominated_node_name:
            said = condition(pod.status.conditions, "PodScheduled")
            if said is not None and (said.status, said.reason) == ("False", "Unschedulable"):
                found.append(pod)
    return sorted(found, key=_place)


def unhelped(state: State, pools: Sequence[NodePool], pods: Sequence[Pod], schedule: Schedule) -> list[Pod]:
    """Those that will not fit on the machines that were ordered already."""
    if not pods:
        return []
    for pool in pools:
        state, _ = with_new_nodes(state, pool, len(pool.status.starting))
    left = []
    for pod in pods:
        state, node = placed(state, pod, schedule)
        if not node:
            left.append(pod)
    return left


def growth(state: State, pools: Sequence[NodePool], pods: Sequence[Pod], schedule: Schedule) -> Growth | None:
    """The pool that is to grow; None where none would help any of the pods."""
    options = [option for pool in pools if (option := _option(state, pool, pods, schedule)) is not None]
    return min(options, key=lambda option: (_waste(option), option.pool.metadata.name), default=None)


def why_not(state: State, pools: Sequence[NodePool], pod: Pod, explain: Explain) -> str:
    """What each pool has against the pod, counted."""
    reasons: Counter[str] = Counter()
    for pool in pools:
        trial, names = with_new_nodes(state, pool, 1)
        found = next((each.reasons for each in explain(trial, pod) if each.node in names), ())
        reasons.update(found or (_FULL,))
    return ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))


def _place(pod: Pod) -> tuple[int, int, str, str]:
    meta = pod.metadata
    return -(pod.spec.priority or 0), meta.creation_timestamp or 0, meta.namespace, meta.name


def _option(state: State, pool: NodePool, pods: Sequence[Pod], schedule: Schedule) -> Growth | None:
    """As many machines as it takes, each filled before the next is ordered."""
    present = size(pool, nodes_of_pool(state, pool))
    room = pool.spec.max - present
    count, helped = 0, []
    for pod in pods:
        after, node = placed(state, pod, schedule)
        if not node and count < room:
            grown, _ = with_new_nodes(state, pool, 1)
            after, node = placed(grown, pod, schedule)
            count += bool(node)
        if node:
            state = after
            helped.append(pod)
    return Growth(pool=pool, present=present, count=count, pods=tuple(helped)) if count else None


def _waste(option: Growth) -> float:
    """The parts of CPU and memory of the new machines that nobody asked for."""
    capacity: Mapping[str, str] = fresh_node(option.pool).status.capacity
    asked = [requested_by(pod) for pod in option.pods]
    cpu = cpu_milli(capacity["cpu"]) * option.count
    memory = whole(capacity["memory"]) * option.count
    return 2 - sum(each.cpu_milli for each in asked) / cpu - sum(each.memory_bytes for each in asked) / memory
