"""One container's next step: start it, watch it, end it, start it again. A status in, a status out.

Follows ``computePodActions`` and ``startContainer`` of ``pkg/kubelet/kuberuntime``. A life begins at
``state.running.startedAt``; all that happens in it follows from that second.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from engine.kinds import (
    Container,
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
    Pod,
    evolve,
)
from engine.kubelet.backoff import NOTICED_SECONDS, duration, restart_delay
from engine.kubelet.catalog import Resolved
from engine.kubelet.environment import config_problem
from engine.kubelet.images import Held, comes_at, fetch, image_name
from engine.kubelet.life import KILLED, OOM_KILLED, TERMINATED, end_of, health_of, how
from engine.kubelet.oom import out_of_memory
from engine.kubelet.probes import Health
from engine.kubelet.scene import (
    Life,
    Neighbour,
    Said,
    Scene,
    Step,
    earliest,
    full_name,
    normal,
    path_of,
    restarts,
    said_now,
    warning,
)

_NOT_STARTED = 128
_NEVER_RAN = ContainerState()


def step(
    scene: Scene,
    container: Container,
    status: ContainerStatus,
    *,
    opens_at: int | None,
    place: int = 0,
    neighbours: Sequence[Neighbour] = (),
) -> Step:
    """``opens_at`` is from when on it may start for the first time, None while others go before it."""
    running = status.state.running
    if running is not None:
        life = Life(
            container=container,
            status=status,
            process=how(scene, container, status),
            started_at=running.started_at or 0,
            place=place,
            neighbours=neighbours,
        )
        return _watch(scene, life)
    before = status.state.terminated or status.last_state.terminated
    if before is None:
        if opens_at is None:
            return Step(status=status)
        if scene.now < opens_at:
            return Step(status=status, again_at=starts_at(scene, container, opens_at))
        return _start(scene, container, status, opens_at, place, neighbours)
    if not restarts(scene.pod, container, before.exit_code):
        return Step(status=status)
    ended_at = before.finished_at or 0
    noticed_at = ended_at + NOTICED_SECONDS
    if scene.now < noticed_at and status.state.terminated is not None:
        return Step(status=status, again_at=noticed_at)
    delay = restart_delay(status)
    due = max(ended_at + delay, noticed_at)
    if scene.now < due:
        return _back_off(scene, container, status, delay, due)
    return _start(scene, container, status, due, place, neighbours)


def starts_at(scene: Scene, container: Container, opens_at: int) -> int:
    """When to look at a container whose turn comes at ``opens_at``: then, or when its image will be there."""
    return comes_at(scene, container, opens_at) or opens_at


def ended(
    status: ContainerStatus, exit_code: int, finished_at: int, *, reason: str = "", message: str = ""
) -> ContainerStatus:
    """The status of a running container after its process ended."""
    running = status.state.running
    return evolve(
        status,
        state=ContainerState(
            terminated=ContainerStateTerminated(
                exit_code=exit_code,
                reason=reason or ("Completed" if exit_code == 0 else "Error"),
                message=message,
                started_at=running.started_at if running is not None else 0,
                finished_at=finished_at,
                container_id=status.container_id,
            )
        ),
        ready=False,
        started=False,
    )


def _start(
    scene: Scene,
    container: Container,
    status: ContainerStatus,
    since: int,
    place: int,
    neighbours: Sequence[Neighbour],
) -> Step:
    before = status.state.terminated or status.last_state.terminated
    image = fetch(scene, container, since, restart=before is not None)
    if isinstance(image, Held):
        if image.waiting is None:
            return Step(status=status, again_at=image.again_at)
        return _wait(status, image.waiting, image.events, image.again_at)
    path = path_of(scene.pod, container)
    problem = config_problem(scene.state, scene.pod, container)
    if problem:
        waiting = ContainerStateWaiting(reason="CreateContainerConfigError", message=problem)
        return _wait(status, waiting, (*image.events, warning("Failed", f"Error: {problem}", path)), None)
    count = status.restart_count + (before is not None)
    running = ContainerStatus(
        name=container.name,
        state=_running(scene.now),
        last_state=ContainerState(terminated=before) if before is not None else _NEVER_RAN,
        ready=False,
        restart_count=count,
        image=image_name(container.image),
        image_id=image.image.image_id,
        container_id=container_id(scene.pod, container.name, count),
        started=False,
    )
    pulled = image.image if image.pulled else None
    process = how(scene, container, running)
    created, started = _begun(path)
    if process.start_error:
        events = (*image.events, created, warning("Failed", f"Error: {process.start_error}", path))
        status = _not_started(running, process.start_error, scene.now)
        return Step(status=status, events=events, again_at=scene.now + 1, pulled=pulled)
    life = Life(
        container=container,
        status=running,
        process=process,
        started_at=scene.now,
        place=place,
        neighbours=neighbours,
    )
    return _watch(scene, life, (*image.events, created, started), pulled)


@lru_cache(maxsize=1024)
def _begun(path: str) -> tuple[Said, Said]:
    """Containers of one name share them."""
    return normal("Created", "Container created", path), normal("Started", "Container started", path)


@lru_cache(maxsize=256)
def _running(since: int) -> ContainerState:
    """Containers that start in the same second share one."""
    return ContainerState(running=ContainerStateRunning(started_at=since))


def container_id(pod: Pod, container: str, restart_count: int) -> str:
    seed = f"{pod.metadata.uid}/{container}/{restart_count}".encode()
    return f"containerd://{sha256(seed).hexdigest()}"


def _not_started(status: ContainerStatus, why: str, now: int) -> ContainerStatus:
    never_ran = evolve(status, state=ContainerState(running=ContainerStateRunning(started_at=0)))
    return ended(never_ran, _NOT_STARTED, now, reason="StartError", message=why)


def _wait(
    status: ContainerStatus, waiting: ContainerStateWaiting, events: tuple[Said, ...], again_at: int | None
) -> Step:
    """Waiting for a reason; its Events are reported when the reason sets in."""
    if status.state.waiting == waiting:
        return Step(status=status, again_at=again_at)
    terminated = status.state.terminated
    last = status.last_state if terminated is None else ContainerState(terminated=terminated)
    status = evolve(status, state=ContainerState(waiting=waiting), last_state=last, ready=False, started=False)
    return Step(status=status, events=events, again_at=again_at)


def _back_off(scene: Scene, container: Container, status: ContainerStatus, delay: int, due: int) -> Step:
    where = full_name(scene.pod)
    message = f"back-off {duration(delay)} restarting failed container={container.name} pod={where}"
    text = f"Back-off restarting failed container {container.name} in pod {where}"
    said = warning("BackOff", text, path_of(scene.pod, container))
    waiting = ContainerStateWaiting(reason="CrashLoopBackOff", message=message)
    return _wait(status, waiting, (said,), due)


def _watch(scene: Scene, life: Life, before: tuple[Said, ...] = (), pulled: Resolved | None = None) -> Step:
    """A running container: its end if that has come, else how its probes stand.

    ``before`` was to be reported of its start, which ``pulled`` its image.
    """
    status = life.status
    if status.image != image_name(life.container.image):
        return _redefined(scene, life.container, status)
    state = health_of(scene, life)
    end = end_of(scene, life, state)
    if end.at is not None and end.at <= scene.now:
        said = (out_of_memory(scene.pod, life.container, status),) if end.reason == OOM_KILLED else ()
        status = ended(status, end.exit_code, end.at, reason=end.reason)
        return Step(status=status, events=(*before, *said), again_at=scene.now + 1, pulled=pulled)
    if status.ready != state.ready or status.started != state.started:
        status = evolve(status, ready=state.ready, started=state.started)
    events = (*before, *_complaints(scene, life.container, state))
    again_at = earliest(end.at, state.changes_at, life.process.asks_again_at)
    return Step(status=status, events=events, again_at=again_at, pulled=pulled)


def _redefined(scene: Scene, container: Container, status: ContainerStatus) -> Step:
    """The spec has another image now: the container is stopped and will be started from it."""
    text = f"Container {container.name} definition changed, will be restarted"
    said = normal("Killing", text, path_of(scene.pod, container))
    status = ended(status, TERMINATED, scene.now)
    return Step(status=status, events=(said,), again_at=scene.now + 1)


def _complaints(scene: Scene, container: Container, state: Health) -> tuple[Said, ...]:
    """Events of probes that fail in this very second."""
    if not state.unhealthy and state.killed_at != scene.now:
        return ()
    path = path_of(scene.pod, container)
    said = [warning("Unhealthy", message, path) for message in state.unhealthy]
    if state.killed_at == scene.now:
        ending = ", will be restarted" if restarts(scene.pod, container, KILLED) else ""
        text = f"Container {container.name} failed {state.killed_by} probe{ending}"
        said.append(normal("Killing", text, path))
    return tuple(each for each in said if not said_now(scene, each))
