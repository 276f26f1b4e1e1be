"""zkCli.sh, zkServer.sh and zookeeper-ready: a client of the ensemble whose member runs in the same container.

Follows ZooKeeper 3.4's output. A member that cannot be reached has no say; without a majority nothing is answered.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from attrs import evolve

from engine.kubelet.shell.commands.resolver import named
from engine.kubelet.shell.machine import Call, Program
from engine.kubelet.zookeeper import CLIENT_PORT, LOG, PROBE, READ_LOG, ZNode, members, mode, znodes
from engine.network.dates import formatted

_CONNECTED = "\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null\n"
_USAGE = """ZooKeeper -server host:port cmd args
\tcreate path data
\tdelete path
\tget path
\tls path
\trmr path
\tset path data
\tstat path
\tquit
"""


def zk_cli(call: Call) -> int:
    words = list(call.args)
    if words[:1] == ["-server"]:
        words = words[2:]
    logs = _logs(call)
    if logs is None:
        call.err('Exception in thread "main" org.apache.zookeeper.KeeperException$ConnectionLossException: '
                 "KeeperErrorCode = ConnectionLoss for /\n")  # fmt: skip
        return 1
    call.out(f"Connecting to localhost:{CLIENT_PORT}\n{_CONNECTED}")
    if words:
        call.out(_answer(call, words, znodes(logs)))
        return 0
    told: list[str] = []
    for line in call.stdin.rest().splitlines():
        if line.strip() in ("quit", "close"):
            break
        if line.strip():
            before = len(_own_log(call))
            call.out(_answer(call, line.split(), znodes([*logs, *told])))
            told.append(_own_log(call)[before:])
    return 0


def zk_server(call: Call) -> int:
    if call.args[:1] != ("status",):
        return call.fail("the server runs already: status tells what it is")
    call.out(f"ZooKeeper JMX enabled by default\nUsing config: /opt/zookeeper/conf/zoo.cfg\n"
             f"Mode: {mode(call.machine.files.entries)}\n")  # fmt: skip
    return 0


def zookeeper_ready(call: Call) -> int:
    if not call.machine.files.is_file(PROBE):
        call.err(f"sh: 1: {call.argv[0]}: not found\n")
        return 127
    port = int(call.args[0]) if call.args and call.args[0].isdecimal() else CLIENT_PORT
    return 1 if call.machine.connect("127.0.0.1", port) else 0


def _logs(call: Call) -> list[str] | None:
    """Of every member that answers; None without a majority."""
    names = members(call.machine.files.entries)
    own = call.machine.facts.hostname
    logs = [_own_log(call)] if not call.machine.connect("127.0.0.1", CLIENT_PORT) else []
    for name in names:
        if name.partition(".")[0] != own:
            addresses = named(call, name).addresses
            if addresses and not call.machine.connect(addresses[0], CLIENT_PORT):
                logs.append(call.machine.wire.talk(addresses[0], CLIENT_PORT, READ_LOG, call.machine.now))
    return logs if 2 * len(logs) > len(names) else None


def _own_log(call: Call) -> str:
    return call.machine.files.entries.get(LOG, "")


def _answer(call: Call, words: list[str], found: Mapping[str, ZNode]) -> str:
    verb, path, data = words[0], words[1] if len(words) > 1 else "", " ".join(words[2:]).strip("'\"")
    if verb not in _VERBS:
        return _USAGE
    if not path.startswith("/"):
        return "Command failed: java.lang.IllegalArgumentException: Path must start with / character\n"
    path = path.rstrip("/") or "/"
    if verb == "create":
        return _create(call, path, data, found)
    if path not in found:
        return f"Node does not exist: {path}\n"
    return _VERBS[verb](call, path, data, found)


def _create(call: Call, path: str, data: str, found: Mapping[str, ZNode]) -> str:
    if path in found:
        return f"Node already exists: {path}\n"
    if (path.rpartition("/")[0] or "/") not in found:
        return f"Node does not exist: {path}\n"
    _tell(call, "create", path, data)
    return f"Created {path}\n"


def _get(_call: Call, path: str, _data: str, found: Mapping[str, ZNode]) -> str:
    return f"{found[path].data or 'null'}\n{_stat(found, path)}"


def _set(call: Call, path: str, data: str, found: Mapping[str, ZNode]) -> str:
    _tell(call, "set", path, data)
    changed = evolve(found[path], data=data, changed=call.machine.now, version=found[path].version + 1)
    return _stat({**found, path: changed}, path)


def _list(_call: Call, path: str, _data: str, found: Mapping[str, ZNode]) -> str:
    return f"[{', '.join(_children(found, path))}]\n"


def _delete(call: Call, path: str, _data: str, found: Mapping[str, ZNode]) -> str:
    if _children(found, path):
        return f"Node not empty: {path}\n"
    _tell(call, "delete", path, "")
    return ""


def _delete_all(call: Call, path: str, _data: str, found: Mapping[str, ZNode]) -> str:
    for each in sorted((each for each in found if f"{each}/".startswith(f"{path}/")), reverse=True):
        _tell(call, "delete", each, "")
    return ""


_Answer = Callable[[Call, str, str, Mapping[str, ZNode]], str]
_VERBS: Mapping[str, _Answer] = MappingProxyType(
    {
        "create": _create, "get": _get, "set": _set, "ls": _list, "delete": _delete, "rmr": _delete_all,
        "stat": lambda _call, path, _data, found: _stat(found, path),
    }
)  # fmt: skip


def _children(found: Mapping[str, ZNode], path: str) -> list[str]:
    above = path.rstrip("/") + "/"
    names = [each.removeprefix(above) for each in sorted(found) if each.startswith(above)]
    return [name for name in names if name and "/" not in name]


def _tell(call: Call, verb: str, path: str, data: str) -> None:
    files, now = call.machine.files, call.machine.now
    directory = LOG.rpartition("/")[0]
    if not files.is_dir(directory):
        files.make_dir(directory, now, parents=True)
    files.write(LOG, f"{now}\t{verb}\t{path}\t{data}\n", now, append=True)


def _stat(found: Mapping[str, ZNode], path: str) -> str:
    node, children = found[path], len(_children(found, path))
    created, changed = (formatted(each, "%a %b %d %H:%M:%S UTC %Y") for each in (node.created, node.changed))
    return (
        f"cZxid = 0x100000002\nctime = {created}\nmZxid = 0x{0x100000002 + node.version:x}\nmtime = {changed}\n"
        f"pZxid = 0x100000002\ncversion = {children}\ndataVersion = {node.version}\naclVersion = 0\n"
        f"ephemeralOwner = 0x0\ndataLength = {len(node.data.encode())}\nnumChildren = {children}\n"
    )


COMMANDS: Mapping[str, Program] = MappingProxyType(
    {"zkCli.sh": zk_cli, "zkServer.sh": zk_server, "zookeeper-ready": zookeeper_ready}
)
