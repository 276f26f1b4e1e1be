"""What ``kubectl get pods`` says of a pod: READY, STATUS and RESTARTS, and why (rules 6).

Follows printPod of the API server's printers: the first init container that is not done speaks; once all are,
the first container that is waiting or has ended does.
"""

from typing import NamedTuple

from engine.kinds import TERMINAL_PHASES, ContainerState, ContainerStatus, Pod, is_true

NODE_LOST = "NodeLost"
SCHEDULING_GATED = "SchedulingGated"


class PodStatusCells(NamedTuple):
    """``last_restart`` is when the container that restarted last had ended, None if none did."""

    ready: int
    total: int
    status: str
    restarts: int
    last_restart: int | None


def pod_status_cells(pod: Pod) -> PodStatusCells:
    status, meta = pod.status, pod.metadata
    shown = status.reason or status.phase
    for each in status.conditions:
        if each.type == "PodScheduled" and each.reason == SCHEDULING_GATED:
            shown = SCHEDULING_GATED
    total, ready = len(pod.spec.containers), 0
    restarts, last, initializing = 0, 0, False
    if pod.spec.init_containers or status.init_container_statuses:
        inits = _init(pod)
        total, ready, initializing = total + inits.sidecars, inits.ready, inits.waits_for != ""
        shown = inits.waits_for or shown
        restarts, last = inits.restarts, inits.last
        if not initializing or is_true(status.conditions, "Initialized"):
            restarts, last = inits.sidecar_restarts, inits.sidecar_last
    if not initializing or is_true(status.conditions, "Initialized"):
        running, failed = False, ""
        for container in reversed(status.container_statuses):
            restarts += container.restart_count
            last = max(last, _last_end(container))
            state = container.state
            if state.waiting is not None and state.waiting.reason:
                shown = state.waiting.reason
            elif state.terminated is not None:
                shown = end_reason(state)
                if state.terminated.exit_code:
                    failed = shown
            elif container.ready and state.running is not None:
                running = True
                ready += 1
        if shown == "Completed":
            shown = _not_all_completed(pod, running, failed)
    if meta.deletion_timestamp is not None:
        if status.reason == NODE_LOST:
            shown = "Unknown"
        elif status.phase not in TERMINAL_PHASES:
            shown = "Terminating"
    return PodStatusCells(ready, total, shown, restarts, last or None)


def end_reason(state: ContainerState) -> str:
    """``OOMKilled``, ``Error``, or ``Signal:9``, ``ExitCode:1`` where no reason was given."""
    ended = state.terminated
    assert ended is not None
    if ended.reason:
        return ended.reason
    return f"Signal:{ended.signal}" if ended.signal else f"ExitCode:{ended.exit_code}"


class _Init(NamedTuple):
    """``waits_for`` is what the first init container that is not done says, "" once all are."""

    waits_for: str
    sidecars: int
    ready: int
    restarts: int
    last: int
    sidecar_restarts: int
    sidecar_last: int


def _init(pod: Pod) -> _Init:
    sidecars = {each.name for each in pod.spec.init_containers if each.restart_policy == "Always"}
    waits_for, ready = "", 0
    restarts = last = sidecar_restarts = sidecar_last = 0
    for index, container in enumerate(pod.status.init_container_statuses):
        restarts += container.restart_count
        last = max(last, _last_end(container))
        sidecar = container.name in sidecars
        if sidecar:
            sidecar_restarts += container.restart_count
            sidecar_last = max(sidecar_last, _last_end(container))
        state = container.state
        if state.terminated is not None and state.terminated.exit_code == 0:
            continue
        if sidecar and container.started:
            ready += container.ready
            continue
        if state.terminated is not None:
            waits_for = f"Init:{end_reason(state)}"
        elif state.waiting is not None and state.waiting.reason not in ("", "PodInitializing"):
            waits_for = f"Init:{state.waiting.reason}"
        else:
            waits_for = f"Init:{index}/{len(pod.spec.init_containers)}"
        break
    return _Init(waits_for, len(sidecars), ready, restarts, last, sidecar_restarts, sidecar_last)


def _last_end(container: ContainerStatus) -> int:
    ended = container.last_state.terminated
    return 0 if ended is None else ended.finished_at or 0


def _not_all_completed(pod: Pod, running: bool, failed: str) -> str:
    if running and is_true(pod.status.conditions, "Ready"):
        return "Running"
    if failed:
        return failed
    return "NotReady" if running else "Completed"
