"""What a verb is: one operation of an operator, written once for keys, prompt, palette, help and command line.

A verb does no I/O. Its ``run`` is a generator: it yields Steps and receives the newest View after each, so a
drain that takes minutes is written straight down, and whoever drives it (the console, which must not block,
or the command line, which jumps cluster time) decides what waiting means. Closing the generator cancels it.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from attrs import field

from engine.access.identity import Identity
from engine.access.seen import behind, identity_of
from engine.api.writes import Write
from engine.kinds import Ref
from engine.kinds.frozen import frozen
from engine.store.state import State


class Interrupted(Exception):
    """Raised at a ``yield`` where the operator has had enough: a verb may tidy up, and ends."""


@frozen
class View:
    """What a verb may see: the newest State and the cluster time, which runs on while nothing changes."""

    state: State
    now: int
    text: str = ""
    """What came back from the editor, after an Edit."""

    @property
    def server(self) -> State:
        """The State itself, for printers, logs and metrics: what they are asked for was asked of ``state`` before."""
        return behind(self.state)

    @property
    def identity(self) -> Identity:
        """Who asks: what ``state`` shows and refuses follows from it."""
        return identity_of(self.state)


@frozen
class Say:
    """One line for the operator; ``error`` lines go to standard error, an ``open`` one has no end yet."""

    text: str
    error: bool = False
    open: bool = False


@frozen
class Submit:
    """Writes for the API server, as one commit; an ApiError is raised at the ``yield``."""

    writes: tuple[Write, ...]


@frozen
class Wait:
    """Until the cluster changes, or ``seconds`` of cluster time have passed, whichever is first.

    ``what`` says what is waited for, to a driver that loses patience: another text is another wait. ``following``
    is a wait without an end, for what comes by and by: nobody hurries it. ``done`` of ``total`` is how far it is,
    where that can be counted.
    """

    seconds: int = 1
    what: str = ""
    following: bool = False
    done: int = 0
    total: int = 0


@frozen
class Edit:
    """Opens ``text`` in the operator's editor; the next View has what was left. Raises UsageError where none starts."""

    text: str
    suffix: str = ".yaml"


@frozen
class Save:
    """Writes a file of the operator's own, with the folders above it. Raises UsageError."""

    path: str
    content: bytes
    append: bool = False


@frozen
class Talk:
    """A shell of a container, or its own program ``argv``, line by line, until the operator or the shell ends it."""

    pod: Ref
    container: str
    session: str
    argv: tuple[str, ...] = ("sh",)


@frozen
class Configure:
    """The session's kubeconfig is this from now on. Raises UsageError where it cannot be kept."""

    config: Mapping[str, Any]


@frozen
class ApiPaths:
    """What of the API is served, as regular expressions that are searched for; a path begins with ``prefix``."""

    prefix: str
    accepted: tuple[str, ...]
    rejected: tuple[str, ...]
    rejected_methods: tuple[str, ...]
    hosts: tuple[str, ...]


@frozen
class Listen:
    """Real ports of this machine, on loopback, that lead into a pod for as long as the verb runs.

    ``ports`` are (local, remote); a local 0 is any that is free. Of a Service the remote ones are node ports, and
    the container is left out: its endpoints take turns. The next View's ``text`` says what is listened on, as in
    ``8080>80,8081>81``. Raises UsageError where none can be had. With ``api`` the API server itself answers there.
    """

    target: Ref
    container: str
    ports: tuple[tuple[int, int], ...]
    address: str = "127.0.0.1"
    api: "ApiPaths | None" = None


Step = Say | Submit | Wait | Edit | Save | Talk | Configure | Listen
Run = Generator[Step, View, int]
"""Returns the exit code."""


@frozen(kw_only=True)
class Option:
    """One flag. ``value`` is what its argument is called in usage, "" for a switch; ``default`` is its text."""

    name: str
    summary: str
    value: str = ""
    short: str = ""
    default: str = ""
    repeats: bool = False
    choices: tuple[str, ...] = ()
    """The texts the prompt offers; one that ends in ``=`` goes on."""


@frozen(kw_only=True)
class Args:
    """A parsed command line: the words after the verb, and its flags."""

    words: tuple[str, ...] = ()
    flags: Mapping[str, str] = field(factory=dict)
    """Flag name without dashes -> text; switches are "true" or "false"; repeated ones joined by newlines."""
    given: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """Only the flags that were typed, with each of their texts: one may hold a newline."""
    namespace: str = "default"
    all_namespaces: bool = False
    rest: tuple[str, ...] = ()
    """What stood after ``--``."""
    files: Mapping[str, str] = field(factory=dict)
    """Texts of the ``-f`` arguments by name, read by the caller: a verb touches no file."""
    line: str = ""
    """The command line as ``--record`` keeps it."""
    config: Mapping[str, Any] = field(factory=dict)
    """The session's kubeconfig."""
    read: Mapping[str, Mapping[str, bytes]] = field(factory=dict)
    """What ``Verb.reads`` asked for: path -> file name -> bytes; of a folder all the files right in it."""

    def on(self, flag: str) -> bool:
        return self.flags.get(flag) == "true"

    def every(self, flag: str) -> tuple[str, ...]:
        """Each text a repeated flag was given, as it was typed."""
        return self.given.get(flag, ())

    def listed(self, flag: str) -> tuple[str, ...]:
        """The items of a flag that takes ``a,b`` and may be repeated."""
        return tuple(part for text in self.every(flag) for part in text.split(",") if part)


@frozen(kw_only=True)
class Field:
    """One input of a dialog. ``kind`` is text, number, switch or choice (of ``choices``: value, label)."""

    name: str
    label: str
    kind: str = "text"
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    detail: Mapping[str, str] = field(factory=dict)
    """For a choice: value -> text shown beside it (a template's difference, for example)."""
    fills: Mapping[str, str] = field(factory=dict)
    """For a choice: value -> what the next field then begins with, as long as nobody has typed there."""
    starts: bool = False
    """The cursor starts here; by default in the first field."""


@frozen(kw_only=True)
class Form:
    """What the console asks before it runs a verb on the selection; ``message`` names what it acts on."""

    title: str
    message: str = ""
    fields: tuple[Field, ...] = ()
    dangerous: bool = False
    """The cursor starts on Cancel."""


@frozen(kw_only=True)
class Verb:
    """One line of VERBS.

    ``kinds`` are the kinds whose rows offer the key; empty for all. ``form`` says what to ask, None runs at
    once; ``argv`` turns the selection and the answers into the words kubectl would be given (without
    "kubectl"), so that a key, the prompt and the command line join there.
    """

    name: str
    summary: str
    usage: str
    run: Callable[[View, Args], Run]
    options: tuple[Option, ...] = ()
    kinds: tuple[str, ...] = ()
    key: str = ""
    dangerous: bool = False
    form: Callable[[State, Sequence[Ref]], Form | None] | None = None
    argv: Callable[[Sequence[Ref], Mapping[str, str]], list[str]] | None = None
    writes: bool = True
    """False for verbs that only read: they work on recordings too."""
    takes_command: bool = False
    """What follows ``--`` is a command for a container."""
    reads: Callable[[Args], Sequence[str]] | None = None
    """The files and folders it needs besides those of ``-f``."""
    builds: Callable[[Args], str] | None = None
    """The folder whose kustomization it is about, for a verb that is not told by ``-k``."""
