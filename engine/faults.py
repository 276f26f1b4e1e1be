"""Which faults are on: the one place that knows what a Fault object means. Walks the faults, of which there are few."""

from collections.abc import Iterator

from engine.control_plane import ELECTED, NAMESPACE, is_control_plane, mirror_name, mirror_of
from engine.kinds import Container, Fault, Node, Pod, Ref, ref_of
from engine.kinds.quantity import whole
from engine.store.state import State

NODE_DOWN, MEMORY_FULL, DISK_FULL, MEMORY_LEAK, COMPONENT_DOWN = FAULT_TYPES = (
    "NodeDown", "MemoryFull", "DiskFull", "MemoryLeak", "ComponentDown",
)  # fmt: skip
_LEAK_BYTES_A_SECOND = 10 << 20


def down_since(state: State, node_name: str) -> int | None:
    """When a NodeDown fault stopped the node's kubelet; None while it runs."""
    return min((_since(fault) for fault in _of_node(state, NODE_DOWN, node_name)), default=None)


def is_down(state: State, node_name: str) -> bool:
    return bool(state.count(Fault.kind)) and down_since(state, node_name) is not None


def component_down_since(state: State, component: str) -> int | None:
    """When a ComponentDown fault stopped the program of the control plane; None while it runs."""
    if not component or not state.count(Fault.kind):
        return None
    return min((_since(fault) for fault in state.all(Fault) if stops(fault) == component), default=None)


def stopped_since(state: State, pod: Pod) -> int | None:
    """As ``component_down_since``, for what a static pod runs."""
    return component_down_since(state, mirror_of(pod, ELECTED)) if state.count(Fault.kind) else None


def stops(fault: Fault) -> str:
    """The component that the fault stops; "" for none."""
    return fault.spec.component if fault.spec.type == COMPONENT_DOWN else ""


def memory_taken_bytes(state: State, node_name: str) -> int | None:
    """What something outside the pods takes of the node's memory; None where that is whatever they leave."""
    amounts = [fault.spec.memory for fault in _of_node(state, MEMORY_FULL, node_name)]
    given = [whole(each) for each in amounts if each is not None]
    return sum(given) if len(given) == len(amounts) else None


def is_disk_full(state: State, node_name: str) -> bool:
    return next(_of_node(state, DISK_FULL, node_name), None) is not None


def leaks_of(state: State, pod: Pod, container: Container) -> list[tuple[int, int]]:
    """Since when, and how many bytes every second, the container loses memory by each MemoryLeak that names it."""
    if not state.count(Fault.kind):
        return []
    names, first = pod.metadata, pod.spec.containers[0].name
    return [
        (_since(fault), _LEAK_BYTES_A_SECOND if fault.spec.memory is None else whole(fault.spec.memory))
        for fault in state.all(Fault)
        if fault.spec.type == MEMORY_LEAK
        and (fault.spec.namespace or "default", fault.spec.pod) == (names.namespace, names.name)
        and (fault.spec.container or first) == container.name
    ]


def pods_touched(state: State, fault: Fault) -> Iterator[Ref]:
    """Those that go on otherwise when it begins or ends."""
    if fault.spec.type == MEMORY_LEAK:
        yield Ref(Pod.kind, fault.spec.namespace or "default", fault.spec.pod)
    elif fault.spec.type == COMPONENT_DOWN:
        for node in state.all(Node):
            if is_control_plane(node):
                yield Ref(Pod.kind, NAMESPACE, mirror_name(fault.spec.component, node.metadata.name))
    elif fault.spec.type == NODE_DOWN:
        yield from (ref_of(pod) for pod in state.pods_on(fault.spec.node))


def _of_node(state: State, type_: str, node_name: str) -> Iterator[Fault]:
    if state.count(Fault.kind):
        for fault in state.all(Fault):
            if fault.spec.type == type_ and fault.spec.node == node_name:
                yield fault


def _since(fault: Fault) -> int:
    return fault.metadata.creation_timestamp or 0
