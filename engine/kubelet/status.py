"""A pod's status made from its containers': phase and conditions, exactly as the kubelet derives them (rules 6).

Follows ``getPhase`` in ``pkg/kubelet/kubelet_pods.go`` and ``pkg/kubelet/status/generate.go``. Differs in that
conditions carry no observedGeneration; the status does.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.kinds import (
    TERMINAL_PHASES,
    Condition,
    Container,
    ContainerState,
    ContainerStateWaiting,
    ContainerStatus,
    HostIP,
    Pod,
    PodIP,
    PodStatus,
    Same,
    condition,
    same,
)  # fmt: skip
from engine.kubelet.scene import Scene, is_sidecar, restarts

_KUBELET_OWNS = {"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"}
_Told = tuple[bool, str, str]
"""Whether a condition is true, its reason and its message."""
_CREATING, _INITIALIZING = "ContainerCreating", "PodInitializing"


class _Parts(NamedTuple):
    """What of a status the conditions follow from."""

    phase: str
    pod_ip: str
    init: tuple[ContainerStatus, ...]
    main: tuple[ContainerStatus, ...]


def first_statuses(pod: Pod, containers: Sequence[Container]) -> tuple[ContainerStatus, ...]:
    """Statuses of containers that nothing was done about yet."""
    reason = _INITIALIZING if pod.spec.init_containers else _CREATING
    return tuple([_first_status(container.name, container.image, reason) for container in containers])


@lru_cache(maxsize=1024)
def _first_status(name: str, image: str, reason: str) -> ContainerStatus:
    return ContainerStatus(
        name=name,
        state=ContainerState(waiting=ContainerStateWaiting(reason=reason)),
        ready=False,
        restart_count=0,
        image=image,
        image_id="",
        started=False,
    )


def pod_status(
    scene: Scene,
    init: tuple[ContainerStatus, ...],
    main: tuple[ContainerStatus, ...],
    *,
    pod_ip: str,
    terminal: bool = False,
) -> PodStatus:
    """The status that follows from the containers; ``terminal`` says that none will be started any more."""
    pod, old = scene.pod, scene.pod.status
    phase = old.phase if old.phase in TERMINAL_PHASES else phase_of(pod, init, main, terminal=terminal)
    host_ip = scene.node.internal_ip
    return PodStatus(  # all of them said: less than half the time of replacing most
        observed_generation=pod.metadata.generation or None,
        phase=phase,
        conditions=_conditions(scene, _Parts(phase, pod_ip, init, main)),
        message=old.message,
        reason=old.reason,
        nominated_node_name=old.nominated_node_name,
        host_ip=host_ip,
        host_ips=_host_ips(host_ip),
        pod_ip=pod_ip,
        pod_ips=old.pod_ips if old.pod_ips == (pod_ips := _pod_ips(pod_ip)) else pod_ips,
        start_time=scene.now if old.start_time is None else old.start_time,
        init_container_statuses=init,
        container_statuses=main,
        ephemeral_container_statuses=old.ephemeral_container_statuses,
        qos_class=old.qos_class,
        extra=old.extra,
    )


def phase_of(
    pod: Pod, init: Sequence[ContainerStatus], main: Sequence[ContainerStatus], *, terminal: bool = False
) -> str:
    waiting = running = stopped = staying = succeeded = 0
    pending_init = pending_sidecars = False
    for container, status in zip(pod.spec.init_containers, init, strict=True):
        ended = _ended(status)
        if is_sidecar(container):
            if status.state.running is not None:
                running += 1
                pending_sidecars |= not status.started
            elif ended is None:
                waiting += 1
                pending_sidecars = True
        elif ended is None:
            pending_init = True
        elif ended != 0 and not restarts(pod, container, ended):
            return "Failed"
    for container, status in zip(pod.spec.containers, main, strict=True):
        ended = _ended(status)
        if status.state.running is not None:
            running += 1
        elif ended is None:
            waiting += 1
        else:
            stopped += 1
            staying += not restarts(pod, container, ended)
            succeeded += status.state.terminated is not None and ended == 0
    if pending_init or waiting or (pending_sidecars and not _has_started(main)):
        return "Pending"
    if running:
        return "Running"
    if not stopped:
        return "Pending"
    if not terminal and stopped != staying:
        return "Running"
    return "Succeeded" if stopped == succeeded else "Failed"


def _ended(status: ContainerStatus) -> int | None:
    """The exit code of a container that ran and does not run now; None if it runs or never did."""
    if status.state.running is not None:
        return None
    ended = status.state.terminated or status.last_state.terminated
    return None if ended is None else ended.exit_code


def _has_started(main: Sequence[ContainerStatus]) -> bool:
    return any(status.container_id for status in main)


@lru_cache(maxsize=8192)
def _host_ips(address: str) -> tuple[HostIP, ...]:
    """All pods of a node share one in memory."""
    return (HostIP(ip=address),) if address else ()


def _pod_ips(address: str) -> tuple[PodIP, ...]:
    return (PodIP(ip=address),) if address else ()


def _conditions(scene: Scene, status: _Parts) -> tuple[Condition, ...]:
    pod, old = scene.pod, scene.pod.status.conditions
    containers = _containers_ready(pod, status)
    ready = _ready(pod, old, containers) if pod.spec.readiness_gates else containers
    return _derived(same(old), scene.now, _has_sandbox(status), _initialized(pod, status), ready, containers)


@lru_cache(maxsize=1024)
def _derived(
    known: Same[tuple[Condition, ...]], now: int, sandbox: bool, initialized: _Told, ready: _Told, containers: _Told
) -> tuple[Condition, ...]:
    """Pods of a template that get on in the same second share all of them."""
    old = {each.type: each for each in known()}
    others = [each for name, each in old.items() if name not in _KUBELET_OWNS]
    made = (
        ("PodReadyToStartContainers", sandbox, "", ""),
        ("Initialized", *initialized),
        ("Ready", *ready),
        ("ContainersReady", *containers),
        ("PodScheduled", True, "", ""),
    )
    return (*others, *[_condition(old.get(each[0]), now, *each) for each in made])


def _condition(old: Condition | None, now: int, type_: str, true: bool, reason: str, message: str) -> Condition:
    """``old`` itself where nothing changed; its transition time while its status stays."""
    status = "True" if true else "False"
    since = now
    if old is not None and old.status == status:
        if old.reason == reason and old.message == message:
            return old
        since = old.last_transition_time or now
    return _new_condition(type_, status, since, reason, message)


@lru_cache(maxsize=4096)
def _new_condition(type_: str, status: str, since: int, reason: str, message: str) -> Condition:
    """Pods that become ready in the same second share one."""
    return Condition(type=type_, status=status, last_transition_time=since, reason=reason, message=message)


def _has_sandbox(status: _Parts) -> bool:
    return bool(status.pod_ip) and status.phase not in TERMINAL_PHASES


def _initialized(pod: Pod, status: _Parts) -> _Told:
    if status.phase == "Succeeded":
        return True, "PodCompleted", ""
    if not pod.spec.init_containers or _has_started(status.main):
        return True, "", ""
    unfinished = [
        container.name
        for container, each in zip(pod.spec.init_containers, status.init, strict=True)
        if not (each.started if is_sidecar(container) else each.ready)
    ]
    if unfinished:
        return False, "ContainersNotInitialized", f"containers with incomplete status: {_listed(unfinished)}"
    return True, "", ""


def _containers_ready(pod: Pod, status: _Parts) -> _Told:
    if status.phase == "Succeeded":
        return False, "PodCompleted", ""
    if status.phase == "Failed":
        return False, "PodFailed", ""
    unready = [each.name for each in status.main if not each.ready]
    if pod.spec.init_containers:
        beside = zip(pod.spec.init_containers, status.init, strict=True)
        unready[:0] = [each.name for container, each in beside if is_sidecar(container) and not each.ready]
    if unready:
        return False, "ContainersNotReady", f"containers with unready status: {_listed(unready)}"
    return True, "", ""


def _ready(pod: Pod, conditions: tuple[Condition, ...], containers: _Told) -> _Told:
    if not containers[0]:
        return containers
    unready = []
    for gate in pod.spec.readiness_gates:
        name = gate.get("conditionType", "")
        found = None if name in _KUBELET_OWNS else condition(conditions, name)
        if found is None:
            unready.append(f'corresponding condition of pod readiness gate "{name}" does not exist.')
        elif found.status != "True":
            unready.append(f'the status of pod readiness gate "{name}" is not "True", but {found.status}')
    return (False, "ReadinessGatesNotReady", ", ".join(unready)) if unready else containers


def _listed(names: list[str]) -> str:
    """As Go prints a slice."""
    return f"[{' '.join(names)}]"
