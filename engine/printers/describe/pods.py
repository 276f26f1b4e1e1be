"""``kubectl describe pod``. Follows describePod of kubectl's describe.go."""

from collections.abc import Iterator

from engine.api_access import with_api_access
from engine.kinds import TERMINAL_PHASES, Container, Pod, condition
from engine.kinds.amounts import amount_of
from engine.printers.describe.container_lines import containers_lines
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import (
    controller_line,
    labels_and_annotations,
    labels_lines,
    name_lines,
    time_text,
    tolerations_lines,
)
from engine.printers.describe.template_lines import spread_lines
from engine.printers.describe.volume_lines import volumes_lines
from engine.printers.durations import NONE, since
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_pod(pod: Pod, state: State, now: int) -> list[str]:
    return tabbed(_lines(with_api_access(state, pod), state, now))


def _lines(pod: Pod, state: State, now: int) -> Iterator[str]:
    spec, status = pod.spec, pod.status
    yield from name_lines(pod)
    yield from _placement(pod)
    yield from labels_and_annotations(pod)
    yield from _status(pod, now)
    yield f"IP:\t{status.pod_ip}"
    yield from _ips(pod)
    yield from controller_line(pod)
    if status.nominated_node_name:
        yield f"NominatedNodeName:\t{status.nominated_node_name}"
    if spec.init_containers:
        statuses = status.init_container_statuses
        yield from containers_lines("Init Containers", spec.init_containers, statuses, pod)
    yield from containers_lines("Containers", spec.containers, status.container_statuses, pod)
    if spec.ephemeral_containers:
        added = status.ephemeral_container_statuses
        yield from containers_lines("Ephemeral Containers", spec.ephemeral_containers, added, pod)
    yield from _readiness_gates(pod)
    if status.conditions:
        yield from ("Conditions:", "  Type\tStatus")
        yield from (f"  {each.type} \t{each.status} " for each in status.conditions)
    yield from volumes_lines(spec.volumes)
    yield f"QoS Class:\t{status.qos_class or qos_class(pod)}"
    yield from labels_lines("Node-Selectors", spec.node_selector)
    yield from tolerations_lines("Tolerations", spec.tolerations)
    yield from spread_lines(spec)
    yield from events_lines(pod, state, now)


def qos_class(pod: Pod) -> str:
    """What the pod's requests and limits make it, where the kubelet has not said so yet (rules 9)."""
    classes = {_qos_class(container) for container in (*pod.spec.init_containers, *pod.spec.containers)}
    return classes.pop() if len(classes) == 1 else "Burstable"


def _qos_class(container: Container) -> str:
    resources = container.resources
    if resources is None:
        return "BestEffort"
    classes = set()
    for name in ("cpu", "memory"):
        request = amount_of(resources.requests.get(name, "0"))
        limit = amount_of(resources.limits.get(name, "0"))
        classes.add("Burstable" if request != limit else "Guaranteed" if request else "BestEffort")
    return classes.pop() if len(classes) == 1 else "Burstable"


def _placement(pod: Pod) -> Iterator[str]:
    spec = pod.spec
    if spec.priority is not None:
        yield f"Priority:\t{spec.priority}"
    if spec.priority_class_name:
        yield f"Priority Class Name:\t{spec.priority_class_name}"
    if runtime_class := spec.extra.get("runtimeClassName"):
        yield f"Runtime Class Name:\t{runtime_class}"
    if spec.service_account_name:
        yield f"Service Account:\t{spec.service_account_name}"
    yield f"Node:\t{f'{spec.node_name}/{pod.status.host_ip}' if spec.node_name else NONE}"
    if pod.status.start_time is not None:
        yield f"Start Time:\t{time_text(pod.status.start_time)}"


def _status(pod: Pod, now: int) -> Iterator[str]:
    meta, status = pod.metadata, pod.status
    if meta.deletion_timestamp is not None and status.phase not in TERMINAL_PHASES:
        yield f"Status:\tTerminating (lasts {since(meta.deletion_timestamp, now)})"
        yield f"Termination Grace Period:\t{meta.deletion_grace_period_seconds or 0}s"
    else:
        yield f"Status:\t{status.phase}"
    if status.reason:
        yield f"Reason:\t{status.reason}"
    if status.message:
        yield f"Message:\t{status.message}"
    if profile := (pod.spec.extra.get("securityContext") or {}).get("seccompProfile"):
        yield f"SeccompProfile:\t{profile.get('type', '')}"


def _ips(pod: Pod) -> Iterator[str]:
    if not pod.status.pod_ips:
        yield f"IPs:\t{NONE}"
        return
    yield "IPs:"
    yield from (f"  IP:\t{each.ip}" for each in pod.status.pod_ips)


def _readiness_gates(pod: Pod) -> Iterator[str]:
    if not pod.spec.readiness_gates:
        return
    yield from ("Readiness Gates:", "  Type\tStatus")
    for gate in pod.spec.readiness_gates:
        type_ = gate.get("conditionType", "")
        found = condition(pod.status.conditions, type_)
        yield f"  {type_} \t{NONE if found is None else found.status} "
