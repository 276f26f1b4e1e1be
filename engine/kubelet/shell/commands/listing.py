"""ls: names, or the long form with what mode, owner and size can be guessed from a path and its text."""

import posixpath
from collections.abc import Mapping
from types import MappingProxyType

from engine.bulk import size_of
from engine.kubelet.shell.machine import Call, Program
from engine.kubelet.shell.options import Options, options
from engine.network.dates import formatted

EXECUTABLE_DIRECTORIES = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/")


def ls(call: Call) -> int:
    given = options(call, "l a A 1 h R d r t S F i n k s p L", "")
    files = call.machine.files
    status, shown = 0, 0
    targets = given.rest or (".",)
    plain = [name for name in targets if files.is_file(call.shell.path(name)) or "d" in given]
    for name in targets:
        if not files.exists(call.shell.path(name)):
            call.err(f"ls: {name}: No such file or directory\n")
            status = 1
    _print(call, given, [(name, call.shell.path(name)) for name in plain if files.exists(call.shell.path(name))])
    shown += bool(plain)
    for name in targets:
        path = call.shell.path(name)
        if name in plain or not files.is_dir(path):
            continue
        for inner in files.walk(path) if "R" in given else (path,):
            if not files.is_dir(inner):
                continue
            if len(targets) > 1 or "R" in given:
                label = name + inner[len(path) :] if inner.startswith(path) else inner
                call.out(("\n" if shown else "") + f"{label}:\n")
            shown += 1
            _directory(call, given, inner)
    return status


def _directory(call: Call, given: Options, path: str) -> None:
    names = [name.rstrip("/") for name in call.machine.files.listing(path)]
    if "a" in given:
        names = [".", "..", *names]
    elif "A" not in given:
        names = [name for name in names if not name.startswith(".")]
    if "l" in given:
        call.out(f"total {sum(_blocks(call, posixpath.join(path, name)) for name in names)}\n")
    _print(call, given, [(name, posixpath.normpath(posixpath.join(path, name))) for name in names])


def _print(call: Call, given: Options, entries: list[tuple[str, str]]) -> None:
    files = call.machine.files
    if "t" in given:
        entries = sorted(entries, key=lambda entry: -_time(call, entry[1]))
    if "S" in given:
        entries = sorted(entries, key=lambda entry: -_size(call, entry[1]))
    if "r" in given:
        entries = entries[::-1]
    if "l" in given or "n" in given:
        sizes = [human(_size(call, path)) if "h" in given else str(_size(call, path)) for _, path in entries]
        width = max((len(size) for size in sizes), default=1)
        for (name, path), size in zip(entries, sizes, strict=True):
            call.out(f"{mode_of(call, path)} {_links(call, path):>4} {_owner(call)} {size:>{max(width, 9)}} "
                     f"{_stamp(call, path)} {name}\n")  # fmt: skip
        return
    marks = "F" in given or "p" in given
    for name, path in entries:
        call.out(name + ("/" if marks and files.is_dir(path) else "") + "\n")


def mode_of(call: Call, path: str) -> str:
    if call.machine.files.is_dir(path):
        return "drwxrwxrwt" if path == "/tmp" else "drwxr-xr-x"
    executable = (
        path.startswith(EXECUTABLE_DIRECTORIES) or path in call.machine.executables or path.endswith(".sh")
    )
    return "-rwxr-xr-x" if executable else "-rw-r--r--"


def _links(call: Call, path: str) -> int:
    files = call.machine.files
    return 2 + sum(name.endswith("/") for name in files.listing(path)) if files.is_dir(path) else 1


def _owner(call: Call) -> str:
    return f"{call.machine.facts.user:<8} {call.machine.facts.user:<8}"


def _size(call: Call, path: str) -> int:
    files = call.machine.files
    if files.is_dir(path):
        return 4096
    if path.startswith(EXECUTABLE_DIRECTORIES):
        return 1_023_480
    return size_of(files.read(path)) if files.is_file(path) else 0


def _blocks(call: Call, path: str) -> int:
    return -(-_size(call, path) // 4096) * 4


def human(size: int) -> str:
    """``4.0K``, ``1.5M``."""
    value = float(size)
    for unit in ("", "K", "M", "G"):
        if value < 1024 or unit == "G":
            return f"{value:.1f}{unit}" if unit else str(size)
        value /= 1024
    return str(size)


def _time(call: Call, path: str) -> int:
    times = call.machine.files.times
    return times.get(path) or times.get(f"{path}/") or call.machine.facts.image_time


def _stamp(call: Call, path: str) -> str:
    moment = _time(call, path)
    recent = call.machine.now - moment < 180 * 86400
    return formatted(moment, "%b %e %H:%M" if recent else "%b %e  %Y")


COMMANDS: Mapping[str, Program] = MappingProxyType({"ls": ls, "dir": ls})
