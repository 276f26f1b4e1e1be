"""What all shells of one line share: files, the clock, processes, limits; and what each shell has of its own.

Time is virtual: ``sleep`` moves ``time_ms`` and nothing waits. Every step, every byte of output and every
second is counted; Exhausted ends a line that has no end. Knows nothing of State: what is outside the container
is behind the Wire.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from attrs import define, field

from engine.kinds.frozen import frozen
from engine.kubelet.files import Files, Wrote, resolve
from engine.kubelet.shell.syntax import Command, While

MAX_OUTPUT_BYTES = 1 << 20
MAX_STEPS = 100_000
MAX_DEPTH = 40
UNREACHABLE_MS = 3072
"""How long it takes until a host is known not to be there: three unanswered ARP requests."""


class Exhausted(Exception):
    """The line ran into a limit."""


class ReaderGone(Exception):
    """The command at the other end of the pipe has all it wants (SIGPIPE)."""


@frozen(kw_only=True)
class Process:
    pid: int
    user: str
    command: str
    started_at: int


@frozen(kw_only=True)
class Facts:
    """What does not change while a line runs. ``start`` is the epoch second at which ``time_ms`` is 0."""

    start: int
    hostname: str = "localhost"
    pod_ip: str = ""
    namespace: str = "default"
    user: str = "root"
    uid: int = 0
    gid: int = 0
    image: str = ""
    """The last part of its name."""
    server: str = ""
    """The program of the image's own server: "nginx", "redis-server", ..."""
    programs: frozenset[str] = frozenset()
    """What the image carries besides the usual tools."""
    version: str = "latest"
    """The image's tag."""
    listens: tuple[int, ...] = ()
    mounts: tuple[str, ...] = ()
    cpus: int = 2
    memory_bytes: int = 4 << 30
    memory_used_bytes: int = 0
    kernel: str = "6.8.0"
    booted_at: int = 0
    image_time: int = 1_746_057_600
    """When the image's own files were made."""
    processes: tuple[Process, ...] = ()
    packet_rules: Callable[[str], list[str]] = lambda _table: []
    """What iptables-save prints of a table; nothing where a container may not look."""


@frozen(kw_only=True)
class HttpReply:
    """``problem`` is "" when HTTP was answered, else "resolve", "resolve-timeout", "refused", "unreachable",
    "timeout", "http09" (something else was), "tls" or "empty"."""

    problem: str = ""
    status: int = 0
    phrase: str = ""
    headers: Mapping[str, str] = field(factory=dict)
    body: str = ""
    ip: str = ""
    self_signed: bool = False
    """Whether it came with a certificate that nobody vouches for."""


@frozen(kw_only=True)
class Lookup:
    """``problem`` is "", "nxdomain" or "timeout"."""

    name: str
    problem: str = ""
    addresses: tuple[str, ...] = ()
    canonical: str = ""
    server: str = "10.96.0.10"
    records: tuple[tuple[str, str, str], ...] = ()
    """(name, type, data) of all that was answered."""


class Wire(Protocol):
    """The network as a container sees it; each call may be recorded by who receives it."""

    def lookup(self, name: str, time: int, type_: str = "A", asked: str = "", /) -> Lookup:
        """``asked`` is the server to ask, "" for the pod's own."""
        ...

    def connect(self, ip: str, port: int, time: int, protocol: str = "TCP", /) -> str:
        """ "" when a server accepts, else "refused", "unreachable" or "timeout"."""
        ...

    def ping(self, ip: str, time: int, /) -> bool: ...
    def http(self, request: "HttpRequest", time: int, /) -> HttpReply: ...
    def talk(self, ip: str, port: int, text: str, time: int, /) -> str:
        """What a server that is not asked in HTTP answers to ``text``."""
        ...


@frozen(kw_only=True)
class HttpRequest:
    """``host`` as it was asked for, ``ip`` what it stands for."""

    host: str
    ip: str
    port: int
    path: str = "/"
    method: str = "GET"
    agent: str = ""
    headers: Mapping[str, str] = field(factory=dict)
    body: str = ""


class Sink(Protocol):
    def write(self, text: str, time_ms: int, /) -> None: ...


@define
class Capture:
    """Output kept with its times; with ``lines`` set, the writer is stopped once the reader has so many."""

    chunks: list[tuple[int, str]] = field(factory=list)
    lines: int | None = None

    def write(self, text: str, time_ms: int) -> None:
        self.chunks.append((time_ms, text))
        if self.lines is not None:
            self.lines -= text.count("\n")
            if self.lines <= 0:
                raise ReaderGone

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.chunks)


@define
class Machine:
    files: Files
    facts: Facts
    wire: Wire
    find: "Callable[[str, Shell], Program | None]"
    """Which program a command word means (programs.find)."""
    time_ms: int = 0
    limit_ms: int = 600_000
    steps: int = MAX_STEPS
    output_bytes: int = MAX_OUTPUT_BYTES
    depth: int = 0
    processes: dict[int, Process] = field(factory=dict)
    """Running besides the container's own."""
    job_ends: dict[int, int] = field(factory=dict)
    """When jobs in the background end, in ``time_ms``."""
    signals: dict[str, int] = field(factory=dict)
    arrivals: list[Wrote] = field(factory=list)
    """What others will write to the files, by time."""
    watch: "Callable[[While, Shell, Streams], None] | None" = None
    """Told of each round of a ``while`` before it runs."""
    traps: dict[str, str] = field(factory=dict)
    asked_ms: list[int] = field(factory=list)
    """When the network was asked something."""
    follows: tuple[str, ...] = ()
    """Files that ``tail -f`` waits on."""
    executables: set[str] = field(factory=set)
    next_pid: int = 8
    last_substitution: int = 0
    stderr: Sink = field(factory=Capture)
    on_terminal: bool = False
    """Whether somebody looks on while lines are typed: clients of databases then say more."""
    """The line's own stderr, for ``$(...)``."""

    @property
    def now(self) -> int:
        """The virtual time in whole seconds since the epoch."""
        return self.facts.start + self.time_ms // 1000

    def step(self) -> None:
        self.steps -= 1
        self.receive()
        if self.steps < 0 or self.time_ms > self.limit_ms:
            raise Exhausted

    def receive(self) -> None:
        """What others have written to the files by now."""
        while self.arrivals and self.arrivals[0].at <= self.now:
            self.files.receive(self.arrivals.pop(0))

    def lookup(self, name: str, type_: str = "A", asked: str = "") -> Lookup:
        self.asked_ms.append(self.time_ms)
        return self.wire.lookup(name, self.now, type_, asked)

    def connect(self, ip: str, port: int, protocol: str = "TCP") -> str:
        self.asked_ms.append(self.time_ms)
        problem = self.wire.connect(ip, port, self.now, protocol)
        self.time_ms += UNREACHABLE_MS if problem == "unreachable" else 0
        return problem

    def http(self, request: HttpRequest) -> HttpReply:
        self.asked_ms.append(self.time_ms)
        reply = self.wire.http(request, self.now)
        self.time_ms += UNREACHABLE_MS if reply.problem == "unreachable" else 0
        return reply

    def pid(self) -> int:
        self.next_pid += 1
        return self.next_pid - 1


@define
class Shell:
    """One shell: variables, directory, functions and options. A subshell is a copy (``fork``)."""

    machine: Machine
    variables: dict[str, str]
    exported: dict[str, None]
    cwd: str = "/"
    arguments: tuple[str, ...] = ()
    name: str = "sh"
    pid: int = 7
    status: int = 0
    background_pid: int = 0
    functions: dict[str, Command] = field(factory=dict)
    options: dict[str, bool] = field(factory=dict)
    guarded: int = 0
    """Above 0 inside conditions, where ``set -e`` does not act."""

    def fork(self) -> "Shell":
        return Shell(
            machine=self.machine,
            variables=dict(self.variables),
            exported=dict(self.exported),
            cwd=self.cwd,
            arguments=self.arguments,
            name=self.name,
            pid=self.pid,
            status=self.status,
            background_pid=self.background_pid,
            functions=dict(self.functions),
            options=dict(self.options),
        )

    def environment(self) -> dict[str, str]:
        """What a program started now would see."""
        return {name: self.variables[name] for name in self.exported if name in self.variables}

    def path(self, path: str) -> str:
        return resolve(self.cwd, path)


@define
class Input:
    """What a command may read, and how far it has; at the terminal nobody types more."""

    text: str = ""
    at: int = 0

    def rest(self) -> str:
        start, self.at = self.at, len(self.text)
        return self.text[start:]

    def line(self) -> str | None:
        """The next line with its end; None at the end."""
        if self.at >= len(self.text):
            return None
        end = self.text.find("\n", self.at) + 1 or len(self.text)
        start, self.at = self.at, end
        return self.text[start:end]


@frozen(kw_only=True)
class Streams:
    stdin: Input
    stdout: Sink
    stderr: Sink


@frozen(kw_only=True)
class Call:
    """One program started with arguments and its streams."""

    shell: Shell
    argv: tuple[str, ...]
    streams: Streams

    @property
    def args(self) -> tuple[str, ...]:
        return self.argv[1:]

    @property
    def machine(self) -> Machine:
        return self.shell.machine

    @property
    def stdin(self) -> Input:
        return self.streams.stdin

    def out(self, text: str) -> None:
        self._write(self.streams.stdout, text)

    def err(self, text: str) -> None:
        self._write(self.streams.stderr, text)

    def fail(self, message: str, code: int = 1) -> int:
        """``name: message`` on stderr, and the exit code."""
        self.err(f"{self.argv[0].rpartition('/')[2]}: {message}\n")
        return code

    def _write(self, sink: Sink, text: str) -> None:
        if not text:
            return
        room = self.machine.output_bytes
        self.machine.output_bytes -= len(text)
        sink.write(text[: max(room, 0)], self.machine.time_ms)
        if room < len(text):
            raise Exhausted


Program = Callable[[Call], int]
