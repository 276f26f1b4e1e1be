"""A pod on its node from its acceptance to its last phase: its containers in order, its address, its status.

Follows ``SyncPod`` of ``pkg/kubelet``. The first look writes ContainerCreating; a second later, when the
sandbox stands, containers start as their images come, init containers one after the other.
"""

from collections.abc import Iterator

from engine.api.writes import UpdateStatus, Write
from engine.kinds import Container, ContainerStatus, Pod, evolve
from engine.kubelet.addresses import pod_address
from engine.kubelet.containers import ended, starts_at, step
from engine.kubelet.ephemeral import added_steps, with_added, with_none_added
from engine.kubelet.images import announced, with_images
from engine.kubelet.leaving import of_lives
from engine.kubelet.life import grace_seconds, how, is_foreseen, stop_seconds
from engine.kubelet.scene import (
    Neighbour,
    Said,
    Scene,
    Step,
    earliest,
    emit,
    is_sidecar,
    normal,
    path_of,
    restarts,
    warning,
)
from engine.kubelet.status import first_statuses, pod_status
from engine.kubelet.volumes import volume_problem
from engine.reconcile import Result

SANDBOX_SECONDS = 1
_DEADLINE = "Pod was active on the node longer than the specified deadline"
Statuses = tuple[tuple[ContainerStatus, ...], tuple[ContainerStatus, ...]]


def accept(scene: Scene) -> Result:
    """The kubelet sees the pod for the first time."""
    pod = scene.pod
    init = first_statuses(pod, pod.spec.init_containers)
    main = first_statuses(pod, pod.spec.containers)
    opened = _open(pod, (init, main))
    problem = volume_problem(scene.state, pod)
    if problem:
        events: tuple[Said, ...] = (warning("FailedMount", problem),)
    else:
        events = tuple(said for each in opened for said in announced(scene, each))
    accepted = evolve(pod, status=pod_status(scene, init, main, pod_ip=pod.status.pod_ip))
    again_at = None
    if not problem:
        turn = scene.now + SANDBOX_SECONDS
        deadline = _deadline(accepted)
        again_at = earliest(deadline, *[starts_at(scene, each, turn) for each in opened])
    return result(scene, [UpdateStatus(accepted)], events, again_at, settles=not problem)


def run(scene: Scene) -> Result:
    """One look at an accepted pod that is neither finished nor being deleted."""
    pod = scene.pod
    deadline = _deadline(pod)
    if deadline is not None and deadline <= scene.now:
        return _give_up(scene)
    if not pod.status.pod_ip and scene.now >= (_first_turn(pod) or 0):
        if volume_problem(scene.state, pod):
            return Result(again_at=deadline, actor=actor(scene))
        address = pod_address(scene.state, scene.node, pod)
        scene = evolve(scene, pod=evolve(pod, status=evolve(pod.status, pod_ip=address)))
    before = statuses(pod)
    steps = list(_steps(scene, before))
    count = len(pod.spec.init_containers)
    after = tuple([each.status for each in steps[:count]]), tuple([each.status for each in steps[count:]])
    events = [said for each in steps for said in each.events]
    if count:
        events += _announcements(scene, before, after)
    moves_on = after != before
    pod_ip = scene.pod.status.pod_ip if moves_on else pod.status.pod_ip
    status = pod_status(scene, *after, pod_ip=pod_ip)
    if pod.spec.ephemeral_containers:
        added = added_steps(scene)
        steps += added
        events += [said for each in added for said in each.events]
        status = with_added(status, added)
    writes: list[Write] = [] if status == pod.status else [UpdateStatus(evolve(pod, status=status))]
    if moves_on:
        writes += of_lives(scene.state, pod, (*before[0], *before[1]), (*after[0], *after[1]))
    pulled = [each.pulled for each in steps if each.pulled is not None]
    if pulled:
        writes.append(UpdateStatus(with_images(scene.node, pulled)))
    again_at = earliest(deadline, *[each.again_at for each in steps])
    return result(scene, writes, events, again_at, settles=bool(writes) and _is_alone(pod, steps))


def _is_alone(pod: Pod, steps: list[Step]) -> bool:
    """A lone container that runs; containers beside each other see what the others became at the next look."""
    return len(steps) == 1 and steps[0].status.state.running is not None and is_foreseen(pod.spec.containers[0])


def statuses(pod: Pod) -> Statuses:
    """The pod's container statuses, one for each container of the spec, in its order."""
    return (
        _matched(pod, pod.spec.init_containers, pod.status.init_container_statuses),
        _matched(pod, pod.spec.containers, pod.status.container_statuses),
    )


def neighbours_of(
    scene: Scene, containers: list[tuple[Container, ContainerStatus]], place: int
) -> list[Neighbour]:
    """The other containers that run, with what they do."""
    if len(containers) == 1:
        return []
    return [
        Neighbour(
            place=other,
            started_at=status.state.running.started_at or 0,
            behaviour=how(scene, container, status),
        )
        for other, (container, status) in enumerate(containers)
        if other != place and status.state.running is not None
    ]


def actor(scene: Scene) -> str:
    return f"kubelet/{scene.node.metadata.name}"


def result(
    scene: Scene,
    writes: list[Write],
    events: list[Said] | tuple[Said, ...],
    again_at: int | None,
    *,
    settles: bool = False,
) -> Result:
    """``writes`` and the Events as one commit of the node's kubelet."""
    if again_at is not None:
        again_at = max(again_at, scene.now + 1)
    return Result(
        writes=(*writes, *[emit(scene, said) for said in events]),
        again_at=again_at,
        actor=actor(scene),
        settles=settles,
    )


def _matched(
    pod: Pod, containers: tuple[Container, ...], known: tuple[ContainerStatus, ...]
) -> tuple[ContainerStatus, ...]:
    if not containers:
        return ()
    if [each.name for each in known] == [each.name for each in containers]:
        return known
    by_name = {status.name: status for status in known}
    return tuple(
        by_name.get(first.name, first) for first in first_statuses(pod, containers)
    )


def _steps(scene: Scene, known: Statuses) -> Iterator[Step]:
    """Each container's step, init containers first; what one does opens or keeps shut the turn of the next."""
    pod = scene.pod
    init, main = known
    opens_at = _first_turn(pod)
    if not init and len(main) == 1:
        yield step(scene, pod.spec.containers[0], main[0], opens_at=opens_at)
        return
    current = list(zip((*pod.spec.init_containers, *pod.spec.containers), (*init, *main), strict=True))
    initialized = any(status.container_id for status in main)
    done_at = _done_at(pod, main) if init else None
    for place, (container, status) in enumerate(current):
        is_init = place < len(init)
        if is_init and initialized and not is_sidecar(container):
            yield Step(status=status)
            continue
        if is_init and done_at is not None:
            yield _outlived(scene, container, status, done_at)
            continue
        taken = step(
            scene,
            container,
            status,
            opens_at=opens_at,
            place=place,
            neighbours=neighbours_of(scene, current, place),
        )
        if is_init and not is_sidecar(container):
            taken = evolve(taken, status=_init_ready(taken.status))
        current[place] = (container, taken.status)
        if is_init and not initialized:
            opens_at = _next_turn(container, taken.status, opens_at)
        yield taken


def _first_turn(pod: Pod) -> int | None:
    return None if pod.status.start_time is None else pod.status.start_time + SANDBOX_SECONDS


def _next_turn(container: Container, status: ContainerStatus, opens_at: int | None) -> int | None:
    """From when on the container after this init container may start."""
    if opens_at is None:
        return None
    if is_sidecar(container):
        running = status.state.running
        return max(opens_at, running.started_at or 0) if running is not None and status.started else None
    done = status.state.terminated
    return (done.finished_at or 0) + 1 if done is not None and done.exit_code == 0 else None


def _done_at(pod: Pod, main: tuple[ContainerStatus, ...]) -> int | None:
    """When the last of the containers proper ended, if all did and none is started again."""
    ends = [each.state.terminated for each in main]
    for container, end in zip(pod.spec.containers, ends, strict=True):
        if end is None or restarts(pod, container, end.exit_code):
            return None
    return max(end.finished_at or 0 for end in ends if end is not None)


def _outlived(scene: Scene, container: Container, status: ContainerStatus, done_at: int) -> Step:
    """A sidecar whose pod is done: it is stopped and not started again."""
    if status.state.running is None:
        return Step(status=status)
    seconds, code = stop_seconds(how(scene, container, status), grace_seconds(scene.pod))
    if done_at + seconds > scene.now:
        return Step(status=status, again_at=done_at + seconds)
    return Step(status=ended(status, code, done_at + seconds))


def _init_ready(status: ContainerStatus) -> ContainerStatus:
    """A regular init container is ready once it is done, and not before."""
    done = status.state.terminated
    ready = done is not None and done.exit_code == 0
    return status if status.ready == ready else evolve(status, ready=ready)


def _open(pod: Pod, known: Statuses) -> list[Container]:
    """The containers whose turn to start it is, as far as the others go."""
    init, _ = known
    opens_at: int | None = 0
    found = []
    for container, status in zip(pod.spec.init_containers, init, strict=True):
        if opens_at is not None:
            found.append(container)
        opens_at = _next_turn(container, status, opens_at)
    return found if opens_at is None else [*found, *pod.spec.containers]


def _announcements(scene: Scene, before: Statuses, after: Statuses) -> list[Said]:
    """Pulls that begin because the turn of their containers has come."""
    if before == after:
        return []
    known = _open(scene.pod, before)
    opened = [each for each in _open(scene.pod, after) if not any(each is other for other in known)]
    return [said for each in opened for said in announced(scene, each)]


def _deadline(pod: Pod) -> int | None:
    seconds, start = pod.spec.active_deadline_seconds, pod.status.start_time
    return None if seconds is None or start is None else start + seconds


def _give_up(scene: Scene) -> Result:
    """The pod was active for too long: it fails, and its containers are stopped."""
    pod = scene.pod
    failed = evolve(scene, pod=evolve(pod, status=evolve(pod.status, phase="Failed")))
    init, main = killed(scene)
    status = pod_status(failed, init, main, pod_ip=pod.status.pod_ip, terminal=True)
    status = evolve(with_none_added(scene, status), reason="DeadlineExceeded", message=_DEADLINE)
    events = [normal("DeadlineExceeded", _DEADLINE)]
    events += stoppings(pod)
    return result(scene, [UpdateStatus(evolve(pod, status=status))], events, None)


def running_names(pod: Pod) -> list[str]:
    init, main = statuses(pod)
    known = (*main, *init, *pod.status.ephemeral_container_statuses)
    return [each.name for each in known if each.state.running is not None]


def stoppings(pod: Pod) -> list[Said]:
    """What is reported of its running containers when all are stopped."""
    names = running_names(pod)
    every = (*pod.spec.containers, *pod.spec.init_containers, *pod.spec.ephemeral_containers)
    return [
        normal("Killing", f"Stopping container {each.name}", path_of(pod, each)) for each in every if each.name in names
    ]


def killed(scene: Scene) -> Statuses:
    """All containers that run stopped at once, with the exit code of their way to stop."""
    pod = scene.pod
    grace = grace_seconds(pod)

    def stopped(container: Container, status: ContainerStatus) -> ContainerStatus:
        if status.state.running is None:
            return status
        return ended(status, stop_seconds(how(scene, container, status), grace)[1], scene.now)

    init, main = statuses(pod)
    return (
        tuple(map(stopped, pod.spec.init_containers, init)),
        tuple(map(stopped, pod.spec.containers, main)),
    )
