"""What a program's resolver makes of a name: an address, /etc/hosts, then DNS."""

import re

from engine.kubelet.shell.machine import Call, Lookup


def is_address(text: str) -> bool:
    return re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", text) is not None


def named(call: Call, name: str) -> Lookup:
    if is_address(name):
        return Lookup(name=name, addresses=(name,))
    for line in call.machine.files.entries.get("/etc/hosts", "").splitlines():
        words = line.partition("#")[0].split()
        if name in words[1:] and is_address(words[0]):
            return Lookup(name=name, addresses=(words[0],))
    return call.machine.lookup(name)


def unreachable(call: Call, host: str, port: int) -> str:
    """Why no connection to a server comes about; "" if it does."""
    found = named(call, host)
    if not found.addresses:
        return "Name or service not known"
    problem = call.machine.connect(found.addresses[0], port)
    return "Connection timed out" if problem == "timeout" else unconnected(problem)


def unconnected(problem: str) -> str:
    """Why connect(2) failed, as busybox prints it; "" if it did not."""
    reasons = {
        "refused": "Connection refused", "unreachable": "No route to host", "timeout": "Operation timed out",
    }  # fmt: skip
    return reasons.get(problem, "")
