"""Which nodes are not needed: little is asked of them, and all that runs there would fit elsewhere.

Follows cluster-autoscaler's ``core/scaledown`` (eligibility, planner) and ``simulator/drainability``. A node carries
since when it is not needed as its taint, as there. Differs in: kube-system pods are movable without a budget.
"""

from collections.abc import Iterator, Sequence

from engine.controllers.nodepool.pools import CANDIDATE, movers, nodes_of_pool, pool_name, since, size, staying
from engine.controllers.nodepool.trial import Schedule, placed, unplaced, without_node
from engine.kinds import Node, Pod, PodDisruptionBudget, is_true
from engine.kinds.node_pool import NodePool
from engine.kinds.quantity import cpu_milli, whole
from engine.store.state import State

_UTILIZATION = 0.5
_DISABLED = "cluster-autoscaler.kubernetes.io/scale-down-disabled"
_SAFE = "cluster-autoscaler.kubernetes.io/safe-to-evict"


def unneeded(state: State, pools: Sequence[NodePool], schedule: Schedule) -> list[Node]:
    """Nodes that could all go together, those first that are known not to be needed for longest."""
    spare = {pool.metadata.name: size(pool, nodes_of_pool(state, pool)) - pool.spec.min for pool in pools}
    nodes = [node for pool in pools if spare[pool.metadata.name] > 0 for node in _idle(state, pool)]
    found: list[Node] = []
    going: list[Pod] = []
    for node in sorted(nodes, key=lambda node: _rank(state, node)):
        pods = movers(state, node)
        if spare[pool_name(node)] <= 0 or not _budgets_allow(state, [*going, *pods]):
            continue
        emptied = _emptied(state, node, pods, schedule)
        if emptied is not None:
            state = emptied
            found.append(node)
            going += pods
            spare[pool_name(node)] -= 1
    return found


def utilization(state: State, node: Node) -> float:
    """The larger part of its CPU and memory that is requested; with a GPU, of that alone, as of what is dear."""
    held, has = state.requested_on(node.metadata.name), node.status.allocatable
    for name, amount in has.items():
        if name.endswith("/gpu") and whole(amount):
            return held.others.get(name, 0) / whole(amount)
    cpu, memory = cpu_milli(has.get("cpu", "0")), whole(has.get("memory", "0"))
    return max(held.cpu_milli / cpu if cpu else 0.0, held.memory_bytes / memory if memory else 0.0)


def _idle(state: State, pool: NodePool) -> Iterator[Node]:
    for node in staying(nodes_of_pool(state, pool)):
        if (
            is_true(node.status.conditions, "Ready")
            and node.metadata.annotations.get(_DISABLED) != "true"
            and utilization(state, node) < _UTILIZATION
            and all(_is_movable(pod) for pod in movers(state, node))
        ):
            yield node


def _rank(state: State, node: Node) -> tuple[int, float, str]:
    known = since(node, CANDIDATE)
    return state.time + 1 if known is None else known, utilization(state, node), node.metadata.name


def _is_movable(pod: Pod) -> bool:
    """The pod's own word first; else not without a controller, and not with data that only this node has."""
    said = pod.metadata.annotations.get(_SAFE)
    if said in ("true", "false"):
        return said == "true"
    local = any(volume.source in ("emptyDir", "hostPath") for volume in pod.spec.volumes)
    return pod.metadata.controller is not None and not local


def _budgets_allow(state: State, pods: Sequence[Pod]) -> bool:
    """Whether each disruption budget lets go of all that it covers."""
    for budget in state.all(PodDisruptionBudget) if pods else ():
        selector, namespace = budget.spec.selector, budget.metadata.namespace
        covered = [
            pod
            for pod in pods
            if selector is not None and pod.metadata.namespace == namespace and selector.matches(pod.metadata.labels)
        ]
        if len(covered) > budget.status.disruptions_allowed:
            return False
    return True


def _emptied(state: State, node: Node, pods: Sequence[Pod], schedule: Schedule) -> State | None:
    """With the node closed and its pods on others; None where one fits nowhere."""
    state = without_node(state, node, pods)
    for pod in pods:
        state, found = placed(state, unplaced(pod), schedule)
        if not found:
            return None
    return state
