"""The containers of one pod, whatever their part in it, and how each is doing. Pure."""

from typing import NamedTuple

from engine.kinds import Container, ContainerStatus, Pod
from engine.kinds.frozen import frozen
from engine.printers.parts.levels import Health, Level
from engine.printers.parts.pod_status import end_reason


class Part(NamedTuple):
    """A container as the pod has it, and what is known of it; None before anything is."""

    role: str
    container: Container
    status: ContainerStatus | None


@frozen
class Doing:
    """``words`` say it as kubectl does: ``Running``, ``CrashLoopBackOff``, ``Completed``."""

    level: Level
    words: str

    @property
    def glyph(self) -> str:
        return Health(self.level).glyph


def parts_of(pod: Pod) -> list[Part]:
    """In the order in which they start; those added later come last."""
    status = pod.status
    known = {
        each.name: each
        for each in (
            *status.init_container_statuses,
            *status.container_statuses,
            *status.ephemeral_container_statuses,
        )
    }
    roles = [("sidecar" if each.restart_policy == "Always" else "init", each) for each in pod.spec.init_containers]
    roles += [("main", each) for each in pod.spec.containers]
    roles += [("ephemeral", each) for each in pod.spec.ephemeral_containers]
    return [Part(role, each, known.get(each.name)) for role, each in roles]


def state_of_part(part: Part) -> Doing:
    status = part.status
    if status is None:
        return Doing("dim", "not started")
    state = status.state
    if state.running is not None:
        well = status.ready or part.role == "ephemeral"
        return Doing("ok", "Running") if well else Doing("warn", "Running, not ready")
    if state.terminated is not None:
        return Doing("done" if state.terminated.exit_code == 0 else "bad", end_reason(state))
    reason = "" if state.waiting is None else state.waiting.reason
    starting = reason in ("", "ContainerCreating", "PodInitializing")
    return Doing("warn", reason or "Waiting") if starting else Doing("bad", reason)
