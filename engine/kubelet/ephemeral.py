"""Ephemeral containers: each is started once, beside whatever else the pod does, and never again.

Follows ``computePodActions`` of ``pkg/kubelet/kuberuntime``: they wait for the sandbox and for their image alone, and
neither the pod's phase nor its conditions ask for them.
"""

from collections.abc import Sequence

from engine.api.managed_fields import added_at
from engine.kinds import Container, ContainerStatus, Pod, PodStatus, evolve
from engine.kubelet.containers import ended, step
from engine.kubelet.images import announced
from engine.kubelet.life import grace_seconds, how, stop_seconds
from engine.kubelet.scene import Scene, Step
from engine.kubelet.status import first_statuses


def added_steps(scene: Scene) -> list[Step]:
    """One for each ephemeral container of a pod that has its sandbox, [] before."""
    pod = scene.pod
    if not pod.status.pod_ip:
        return []
    return [_step(scene, *each) for each in zip(pod.spec.ephemeral_containers, added_statuses(pod), strict=True)]


def with_added(status: PodStatus, steps: Sequence[Step]) -> PodStatus:
    known = tuple(each.status for each in steps)
    is_new = known != status.ephemeral_container_statuses
    return evolve(status, ephemeral_container_statuses=known) if is_new else status


def with_none_added(scene: Scene, status: PodStatus) -> PodStatus:
    """``status`` of a pod that is over: those that still run are stopped with it."""
    pod = scene.pod
    if not pod.spec.ephemeral_containers:
        return status

    def stopped(container: Container, known: ContainerStatus) -> ContainerStatus:
        if known.state.running is None:
            return known
        return ended(known, stop_seconds(how(scene, container, known), grace_seconds(pod))[1], scene.now)

    return evolve(
        status,
        ephemeral_container_statuses=tuple(map(stopped, pod.spec.ephemeral_containers, added_statuses(pod))),
    )


def added_statuses(pod: Pod) -> tuple[ContainerStatus, ...]:
    """Of each ephemeral container of the spec, in its order."""
    containers, known = pod.spec.ephemeral_containers, pod.status.ephemeral_container_statuses
    if len(known) == len(containers):
        return known
    by_name = {each.name: each for each in known}
    first = first_statuses(pod, containers)
    return tuple(by_name.get(each.name, evolve(each, started=None)) for each in first)


def _step(scene: Scene, container: Container, status: ContainerStatus) -> Step:
    is_new = all(each.name != container.name for each in scene.pod.status.ephemeral_container_statuses)
    since = max(added_at(scene.pod), (scene.pod.status.start_time or 0) + 1)
    taken = step(scene, container, status, opens_at=since)
    # No probe ever says that it is ready or has started.
    taken = evolve(taken, status=evolve(taken.status, ready=False, started=None))
    return evolve(taken, events=(*announced(scene, container), *taken.events)) if is_new else taken
