"""A ZooKeeper server of an ensemble: the files ``start-zookeeper`` writes, and what the server answers its clients.

Follows the image of the tutorial (kubernetes-zookeeper) and ZooKeeper 3.4's four-letter words. Each member keeps
what it was told itself in a log of its own, on its own disk; who reads asks every member and puts the logs together.
"""

import re
from collections.abc import Iterable, Mapping

from engine.kinds.frozen import frozen

CLIENT_PORT = 2181
LOG = "/var/lib/zookeeper/data/version-2/log.1"
"""One change a line: ``SECONDS\\tcreate|set|delete\\tPATH\\tDATA``."""
READ_LOG = "rlog"
"""The word by which clients here ask for it."""
PROBE = "/opt/zookeeper/bin/zookeeper-ready"
_FLAG = re.compile(r"--(\w+)=(\S+)")
_ORDINAL = re.compile(r"(.+)-(\d+)")
_LOG4J = """zookeeper.root.logger=CONSOLE
zookeeper.console.threshold={level}
log4j.rootLogger=${{zookeeper.root.logger}}
log4j.appender.CONSOLE=org.apache.log4j.ConsoleAppender
log4j.appender.CONSOLE.Threshold=${{zookeeper.console.threshold}}
log4j.appender.CONSOLE.layout=org.apache.log4j.PatternLayout
log4j.appender.CONSOLE.layout.ConversionPattern=%d{{ISO8601}} [myid:%X{{myid}}] - %-5p [%t:%C{{1}}@%L] - %m%n
"""


@frozen(kw_only=True)
class ZNode:
    data: str
    created: int
    changed: int
    version: int = 0


def configured(argv: Iterable[str], full_name: str) -> dict[str, str]:
    """The files of a server started as ``argv`` says in a pod of that name (``zk-0.zk-hs.default.svc...``)."""
    given = dict(_FLAG.findall(" ".join(argv)))
    name, _, domain = full_name.partition(".")
    data_dir = given.get("data_dir", "/var/lib/zookeeper/data")
    conf_dir = given.get("conf_dir", "/opt/zookeeper/conf")
    ordinal = _ORDINAL.fullmatch(name)
    settings = {
        "clientPort": given.get("client_port", str(CLIENT_PORT)),
        "dataDir": data_dir,
        "dataLogDir": given.get("data_log_dir", "/var/lib/zookeeper/log"),
        "tickTime": given.get("tick_time", "2000"),
        "initLimit": given.get("init_limit", "10"),
        "syncLimit": given.get("sync_limit", "5"),
        "maxClientCnxns": given.get("max_client_cnxns", "60"),
        "minSessionTimeout": given.get("min_session_timeout", "4000"),
        "maxSessionTimeout": given.get("max_session_timeout", "40000"),
        "autopurge.snapRetainCount": given.get("snap_retain_count", "3"),
        "autopurge.purgeInterval": given.get("purge_interval", "0"),
    }
    ports = f"{given.get('server_port', '2888')}:{given.get('election_port', '3888')}"
    servers = int(given["servers"]) if given.get("servers", "").isdecimal() else 1
    for number in range(servers if ordinal is not None and servers > 1 else 0):
        settings[f"server.{number + 1}"] = f"{name.rpartition('-')[0]}-{number}.{domain}:{ports}"
    return {
        f"{conf_dir}/zoo.cfg": "".join(f"{key}={value}\n" for key, value in settings.items()),
        f"{conf_dir}/log4j.properties": _LOG4J.format(level=given.get("log_level", "INFO")),
        "/usr/etc/zookeeper/log4j.properties": _LOG4J.format(level=given.get("log_level", "INFO")),
        f"{data_dir}/myid": f"{int(ordinal[2]) + 1 if ordinal else 1}\n",
        PROBE: "",
    }


def answered(files: Mapping[str, str], word: str) -> str:
    """What the server with these files answers to a four-letter word."""
    match word.strip():
        case "ruok":
            return "imok"
        case "srvr" | "stat":
            return f"Zookeeper version: 3.4.10\nMode: {mode(files)}\nNode count: {len(znodes([files.get(LOG, '')]))}\n"
        case word if word == READ_LOG:
            return files.get(LOG, "")
        case _:
            return ""


def mode(files: Mapping[str, str]) -> str:
    """Of an ensemble its last member leads: that with the greatest id wins an election among equals."""
    everyone = members(files)
    if not everyone:
        return "standalone"
    own = next((text.strip() for path, text in files.items() if path.endswith("/myid")), "1")
    return "leader" if own == str(len(everyone)) else "follower"


def members(files: Mapping[str, str]) -> list[str]:
    """The names of the ensemble's servers, none of a server that stands alone."""
    configs = [text for path, text in files.items() if path.endswith("/zoo.cfg")]
    lines = [line for text in configs for line in text.splitlines() if line.startswith("server.")]
    return [line.partition("=")[2].partition(":")[0] for line in lines]


def znodes(logs: Iterable[str]) -> dict[str, ZNode]:
    """What the members' logs come to, in the order in which it was told."""
    empty = ZNode(data="", created=0, changed=0)
    found = {"/": empty, "/zookeeper": empty}
    changes = sorted(
        (int(parts[0]), at, parts[1], parts[2], parts[3])
        for at, line in enumerate(line for text in logs for line in text.splitlines())
        if len(parts := line.split("\t")) == 4 and parts[0].isdecimal()
    )
    for time, _, verb, path, data in changes:
        before = found.get(path)
        if verb == "delete":
            found.pop(path, None)
        elif verb == "set" and before is not None:
            found[path] = ZNode(data=data, created=before.created, changed=time, version=before.version + 1)
        elif verb == "create" and before is None:
            found[path] = ZNode(data=data, created=time, changed=time)
    return found

