"""ping, nc, ip and their like; curl and wget are in fetching.py, nslookup and dig in asking_names.py."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from engine.kubelet.shell.commands import asking_names
from engine.kubelet.shell.commands.fetching import curl, wget
from engine.kubelet.shell.commands.resolver import named, unconnected
from engine.kubelet.shell.machine import Call, Program
from engine.kubelet.shell.options import UsageProblem, options


def ping(call: Call) -> int:
    given = options(call, "q 4 6 n v", "c i W w s I t")
    if not given.rest:
        return call.fail("usage: ping [-c COUNT] [-W SEC] HOST")
    found = named(call, given.rest[0])
    if not found.addresses:
        return call.fail(f"bad address '{given.rest[0]}'")
    count = max(1, min(given.number("c", 4), 100))
    address = found.addresses[0]
    call.machine.asked_ms.append(call.machine.time_ms)
    answers = call.machine.wire.ping(address, call.machine.now)
    call.out(f"PING {given.rest[0]} ({address}): 56 data bytes\n")
    for number in range(count):
        if answers:
            call.out(f"64 bytes from {address}: seq={number} ttl=62 time=0.{312 + number * 7 % 90} ms\n")
        call.machine.time_ms += 1000 if number < count - 1 or not answers else 1
    got = count if answers else 0
    call.out(f"\n--- {given.rest[0]} ping statistics ---\n")
    call.out(f"{count} packets transmitted, {got} packets received, {100 - got * 100 // count}% packet loss\n")
    if answers:
        call.out("round-trip min/avg/max = 0.312/0.350/0.402 ms\n")
    return 0 if answers else 1


def nc(call: Call) -> int:
    given = options(call, "z v n u l k 4 6 N", "w p q i e")
    if "l" in given:
        return call.fail("listening is not known to this cluster")
    if len(given.rest) < 2:
        return call.fail("usage: nc [-zv] [-w SEC] HOST PORT")
    name, port_text = given.rest[:2]
    if not re.fullmatch(r"\d{1,5}", port_text):
        return call.fail(f"bad port '{port_text}'")
    found = named(call, name)
    if not found.addresses:
        return call.fail(f"bad address '{name}'")
    address, port = found.addresses[0], int(port_text)
    problem = call.machine.connect(address, port, "UDP" if "u" in given else "TCP")
    if problem:
        call.machine.time_ms += (given.number("w", 10) if problem == "timeout" else 0) * 1000
        why = unconnected(problem)
        if "v" in given or "z" not in given:
            call.err(f"nc: {name} ({address}:{port}): {why}\n")
        return 1
    if "v" in given:
        call.err(f"{name} ({address}:{port}) open\n")
    if "z" not in given:
        call.out(call.machine.wire.talk(address, port, call.stdin.rest(), call.machine.now))
    return 0


def telnet(call: Call) -> int:
    if not call.args:
        return call.fail("usage: telnet HOST [PORT]")
    port = call.args[1] if len(call.args) > 1 else "23"
    found = named(call, call.args[0])
    if not found.addresses:
        return call.fail(f"bad address '{call.args[0]}'")
    if not port.isdecimal():
        raise UsageProblem(f"bad port '{port}'")
    problem = call.machine.connect(found.addresses[0], int(port))
    if problem:
        return call.fail(f"can't connect to remote host ({found.addresses[0]}): {unconnected(problem)}")
    call.out(f"Connected to {call.args[0]}\n")
    return 0


def netstat(call: Call) -> int:
    facts = call.machine.facts
    if call.argv[0].endswith("ss"):
        call.out("State    Recv-Q   Send-Q     Local Address:Port      Peer Address:Port\n")
        call.out(
            "".join(
                f"LISTEN   0        511              0.0.0.0:{port:<8}       0.0.0.0:*\n" for port in facts.listens
            )
        )
        return 0
    call.out("Active Internet connections (only servers)\n")
    call.out("Proto Recv-Q Send-Q Local Address           Foreign Address         State       \n")
    call.out(
        "".join(
            f"tcp        0      0 0.0.0.0:{port:<15} 0.0.0.0:*               LISTEN      \n"
            for port in facts.listens
        )
    )
    return 0


def ip(call: Call) -> int:
    address = call.machine.facts.pod_ip
    if call.args[:1] and "route".startswith(call.args[0]):
        gateway = ".".join([*address.split(".")[:3], "1"])
        call.out(f"default via {gateway} dev eth0\n")
        return 0
    call.out(
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n    inet 127.0.0.1/8 scope host lo\n"
    )
    call.out("2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1450 qdisc noqueue\n")
    call.out(f"    inet {address}/24 brd {'.'.join([*address.split('.')[:3], '255'])} scope global eth0\n")
    return 0


def ifconfig(call: Call) -> int:
    address = call.machine.facts.pod_ip
    broadcast = ".".join([*address.split(".")[:3], "255"])
    call.out(
        f"eth0      Link encap:Ethernet\n          inet addr:{address}  Bcast:{broadcast}  Mask:255.255.255.0\n\n"
    )
    call.out("lo        Link encap:Local Loopback\n          inet addr:127.0.0.1  Mask:255.0.0.0\n\n")
    return 0


COMMANDS: Mapping[str, Program] = MappingProxyType(
    {
        "curl": curl, "wget": wget, **asking_names.COMMANDS, "ping": ping, "nc": nc, "telnet": telnet,
        "netstat": netstat, "ss": netstat, "ip": ip, "ifconfig": ifconfig,
    }
)  # fmt: skip
