"""What an exec probe finds: its command run inside the container, again whenever something changed there.

What a container holds changes by recorded lines and by what its script writes, so between two of these the
command finds the same (what a script writes in an endless loop does not count). Of the stretches before the
last change only the verdict they led to is known (from the status), which is enough.
Follows ``pkg/probe/exec``.
"""

from collections.abc import Sequence

from engine.kinds import Exec
from engine.kubelet.catalog import Resolved, base_name, has_program, resolve
from engine.kubelet.exec import run_command
from engine.kubelet.probes import Finding
from engine.kubelet.process import containers_of, program_of
from engine.kubelet.scene import Life, Scene, with_status

_SHELLS = ("sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash")
_ASKS_SERVER = frozenset(
    ("redis-cli", "pg_isready", "psql", "mysqladmin", "mysql", "mongosh", "nodetool", "cqlsh", "ready-probe.sh")
)
"""Commands that ask the image's own server: they fail until it is ready."""
_LONGEST_MESSAGE = 10 * 1024
_FURTHEST_CHANGE = 50
"""How many changes to come are looked at; a script that makes more is followed less far."""


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
    changes = _changes(scene, life)
    last = max((at for at in changes if at <= scene.now), default=start)
    found = [Finding(start, before)] if last > start else []
    found.append(Finding(last, *_run(scene, life, command, scene.now)))
    later = sorted(at for at in changes if at > scene.now)[:_FURTHEST_CHANGE]
    return [*found, *(Finding(at, *_run(scene, life, command, at)) for at in later)]


def _run(scene: Scene, life: Life, command: tuple[str, ...], at: int) -> tuple[bool, str]:
    pod = with_status(scene.pod, life.status)
    outcome = run_command(scene.state, pod, life.container, command, at)
    if outcome is None or outcome.exit_code == 0:
        return True, ""
    return False, (outcome.stdout + outcome.stderr).rstrip("\n")[:_LONGEST_MESSAGE]


def _changes(scene: Scene, life: Life) -> set[int]:
    """When something inside changed in this life or will: by typed lines, and by what scripts of the pod write."""
    found: set[int] = set()
    if scene.state.count(Exec.kind):
        lines = scene.state.execs_of(scene.pod.metadata.uid)
        found |= {line.time for line in lines if line.files or line.signals or line.processes}
    pod = with_status(scene.pod, life.status)
    for container in containers_of(pod):
        if container is life.container or container.volume_mounts:
            program = program_of(scene.state, pod, container, scene.now)
            found |= {wrote.at for wrote in program.recording.writes} if program is not None else set()
    return {at for at in found if at > life.started_at}


def _plain_words(command: tuple[str, ...]) -> list[str]:
    """The command without a shell around it."""
    if len(command) >= 3 and command[0] in _SHELLS and command[1] == "-c":
        return command[2].split()
    return list(command)
