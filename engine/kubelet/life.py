"""How one life of a container goes: its health now, when it ends, and with what exit code.

All follows from the second the life began, what its process does, its probes, the lines typed into it and the
containers beside it; nothing is remembered.
"""

from functools import lru_cache
from typing import NamedTuple

from engine.faults import stopped_since
from engine.kinds import Container, ContainerStatus, Exec, Pod, Same, same
from engine.kubelet.behaviour import Behaviour, behaviour, command_line
from engine.kubelet.catalog import Resolved, has_program, resolve
from engine.kubelet.demand import limit_of
from engine.kubelet.environment import environment
from engine.kubelet.findings import Listener, findings
from engine.kubelet.inside import inside
from engine.kubelet.memory import holding, killed_at
from engine.kubelet.probes import Health, health
from engine.kubelet.process import process_of
from engine.kubelet.programs import is_script
from engine.kubelet.scene import Life, Scene, target_of, with_status
from engine.kubelet.typed_input import ATTACHED
from engine.kubelet.wire import PodWire

KILLED, TERMINATED = 137, 143
OOM_KILLED = "OOMKilled"
_CONFLICT_SECONDS = 1
"""How long a process lives that finds its port taken."""
_DEFAULT_GRACE_SECONDS = 30
_UNPROBED = Health(started=True, ready=True, killed_at=None, changes_at=None)


def how(scene: Scene, container: Container, status: ContainerStatus) -> Behaviour:
    """What the process of a running container does, as far as can be told now."""
    key = same(container)
    if _is_scripted(key):
        pod = with_status(scene.pod, status)
        life = inside(scene.state, pod, container, scene.now)
        wire = None if life is None else PodWire(life)
        return process_of(scene.state, pod, container, scene.now, wire)
    if not (container.env or container.env_from):
        return _behaviour(key)
    return behaviour(container.image, container, environment(scene.state, scene.pod, container).variables)


def is_foreseen(container: Container) -> bool:
    """Whether its life follows from the second it began: nothing in it is run to see what happens."""
    return _is_foreseen(same(container))


@lru_cache(maxsize=1024)
def _is_foreseen(same: Same[Container]) -> bool:
    container = same()
    probes = (container.startup_probe, container.liveness_probe, container.readiness_probe)
    return not _is_scripted(same) and all(each is None or each.exec is None for each in probes)


@lru_cache(maxsize=1024)
def _behaviour(same: Same[Container]) -> Behaviour:
    """Of a container without variables: pods of a template share it, and what it does."""
    return behaviour(same().image, same())


@lru_cache(maxsize=1024)
def _is_scripted(same: Same[Container]) -> bool:
    """Whether it runs the shell or its tools: only then do its files, environment and network matter."""
    container = same()
    resolved = resolve(container.image)
    if not isinstance(resolved, Resolved):
        return False
    argv = command_line(container, resolved.entry)
    return bool(argv) and has_program(resolved.entry, argv[0]) and is_script(argv, resolved.entry)


def stop_seconds(process: Behaviour, grace_seconds: int) -> tuple[int, int]:
    """(seconds, exit code) of a process that gets SIGTERM, and SIGKILL after ``grace_seconds``."""
    if process.term_exit_code is None or process.stops_after_seconds > grace_seconds:
        return grace_seconds, KILLED
    return process.stops_after_seconds, process.term_exit_code


def grace_seconds(pod: Pod) -> int:
    """How long its containers get to stop when it is not deleted."""
    given = pod.spec.termination_grace_period_seconds
    return _DEFAULT_GRACE_SECONDS if given is None else given


def health_of(scene: Scene, life: Life) -> Health:
    """How its probes stand."""
    container = life.container
    if not (container.startup_probe or container.liveness_probe or container.readiness_probe):
        return _UNPROBED
    running = [(life.started_at, life.process), *((each.started_at, each.behaviour) for each in life.neighbours)]
    listeners = [
        Listener(port=port, since=since + process.ready_after_seconds, behaviour=process)
        for since, process in running
        for port in process.listens
    ]
    found = findings(scene, life, listeners)
    return health(container, life.started_at, found, scene.now)


class End(NamedTuple):
    """``at`` None: nothing will end it as things stand. ``reason`` "" follows from the exit code."""

    at: int | None
    exit_code: int
    reason: str = ""


def end_of(scene: Scene, life: Life, state: Health) -> End:
    """This life's end."""
    process = life.process
    ends = [(*each, "") for each in _signalled(scene, life)] if scene.state.count(Exec.kind) else []
    if process.exits_after_seconds is not None:
        ends.append((life.started_at + process.exits_after_seconds, process.exit_code, ""))
    if life.neighbours and process.listens and _port_taken(life):
        ends.append((life.started_at + _CONFLICT_SECONDS, 1, ""))
    is_limited = limit_of(life.container, "memory") is not None
    held = holding(scene.state, scene.pod, life.container, life.status) if is_limited else None
    if held is not None and (passed_at := killed_at(held)) is not None:
        ends.append((max(passed_at, life.started_at + 1), KILLED, OOM_KILLED))
    stopped_at = stopped_since(scene.state, scene.pod)
    if stopped_at is not None:
        ends.append((max(stopped_at, life.started_at + 1), 1, ""))
    if state.killed_at is not None:
        grace = _grace_after_probe(scene.pod, life.container, state.killed_by)
        seconds, code = stop_seconds(process, grace)
        ends.append((state.killed_at + seconds, code, ""))
    return End(*min(ends)) if ends else End(None, 0)


def _port_taken(life: Life) -> bool:
    """Whether a container that was there before listens on one of the same ports (rules 16)."""
    return any(
        (other.started_at, other.place) < (life.started_at, life.place)
        and not set(other.behaviour.listens).isdisjoint(life.process.listens)
        for other in life.neighbours
    )


def _grace_after_probe(pod: Pod, container: Container, killed_by: str) -> int:
    probe = container.startup_probe if killed_by == "startup" else container.liveness_probe
    own = probe.extra.get("terminationGracePeriodSeconds") if probe is not None else None
    return own if isinstance(own, int) else grace_seconds(pod)


_ENDING_SIGNALS = (2, 3, 15)
"""INT, QUIT and TERM, where PID 1 handles them: a kernel drops them for one that does not, a sleep or a plain sh.
Others (HUP, USR1) are for the process itself: an nginx reloads."""


def _signalled(scene: Scene, life: Life) -> list[tuple[int, int]]:
    """Ends by ``kill 1`` in this life, or of the session attached to process one.

    SIGKILL ends it too, though a kernel would spare PID 1 from its own.
    """
    ends = []
    name = life.container.name
    targets = {each.name: target_of(each) for each in scene.pod.spec.ephemeral_containers}
    for line in scene.state.execs_of(scene.pod.metadata.uid):
        is_own = line.container == name and line.restart_count == life.status.restart_count
        if is_own and line.closed and line.session.startswith(ATTACHED):
            ends.append((line.time, line.exit_code))
            continue
        target = targets.get(line.container)
        if not (is_own if not target else target == name and line.time >= life.started_at):
            continue
        signal = line.signals.get("1", 0)
        if signal == 9:
            ends.append((line.time, KILLED))
        elif signal in _ENDING_SIGNALS and (code := life.process.term_exit_code) is not None:
            ends.append((line.time, code))
    return ends
