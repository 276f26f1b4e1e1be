"""What a container's main process does from its start: a pure description, no clock in it.

Follows from the image and the container's command alone, so that every reader (lifecycle, probes, network,
logs) sees the same process. The seam to the simulated runtime: what a shell script does is programs.py's.
"""

import re
from collections.abc import Mapping

from engine.kinds import EMPTY, Container, evolve
from engine.kinds.frozen import frozen
from engine.kubelet.catalog import Resolved, base_name, has_program, resolve
from engine.kubelet.image_table import ImageEntry

_INTERPRETERS = ("python", "python3", "node", "ruby", "perl", "php", "java", "dotnet", "go")
_ONE_LINER_SECONDS = 4
_PORT_FLAG = re.compile(r"--?(?:port|http-port|listen|listen-address|web.listen-address|http.addr)")
_AGNHOST_PORTS: Mapping[str, int] = {
    "netexec": 8080, "serve-hostname": 9376, "test-webserver": 80, "porter": 80, "liveness": 8080,
    "grpc-health-checking": 5000,
}  # fmt: skip
_AGNHOST_HEALTHY_SECONDS = 10
"""How long ``agnhost liveness`` says that it is well."""
_EXPLAINS = frozenset(("--help", "-?", "-h", "--version"))
_DURATION = re.compile(r"(\d+)([smhd]?)")
_SECONDS: Mapping[str, int] = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_NO_ENV: Mapping[str, str] = EMPTY


@frozen(kw_only=True)
class Behaviour:
    """``exits_after_seconds`` None: it runs for ever. ``term_exit_code`` None: SIGTERM does nothing to it.

    ``listens`` are the ports it opens, ``ready_after_seconds`` after its start; behind all of them is a
    server speaking ``serves`` ("http", "grpc", "redis", ... or "" for bare TCP). ``paths`` answer 200, None
    for every path. ``start_error`` says why the runtime cannot start it at all.
    """

    exits_after_seconds: int | None = None
    exit_code: int = 0
    listens: tuple[int, ...] = ()
    serves: str = ""
    paths: tuple[str, ...] | None = None
    speaks_grpc: bool = False
    """Whether it answers gRPC's health questions beside what it ``serves``."""
    ready_after_seconds: int = 0
    fails_after_seconds: int | None = None
    """From when on its HTTP server answers 500, whatever it is asked."""
    term_exit_code: int | None = 0
    stops_after_seconds: int = 1
    start_error: str = ""
    asks_again_at: int | None = None
    """When the network is asked something that may change all this."""
    cpu_milli: int = 1
    memory_bytes: int = 10 * 1024 * 1024
    log_profile: str = ""


def behaviour(
    image: str,
    container: Container,
    env: Mapping[str, str] = _NO_ENV,
) -> Behaviour:
    """``env`` is the container's environment as engine.kubelet.environment resolves it."""
    resolved = resolve(image)
    entry = resolved.entry if isinstance(resolved, Resolved) else ImageEntry(name=image)
    argv = command_line(container, entry)
    if not argv:
        return Behaviour(start_error="no command specified")
    if not has_program(entry, argv[0]):  # of the image alone: what an init container copied in is not seen
        return Behaviour(start_error=_not_found(argv[0]))
    if runs_own_server(entry, argv):
        return with_ports(own_server(entry, env), argv)
    return _other_program(argv, entry)


def command_line(container: Container, entry: ImageEntry) -> tuple[str, ...]:
    """What is executed: command and args over the image's ENTRYPOINT and CMD, through its entrypoint script.

    ``command`` replaces both; ``args`` alone replace CMD. An entrypoint script runs what follows it, with
    the image's server in front of mere flags.
    """
    if container.command:
        words = container.command + container.args
    else:
        words = entry.entrypoint + (container.args or entry.cmd)
    if words and words[0].endswith("entrypoint.sh"):
        words = words[1:]
        flags_only = not words or words[0].startswith("-")
        if flags_only or not (entry.server or has_program(entry, words[0])):
            words = (entry.server or entry.cmd[0], *words)
    return words


def runs_own_server(entry: ImageEntry, argv: tuple[str, ...]) -> bool:
    """Whether the command is the image's own server, whatever its flags."""
    return entry.server != "" and base_name(argv[0]) == base_name(entry.server)


def own_server(entry: ImageEntry, env: Mapping[str, str]) -> Behaviour:
    if entry.needs_env and not any(env.get(name) for name in entry.needs_env):
        return evolve(_process(entry), exits_after_seconds=1, exit_code=1)
    return evolve(
        _process(entry),
        exits_after_seconds=entry.exits_after_seconds,
        exit_code=entry.exit_code,
        listens=entry.listens,
        serves=entry.serves,
        paths=entry.paths,
        speaks_grpc=entry.speaks_grpc,
        ready_after_seconds=entry.ready_after_seconds,
        fails_after_seconds=entry.fails_after_seconds,
        term_exit_code=entry.term_exit_code,
        stops_after_seconds=entry.stops_after_seconds,
        log_profile=entry.log_profile,
    )


def with_ports(server: Behaviour, argv: tuple[str, ...]) -> Behaviour:
    """The server with the port that its flags ask for in the place of its own: ``redis-server --port 6380``."""
    listens, serves = server.listens, server.serves
    if base_name(argv[0]) == "agnhost" and argv[1:2] and argv[1] in _AGNHOST_PORTS:
        listens, serves = (_AGNHOST_PORTS[argv[1]],), "grpc" if argv[1].startswith("grpc") else "http"
        fails = _AGNHOST_HEALTHY_SECONDS if argv[1] == "liveness" else None
        server = evolve(server, fails_after_seconds=fails, log_profile=f"agnhost {argv[1]}")
    for word, after in zip(argv[1:], (*argv[2:], ""), strict=False):
        flag, _, value = word.partition("=")
        port = (value or after).rpartition(":")[2]
        if listens and _PORT_FLAG.fullmatch(flag) and port.isdecimal():
            listens = (int(port), *listens[1:])
    return evolve(server, listens=listens, serves=serves)


def _other_program(argv: tuple[str, ...], entry: ImageEntry) -> Behaviour:
    """A program that is neither the image's server nor the shell's (those are programs.py's).

    An interpreter runs a file for ever, a one-liner for a moment, and without either finds no terminal and ends.
    """
    name, args = base_name(argv[0]), argv[1:]
    if name == "sleep":
        return evolve(_process(entry), exits_after_seconds=int(args[0]) if args and args[0].isdecimal() else None)
    if name in _INTERPRETERS and args:
        if args[:2] == ("-m", "http.server"):
            port = next((int(each) for each in args[2:] if each.isdecimal()), 8000)
            return evolve(_process(entry), listens=(port,), serves="http", ready_after_seconds=1)
        one_liner = args[0].startswith(("-c", "-e", "-M", "-w", "-p", "--version", "-V"))
        return evolve(_process(entry), exits_after_seconds=_ONE_LINER_SECONDS if one_liner else None)
    if name in ("stress", "stress-ng"):
        return _stress(argv, entry)
    return evolve(_process(entry), exits_after_seconds=0, exit_code=int(name == "false"))


def _stress(argv: tuple[str, ...], entry: ImageEntry) -> Behaviour:
    """Without any flag, or asked for help, it explains itself and ends; with a --timeout it ends after that."""
    if len(argv) == 1 or not _EXPLAINS.isdisjoint(argv):
        return evolve(_process(entry), exits_after_seconds=0)
    return evolve(_process(entry), exits_after_seconds=_timeout_seconds(argv))


def _timeout_seconds(argv: tuple[str, ...]) -> int | None:
    for word, after in zip(argv[1:], (*argv[2:], ""), strict=False):
        flag, equals, value = word.partition("=")
        match = _DURATION.fullmatch(value if equals else after) if flag in ("--timeout", "-t") else None
        if match is not None:
            return int(match[1]) * _SECONDS[match[2]]
    return None


def _process(entry: ImageEntry) -> Behaviour:
    return Behaviour(term_exit_code=None, cpu_milli=entry.cpu_milli, memory_bytes=entry.memory_bytes)


def _not_found(program: str) -> str:
    why = "executable file not found in $PATH"
    if "/" in program:
        why = f"stat {program}: no such file or directory"
    return (
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create "
        "failed: unable to start container process: error during container init: "
        f'exec: "{program}": {why}'
    )
