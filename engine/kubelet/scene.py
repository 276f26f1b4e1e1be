"""What one look at a pod sees, and what one container's step brings about: shared by the kubelet's parts."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.api.events import reported_at
from engine.api.writes import Emit
from engine.kinds import Container, ContainerStatus, Node, Pod, evolve
from engine.kinds.frozen import frozen
from engine.kubelet.behaviour import Behaviour
from engine.kubelet.catalog import Resolved
from engine.store.state import State


@frozen(kw_only=True)
class Scene:
    """A pod bound to a node, at cluster time ``now``."""

    state: State
    node: Node
    pod: Pod
    now: int


class Said(NamedTuple):
    """An Event to be."""

    type: str
    reason: str
    message: str
    of_kernel: bool = False
    """About the node, by what reads its kernel's log (the node problem detector), instead of about the pod."""
    path: str = ""
    """Which part of the pod it is about, as ``path_of`` says; "" for all of it."""


@frozen(kw_only=True)
class Step:
    """A container's next status. ``again_at`` is when it changes by itself; ``pulled`` is new on the node."""

    status: ContainerStatus
    events: tuple[Said, ...] = ()
    again_at: int | None = None
    pulled: Resolved | None = None


@frozen(kw_only=True)
class Neighbour:
    """Another container of the pod that runs since ``started_at``; ``place`` is its place in the spec."""

    place: int
    started_at: int
    behaviour: Behaviour


@frozen(kw_only=True)
class Life:
    """A running container since ``started_at``. ``place`` is its place in the spec."""

    container: Container
    status: ContainerStatus
    process: Behaviour
    started_at: int
    place: int = 0
    neighbours: Sequence[Neighbour] = ()


def with_status(pod: Pod, status: ContainerStatus) -> Pod:
    """The pod with this status in the place of the container's last written one."""

    def replaced(known: tuple[ContainerStatus, ...]) -> tuple[ContainerStatus, ...]:
        return tuple(status if each.name == status.name else each for each in known)

    found = pod.status
    return evolve(
        pod,
        status=evolve(
            found,
            container_statuses=replaced(found.container_statuses),
            init_container_statuses=replaced(found.init_container_statuses),
            ephemeral_container_statuses=replaced(found.ephemeral_container_statuses),
        ),
    )


def normal(reason: str, message: str, path: str = "") -> Said:
    return Said("Normal", reason, message, path=path)


def warning(reason: str, message: str, path: str = "") -> Said:
    return Said("Warning", reason, message, path=path)


def path_of(pod: Pod, container: Container) -> str:
    """``spec.containers{main}``: how Events name a container of the pod's spec (``fieldPath``)."""
    spec = pod.spec
    for each in spec.containers:
        if each is container:
            return _path("containers", container.name)
    is_init = any(each is container for each in spec.init_containers)
    return _path("initContainers" if is_init else "ephemeralContainers", container.name)


@lru_cache(maxsize=1024)
def _path(part: str, name: str) -> str:
    """Containers of one name share one in memory."""
    return f"spec.{part}{{{name}}}"


def emit(scene: Scene, said: Said) -> Emit:
    return Emit(
        subject=scene.node if said.of_kernel else scene.pod,
        type=said.type,
        reason=said.reason,
        message=said.message,
        component="kernel-monitor" if said.of_kernel else "kubelet",
        host=scene.node.metadata.name,
        field_path=said.path,
    )


def said_now(scene: Scene, said: Said) -> bool:
    """Whether this very Event was reported within this second: what is said once is not said again."""
    return reported_at(scene.state, emit(scene, said)) == scene.now


def is_sidecar(container: Container) -> bool:
    """An init container that goes on running beside the others."""
    return container.restart_policy == "Always"


def target_of(container: Container) -> str:
    """The container whose processes an ephemeral one was added to see; "" for any other."""
    return str(container.extra.get("targetContainerName") or "")


def restarts(pod: Pod, container: Container, exit_code: int) -> bool:
    """Whether a container that ended is started again (``podutil.ContainerShouldRestart``)."""
    if container.restart_policy is not None:
        policy = container.restart_policy
    elif any(each is container for each in pod.spec.ephemeral_containers):
        policy = "Never"
    elif any(each is container for each in pod.spec.init_containers):
        policy = "Never" if pod.spec.restart_policy == "Never" else "OnFailure"
    else:
        policy = pod.spec.restart_policy
    if policy == "OnFailure":
        return exit_code != 0
    return policy != "Never"


def full_name(pod: Pod) -> str:
    """How kubelet messages name a pod."""
    meta = pod.metadata
    return f"{meta.name}_{meta.namespace}({meta.uid})"


def earliest(*times: int | None) -> int | None:
    found = None
    for time in times:
        if time is not None and (found is None or time < found):
            found = time
    return found
