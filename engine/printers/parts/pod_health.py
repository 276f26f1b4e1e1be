"""Why a pod is not doing what it should, from its own status and that of its node.

Costs the pod's containers and at most one look at its node.
"""

from engine.kinds import ContainerStateTerminated, ContainerStatus, Node, Pod, condition
from engine.printers.durations import human_duration
from engine.printers.parts.levels import OK, Health
from engine.printers.parts.node_status import node_status
from engine.printers.parts.pod_status import end_reason, pod_status_cells
from engine.store.state import State

_STARTING = ("ContainerCreating", "PodInitializing", "Pending")
_OVERDUE_SECONDS = 10
"""A pod that is still there so long after its grace period ended waits for something."""


def pod_health(pod: Pod, state: State, now: int) -> Health:
    if pod.metadata.deletion_timestamp is not None:
        return _terminating(pod, pod.metadata.deletion_timestamp, state, now)
    if pod.status.phase == "Succeeded":
        return Health("done")
    if pod.status.phase == "Failed":
        return Health("bad", _sentence(pod.status.reason, pod.status.message) or _worst(pod, now))
    if not pod.spec.node_name:
        return _unscheduled(pod)
    shown = pod_status_cells(pod)
    if shown.status == "Running" and shown.ready == shown.total:
        ready = condition(pod.status.conditions, "Ready")
        if ready is None or ready.status == "True":
            return OK
    if (lost := _node_fails(pod, state)) != "":
        return Health("bad", lost)
    reason = _worst(pod, now)
    if shown.status in _STARTING or (shown.status.startswith("Init:") and "/" in shown.status):
        return Health("warn", reason or shown.status)
    if shown.status in ("Running", "NotReady", "Completed"):
        ready = condition(pod.status.conditions, "Ready")
        return Health("warn", reason or (ready.message if ready is not None else "") or "not ready")
    return Health("bad", reason or shown.status)


def _terminating(pod: Pod, due: int, state: State, now: int) -> Health:
    late = now - due
    if late <= _OVERDUE_SECONDS:
        return Health("dim", f"terminating, {human_duration(-late)} left" if late < 0 else "terminating")
    held = _node_fails(pod, state) or _finalizers(pod)
    return Health("bad", f"terminating, overdue by {human_duration(late)}" + (f": {held}" if held else ""))


def _finalizers(pod: Pod) -> str:
    return f"waits for finalizers {', '.join(pod.metadata.finalizers)}" if pod.metadata.finalizers else ""


def _unscheduled(pod: Pod) -> Health:
    scheduled = condition(pod.status.conditions, "PodScheduled")
    if scheduled is None or scheduled.status == "True":
        return Health("warn", "waits for the scheduler")
    if scheduled.reason == "SchedulingGated":
        return Health("warn", scheduled.message or "scheduling is gated")
    return Health("bad", _sentence(scheduled.reason, scheduled.message))


def _node_fails(pod: Pod, state: State) -> str:
    """What is wrong with the pod's node, "" if it is there and ready."""
    name = pod.spec.node_name
    node = state.find(Node, name)
    if node is None:
        return f"node {name} is gone"
    status = node_status(node).partition(",")[0]
    return "" if status == "Ready" else f"node {name} is {status}"


def _worst(pod: Pod, now: int) -> str:
    """The first container that cannot go on, else the first that is not ready, in one line."""
    statuses = (*pod.status.init_container_statuses, *pod.status.container_statuses)
    for container in statuses:
        state = container.state
        if state.waiting is not None and state.waiting.reason not in ("", *_STARTING):
            return f"{container.name}: {_waiting(container, now)}"
        if state.terminated is not None and state.terminated.exit_code:
            return f"{container.name}: {_ended(state.terminated, end_reason(state), now)}"
    for container in statuses:
        if container.state.running is not None and not container.ready and _is_main(pod, container):
            return f"{container.name} is not ready"
    return ""


def _is_main(pod: Pod, container: ContainerStatus) -> bool:
    return any(each is container for each in pod.status.container_statuses)


def _waiting(container: ContainerStatus, now: int) -> str:
    waiting, last = container.state.waiting, container.last_state
    assert waiting is not None
    text = _sentence(waiting.reason, "" if waiting.reason == "CrashLoopBackOff" else waiting.message)
    if last.terminated is not None:
        text += f"; last {_ended(last.terminated, end_reason(last), now)}"
    return text


def _ended(ended: ContainerStateTerminated, reason: str, now: int) -> str:
    ago = "" if ended.finished_at is None else f" {human_duration(now - ended.finished_at)} ago"
    message = f": {ended.message}" if ended.message else ""
    return f"{reason}, exit code {ended.exit_code}{ago}{message}"


def _sentence(reason: str, message: str) -> str:
    return f"{reason}: {message}" if reason and message else reason or message
