"""nodetool and cqlsh of a Cassandra ring: its members are those behind the name of its seeds.

Follows Cassandra 3.11's ``nodetool status``; a ring keeps no tables here.
"""

from collections.abc import Mapping
from hashlib import blake2b
from types import MappingProxyType

from engine.kubelet.shell.commands.resolver import named, unreachable
from engine.kubelet.shell.machine import Call, Program

_CQL_PORT, _RING_PORT = 9042, 7000
_COPIES, _TOKENS = 2, 32


def nodetool(call: Call) -> int:
    words = [word for word in call.args if not word.startswith("-")]
    if words[:1] not in (["status"], ["info"]):
        call.out("usage: nodetool [(-h <host>)] <command>: status and info are answered here\n")
        return 0 if words[:1] in ([], ["help"]) else 1
    variables = call.shell.variables
    if words[0] == "info":
        call.out(f"ID                     : {_host_id(call.machine.facts.pod_ip)}\nGossip active          : true\n")
        return 0
    center, rack = variables.get("CASSANDRA_DC", "datacenter1"), variables.get("CASSANDRA_RACK", "rack1")
    heading = f"Datacenter: {center}"
    rows = [("--  Address", "Load", "Tokens", "Owns (effective)", "Host ID", "Rack")]
    ring = _ring(call)
    owned = 100.0 * min(_COPIES, len(ring)) / len(ring)
    for address in ring:
        load = f"{80 + blake2b(address.encode(), digest_size=1).digest()[0] % 40}.{len(address):02} KiB"
        rows.append((f"UN  {address}", load, str(_TOKENS), f"{owned:.1f}%", _host_id(address), rack))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    head = [heading, "=" * len(heading), "Status=Up/Down", "|/ State=Normal/Leaving/Joining/Moving"]
    call.out("\n".join([*head, *lines, ""]) + "\n")
    return 0


def _ring(call: Call) -> list[str]:
    """The members that answer, this one among them; alone where no seeds are named."""
    own = call.machine.facts.pod_ip
    seed = call.shell.variables.get("CASSANDRA_SEEDS", "").partition(",")[0]
    everyone = named(call, seed.partition(".")[2]).addresses if "." in seed else ()
    others = [each for each in everyone if each != own and not call.machine.connect(each, _RING_PORT)]
    return sorted([own, *others])


def _host_id(address: str) -> str:
    digits = blake2b(f"cassandra/{address}".encode(), digest_size=16).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


def cqlsh(call: Call) -> int:
    host = next((word for word in call.args if not word.startswith("-")), "127.0.0.1")
    if problem := unreachable(call, host, _CQL_PORT):
        call.err(f"Connection error: ('Unable to connect to any servers', {{'{host}': error(111, \"{problem}\")}})\n")
        return 1
    cluster = call.shell.variables.get("CASSANDRA_CLUSTER_NAME", "Test Cluster")
    call.out(f"Connected to {cluster} at {host}:{_CQL_PORT}.\n")
    call.out("[cqlsh 5.0.1 | Cassandra 3.11.2 | CQL spec 3.4.4 | Native protocol v4]\nUse HELP for help.\n")
    return 0


COMMANDS: Mapping[str, Program] = MappingProxyType({"nodetool": nodetool, "cqlsh": cqlsh})
