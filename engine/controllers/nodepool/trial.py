"""What would happen to pods if nodes came or went: the scheduler asked about a State that is not, and never will be.

Follows cluster-autoscaler's ``clustersnapshot``. A step costs as a commit does; nothing of it is kept.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from engine.controllers.nodepool.pools import fresh_node
from engine.kinds import DaemonSet, Node, Object, ObjectMeta, Pod, Ref, Taint, evolve, with_metadata
from engine.kinds.node_pool import NodePool
from engine.node_terms import is_allowed
from engine.store.commit import Commit
from engine.store.state import State, fold
from engine.tolerations import first_that_tolerates


class Decided(Protocol):
    """Of a scheduler's decision: the node, None for nowhere."""

    @property
    def node(self) -> str | None: ...


class Verdict(Protocol):
    """Why a node is none for a pod."""

    @property
    def node(self) -> str: ...
    @property
    def reasons(self) -> tuple[str, ...]: ...


Schedule = Callable[[State, Pod, str], Decided]
Explain = Callable[[State, Pod], Iterable[Verdict]]


def imagined(state: State, puts: Iterable[Object] = (), removes: Iterable[Ref] = ()) -> State:
    """``state`` as it would be with these objects, and without those."""
    commit = Commit(
        revision=state.revision + 1, time=state.time, actor="trial", puts=tuple(puts), removes=tuple(removes)
    )
    return fold(state, commit)


def with_new_nodes(state: State, pool: NodePool, count: int) -> tuple[State, tuple[str, ...]]:
    """With as many new nodes of the pool, each with the pods that DaemonSets would put on it; and their names."""
    names = tuple(f"{pool.metadata.name}-{state.revision}-{number}" for number in range(count))
    puts: list[Object] = []
    for name in names:
        node = _registered(fresh_node(pool, name))
        puts.append(node)
        puts += _daemon_pods(state, node)
    return (imagined(state, puts) if puts else state), names


def placed(state: State, pod: Pod, schedule: Schedule) -> tuple[State, str]:
    """The pod on the node it would go to, and that node's name; "" with the State as it was for nowhere."""
    node = schedule(state, pod, pod.metadata.uid).node
    if node is None:
        return state, ""
    return imagined(state, (evolve(pod, spec=evolve(pod.spec, node_name=node)),)), node


def without_node(state: State, node: Node, pods: Iterable[Pod]) -> State:
    """With the node closed, and the pods that must leave it looking for a place."""
    closed = evolve(node, spec=evolve(node.spec, unschedulable=True, taints=(*node.spec.taints, _CLOSED)))
    return imagined(state, (closed, *map(unplaced, pods)))


def unplaced(pod: Pod) -> Pod:
    """As its controller would make it anew."""
    status = evolve(pod.status, phase="Pending", nominated_node_name="")
    return evolve(pod, spec=evolve(pod.spec, node_name=""), status=status)


_CLOSED = Taint(key="node.kubernetes.io/out-of-service", effect="NoSchedule")


def _registered(node: Node) -> Node:
    """With what its kubelet and its conditions would add."""
    name = node.metadata.name
    labels = {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        **node.metadata.labels,
    }
    status = evolve(node.status, allocatable=node.status.capacity)
    return with_metadata(evolve(node, status=status), labels=labels, generate_name="")


def _daemon_pods(state: State, node: Node) -> Iterator[Pod]:
    for each in state.all(DaemonSet):
        spec = each.spec.template.spec
        if is_allowed(spec, node) and all(
            taint.effect == "PreferNoSchedule" or first_that_tolerates(spec.tolerations, taint)
            for taint in node.spec.taints
        ):
            meta = ObjectMeta(
                name=f"{each.metadata.name}-{node.metadata.name}",
                namespace=each.metadata.namespace,
                labels=each.spec.template.metadata.labels,
            )
            yield Pod(metadata=meta, spec=evolve(spec, node_name=node.metadata.name))
