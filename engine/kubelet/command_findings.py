"""What an exec probe finds: its command run inside the container, again whenever something changed there.

What the container holds changes only by recorded lines, so between two of them the command finds the same. Of
the stretches before the last line only the verdict they led to is known (from the status), which is enough.
Follows ``pkg/probe/exec``.
"""

from collections.abc import Sequence

from attrs import evolve

from engine.kinds import ContainerStatus, Exec, Pod
from engine.kubelet.catalog import Resolved, base_name, has_program, resolve
from engine.kubelet.exec import run_command
from engine.kubelet.probes import Finding
from engine.kubelet.scene import Life, Scene

_SHELLS = ("sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash")
_ASKS_SERVER = frozenset(
    ("redis-cli", "pg_isready", "psql", "mysqladmin", "mysql", "mongosh", "nodetool", "cqlsh", "ready-probe.sh")
)
"""Commands that ask the image's own server: they fail until it is ready."""
_LONGEST_MESSAGE = 10 * 1024


def command_findings(scene: Scene, life: Life, command: tuple[str, ...], *, before: bool) -> Sequence[Finding]:
    """``before`` is what the probe's verdict was until the last change inside the container."""
    start = life.started_at
    words = _plain_words(command)
    if not words:
        return (Finding(start, True),)
    image = resolve(life.container.image)
    if isinstance(image, Resolved) and not has_program(image.entry, command[0]):
        return (Finding(start, False, f'exec: "{command[0]}": executable file not found in $PATH'),)
    if base_name(words[0]) in _ASKS_SERVER:
        if not life.process.ready_after_seconds:
            return (Finding(start, True),)
        return (Finding(start, False), Finding(start + life.process.ready_after_seconds, True))
    changed_at = _changed_at(scene, life)
    now = Finding(changed_at, *_run(scene, life, command))
    return (now,) if changed_at == start else (Finding(start, before), now)


def _run(scene: Scene, life: Life, command: tuple[str, ...]) -> tuple[bool, str]:
    pod = _with_status(scene.pod, life.status)
    outcome = run_command(scene.state, pod, life.container, command, scene.now)
    if outcome is None or outcome.exit_code == 0:
        return True, ""
    return False, (outcome.stdout + outcome.stderr).rstrip("\n")[:_LONGEST_MESSAGE]


def _with_status(pod: Pod, status: ContainerStatus) -> Pod:
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
        ),
    )


def _changed_at(scene: Scene, life: Life) -> int:
    """When a line last changed something inside; the start if none did in this life."""
    if not scene.state.count(Exec.kind):
        return life.started_at
    lines = scene.state.execs_of(scene.pod.metadata.uid)
    return max([life.started_at, *(line.time for line in lines if line.files or line.signals or line.processes)])


def _plain_words(command: tuple[str, ...]) -> list[str]:
    """The command without a shell around it."""
    if len(command) >= 3 and command[0] in _SHELLS and command[1] == "-c":
        return command[2].split()
    return list(command)
