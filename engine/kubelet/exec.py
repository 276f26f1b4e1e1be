"""The exec subresource: ``run_line(state, write, now) -> Exec``, one line in a shell of a running container.

Follows the errors of kubectl, the API server and containerd. A session's directory and variables, files and
jobs are folded from the lines before (inside.py); the answer holds everything the line brought about. Exported
variables are recorded as ``NAME``, those of the shell alone as ``$NAME``.
"""

from hashlib import sha256

from engine.api.writes import RunLine
from engine.bulk import printable
from engine.errors import BadRequest, InternalError, NotFound
from engine.faults import is_down
from engine.kinds import Container, Exec, Node, ObjectMeta, Pod, Ref
from engine.kinds.frozen import frozen
from engine.kubelet import inside as inner
from engine.kubelet.forward import FORWARD, forwarded
from engine.kubelet.image_files import working_directory
from engine.kubelet.inside import Inside, inside, lines_of
from engine.kubelet.process import containers_of
from engine.kubelet.shell.builtins import BUILTINS
from engine.kubelet.shell.commands.roots import ROOT, rooted
from engine.kubelet.shell.control import BreakLoop, ContinueLoop, Exit
from engine.kubelet.shell.interpreter import run_text, start
from engine.kubelet.shell.machine import Capture, Exhausted, Input, Machine, ReaderGone, Shell, Streams
from engine.kubelet.shell.programs import COMMANDS, find
from engine.kubelet.typed_input import TERMINAL
from engine.kubelet.wire import PodWire
from engine.store.state import State

INTERRUPTED = 130
_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
_LIMIT_MS = 600_000


@frozen(kw_only=True)
class Outcome:
    """What a program run in a container printed, and how it ended; None is "ran into a limit"."""

    exit_code: int
    stdout: str
    stderr: str
    duration_seconds: int = 0


def run_line(state: State, write: RunLine, now: int) -> Exec:
    """Raises BadRequest, NotFound or InternalError where no line can be run; never for the line itself."""
    pod = state.find(Pod, write.ref.name, write.ref.namespace)
    if pod is None:
        raise NotFound(f'pods "{write.ref.name}" not found')
    if write.session.startswith(FORWARD):
        return forwarded(_living(state, pod, _container(pod, write.container), now), write, now)
    life = _running(state, pod, _container(pod, write.container), now)
    shell, wire = _shell(life, write.session)
    before = dict(shell.variables), dict(shell.exported)
    out, err = Capture(), Capture()
    shell.machine.stderr = err
    shell.machine.on_terminal = write.session.startswith(TERMINAL)
    status, closed = _run(write.line, shell, Streams(stdin=Input(), stdout=out, stderr=err))
    return Exec(
        metadata=ObjectMeta(namespace=pod.metadata.namespace),
        pod=pod.metadata.name,
        pod_uid=pod.metadata.uid,
        container=life.container.name,
        restart_count=life.status.restart_count,
        session=write.session,
        line=write.line,
        time=now,
        duration_seconds=-(-min(shell.machine.time_ms, _LIMIT_MS) // 1000),
        stdout=printable(out.text),
        stderr=err.text,
        exit_code=status,
        closed=closed,
        cwd=shell.cwd,
        env=_changed(shell, *before),
        files=dict(shell.machine.files.changes),
        processes=tuple(f"{pid} {each.command}" for pid, each in sorted(shell.machine.processes.items())),
        signals=dict(shell.machine.signals),
        requests=tuple(wire.requests),
    )


def cannot_start(state: State, ref: Ref, container: str, program: str, now: int) -> str:
    """Why containerd could not start ``program``, as exec asks it to without a shell; "" where it can.

    Raises as ``run_line`` does.
    """
    pod = state.find(Pod, ref.name, ref.namespace)
    if pod is None:
        raise NotFound(f'pods "{ref.name}" not found')
    life = _living(state, pod, _container(pod, container), now)
    if life.entry.shell:
        shell, _ = _shell(life, "")
        of_the_shell = program in BUILTINS and program not in COMMANDS and program not in _PROGRAMS_TOO
        if not of_the_shell and find(program, shell) is not None:
            return ""
        if "/" in program and shell.machine.files.is_file(shell.path(program)):
            return ""
    why = f"stat {program}: no such file or directory" if "/" in program else "executable file not found in $PATH"
    process = sha256(f"{pod.metadata.uid}/{container}/{state.revision}".encode()).hexdigest()
    return (
        "error executing command in container: failed to exec in container: failed to start exec "
        f'"{process}": OCI runtime exec failed: exec failed: unable to start container process: '
        f'exec: "{program}": {why}: unknown'
    )


_PROGRAMS_TOO = ("true", "false", "pwd", "test", "[", "[[")
"""Builtins that are in every image as programs as well."""


def run_command(state: State, pod: Pod, container: Container, argv: tuple[str, ...], now: int) -> Outcome | None:
    """What an exec probe or a lifecycle hook sees: a program run without a session, nothing of it recorded.

    None while the container does not run. A program that does not end is reported with its limit as duration.
    """
    life = inside(state, pod, container, now)
    if life is None or not argv:
        return None
    shell, _ = _shell(life, "")
    out, err = Capture(), Capture()
    shell.machine.stderr = err
    try:
        status = start(argv, shell, Streams(stdin=Input(), stdout=out, stderr=err))
    except Exit as leaving:
        status = leaving.status
    except (Exhausted, ReaderGone, BreakLoop, ContinueLoop):
        status = INTERRUPTED
    milliseconds = min(shell.machine.time_ms, _LIMIT_MS)
    return Outcome(exit_code=status, stdout=out.text, stderr=err.text, duration_seconds=-(-milliseconds // 1000))


def _container(pod: Pod, name: str) -> Container:
    if not name:
        name = pod.metadata.annotations.get(_DEFAULT_CONTAINER, "") or pod.spec.containers[0].name
    for container in containers_of(pod):
        if container.name == name:
            return container
    raise BadRequest(f"container {name} is not valid for pod {pod.metadata.name}")


def _running(state: State, pod: Pod, container: Container, now: int) -> Inside:
    life = _living(state, pod, container, now)
    if not life.entry.shell:
        raise InternalError(
            "error executing command in container: failed to exec in container: failed to start exec: OCI runtime "
            'exec failed: exec failed: unable to start container process: exec: "sh": executable file not found '
            "in $PATH"
        )
    return life


def _living(state: State, pod: Pod, container: Container, now: int) -> Inside:
    if pod.status.phase in ("Succeeded", "Failed"):
        raise BadRequest(f"cannot exec into a container in a completed pod; current phase is {pod.status.phase}")
    if not pod.spec.node_name:
        raise BadRequest(f"pod {pod.metadata.name} does not have a host assigned")
    if is_down(state, pod.spec.node_name):
        node = state.find(Node, pod.spec.node_name)
        address = node.internal_ip if node is not None else pod.spec.node_name
        raise InternalError(f"error dialing backend: dial tcp {address}:10250: connect: no route to host")
    life = inside(state, pod, container, now)
    if life is None:
        raise InternalError(f'unable to upgrade connection: container not found ("{container.name}")')
    return life


def _shell(life: Inside, session: str) -> tuple[Shell, PodWire]:
    """The session as its last line left it, on a machine of its own."""
    files = inner.files(life)
    wire = PodWire(life, unrecorded=lambda: files.changes)
    facts = inner.facts(life)
    lines = list(lines_of(life))
    machine = Machine(files=files, facts=facts, wire=wire, find=find, limit_ms=_LIMIT_MS)
    machine.next_pid = max([30 + 7 * len(lines), *(process.pid for process in facts.processes)]) + 1
    variables = inner.variables(life)
    shell = Shell(
        machine=machine,
        variables=dict(variables),
        exported=dict.fromkeys(variables),
        cwd=life.container.working_dir or working_directory(life.entry),
        pid=machine.pid(),
    )
    for line in lines:
        if session and line.session == session:
            shell.cwd = "/" if line.closed else line.cwd or shell.cwd
            shell.status = line.exit_code
            _recall(shell, line)
    if not files.is_dir(f"{shell.variables.get(ROOT, '')}{shell.cwd}"):
        shell.cwd = "/"
    return shell, wire


def _recall(shell: Shell, line: Exec) -> None:
    for key, value in line.env.items():
        name = key.lstrip("$")
        if value is None:
            shell.variables.pop(name, None)
            shell.exported.pop(name, None)
            continue
        shell.variables[name] = value
        if not key.startswith("$"):
            shell.exported[name] = None


def _changed(shell: Shell, variables: dict[str, str], exported: dict[str, None]) -> dict[str, str | None]:
    found: dict[str, str | None] = {name: None for name in variables if name not in shell.variables}
    for name, value in shell.variables.items():
        is_new = variables.get(name) != value or (name in shell.exported) != (name in exported)
        if is_new and name != "OLDPWD":
            found[name if name in shell.exported else f"${name}"] = value
    return found


def _run(line: str, shell: Shell, streams: Streams) -> tuple[int, bool]:
    """The line's status, and whether it ended the shell."""
    if root := shell.variables.get(ROOT):
        shell.variables[ROOT] = ""
        with rooted(shell.machine, root):
            answer = _run(line, shell, streams)
        shell.variables[ROOT] = root
        return answer
    try:
        return run_text(line, shell, streams), False
    except Exit as leaving:
        return leaving.status, True
    except (BreakLoop, ContinueLoop, ReaderGone):
        return shell.status, False
    except Exhausted:
        return INTERRUPTED, False
