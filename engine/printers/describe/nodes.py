"""``kubectl describe node``. Follows describeNode and describeNodeResource of kubectl's describe.go.

Differs: a State that is not read with its heartbeats has no Lease section.
"""

from collections.abc import Iterator, Mapping, Sequence

from engine.kinds import TERMINAL_PHASES, Node, Pod, parse_time, ref_of
from engine.kinds.amounts import amount_of, canonical
from engine.kinds.coordination import Lease
from engine.printers.describe.allocation import (
    NOTHING,
    Amount,
    Amounts,
    percent,
    pod_amounts,
    total_amounts,
)
from engine.printers.describe.event_table import table_lines
from engine.printers.describe.metadata import labels_and_annotations, taints_lines, time_text
from engine.printers.durations import age
from engine.printers.parts.node_status import node_roles
from engine.printers.parts.tabs import tabbed
from engine.store.state import State

_SYSTEM_INFO = (
    ("Machine ID", "machineID"),
    ("System UUID", "systemUUID"),
    ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"),
    ("OS Image", "osImage"),
    ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"),
    ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
)
_STANDARD = ("cpu", "memory", "ephemeral-storage")


def describe_node(node: Node, state: State, now: int) -> list[str]:
    return tabbed(_lines(node, state, now))


def _lines(node: Node, state: State, now: int) -> Iterator[str]:
    meta, spec, status = node.metadata, node.spec, node.status
    yield f"Name:\t{meta.name}"
    yield f"Roles:\t{node_roles(node)}"
    yield from labels_and_annotations(node)
    yield f"CreationTimestamp:\t{time_text(meta.creation_timestamp)}"
    yield from taints_lines(spec.taints)
    yield f"Unschedulable:\t{str(spec.unschedulable).lower()}"
    lease = state.find(Lease, meta.name, "kube-node-lease")
    if lease is not None:
        yield from _lease(lease)
    yield from _conditions(node)
    yield "Addresses:"
    yield from (f"  {each.type}:\t{each.address}" for each in status.addresses)
    yield from _resources("Capacity", status.capacity)
    yield from _resources("Allocatable", status.allocatable)
    yield "System Info:"
    yield from (f"  {title}:\t{status.node_info.get(field, '')}" for title, field in _SYSTEM_INFO)
    if spec.pod_cidr:
        yield f"PodCIDR:\t{spec.pod_cidr}"
    if spec.pod_cidrs:
        yield f"PodCIDRs:\t{','.join(spec.pod_cidrs)}"
    if spec.provider_id:
        yield f"ProviderID:\t{spec.provider_id}"
    pods = [pod for pod in state.pods_on(meta.name) if pod.status.phase not in TERMINAL_PHASES]
    requests = [pod_amounts(pod, "requests") for pod in pods]
    limits = [pod_amounts(pod, "limits") for pod in pods]
    room = _room(node)
    yield from _pods(pods, requests, limits, room, now)
    yield from _allocated(total_amounts(requests), total_amounts(limits), room)
    # Kubelets report under the node's name, controllers under its uid.
    ref = ref_of(node)
    events = [event for uid in (meta.uid, meta.name) if uid for event in state.events_about(ref, uid)]
    yield from table_lines(events, now)


def _lease(lease: Lease) -> Iterator[str]:
    yield "Lease:"
    yield f"  HolderIdentity:\t{lease.spec.holder_identity or '<unset>'}"
    for title, time in (("AcquireTime", lease.spec.acquire_time), ("RenewTime", lease.spec.renew_time)):
        yield f"  {title}:\t{time_text(parse_time(time)) if time else '<unset>'}"


def _conditions(node: Node) -> Iterator[str]:
    if not node.status.conditions:
        return
    yield from (
        "Conditions:",
        "  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage",
        "  ----\t------\t-----------------\t------------------\t------\t-------",
    )
    for each in node.status.conditions:
        heartbeat, transition = time_text(each.last_heartbeat_time), time_text(each.last_transition_time)
        yield f"  {each.type} \t{each.status} \t{heartbeat} \t{transition} \t{each.reason} \t{each.message}"


def _resources(title: str, amounts: Mapping[str, str]) -> Iterator[str]:
    if amounts:
        yield f"{title}:"
        yield from (f"  {name}:\t{canonical(amounts[name])}" for name in sorted(amounts))


def _room(node: Node) -> Amounts:
    shown = node.status.allocatable or node.status.capacity
    return {name: Amount(amount_of(quantity)) for name, quantity in shown.items()}


def _pods(
    pods: Sequence[Pod], requests: Sequence[Amounts], limits: Sequence[Amounts], room: Amounts, now: int
) -> Iterator[str]:
    yield f"Non-terminated Pods:\t({len(pods)} in total)"
    yield "  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge"
    yield "  ---------\t----\t\t------------\t----------\t---------------\t-------------\t---"
    for pod, requested, limited in zip(pods, requests, limits, strict=True):
        shares = (_share(of, name, room) for name in ("cpu", "memory") for of in (requested, limited))
        yield "\t".join([f"  {pod.metadata.namespace}", pod.metadata.name, "", *shares, age(pod, now)])


def _allocated(requests: Amounts, limits: Amounts, room: Amounts) -> Iterator[str]:
    yield "Allocated resources:"
    yield "  (Total limits may be over 100 percent, i.e., overcommitted.)"
    yield "  Resource\tRequests\tLimits"
    yield "  --------\t--------\t------"
    huge = sorted(name for name in room if name.startswith("hugepages-"))
    for name in (*_STANDARD, *huge):
        yield f"  {name}\t{_share(requests, name, room)}\t{_share(limits, name, room)}"
    for name in sorted(set(room) - {*_STANDARD, *huge, "pods"}):
        yield f"  {name}\t{requests.get(name, NOTHING)}\t{limits.get(name, NOTHING)}"


def _share(amounts: Amounts, name: str, room: Amounts) -> str:
    """``250m (12%)``."""
    amount = amounts.get(name, NOTHING)
    return f"{amount} ({percent(amount, room.get(name, NOTHING))}%)"
