"""Runs a container's main program ahead in virtual time and keeps what it did: lines, files, its end, its loop.

    while true; do date; sleep 5; done      -> no lines kept for ever: a Loop, whose rounds are run when asked for
    echo hi; sleep 5; exit 1                -> a line at 0 s, the end at 5 s with 1

A loop is known as endless when its rounds take equally long and what changes from round to round (a counter, a
date) decides nothing in it; otherwise it is run on until a limit of steps. Same Script, same Recording.
"""

from attrs import define, evolve, field

from engine.kinds.frozen import frozen
from engine.kubelet.files import Files, Wrote
from engine.kubelet.shell.control import BreakLoop, ContinueLoop, Exit
from engine.kubelet.shell.dependence import deciding, only_literal
from engine.kubelet.shell.interpreter import run_text, start, turn
from engine.kubelet.shell.machine import (
    MAX_OUTPUT_BYTES,
    Call,
    Exhausted,
    Facts,
    Input,
    Machine,
    Program,
    ReaderGone,
    Shell,
    Sink,
    Streams,
    Wire,
)  # fmt: skip
from engine.kubelet.shell.programs import find
from engine.kubelet.shell.redirection import FileSink
from engine.kubelet.shell.syntax import While

MAX_STEPS = 10_000
MAX_ROUNDS, MAX_ALIKE, MAX_BYTES = 10_000, 100_000, 16 << 20
"""At most so many of the newest rounds of a loop, and so much of what they print, are made for one question."""
FOREVER_MS = 1 << 50


@frozen(kw_only=True)
class Script:
    """What is run, and all it depends on besides the network. ``serves`` names the image's own server."""

    argv: tuple[str, ...]
    variables: tuple[tuple[str, str], ...]
    facts: Facts
    files: tuple[tuple[str, str], ...] = ()
    mounts: tuple[tuple[str, bool], ...] = ()
    arrivals: tuple[Wrote, ...] = ()
    """What others write to files it sees, by time."""
    cwd: str = "/"
    serves: str = ""


@frozen(kw_only=True)
class Loop:
    """An endless loop from ``start_ms`` on; ``steps`` says by how much each counter grows in a round."""

    command: While
    start_ms: int
    period_ms: int
    variables: tuple[tuple[str, str], ...]
    exported: tuple[str, ...]
    cwd: str
    steps: tuple[tuple[str, int], ...] = ()
    output: str = ""
    """The file its output goes to, "" for the container's own."""


@frozen(kw_only=True)
class Recording:
    """``ended_ms`` None: it runs for ever, maybe in ``loop``; ``serving_ms`` is when it became the server."""

    chunks: tuple[tuple[int, str], ...] = ()
    writes: tuple[Wrote, ...] = ()
    ended_ms: int | None = None
    exit_code: int = 0
    loop: Loop | None = None
    skipped: tuple[tuple[Loop, int], ...] = ()
    """Loops of which so many rounds were passed over, because all of them were alike."""
    serving_ms: int | None = None
    serving: tuple[str, ...] = ()
    asked_ms: tuple[int, ...] = ()
    follows: tuple[str, ...] = ()
    term_exit_code: int | None = None


def record(script: Script, wire: Wire, settles_ms: int = 0) -> Recording:
    """Runs the script from its start. Before ``settles_ms`` the network is another than after it."""
    out = _Output()
    machine = _machine(script, wire, out, FOREVER_MS)
    shell = _shell(script, machine)
    last = script.arrivals[-1].at - script.facts.start if script.arrivals else 0
    notes = _Notes(max(settles_ms, last * 1000))
    machine.watch = notes.watch
    ended_ms: int | None = None
    code = 0
    machine.receive()
    try:
        code = start(script.argv, shell, Streams(stdin=Input(), stdout=out, stderr=out))
        ended_ms = machine.time_ms
    except Exit as leaving:
        code, ended_ms = leaving.status, machine.time_ms
    except _Serving as serving:
        notes.serving_ms, notes.serving = machine.time_ms, serving.argv
    except Exhausted:
        notes.loop = notes.candidate if machine.steps < 0 else None
    except (ReaderGone, BreakLoop, ContinueLoop, _Endless):
        pass
    return Recording(
        chunks=tuple(out.chunks),
        writes=tuple(_writes(machine.files)),
        ended_ms=ended_ms,
        exit_code=code,
        loop=notes.loop,
        skipped=tuple(notes.skipped),
        serving_ms=notes.serving_ms,
        serving=notes.serving,
        asked_ms=tuple(machine.asked_ms),
        follows=machine.follows,
        term_exit_code=_trapped(machine, shell),
    )


def rounds(script: Script, loop: Loop, wire: Wire, first: int, last: int) -> Recording:
    """Rounds ``first`` to ``last`` (exclusive) of the loop: what they print and write, in order.

    The newest are run first, until there are MAX_ROUNDS of them or MAX_BYTES of output.
    """
    out = _Output()
    machine = _machine(script, wire, out, FOREVER_MS)
    sink: Sink = FileSink(machine, loop.output) if loop.output else out
    streams = Streams(stdin=Input(), stdout=sink, stderr=out)
    if _always_alike(loop):
        _one_round(loop, machine, streams, last - 1)
        return _repeated(out.chunks, _writes(machine.files), loop.period_ms, last - 1 - first)
    made: list[list[tuple[int, str]]] = []
    written: list[list[Wrote]] = []
    size = 0
    for number in range(last - 1, max(first, last - MAX_ROUNDS) - 1, -1):
        out.chunks, machine.files.journal, machine.files.written_bytes = [], [], 0
        machine.steps, machine.output_bytes = MAX_STEPS, MAX_OUTPUT_BYTES
        _one_round(loop, machine, streams, number)
        made.append(out.chunks)
        written.append(_writes(machine.files))
        size += sum(len(text) for _, text in out.chunks) + sum(len(each.text or "") for each in written[-1])
        if size > MAX_BYTES:
            break
    return Recording(
        chunks=tuple(chunk for chunks in reversed(made) for chunk in chunks),
        writes=tuple(wrote for writes in reversed(written) for wrote in writes),
    )


def _one_round(loop: Loop, machine: Machine, streams: Streams, number: int) -> None:
    shell = Shell(
        machine=machine,
        variables=dict(loop.variables),
        exported=dict.fromkeys(loop.exported),
        cwd=loop.cwd,
        pid=1,
    )
    for name, step in loop.steps:
        shell.variables[name] = str(int(shell.variables[name]) + number * step)
    machine.time_ms = loop.start_ms + number * loop.period_ms
    try:
        turn(loop.command, shell, streams)
    except (Exit, BreakLoop, ContinueLoop, ReaderGone, Exhausted):
        return


def _always_alike(loop: Loop) -> bool:
    """Whether each round prints the very same: nothing counted, computed or asked."""
    return not loop.steps and only_literal(loop.command)


def _repeated(chunks: list[tuple[int, str]], writes: list[Wrote], period_ms: int, more: int) -> Recording:
    """The last round and as many of those before it as there may be, each a period earlier."""
    size = max(1, sum(len(text) for _, text in chunks) + sum(len(each.text or "") for each in writes))
    back = range(min(more, MAX_ALIKE, MAX_BYTES // size), -1, -1)
    return Recording(
        chunks=tuple((at - count * period_ms, text) for count in back for at, text in chunks),
        writes=tuple(evolve(each, at=each.at - count * period_ms // 1000) for count in back for each in writes),
    )


class _Endless(Exception):
    """The loop that was just found never ends."""


class _Serving(Exception):
    """The program became the image's own server."""

    def __init__(self, argv: tuple[str, ...]) -> None:
        super().__init__(argv)
        self.argv = argv


@define
class _Output:
    chunks: list[tuple[int, str]] = field(factory=list)

    def write(self, text: str, time_ms: int, /) -> None:
        self.chunks.append((time_ms, text))


@frozen
class _Round:
    """How a shell stood when a round began."""

    time_ms: int
    variables: dict[str, str]
    cwd: str


@define
class _Notes:
    """Looks at each round of each loop; raises _Endless once the loop is known.

    A loop that is known before ``settles_ms`` is taken on to there instead: the clock and its counters jump.
    """

    settles_ms: int
    skipped: list[tuple[Loop, int]] = field(factory=list)
    seen: list[tuple[While, list[_Round]]] = field(factory=list)
    loop: Loop | None = None
    candidate: Loop | None = None
    """A loop of even rounds that might still end; what goes on for more than MAX_STEPS is taken to go on."""
    serving_ms: int | None = None
    serving: tuple[str, ...] = ()

    def watch(self, command: While, shell: Shell, streams: Streams) -> None:
        begun = _Round(shell.machine.time_ms, dict(shell.variables), shell.cwd)
        for known, earlier in self.seen:
            if known is command:
                earlier.append(begun)
                del earlier[:-3]
                if len(earlier) == 3:
                    self._judge(command, shell, streams, earlier)
                return
        self.seen.append((command, [begun]))

    def _judge(self, command: While, shell: Shell, streams: Streams, last: list[_Round]) -> None:
        first, second, third = last
        period = third.time_ms - second.time_ms
        if second.time_ms - first.time_ms != period or first.cwd != third.cwd:
            return
        changed = [name for name in third.variables if second.variables.get(name) != third.variables[name]]
        output = streams.stdout.path if isinstance(streams.stdout, FileSink) else ""
        if not output and not isinstance(streams.stdout, _Output):
            return
        self.candidate = Loop(
            command=command,
            start_ms=third.time_ms,
            period_ms=max(period, 1),
            variables=tuple(third.variables.items()),
            exported=tuple(shell.exported),
            cwd=shell.cwd,
            steps=tuple(
                (name, step) for name in changed if (step := _step(name, first, second, third)) is not None
            ),
            output=output,
        )
        if not deciding(command).isdisjoint(changed):
            return
        if third.time_ms <= self.settles_ms and self.settles_ms:
            self._jump(self.candidate, shell)
            last.clear()
            return
        self.loop = self.candidate
        raise _Endless

    def _jump(self, loop: Loop, shell: Shell) -> None:
        count = -(-(self.settles_ms - loop.start_ms) // loop.period_ms)
        if not count:
            return
        self.skipped.append((loop, count))
        shell.machine.time_ms += count * loop.period_ms
        for name, step in loop.steps:
            shell.variables[name] = str(int(shell.variables[name]) + count * step)


def _step(name: str, first: _Round, second: _Round, third: _Round) -> int | None:
    """By how much a counter grew in each of two rounds; None if it is no counter."""
    try:
        values = [int(each.variables.get(name, "")) for each in (first, second, third)]
    except ValueError:
        return None
    step = values[2] - values[1]
    return step if step and values[1] - values[0] == step else None


def _machine(script: Script, wire: Wire, out: _Output, limit_ms: int) -> Machine:
    def find_or_serve(name: str, shell: Shell) -> Program | None:
        base = name.rpartition("/")[2]
        if script.serves and base == script.serves.rpartition("/")[2]:
            return _serve
        return _serve if base == "httpd" else find(name, shell)

    files = Files(entries=dict(script.files), mounts=script.mounts, journal=[])
    machine = Machine(
        files=files,
        facts=script.facts,
        wire=wire,
        find=find_or_serve,
        limit_ms=limit_ms,
        steps=MAX_STEPS,
        stderr=out,
    )
    machine.next_pid = 2
    machine.arrivals = list(script.arrivals)
    return machine


def _serve(call: Call) -> int:
    if call.args[:1] in (("-v",), ("-V",), ("-t",), ("--version",), ("-s",)):
        return 0
    raise _Serving(call.argv)


def _shell(script: Script, machine: Machine) -> Shell:
    variables = dict(script.variables)
    return Shell(
        machine=machine, variables=variables, exported=dict.fromkeys(variables), cwd=script.cwd, pid=1, name="sh"
    )


def _writes(files: Files) -> list[Wrote]:
    return [Wrote(at, path, text, append) for at, path, text, append in files.journal or ()]


def _trapped(machine: Machine, shell: Shell) -> int | None:
    """The exit code of a script that catches SIGTERM; None if it does not."""
    handler = machine.traps.get("TERM")
    if not handler:
        return None
    machine.steps, machine.limit_ms = 1000, FOREVER_MS
    machine.watch = None
    quiet = _Output()
    try:
        run_text(handler, shell, Streams(stdin=Input(), stdout=quiet, stderr=quiet))
    except Exit as leaving:
        return leaving.status
    except (Exhausted, ReaderGone, BreakLoop, ContinueLoop, _Endless, _Serving):
        return None
    return None
