"""Whom a kubelet evicts when its node runs low, and what it says of it (rules 9).

    memory   over its request first; then the lower priority; then who holds more beyond its request
    disk     the same, by what the containers write

Follows ``pkg/kubelet/eviction/helpers.go`` and ``eviction_manager.go``; of equals the pod that started last goes.
"""

from collections.abc import Iterable
from fractions import Fraction

from engine.api.writes import UpdateStatus, Write
from engine.control_plane import MIRROR
from engine.kinds import (
    TERMINAL_PHASES,
    Condition,
    Container,
    ContainerStatus,
    Pod,
    Taint,
    evolve,
    is_true,
    set_condition,
)
from engine.kinds.amounts import canonical, quantity_text
from engine.kinds.frozen import frozen
from engine.kinds.quantity import whole
from engine.kubelet.containers import ended
from engine.kubelet.ephemeral import with_none_added
from engine.kubelet.life import how, stop_seconds
from engine.kubelet.lifecycle import result, running_names, statuses, stoppings
from engine.kubelet.memory import holdings
from engine.kubelet.scene import Scene, emit, warning
from engine.kubelet.status import pod_status
from engine.reconcile import Result
from engine.store.state import State
from engine.tolerations import first_that_tolerates

EVICTED = "Evicted"
_PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure")
_MEMORY_TAINT = Taint(key="node.kubernetes.io/memory-pressure", effect="NoSchedule")
_SYSTEM_CRITICAL = 2_000_000_000
_GRACE_SECONDS = 1
WRITTEN_BYTES = 24 << 10
"""What a container that is not seen writing has in its root file system and its log."""


@frozen(kw_only=True)
class Shortage:
    """``resource`` is memory or ephemeral-storage; amounts in bytes."""

    resource: str
    threshold_bytes: int
    available_bytes: int


def ranked(state: State, pods: Iterable[Pod], shortage: Shortage, now: int) -> list[Pod]:
    """Those that may be evicted, where something runs; the first to go first."""

    def order(pod: Pod) -> tuple[bool, int, int, int]:
        used = sum(_used(state, pod, shortage.resource, now).values())
        beyond = used - sum(_request(each, shortage.resource) for each in pod.spec.containers)
        return beyond <= 0, pod.spec.priority or 0, -beyond, -(pod.status.start_time or 0)

    active = (pod for pod in pods if pod.status.phase not in TERMINAL_PHASES and running_names(pod))
    return sorted((pod for pod in active if not is_critical(pod)), key=order)


def eviction(scene: Scene, shortage: Shortage) -> list[Write]:
    """Ends the pod of ``scene`` at once: its containers get a second to stop."""
    message = _message(scene, shortage)
    target = Condition(
        type="DisruptionTarget",
        status="True",
        last_transition_time=scene.now,
        reason="TerminationByKubelet",
        message=message,
    )
    return evicted(scene, message, target)


def evicted(scene: Scene, message: str, *conditions: Condition) -> list[Write]:
    """Ends the pod of ``scene`` at once, for the reason in ``message``; the conditions are added to its own."""
    pod = scene.pod
    failed = evolve(scene, pod=evolve(pod, status=evolve(pod.status, phase="Failed")))
    status = pod_status(failed, *_stopped(scene), pod_ip=pod.status.pod_ip, terminal=True)
    found = status.conditions
    for each in conditions:
        found = set_condition(found, each)
    status = evolve(with_none_added(scene, status), reason=EVICTED, message=message, conditions=found)
    said = [warning(EVICTED, message), *stoppings(pod)]
    return [UpdateStatus(evolve(pod, status=status)), *[emit(scene, each) for each in said]]


def refusal(scene: Scene) -> Result | None:
    """Of a pod that a node under pressure does not take; None for one that it does.

    Memory pressure alone keeps out only BestEffort pods that do not tolerate it.
    """
    pod, conditions = scene.pod, scene.node.status.conditions
    present = [type_ for type_ in _PRESSURES if is_true(conditions, type_)]
    if not present or is_critical(pod):
        return None
    if present == ["MemoryPressure"] and (
        pod.status.qos_class != "BestEffort" or first_that_tolerates(pod.spec.tolerations, _MEMORY_TAINT) is not None
    ):
        return None
    message = f"The node had condition: [{' '.join(present)}]. "
    status = evolve(
        pod.status,
        phase="Failed",
        reason=EVICTED,
        message=f"Pod was rejected: {message}",
        start_time=scene.now,
        observed_generation=pod.metadata.generation or None,
    )
    return result(scene, [UpdateStatus(evolve(pod, status=status))], [warning(EVICTED, message)], None)


def is_critical(pod: Pod) -> bool:
    """One the node cannot do without, or a static one."""
    return (pod.spec.priority or 0) >= _SYSTEM_CRITICAL or MIRROR in pod.metadata.annotations


def _message(scene: Scene, shortage: Shortage) -> str:
    text = (
        f"The node was low on resource: {shortage.resource}. Threshold quantity: "
        f"{_bytes(shortage.threshold_bytes)}, available: {_bytes(shortage.available_bytes)}. "
    )
    used = _used(scene.state, scene.pod, shortage.resource, scene.now)
    for container in (*scene.pod.spec.containers, *scene.pod.spec.init_containers):
        amount = used.get(container.name, 0)
        if amount > _request(container, shortage.resource):
            asked = {} if container.resources is None else container.resources.requests
            text += (
                f"Container {container.name} was using {_bytes(amount)}, request is "
                f"{canonical(asked.get(shortage.resource, '0'))}, has larger consumption of {shortage.resource}. "
            )
    return text


def _used(state: State, pod: Pod, resource: str, now: int) -> dict[str, int]:
    """Bytes by container, of those that run."""
    if resource == "memory":
        return {each.container.name: each.at(now) // 4096 * 4096 for each in holdings(state, pod)}
    return dict.fromkeys(running_names(pod), WRITTEN_BYTES)


def _request(container: Container, resource: str) -> int:
    requests = {} if container.resources is None else container.resources.requests
    return whole(requests.get(resource, "0"))


def _bytes(amount: int) -> str:
    return quantity_text(Fraction(amount), binary=True)


def _stopped(scene: Scene) -> tuple[tuple[ContainerStatus, ...], tuple[ContainerStatus, ...]]:
    def stopped(container: Container, status: ContainerStatus) -> ContainerStatus:
        if status.state.running is None:
            return status
        return ended(status, stop_seconds(how(scene, container, status), _GRACE_SECONDS)[1], scene.now)

    init, main = statuses(scene.pod)
    return (
        tuple(map(stopped, scene.pod.spec.init_containers, init)),
        tuple(map(stopped, scene.pod.spec.containers, main)),
    )

