"""redis-cli: strings, counters and lists of the redis in the same container, kept in /data/dump.rdb as lines of text.

A redis elsewhere is reached and answers PING; its data is another container's, which a line cannot change. Without
words each line of its input is a command, answered as on a terminal. CONFIG GET tells defaults, the server's flags and
its configuration file as that is now (a real server read it when it started).
"""

import fnmatch
import json
import shlex
from itertools import pairwise

from engine.kubelet.image_files import redis_version
from engine.kubelet.shell.commands.resolver import unreachable
from engine.kubelet.shell.machine import Call
from engine.kubelet.shell.options import options

_STORE = "/data/dump.rdb"
_LOCAL = ("127.0.0.1", "localhost")
_INFO = "# Server\nredis_version:%s\nredis_mode:standalone\ntcp_port:6379\n# Replication\nrole:master\n"
Value = str | list[str]


def redis_cli(call: Call) -> int:
    given = options(call, "c x r", "h p a n u", stop=True)
    host, port = given.value("h", "127.0.0.1"), given.number("p", 6379)
    words = given.rest
    problem = unreachable(call, host, port)
    if problem:
        call.err(f"Could not connect to Redis at {host}:{port}: {problem}\n")
        return 1
    local = host in _LOCAL
    if words:
        call.out(_answer(call, words[0].upper(), words[1:], local=local) + "\n")
        return 0
    for line in call.stdin.rest().splitlines():
        verb, *rest = _words(line) or [""]
        if verb in ("quit", "exit"):
            break
        if verb:
            call.out(_on_a_terminal(verb.upper(), _answer(call, verb.upper(), tuple(rest), local=local)) + "\n")
    return 0


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:  # an open quote
        return line.split()


def _on_a_terminal(verb: str, answer: str) -> str:
    if answer.startswith("ERR "):
        return f"(error) {answer}"
    if verb in _NUMBERS:
        return f"(integer) {answer}"
    if verb in _ARRAYS:
        items = answer.split("\n") if answer else []
        return "\n".join(f'{place}) "{item}"' for place, item in enumerate(items, start=1)) or "(empty array)"
    if verb == "GET":
        return f'"{answer}"' if answer else "(nil)"
    return answer


_NUMBERS = ("DEL", "EXISTS", "INCR", "DECR", "DBSIZE", "LPUSH", "RPUSH", "LLEN", "APPEND")
_ARRAYS = ("KEYS", "LRANGE", "CONFIG")


def _answer(call: Call, verb: str, rest: tuple[str, ...], *, local: bool) -> str:
    if verb == "PING":
        return rest[0] if rest else "PONG"
    if verb == "INFO":
        return _INFO % redis_version(call.machine.facts.version)
    if verb in ("SELECT", "AUTH"):
        return "OK"
    if verb not in _COUNTS:
        return f"ERR unknown command '{verb}'"
    if len(rest) < _COUNTS[verb]:
        return f"ERR wrong number of arguments for '{verb.lower()}' command"
    if not local:
        return "ERR this cluster keeps data only for lines typed beside the server"
    if verb == "CONFIG":
        return _config(call, rest)
    store = _load(call)
    answer = _apply(store, verb, rest)
    if verb not in _READS:
        call.machine.files.write(_STORE, json.dumps(store), call.machine.now)
    return answer


_COUNTS = {
    "SET": 2, "GET": 1, "DEL": 1, "EXISTS": 1, "INCR": 1, "DECR": 1, "KEYS": 1, "DBSIZE": 0, "FLUSHALL": 0,
    "FLUSHDB": 0, "LPUSH": 2, "RPUSH": 2, "LRANGE": 3, "LLEN": 1, "APPEND": 2, "CONFIG": 2,
}  # fmt: skip
"""How many arguments each command needs."""
_READS = ("GET", "EXISTS", "KEYS", "DBSIZE", "LRANGE", "LLEN")


_SETTINGS = {
    "appendonly": "no", "dir": "/data", "maxmemory": "0", "maxmemory-policy": "noeviction", "port": "6379",
    "save": "3600 1 300 100 60 10000",
}  # fmt: skip
_UNITS = {"b": 1, "k": 1000, "kb": 1024, "m": 10**6, "mb": 1 << 20, "g": 10**9, "gb": 1 << 30}


def _config(call: Call, rest: tuple[str, ...]) -> str:
    if rest[0].upper() != "GET":
        return "ERR settings of this server are those it was started with"
    files = call.machine.files.entries
    argv = files.get("/proc/1/cmdline", "").split("\0")[1:]
    lines = files.get(argv[0], "").splitlines() if argv and not argv[0].startswith("-") else []
    lines += [f"{flag[2:]} {value}" for flag, value in pairwise(argv) if flag.startswith("--")]
    found = dict(_SETTINGS)
    for name, _, value in (line.strip().partition(" ") for line in lines):
        if name and not name.startswith("#"):
            found[name.lower()] = _number(value.strip()) if name.lower() == "maxmemory" else value.strip()
    return "\n".join(
        f"{name}\n{found[name]}" for name in sorted(found) if fnmatch.fnmatchcase(name, rest[1].lower())
    )


def _number(text: str) -> str:
    """``2mb`` as redis keeps it: in bytes."""
    digits = text.rstrip("bkmgBKMG")
    unit = text[len(digits) :].lower() or "b"
    return str(int(digits) * _UNITS[unit]) if digits.isdecimal() and unit in _UNITS else text


def _load(call: Call) -> dict[str, Value]:
    try:
        store = json.loads(call.machine.files.entries.get(_STORE, "") or "{}")
    except ValueError:
        return {}
    return store if isinstance(store, dict) else {}


def _apply(store: dict[str, Value], verb: str, rest: tuple[str, ...]) -> str:
    key = rest[0] if rest else ""
    value = store.get(key)
    match verb:
        case "SET":
            store[key] = rest[1]
            return "OK"
        case "GET":
            return value if isinstance(value, str) else ""
        case "DEL":
            return str(sum(store.pop(each, None) is not None for each in rest))
        case "EXISTS":
            return str(sum(each in store for each in rest))
        case "KEYS":
            return "\n".join(sorted(each for each in store if fnmatch.fnmatchcase(each, key)))
        case "DBSIZE":
            return str(len(store))
        case "FLUSHALL" | "FLUSHDB":
            store.clear()
            return "OK"
        case "INCR" | "DECR":
            return _count(store, key, 1 if verb == "INCR" else -1)
        case "APPEND":
            store[key] = (value if isinstance(value, str) else "") + rest[1]
            return str(len(store[key]))
    return _list(store, verb, rest)


def _count(store: dict[str, Value], key: str, by: int) -> str:
    text = store.get(key, "0")
    if not isinstance(text, str) or not text.lstrip("-").isdecimal() or len(text) > 18:
        return "ERR value is not an integer or out of range"
    store[key] = str(int(text) + by)
    return str(store[key])


def _list(store: dict[str, Value], verb: str, rest: tuple[str, ...]) -> str:
    held = store.get(rest[0])
    items = held if isinstance(held, list) else []
    if verb == "LLEN":
        return str(len(items))
    if verb == "LRANGE":
        bounds = [int(each) if each.lstrip("-").isdecimal() and len(each) < 10 else 0 for each in rest[1:3]]
        start, stop = (each if each >= 0 else each + len(items) for each in bounds)
        return "\n".join(items[max(start, 0) : stop + 1])
    store[rest[0]] = [*rest[:0:-1], *items] if verb == "LPUSH" else [*items, *rest[1:]]
    return str(len(store[rest[0]]))
