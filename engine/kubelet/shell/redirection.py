"""Redirections: ``> file``, ``>> file``, ``< file``, ``2>&1``, here-documents, /dev/null, the streams of PID 1."""

from attrs import define, evolve

from engine.bulk import ENDLESS, MOST_BYTES, bulk
from engine.kubelet.files import FileProblem, Files
from engine.kubelet.shell import expansion
from engine.kubelet.shell.expansion import Run
from engine.kubelet.shell.machine import Call, Input, Machine, Shell, Streams
from engine.kubelet.shell.syntax import Redirect


def redirect(redirects: tuple[Redirect, ...], shell: Shell, streams: Streams, run: Run) -> Streams | None:
    """The streams after redirection; None, with a complaint, when a file cannot be opened."""
    for redirect in redirects:
        target = expansion.text_of(shell, redirect.target, run)
        try:
            streams = _redirected(redirect, target, shell, streams)
        except FileProblem as problem:
            verb = "open" if redirect.operator == "<" else "create"
            why = "no such file" if redirect.operator == "<" and "No such" in str(problem) else str(problem)
            why = "nonexistent directory" if verb == "create" and "No such" in why else why
            complain(shell, streams, f"can't {verb} {target}: {why}")
            return None
    return streams


def _redirected(redirect: Redirect, target: str, shell: Shell, streams: Streams) -> Streams:
    files, path = shell.machine.files, shell.path(target)
    if redirect.operator in ("<<", "<"):
        text = target if redirect.operator == "<<" else _read(files, path)
        return evolve(streams, stdin=Input(text))
    if redirect.operator in (">&", "<&"):
        same = {"1": streams.stdout, "2": streams.stderr}.get(target)
        if same is None:
            return streams
    elif path == "/dev/null":
        same = Nowhere()
    elif path in ("/dev/stdout", "/dev/stderr", "/proc/1/fd/1", "/proc/1/fd/2", "/dev/tty"):
        same = streams.stderr if path.endswith(("stderr", "2")) else streams.stdout
    else:
        files.write(path, "", shell.machine.now, append=redirect.operator == ">>")
        same = FileSink(shell.machine, path)
    if redirect.descriptor == 2:
        return evolve(streams, stderr=same)
    return evolve(streams, stdout=same) if redirect.descriptor == 1 else streams


def _read(files: Files, path: str) -> str:
    if path in ENDLESS:
        return bulk(MOST_BYTES)
    return "" if path == "/dev/null" else files.read(path)


@define
class FileSink:
    """A file open for writing; what ``>`` and ``>>`` make."""

    machine: Machine
    path: str

    def write(self, text: str, time_ms: int) -> None:
        self.machine.files.write(self.path, text, self.machine.facts.start + time_ms // 1000, append=True)


@define
class Nowhere:
    """/dev/null."""

    def write(self, _text: str, _time_ms: int) -> None:
        return


def complain(shell: Shell, streams: Streams, message: str) -> None:
    """What the shell itself says, on stderr."""
    Call(shell=shell, argv=("sh",), streams=streams).err(f"sh: {message}\n")
