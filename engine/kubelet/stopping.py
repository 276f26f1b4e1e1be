"""A pod that is being deleted: SIGTERM, its grace, SIGKILL, and the last word to the API server.

Follows ``killContainer`` of ``pkg/kubelet/kuberuntime``. All times follow from the deletion's time and grace,
so nothing is written when it begins but an Event. Sidecars are stopped when the others have ended. Differs in
that a kubelet that was down gives no new grace when it comes back.
"""

from itertools import pairwise

from engine.api.writes import Delete, UpdateStatus, Write
from engine.kinds import Container, ContainerStatus, Pod, evolve, ref_of
from engine.kubelet.containers import ended
from engine.kubelet.ephemeral import added_statuses
from engine.kubelet.life import KILLED, how, stop_seconds
from engine.kubelet.lifecycle import Statuses, result, statuses, stoppings
from engine.kubelet.scene import Scene, earliest, said_now
from engine.kubelet.status import pod_status
from engine.reconcile import Result

MINIMUM_GRACE_SECONDS = 2


def stop(scene: Scene) -> Result:
    """One look at a pod with a deletionTimestamp that its node still has."""
    pod = scene.pod
    meta = pod.metadata
    grace = meta.deletion_grace_period_seconds or 0
    asked_at = (meta.deletion_timestamp or 0) - grace
    init, main = statuses(pod)
    main_ends = [_end(scene, *each, asked_at, grace) for each in zip(pod.spec.containers, main, strict=True)]
    last_main = max([asked_at, *(at for at, _ in filter(None, main_ends)), *_ended_at(main)])
    init_ends = [
        _end(scene, *each, last_main, max(asked_at + grace - last_main, 0))
        for each in zip(pod.spec.init_containers, init, strict=True)
    ]
    after = _ended_by(scene.now, init, init_ends), _ended_by(scene.now, main, main_ends)
    added = added_statuses(pod)
    added_ends = [
        _end(scene, *each, asked_at, grace) for each in zip(pod.spec.ephemeral_containers, added, strict=True)
    ]
    going_on = [end[0] for end in (*init_ends, *main_ends, *added_ends) if end is not None and end[0] > scene.now]
    if not going_on:
        return _finish(scene, after, _ended_by(scene.now, added, added_ends))
    writes: list[Write] = []
    status = pod_status(scene, *after, pod_ip=pod.status.pod_ip)
    if added:
        status = evolve(status, ephemeral_container_statuses=_ended_by(scene.now, added, added_ends))
    if (after != (init, main) or added) and status != pod.status:
        writes.append(UpdateStatus(evolve(pod, status=status)))
    events = []
    if asked_at == scene.now:
        events = [each for each in stoppings(pod) if not said_now(scene, each)]
    return result(scene, writes, events, earliest(*going_on))


def _ended_at(known: tuple[ContainerStatus, ...]) -> list[int]:
    return [each.state.terminated.finished_at or 0 for each in known if each.state.terminated is not None]


def _ended_by(
    now: int, known: tuple[ContainerStatus, ...], ends: list[tuple[int, int] | None]
) -> tuple[ContainerStatus, ...]:
    return tuple(
        ended(status, end[1], end[0]) if end is not None and end[0] <= now else status
        for status, end in zip(known, ends, strict=True)
    )


def _end(
    scene: Scene, container: Container, status: ContainerStatus, asked_at: int, grace: int
) -> tuple[int, int] | None:
    """(when, exit code) of a running container's end; None for one that does not run."""
    running = status.state.running
    if running is None:
        return None
    process = how(scene, container, status)
    hook = min(_pre_stop_seconds(container), grace)
    seconds, code = stop_seconds(process, max(grace - hook, MINIMUM_GRACE_SECONDS))
    if grace == 0:
        seconds, code = 0, KILLED
    stopped = (asked_at + hook + seconds, code)
    if process.exits_after_seconds is None:
        return stopped
    return min(stopped, ((running.started_at or 0) + process.exits_after_seconds, process.exit_code))


def _pre_stop_seconds(container: Container) -> int:
    """How long the preStop hook takes: its sleep, or that of ``sleep N`` in its command."""
    if not container.lifecycle:
        return 0
    hook = container.lifecycle.get("preStop") or {}
    seconds = (hook.get("sleep") or {}).get("seconds")
    if isinstance(seconds, int):
        return max(seconds, 0)
    words = " ".join(map(str, (hook.get("exec") or {}).get("command") or ())).replace(";", " ").split()
    return sum(int(after) for word, after in pairwise(words) if word == "sleep" and after.isdecimal())


def _finish(scene: Scene, after: Statuses, added: tuple[ContainerStatus, ...]) -> Result:
    """Nothing runs any more: a pod that something holds shows how it ended; any other goes."""
    pod = scene.pod
    writes: list[Write] = []
    if pod.metadata.finalizers:
        status = pod_status(scene, *after, pod_ip=pod.status.pod_ip, terminal=True)
        status = evolve(status, ephemeral_container_statuses=added)
        if status != pod.status:
            writes.append(UpdateStatus(evolve(pod, status=status)))
    if not _is_released(pod):
        writes.append(Delete(ref=ref_of(pod), grace_seconds=0, uid=pod.metadata.uid))
    return result(scene, writes, (), None)


def _is_released(pod: Pod) -> bool:
    """The kubelet has already said that it is done; finalizers hold the pod."""
    return pod.metadata.deletion_grace_period_seconds == 0 and bool(pod.metadata.finalizers)
