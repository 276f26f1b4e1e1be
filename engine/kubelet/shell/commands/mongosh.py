"""mongosh: a client that connects and answers what a server without collections can; it keeps nothing."""

import re
from itertools import pairwise

from engine.kubelet.shell.commands.resolver import unreachable
from engine.kubelet.shell.machine import Call

_DATABASES = "admin   40.00 KiB\nconfig  12.00 KiB\nlocal   40.00 KiB\n"
_PINGS = re.compile(
    r"""db\.(runCommand|adminCommand)\(\s*(\{\s*["']?ping["']?\s*:\s*1\s*\}|["']ping["'])\s*\)(\.ok)?"""
)


def mongosh(call: Call) -> int:
    """The expression behind ``--eval``, or else the lines of its input."""
    if call.args[:1] == ("--version",):
        call.out("2.4.2\n")
        return 0
    host, port = _server(call.args)
    if unreachable(call, host, port):
        call.err(f"MongoNetworkError: connect ECONNREFUSED {host}:{port}\n")
        return 1
    told = next((word for before, word in zip(call.argv, call.args, strict=False) if before == "--eval"), None)
    told = told or next((word.partition("=")[2] for word in call.args if word.startswith("--eval=")), None)
    for line in [told] if told else call.stdin.rest().splitlines():
        expression = line.strip().rstrip(";")
        if expression in ("exit", "quit", "exit()", "quit()", ".exit"):
            break
        if expression:
            call.out(_answer(expression))
    return 0


def _server(args: tuple[str, ...]) -> tuple[str, int]:
    """Of ``mongodb://user:word@host:port/db``, ``host:port/db`` or ``--host host --port port``."""
    given = dict(pairwise(args))
    address = next((word for word in args if word.startswith("mongodb://")), given.get("--host", "127.0.0.1"))
    host, _, port = address.removeprefix("mongodb://").rpartition("@")[2].partition("/")[0].partition(":")
    port = given.get("--port", port)
    return host or "127.0.0.1", int(port) if port.isdecimal() else 27017


def _answer(expression: str) -> str:
    words = expression.split()
    ping = _PINGS.fullmatch(expression)
    if ping is not None:
        return "1\n" if ping[3] else "{ ok: 1 }\n"
    match words:
        case ["show", "dbs" | "databases"]:
            return _DATABASES
        case ["show", "collections" | "tables"]:
            return ""
        case ["use", name]:
            return f"switched to db {name}\n"
        case ["db"]:
            return "test\n"
        case ["db.version()"]:
            return "8.0.6\n"
        case ["rs.status()", *_]:
            return "MongoServerError[NoReplicationEnabled]: not running with --replSet\n"
    if re.fullmatch(r"-?\d+(\.\d+)?", expression):
        return f"{expression}\n"
    if words[0].startswith(("db.", "rs.", "sh.")):
        return "MongoServerError: this cluster keeps no collections\n"
    unknown = re.match(r"[A-Za-z_$][\w$]*", expression)
    return f"ReferenceError: {unknown[0]} is not defined\n" if unknown else "SyntaxError: Unexpected token (1:0)\n"
