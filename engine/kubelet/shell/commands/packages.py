"""apt-get, apt, apk and yum: what a tutorial installs is there already, and nothing else can be had.

Every image with a shell carries the usual tools (programs.py), so a package of one of them is installed as it were;
there is no mirror of packages. Each is found in images of its own distribution only.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from engine.kubelet.shell.machine import Call, Program

_PROGRAMS: Mapping[str, str] = MappingProxyType(
    {
        "procps": "ps", "iputils-ping": "ping", "iputils": "ping", "dnsutils": "nslookup", "bind-tools": "nslookup",
        "bind-utils": "nslookup", "net-tools": "netstat", "iproute2": "ip", "iproute": "ip", "telnet": "telnet",
        "netcat": "nc", "netcat-openbsd": "nc", "netcat-traditional": "nc", "vim": "vi", "vim-tiny": "vi",
        "coreutils": "ls", "gawk": "awk", "util-linux": "rev", "ca-certificates": "sh", "busybox": "sh",
    }
)  # fmt: skip
"""What a package is installed for, where it is not called like it."""
_SILENT = ("-q", "-qq", "--quiet")


def apt(call: Call) -> int:
    words = [word for word in call.args if not word.startswith("-")]
    quiet = any(word in _SILENT for word in call.args)
    if words[:1] == ["update"]:
        call.out("" if quiet else f"Hit:1 {_mirror(call)} InRelease\nReading package lists... Done\n")
        return 0
    if words[:1] in (["upgrade"], ["clean"], ["autoremove"], ["autoclean"]):
        return 0
    if words[:1] != ["install"]:
        call.err(f"E: Invalid operation {words[0]}\n" if words else "apt 2.6.1 (amd64)\n")
        return 100 if words else 1
    call.out("" if quiet else "Reading package lists... Done\nBuilding dependency tree... Done\n")
    missing = [each for each in words[1:] if not _is_there(call, each)]
    for each in words[1:]:
        if each in missing:
            call.err(f"E: Unable to locate package {each}\n")
        elif not quiet:
            call.out(f"{each} is already the newest version.\n")
    if not missing and not quiet:
        call.out("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n")
    return 100 if missing else 0


def apk(call: Call) -> int:
    words = [word for word in call.args if not word.startswith("-")]
    missing = [each for each in words[1:] if not _is_there(call, each)] if words[:1] == ["add"] else []
    if missing:
        call.err("ERROR: unable to select packages:\n" + "".join(f"  {each} (no such package)\n" for each in missing))
        return len(missing)
    call.out("OK: 8 MiB in 15 packages\n")
    return 0


def yum(call: Call) -> int:
    words = [word for word in call.args if not word.startswith("-")]
    missing = [each for each in words[1:] if not _is_there(call, each)] if words[:1] == ["install"] else []
    for each in missing:
        call.err(f"No match for argument: {each}\n")
    if missing:
        call.err(f"Error: Unable to find a match: {' '.join(missing)}\n")
        return 1
    call.out("Nothing to do.\nComplete!\n")
    return 0


def _is_there(call: Call, package: str) -> bool:
    return call.machine.find(_PROGRAMS.get(package, package), call.shell) is not None


def _mirror(call: Call) -> str:
    ubuntu = "ID=ubuntu" in call.machine.files.entries.get("/etc/os-release", "")
    return "http://archive.ubuntu.com/ubuntu noble" if ubuntu else "http://deb.debian.org/debian bookworm"


def _of(systems: tuple[str, ...], program: Program) -> Callable[[Call], int]:
    """The program where it is part of the system, else what a shell says of a word it does not know."""

    def run(call: Call) -> int:
        release = call.machine.files.entries.get("/etc/os-release", "")
        if any(f"ID={system}\n" in release for system in systems):
            return program(call)
        call.err(f"sh: {call.argv[0]}: not found\n")
        return 127

    return run


_APT = _of(("debian", "ubuntu"), apt)
COMMANDS: Mapping[str, Program] = MappingProxyType(
    {"apt-get": _APT, "apt": _APT, "apk": _of(("alpine",), apk), "yum": _of(("centos",), yum)}
)
