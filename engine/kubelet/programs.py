"""What a container's command does: ``main_program(...) -> Program``, by running its script ahead in virtual time.

    ["sh", "-c", "echo hi; sleep 5; exit 1"]   prints hi at 0 s, ends at 5 s with 1
    ["sleep", "3600"]                          ends at 3600 s with 0
    while true; do date; sleep 5; done         never ends; its lines are made when asked for, not before

None where the image's own server runs. A Program follows from the pod, the image and the environment. Where the
network decides its end (``until nslookup db; do sleep 2; done``), ``wire`` answers from the State at hand, and
the kubelet has to look again at ``asks_again_at``: what was asked before ``now`` counts as refused, or else
as answered, whichever leaves the program alive until now.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from attrs import evolve, field

from engine.api_access import gets_token
from engine.kinds import Container, Pod, Same, same
from engine.kinds.frozen import frozen
from engine.kubelet.disks import kept_files
from engine.kubelet.environment import expanded
from engine.kubelet.files import Wrote
from engine.kubelet.image_files import base_files, working_directory
from engine.kubelet.image_table import ImageEntry
from engine.kubelet.shell.machine import Facts, Wire
from engine.kubelet.shell.programs import COMMANDS
from engine.kubelet.shell.recording import Loop, Recording, Script, record, rounds
from engine.kubelet.shell.wires import ANSWERING, SILENT, Until
from engine.kubelet.volumes import mounts_of, pod_files, security, with_volumes
from engine.network import dns
from engine.store.state import State

_INTERPRETERS = ("perl", "python", "python3")
"""Whose one-liners are run, if they are understood; anything else they run takes its time and prints nothing."""
_CLIENTS = ("mysql", "mariadb", "mysqladmin", "mariadb-admin", "psql", "pg_isready", "redis-cli", "mongosh")
"""Programs of server images that ask a server and end."""
_SHELLS = ("sh", "bash", "ash", "dash")


@frozen(kw_only=True)
class Program:
    """Offsets count from the container's start. ``exits_after_seconds`` None: it runs for ever.

    ``serves_after_seconds`` is when the script becomes the image's own server, None if it never does.
    ``term_exit_code`` None: SIGTERM does nothing to it. ``asks_again_at`` is the epoch second at which the
    network is asked something that may end the program, None if nothing is left to ask.
    """

    exits_after_seconds: int | None
    exit_code: int = 0
    serves_after_seconds: int | None = None
    serving: tuple[str, ...] = ()
    term_exit_code: int | None = None
    asks_network: bool = False
    asks_again_at: int | None = None
    follows: tuple[str, ...] = ()
    """Files it prints as they grow (``tail -f``)."""
    script: Script = field(repr=False)
    recording: Recording = field(repr=False)
    wire: Wire = field(default=SILENT, repr=False)

    def lines_between(self, start: int, end: int) -> list[tuple[int, str]]:
        """What it prints at offsets ``start`` <= s < ``end``, in order; the newest lines if there are too many."""
        found = _lines(self._chunks(start, end))
        return [(at // 1000, text) for at, text in found if at // 1000 >= start]

    def output_between(self, start: int, end: int) -> str:
        """The same as it comes, lines that are not finished too: what somebody sees who is attached."""
        return "".join(text for at, text in self._chunks(start, end) if at // 1000 >= start)

    def _chunks(self, start: int, end: int) -> list[tuple[int, str]]:
        """(millisecond, text) before offset ``end``, in order; of loops only the rounds from ``start`` on."""
        chunks = list(self.recording.chunks)
        for loop, count in self._loops():
            if not loop.output:  # a round may print as late as the next one begins
                first = max(0, (start * 1000 - loop.start_ms) // loop.period_ms - 1)
                last = min(count, max(first, -(-(end * 1000 - loop.start_ms) // loop.period_ms)))
                chunks += rounds(self.script, loop, self.wire, first, last).chunks
        return sorted((chunk for chunk in chunks if chunk[0] // 1000 < end), key=lambda chunk: chunk[0])

    def writes_until(self, end: int) -> Iterator[Wrote]:
        """What it writes to files before offset ``end``, in order; of a loop the newest rounds only."""
        begun = self.script.facts.start
        yield from (wrote for wrote in self.recording.writes if wrote.at - begun <= end)
        for loop, count in self._loops():
            if end * 1000 > loop.start_ms:
                last = min(count, (end * 1000 - loop.start_ms) // loop.period_ms + 1)
                made = rounds(self.script, loop, self.wire, max(0, last - _KEPT_ROUNDS), last)
                yield from (wrote for wrote in made.writes if wrote.at - begun <= end)

    def _loops(self) -> Iterator[tuple[Loop, int]]:
        """Each loop with how many rounds it has."""
        yield from self.recording.skipped
        if self.recording.loop is not None:
            yield self.recording.loop, _ENDLESS


_KEPT_ROUNDS = 1000
MAX_LINES = 100_000
_ENDLESS = 1 << 60


def main_program(
    pod: Pod,
    container: Container,
    entry: ImageEntry | None,
    env: Mapping[str, str],
    *,
    argv: tuple[str, ...],
    state: State | None = None,
    now: int = 0,
    started_at: int | None = None,
    wire: Wire | None = None,
    arrivals: tuple[Wrote, ...] = (),
) -> Program | None:
    """``argv`` is the container's command line over the image's (behaviour.command_line).

    ``state`` gives mounted ConfigMaps and Secrets, ``wire`` the network as this container sees it at ``now``;
    without a wire the network is taken to answer. ``arrivals`` are what others write to its files, by time.
    """
    words = tuple(expanded(word, env) for word in argv)
    if not is_script(words, entry):
        return None
    begun = now if started_at is None else started_at
    script = evolve(_script(pod, container, entry, env, words, state, begun), arrivals=arrivals)
    answered = _recorded(script, True)
    if not answered.asked_ms and not _recorded(script, False).asked_ms:
        return _program(script, answered, ANSWERING)
    if not _network_decides(script):
        return _program(script, answered if wire is None else record(script, wire), wire or ANSWERING)
    if wire is None:
        return _program(script, answered, ANSWERING)
    return _deciding_now(script, wire, max(now, begun))


def is_script(argv: tuple[str, ...], entry: ImageEntry | None) -> bool:
    """Whether a command line is for the shell and its tools, rather than for a server of the image."""
    if not argv:
        return False
    name = argv[0].rpartition("/")[2]
    if entry is not None and entry.server and name == entry.server.rpartition("/")[2]:
        return False
    if name in COMMANDS or name in _SHELLS or name == "httpd":
        return True
    if entry is None or name not in entry.programs:
        return False
    return _is_understood(name, argv[1:]) if name in _INTERPRETERS else name in _CLIENTS


def _is_understood(interpreter: str, argv: Sequence[str]) -> bool:
    from engine.kubelet.shell.commands import perl, python  # few containers run one

    return perl.understood(argv) if interpreter == "perl" else python.understood(argv)


def _program(script: Script, recording: Recording, wire: Wire, again_at: int | None = None) -> Program:
    ended = recording.ended_ms
    serving = recording.serving_ms
    return Program(
        exits_after_seconds=None if ended is None else -(-ended // 1000),
        exit_code=recording.exit_code,
        serves_after_seconds=None if serving is None else -(-serving // 1000),
        serving=recording.serving,
        term_exit_code=recording.term_exit_code,
        asks_network=bool(recording.asked_ms),
        asks_again_at=again_at,
        follows=recording.follows,
        script=script,
        recording=recording,
        wire=wire,
    )


def _network_decides(script: Script) -> bool:
    """Whether the end differs between a network that answers everything and one that answers nothing."""
    ends = [(each.ended_ms is None, each.exit_code, each.serving_ms is None) for each in _both(script)]
    return ends[0] != ends[1]


def _both(script: Script) -> tuple[Recording, Recording]:
    return _recorded(script, True), _recorded(script, False)


def _deciding_now(script: Script, wire: Wire, now: int) -> Program:
    """The program as it goes on from ``now``, given that it is alive (or just over) at that second."""
    settles_ms = (now - script.facts.start) * 1000
    refused = Until(now, SILENT, wire)
    recording = record(script, refused, settles_ms)
    over = recording.ended_ms is not None and script.facts.start + -(-recording.ended_ms // 1000) < now
    if over:
        refused = Until(now, ANSWERING, wire)
        recording = record(script, refused, settles_ms)
    return _program(script, recording, refused, _next_question(script, recording, now))


def _next_question(script: Script, recording: Recording, now: int) -> int | None:
    begun = script.facts.start
    later = [begun + -(-at // 1000) for at in recording.asked_ms if begun + at // 1000 > now]
    if later:
        return later[0]
    loop = recording.loop
    if loop is None or not any(at >= loop.start_ms - loop.period_ms for at in recording.asked_ms):
        return None
    passed = max(0, (now - begun) * 1000 - loop.start_ms) // loop.period_ms
    return max(now + 1, begun + -(-(loop.start_ms + (passed + 1) * loop.period_ms) // 1000))


@lru_cache(maxsize=4096)
def _recorded(script: Script, answers: bool) -> Recording:
    return record(script, ANSWERING if answers else SILENT)


def _script(
    pod: Pod,
    container: Container,
    entry: ImageEntry | None,
    env: Mapping[str, str],
    argv: tuple[str, ...],
    state: State | None,
    started_at: int,
) -> Script:
    files = _fresh_files(pod, container, entry, argv, state, started_at)
    uid = int(security(container, pod).get("runAsUser") or 0)
    facts = Facts(
        start=started_at,
        hostname=env.get("HOSTNAME", pod.metadata.name),
        pod_ip=pod.status.pod_ip,
        namespace=pod.metadata.namespace,
        user="root" if uid == 0 else str(uid),
        uid=uid,
        programs=frozenset() if entry is None else entry.programs,
    )
    return Script(
        argv=argv,
        variables=tuple(env.items()),
        facts=facts,
        files=tuple(files.items()),
        mounts=mounts_of(pod, container, state),
        cwd=container.working_dir or ("/" if entry is None else working_directory(entry)),
        serves="" if entry is None else entry.server,
    )


def _fresh_files(
    pod: Pod,
    container: Container,
    entry: ImageEntry | None,
    argv: tuple[str, ...],
    state: State | None,
    began: int,
) -> dict[str, str]:
    """Nothing at all for a plain ``sleep``, which reads none."""
    if argv[0].rpartition("/")[2] == "sleep" or entry is None:
        return {}
    files = dict(base_files(entry, container.image.rpartition(":")[2]))
    token = state is None or gets_token(state, pod)
    files.update(_given_files(same(pod), "" if state is None else dns.server_ip(state), " ".join(argv), token))
    if state is not None:
        with_volumes(state, pod, container, files, began)
        files.update(kept_files(state, pod, container))
    return files


@lru_cache(maxsize=1024)
def _given_files(pod: Same[Pod], dns_server: str, process: str, token: bool) -> Mapping[str, str]:
    """A pod is looked at many times before it changes."""
    return pod_files(pod(), dns_server, process=process, token=token)


class Unfinished(str):
    """The text of a line that has no end yet."""

    __slots__ = ()


def _lines(chunks: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Whole lines; each has the time of its last piece, an unfinished one stands alone."""
    found: list[tuple[int, str]] = []
    rest, at = "", 0
    for at, text in chunks:
        *whole, rest_of = text.split("\n")
        for line in whole:
            found.append((at, rest + line))
            rest = ""
        rest += rest_of
    if rest:
        found.append((at, Unfinished(rest)))
    return found[-MAX_LINES:]
