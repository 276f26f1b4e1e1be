"""What machines a pool has, and what a node of it looks like before anything runs on it."""

from collections.abc import Iterator

from engine.api.writes import Emit, Evict
from engine.control_plane import MIRROR
from engine.kinds import (
    TERMINAL_PHASES,
    LabelSelector,
    Node,
    NodeSpec,
    NodeStatus,
    ObjectMeta,
    Pod,
    Taint,
    ref_of,
)
from engine.kinds.node_pool import POOL_LABEL, NodePool
from engine.store.state import State

RETIRING = "ToBeDeletedByClusterAutoscaler"
"""Taint of a node that is drained and then given back; its value is since when."""
CANDIDATE = "DeletionCandidateOfClusterAutoscaler"
"""Taint of a node that is not needed; its value is since when."""
_CAPACITY = {"cpu": "4", "memory": "8Gi", "ephemeral-storage": "40Gi", "pods": "110"}
"""As a kubelet registers where the template says nothing."""


def nodes_of_pool(state: State, pool: NodePool) -> list[Node]:
    selector = LabelSelector(match_labels={POOL_LABEL: pool.metadata.name})
    return [node for node in state.select(Node.kind, "", selector) if isinstance(node, Node)]


def pool_name(node: Node) -> str:
    return node.metadata.labels.get(POOL_LABEL, "")


def since(node: Node, key: str) -> int | None:
    """The value of the node's taint of that key, a time; None where it has none."""
    found = next((taint.value for taint in node.spec.taints if taint.key == key), None)
    return None if found is None else int(found) if found.isdecimal() else 0


def without(node: Node, key: str) -> tuple[Taint, ...]:
    return tuple(taint for taint in node.spec.taints if taint.key != key)


def staying(nodes: list[Node]) -> list[Node]:
    """Those that are not being given back."""
    return [node for node in nodes if since(node, RETIRING) is None]


def size(pool: NodePool, nodes: list[Node]) -> int:
    """How many machines there will be when all that were ordered have come and all that go are gone."""
    return len(staying(nodes)) + len(pool.status.starting)


def wanted(pool: NodePool, present: int) -> int:
    replicas = pool.spec.replicas
    return max(pool.spec.min, present) if replicas is None else replicas


def fresh_node(pool: NodePool, name: str = "") -> Node:
    """A node as a new machine registers it; without a name the API server makes one up."""
    template, own = pool.spec.template, pool.metadata.name
    meta = ObjectMeta(
        name=name,
        generate_name="" if name else f"{own}-",
        labels={**template.labels, POOL_LABEL: own},
    )
    capacity = {**_CAPACITY, **template.capacity}
    return Node(metadata=meta, spec=NodeSpec(taints=template.taints), status=NodeStatus(capacity=capacity))


def stays_with_node(pod: Pod) -> bool:
    """A DaemonSet's or a static pod's, or one that is done: nothing that would have to run elsewhere."""
    owner = pod.metadata.controller
    own = owner is not None and owner.kind == "DaemonSet"
    return own or MIRROR in pod.metadata.annotations or pod.status.phase in TERMINAL_PHASES


def movers(state: State, node: Node) -> list[Pod]:
    """The pods of a node that have to run elsewhere when it goes."""
    return [pod for pod in state.pods_on(node.metadata.name) if not stays_with_node(pod)]


def evictions(state: State, node: Node) -> Iterator[Evict | Emit]:
    """The next pod of a node that goes; one at a time, as each may use up a disruption budget."""
    for pod in movers(state, node):
        if pod.metadata.deletion_timestamp is None:
            yield Emit(
                subject=pod,
                type="Normal",
                reason="ScaleDown",
                message="deleting pod for node scale down",
                component="cluster-autoscaler",
            )
            yield Evict(ref=ref_of(pod))
            return
