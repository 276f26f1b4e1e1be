"""redis-cli: strings, counters and lists of the redis in the same container, kept in /data/dump.rdb as lines of text.

A redis elsewhere is reached and answers PING; its data is another container's, which a line cannot change.
"""

import fnmatch
import json

from engine.kubelet.shell.commands.resolver import unreachable
from engine.kubelet.shell.machine import Call
from engine.kubelet.shell.options import options

_STORE = "/data/dump.rdb"
_LOCAL = ("127.0.0.1", "localhost")
_INFO = "# Server\nredis_version:7.4.2\nredis_mode:standalone\ntcp_port:6379\n# Replication\nrole:master\n"
Value = str | list[str]


def redis_cli(call: Call) -> int:
    given = options(call, "c x r", "h p a n u", stop=True)
    host, port = given.value("h", "127.0.0.1"), given.number("p", 6379)
    words = given.rest
    problem = unreachable(call, host, port)
    if problem:
        call.err(f"Could not connect to Redis at {host}:{port}: {problem}\n")
        return 1
    if words:
        call.out(_answer(call, words[0].upper(), words[1:], local=host in _LOCAL) + "\n")
    return 0


def _answer(call: Call, verb: str, rest: tuple[str, ...], *, local: bool) -> str:
    if verb == "PING":
        return rest[0] if rest else "PONG"
    if verb == "INFO":
        return _INFO
    if verb in ("SELECT", "AUTH"):
        return "OK"
    if verb not in _COUNTS:
        return f"ERR unknown command '{verb}'"
    if len(rest) < _COUNTS[verb]:
        return f"ERR wrong number of arguments for '{verb.lower()}' command"
    if not local:
        return "ERR this cluster keeps data only for lines typed beside the server"
    store = _load(call)
    answer = _apply(store, verb, rest)
    if verb not in _READS:
        call.machine.files.write(_STORE, json.dumps(store), call.machine.now)
    return answer


_COUNTS = {
    "SET": 2, "GET": 1, "DEL": 1, "EXISTS": 1, "INCR": 1, "DECR": 1, "KEYS": 1, "DBSIZE": 0, "FLUSHALL": 0,
    "FLUSHDB": 0, "LPUSH": 2, "RPUSH": 2, "LRANGE": 3, "LLEN": 1, "APPEND": 2,
}  # fmt: skip
"""How many arguments each command needs."""
_READS = ("GET", "EXISTS", "KEYS", "DBSIZE", "LRANGE", "LLEN")


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
