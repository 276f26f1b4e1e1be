"""Programs that come with one image: nginx, redis-cli, psql, pg_isready, mysqladmin and their like.

They answer the questions probes and operators ask of a healthy server; databases keep nothing behind them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.kubelet.shell.commands import cassandra, packet_filter, zookeeper
from engine.kubelet.shell.commands.mongosh import mongosh
from engine.kubelet.shell.commands.mysql import mysql
from engine.kubelet.shell.commands.perl import perl
from engine.kubelet.shell.commands.psql import psql
from engine.kubelet.shell.commands.python import python
from engine.kubelet.shell.commands.redis import redis_cli
from engine.kubelet.shell.commands.resolver import unreachable
from engine.kubelet.shell.machine import Call, Program
from engine.kubelet.shell.options import options
from engine.network.dates import formatted
from engine.network.http import nginx_version


def nginx(call: Call) -> int:
    version = f"nginx version: nginx/{nginx_version(call.machine.facts.version)}\n"
    if call.args[:1] == ("-v",) or call.args[:1] == ("-V",):
        call.err(version)
        return 0
    if call.args[:1] == ("-t",):
        call.err("nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n")
        call.err("nginx: configuration file /etc/nginx/nginx.conf test is successful\n")
        return 0
    if call.args[:1] == ("-s",) and len(call.args) > 1:
        signal = {"reload": 1, "stop": 15, "quit": 3, "reopen": 10}.get(call.args[1])
        if signal is None:
            return call.fail(f'invalid option: "-s {call.args[1]}"')
        if signal not in (1, 10):
            call.machine.signals["1"] = signal
        call.err(f"{_stamp(call)} [notice] {call.machine.pid()}#0: signal process started\n")
        return 0
    call.err(
        f"{_stamp(call)} [emerg] {call.machine.pid()}#0: "
        "bind() to 0.0.0.0:80 failed (98: Address already in use)\n"
    )
    return 1


def _stamp(call: Call) -> str:

    return formatted(call.machine.now, "%Y/%m/%d %H:%M:%S")


def pg_isready(call: Call) -> int:
    given = options(call, "q", "h p U d t")
    host, port = given.value("h host", "127.0.0.1"), given.number("p port", 5432)
    name = "/var/run/postgresql" if host == "127.0.0.1" else host
    refused = bool(unreachable(call, host, port))
    call.out("" if "q" in given else f"{name}:{port} - {'no response' if refused else 'accepting connections'}\n")
    return 2 if refused else 0


def mysqladmin(call: Call) -> int:
    given = options(call, "s v", "h P u p i w")
    host, port = given.value("h host", "127.0.0.1"), given.number("P port", 3306)
    if unreachable(call, host, port):
        call.err(f"mysqladmin: connect to server at '{host}' failed\n")
        return 1
    if "ping" in given.rest:
        call.out("mysqld is alive\n")
    return 0


def okay(_call: Call) -> int:
    """Health commands that only say yes: ready-probe.sh."""
    return 0


def version(call: Call) -> int:
    """Interpreters: their version, nothing else."""
    name = call.argv[0].rpartition("/")[2]
    if call.args[:1] and call.args[0] in ("--version", "-V", "-v", "version"):
        call.out(
            {"node": "v22.14.0\n", "npm": "10.9.2\n", "go": "go version go1.24.1 linux/amd64\n"}[name]
        )
        return 0
    return call.fail("programs are not run by this cluster, only their versions are known")


COMMANDS: Mapping[str, Program] = MappingProxyType(
    {
        "nginx": nginx, "nginx-debug": nginx, "redis-cli": redis_cli, "pg_isready": pg_isready, "psql": psql,
        "mysql": mysql, "mariadb": mysql, "mysqladmin": mysqladmin, "mariadb-admin": mysqladmin,
        "ready-probe.sh": okay, "mongosh": mongosh,
        "python": python, "python3": python, "perl": perl, "node": version, "npm": version, "go": version,
        **packet_filter.COMMANDS, **zookeeper.COMMANDS, **cassandra.COMMANDS,
    }
)  # fmt: skip
