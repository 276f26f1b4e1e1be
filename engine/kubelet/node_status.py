"""NODE_STATUS: a kubelet's word about its node: registration, address, capacity, conditions.

Follows ``pkg/kubelet/kubelet_node_status.go`` and ``nodestatus/setters.go``; podCIDRs come from here too, where
Kubernetes has the node IPAM controller. Heartbeats are not commits: a node is heard of as long as no NodeDown
fault names it, and after one its kubelet says Ready again.
"""

from collections.abc import Iterator, Mapping
from hashlib import blake2b

from engine.api.writes import Emit, Update, UpdateStatus, Write
from engine.faults import is_down
from engine.kinds import (
    Condition,
    Fault,
    Node,
    NodeAddress,
    NodeStatus,
    Ref,
    condition,
    evolve,
    set_condition,
    with_metadata,
)
from engine.kubelet.addresses import free_node_address, free_pod_cidr
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

KUBELET_VERSION = "v1.36.0"
_HEALTHY = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)
_CAPACITY: Mapping[str, str] = {"cpu": "4", "memory": "8Gi", "ephemeral-storage": "40Gi", "pods": "110"}
_PORTS: Mapping[str, object] = {"daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}}}


def reconcile(state: State, ref: Ref, now: int) -> Result:
    node = state.get(ref)
    if not isinstance(node, Node) or is_down(state, ref.name):
        return NOTHING
    writes: list[Write] = []
    registered = _registered(state, node)
    if registered != node:
        writes.append(Update(registered))
    status = _status(state, node, now)
    if status != node.status:
        writes.append(UpdateStatus(evolve(node, status=status)))
    if not writes:
        return NOTHING
    return Result(writes=(*writes, *_events(node)), actor=f"kubelet/{ref.name}")


def wakes(change: Change, _state: State) -> Iterator[Ref]:
    obj = change.object
    if isinstance(obj, Fault):
        yield Ref("Node", "", obj.spec.node)
    elif change.new is not None:
        yield change.ref


def _registered(state: State, node: Node) -> Node:
    """The node with the labels of its machine and a range for its pods."""
    labels = {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": node.metadata.name,
        "kubernetes.io/os": "linux",
    }
    missing = {key: value for key, value in labels.items() if key not in node.metadata.labels}
    if missing:
        node = with_metadata(node, labels={**node.metadata.labels, **missing})
    if not node.spec.pod_cidr:
        cidr = node.spec.pod_cidrs[0] if node.spec.pod_cidrs else free_pod_cidr(state)
        node = evolve(node, spec=evolve(node.spec, pod_cidr=cidr, pod_cidrs=node.spec.pod_cidrs or (cidr,)))
    return node


def _status(state: State, node: Node, now: int) -> NodeStatus:
    status = node.status
    capacity = status.capacity
    if any(name not in capacity for name in _CAPACITY):
        capacity = {**_CAPACITY, **capacity}
    allocatable = status.allocatable
    if any(name not in allocatable for name in capacity):
        allocatable = {**capacity, **allocatable}
    if allocatable == capacity:
        allocatable = capacity
    return evolve(
        status,
        capacity=capacity,
        allocatable=allocatable,
        addresses=_addresses(state, node),
        conditions=_conditions(status.conditions, now),
        node_info=status.node_info or _node_info(node),
        extra=status.extra if "daemonEndpoints" in status.extra else {**status.extra, **_PORTS},
    )


def _addresses(state: State, node: Node) -> tuple[NodeAddress, ...]:
    known = {each.type for each in node.status.addresses}
    made = node.status.addresses
    if "InternalIP" not in known:
        made = (*made, NodeAddress(type="InternalIP", address=free_node_address(state)))
    if "Hostname" not in known:
        made = (*made, NodeAddress(type="Hostname", address=node.metadata.name))
    return made


def _conditions(old: tuple[Condition, ...], now: int) -> tuple[Condition, ...]:
    """All well; a condition that says so already stays as it is, heartbeat and all."""
    made = old
    for type_, status, reason, message in _HEALTHY:
        known = condition(old, type_)
        if known is not None and (known.status, known.reason) == (status, reason):
            continue
        if known is not None and known.status == "True":  # a pressure: the eviction manager's to lift
            continue
        new = Condition(
            type=type_,
            status=status,
            last_heartbeat_time=now,
            last_transition_time=now,
            reason=reason,
            message=message,
        )
        made = set_condition(made, new)
    return made


def _node_info(node: Node) -> Mapping[str, str]:
    machine = blake2b(node.metadata.uid.encode(), digest_size=16).hexdigest()
    return {
        "machineID": machine,
        "systemUUID": f"{machine[:8]}-{machine[8:12]}-{machine[12:16]}-{machine[16:20]}-{machine[20:]}",
        "bootID": f"{machine[20:28]}-{machine[:4]}-{machine[4:8]}-{machine[8:12]}-{machine[12:24]}",
        "kernelVersion": "6.8.0-60-generic",
        "osImage": "Ubuntu 24.04.2 LTS",
        "containerRuntimeVersion": "containerd://2.1.4",
        "kubeletVersion": KUBELET_VERSION,
        "kubeProxyVersion": "",
        "operatingSystem": "linux",
        "architecture": "amd64",
    }


def _events(node: Node) -> list[Emit]:
    """What the kubelet reports about its node when that becomes ready."""
    name = node.metadata.name
    ready = condition(node.status.conditions, "Ready")
    if ready is not None and ready.status == "True":
        return []
    text = f"Node {name} status is now: NodeReady"
    said = [("Starting", "Starting kubelet."), ("NodeReady", text)]
    return [
        Emit(subject=node, type="Normal", reason=reason, message=message, component="kubelet", host=name)
        for reason, message in said
    ]


NODE_STATUS = Controller(
    name="kubelet-node-status", watches=("Node", "Fault"), wakes=wakes, reconcile=reconcile
)
