"""nslookup, dig, host and getent: what the DNS server says of a name.

Each image has its own nslookup: BIND's where dig is, busybox's otherwise, whose older ones (1.28) print differently.
Differs in that busybox's does not tell of each search domain that failed.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from engine.kubelet.shell.commands.resolver import is_address, named
from engine.kubelet.shell.machine import Call, Lookup, Program
from engine.network.dates import formatted
from engine.network.dns import TTL_SECONDS, reverse_name

_NO_SERVERS = ";; connection timed out; no servers could be reached\n"
_TYPES = ("A", "AAAA", "ANY", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT")
_LOOKUP_MS = 15_000
_OLD_BUSYBOX = re.compile(r"1\.(\d\d?)(\.\d+)?(-.*)?")
_LAST_OLD_MINOR = 28


def nslookup(call: Call) -> int:
    type_, words = _asked(call)
    if not words:
        return call.fail("usage: nslookup [HOST] [SERVER]")
    name, server = words[0], words[1] if len(words) > 1 else ""
    if server and not is_address(server):
        server = next(iter(named(call, server).addresses), server)
    if is_address(name) and type_ in ("", "PTR"):
        found = call.machine.lookup(f"{reverse_name(name)}.", "PTR", server)
    else:
        found = call.machine.lookup(name, type_ or "A", server)
    if found.problem == "timeout":
        call.machine.time_ms += _LOOKUP_MS
        call.out(f"{_NO_SERVERS}\n")
        return 1
    if _is_old_busybox(call):
        return _old_busybox(call, name, found)
    is_bind = "dig" in call.machine.facts.programs
    dot = "." if is_bind else ""
    pointers = [each for each in found.records if each[1] == "PTR"]
    if not (is_bind and pointers):
        call.out(f"Server:\t\t{found.server}\nAddress:\t{found.server}{'#' if is_bind else ':'}53\n\n")
    if found.problem:
        call.out(f"** server can't find {reverse_name(name) if is_address(name) else name}: NXDOMAIN\n\n")
        return 1
    for owner, kind, data in found.records:
        call.out(_nslookup_line(owner, kind, data, dot))
    if not found.records:
        call.out(f"*** Can't find {found.name}: No answer\n")
    call.out("\n")
    return 0


def _asked(call: Call) -> tuple[str, list[str]]:
    """The type that ``-type=srv`` or ``-q=srv`` asks for, "" for none; and the words."""
    type_, words = "", []
    for arg in call.args:
        given = re.fullmatch(r"-(?:type|query|querytype|q)=(\w+)", arg)
        if given is not None:
            type_ = given[1].upper()
        elif not arg.startswith("-"):
            words.append(arg)
    return type_, words


def _nslookup_line(owner: str, kind: str, data: str, dot: str) -> str:
    match kind:
        case "A":
            return f"Name:\t{owner}\nAddress: {data}\n"
        case "CNAME":
            return f"{owner}\tcanonical name = {data}{dot}\n"
        case "SRV":
            return f"{owner}\tservice = {data}{dot}\n"
        case "PTR":
            return f"{owner}\tname = {data}{dot}\n"
    return f"{owner}\t{kind} = {data}\n"


def _is_old_busybox(call: Call) -> bool:
    facts = call.machine.facts
    version = _OLD_BUSYBOX.fullmatch(facts.version)
    return facts.image == "busybox" and version is not None and int(version[1]) <= _LAST_OLD_MINOR


def _old_busybox(call: Call, name: str, found: Lookup) -> int:
    """It also asks for the names of the addresses it prints."""
    call.out(f"Server:    {found.server}\nAddress 1: {_with_name(call, found.server)}\n\n")
    addresses = (name,) if is_address(name) and not found.problem else found.addresses
    if not addresses:
        call.err(f"nslookup: can't resolve '{name}'\n")
        return 1
    call.out(f"Name:      {name}\n")
    for number, address in enumerate(addresses, start=1):
        call.out(f"Address {number}: {_with_name(call, address)}\n")
    return 0


def _with_name(call: Call, address: str) -> str:
    found = call.machine.lookup(f"{reverse_name(address)}.", "PTR")
    return " ".join([address, *(data for _, _, data in found.records[:1])])


def dig(call: Call) -> int:
    names = [each for each in call.args if not each.startswith(("+", "-", "@")) and each.upper() not in _TYPES]
    type_ = next((each.upper() for each in call.args if each.upper() in _TYPES), "A")
    server = next((each[1:] for each in call.args if each.startswith("@")), "")
    if server and not is_address(server):
        server = next(iter(named(call, server).addresses), server)
    if not names:
        return 0
    name = names[0].rstrip(".")
    if "-x" in call.args and is_address(name):
        name, type_ = reverse_name(name), "PTR"
    found = call.machine.lookup(name if "+search" in call.args else f"{name}.", type_, server)
    if found.problem == "timeout":
        call.machine.time_ms += _LOOKUP_MS
        call.out(_NO_SERVERS)
        return 9
    lines = [f"{owner}. {TTL_SECONDS} IN\t{kind}\t{_dotted(kind, data)}" for owner, kind, data in found.records]
    if "+short" in call.args:
        call.out("".join(f"{_dotted(kind, data)}\n" for _, kind, data in found.records))
    elif "+noall" in call.args:
        call.out("".join(f"{line}\n" for line in lines) if "+answer" in call.args else "")
    else:
        call.out(_dug(call, found, type_, lines))
    return 0


def _dug(call: Call, found: Lookup, type_: str, lines: list[str]) -> str:
    status = "NXDOMAIN" if found.problem else "NOERROR"
    nobody = not lines
    asked = found.records[0][0] if found.records else found.name.rstrip(".")
    shown = [
        "", f"; <<>> DiG 9.18.28 <<>> {' '.join(call.args)}", ";; global options: +cmd", ";; Got answer:",
        f";; ->>HEADER<<- opcode: QUERY, status: {status}, id: {4711 + len(asked)}",
        f";; flags: qr aa rd; QUERY: 1, ANSWER: {len(lines)}, AUTHORITY: {int(nobody)}, ADDITIONAL: 1",
        ";; WARNING: recursion requested but not available", "", ";; OPT PSEUDOSECTION:",
        "; EDNS: version: 0, flags:; udp: 1232", ";; QUESTION SECTION:", f";{asked}.\t\tIN\t{type_}", "",
    ]  # fmt: skip
    if lines:
        shown += [";; ANSWER SECTION:", *lines, ""]
    else:
        soa = "ns.dns.cluster.local. hostmaster.cluster.local. 1779999000 7200 1800 86400 30"
        shown += [";; AUTHORITY SECTION:", f"cluster.local.\t\t{TTL_SECONDS}\tIN\tSOA\t{soa}", ""]
    shown += [
        ";; Query time: 1 msec", f";; SERVER: {found.server}#53({found.server}) (UDP)",
        f";; WHEN: {formatted(call.machine.now, '%a %b %d %H:%M:%S UTC %Y')}",
        f";; MSG SIZE  rcvd: {52 + len(asked) + sum(map(len, lines))}", "",
    ]  # fmt: skip
    return "".join(f"{line}\n" for line in shown)


def _dotted(kind: str, data: str) -> str:
    return data if kind in ("A", "AAAA") else f"{data}."


def host(call: Call) -> int:
    type_, words = "A", []
    args = list(call.args)
    while args:
        arg = args.pop(0)
        if arg == "-t" and args:
            type_ = args.pop(0).upper()
        elif not arg.startswith("-"):
            words.append(arg)
    if not words:
        return call.fail("usage: host NAME")
    name, server = words[0], words[1] if len(words) > 1 else ""
    if is_address(name):
        found = call.machine.lookup(f"{reverse_name(name)}.", "PTR", server)
    else:
        found = call.machine.lookup(name, type_, server)
    if found.problem == "timeout":
        call.machine.time_ms += _LOOKUP_MS
        call.out(_NO_SERVERS)
        return 1
    if found.problem:
        call.out(f"Host {reverse_name(name) if is_address(name) else name} not found: 3(NXDOMAIN)\n")
        return 1
    said = {"A": "has address", "CNAME": "is an alias for", "SRV": "has SRV record", "PTR": "domain name pointer"}
    for owner, kind, data in found.records:
        call.out(f"{owner} {said.get(kind, kind)} {_dotted(kind, data)}\n")
    if not found.records:
        call.out(f"{found.name} has no {type_} record\n")
    return 0


def getent(call: Call) -> int:
    if call.args[:1] not in (("hosts",), ("ahosts",)) or len(call.args) < 2:
        return 2
    name = call.args[1]
    if is_address(name):
        pointers = call.machine.lookup(f"{reverse_name(name)}.", "PTR").records
        if not pointers:
            return 2
        call.out(f"{name:<16}  {pointers[0][2]}\n")
        return 0
    found = named(call, name)
    if found.problem or not found.addresses:
        return 2
    full = found.canonical or found.name
    call.out("".join(f"{address:<16}  {full}  {name}\n" for address in found.addresses))
    return 0


COMMANDS: Mapping[str, Program] = MappingProxyType({"nslookup": nslookup, "dig": dig, "host": host, "getent": getent})
