"""dd, fallocate and truncate: what fills disks. What they write is bulky, and no more of it is kept than its size.

Follows busybox's applets; a disk takes a gigabyte a second.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.bulk import ENDLESS, MOST_BYTES, amount, bulk, size_of
from engine.kubelet.files import FileProblem
from engine.kubelet.shell.machine import Call, Program
from engine.kubelet.shell.options import options

_BYTES_PER_MS = 1_000_000
_KEPT_BYTES = 1 << 12
"""A text no longer than this is kept as it is."""


def dd(call: Call) -> int:
    given = dict(word.split("=", 1) for word in call.args if "=" in word)
    wrong = next((word for word in call.args if word.partition("=")[0] not in _OPERANDS), None)
    if wrong is not None:
        return call.fail(f"unrecognized operand '{wrong}'")
    numbers = {name: amount(given[name]) for name in ("bs", "ibs", "obs", "count", "seek", "skip") if name in given}
    bad = next((given[name] for name, value in numbers.items() if value is None), None)
    if bad is not None:
        return call.fail(f"invalid number '{bad}'")
    block = numbers.get("bs") or numbers.get("ibs") or 512
    source, count = given.get("if"), numbers.get("count")
    if source is None:
        text, limit = call.stdin.rest(), None
    elif call.shell.path(source) in ENDLESS:
        text, limit = "", MOST_BYTES if count is None else block * count
    elif call.machine.files.is_file(call.shell.path(source)):
        text, limit = call.machine.files.read(call.shell.path(source)), None
    else:
        return call.fail(f"can't open '{source}': No such file or directory")
    size = size_of(text) if limit is None else limit
    if limit is None and count is not None:
        size = min(size, block * count)
    text = text[:size] if limit is None and size <= _KEPT_BYTES else bulk(size)
    status = _put(call, given.get("of"), text, (numbers.get("seek") or 0) * block)
    call.machine.time_ms += min(size, 40 << 30) // _BYTES_PER_MS
    if status == 0 and given.get("status") != "none":
        _records(call, size, block, summed=given.get("status") != "noxfer")
    return status


_OPERANDS = ("if", "of", "bs", "ibs", "obs", "count", "seek", "skip", "conv", "status", "iflag", "oflag")


def _put(call: Call, target: str | None, text: str, start: int) -> int:
    if target is None:
        call.out(text)
        return 0
    path = call.shell.path(target)
    if path == "/dev/null":
        return 0
    try:
        call.machine.files.write(path, bulk(start + size_of(text)) if start else text, call.machine.now)
    except FileProblem as problem:
        verb = "error writing" if "space" in str(problem) else "can't open"
        return call.fail(f"{verb} '{target}': {problem}")
    return 0


def _records(call: Call, size: int, block: int, *, summed: bool) -> None:
    counted = f"{size // block}+{int(size % block > 0)} records"
    call.err(f"{counted} in\n{counted} out\n")
    if summed:
        seconds = max(size / (_BYTES_PER_MS * 1000), 0.000_1)
        shown = f"{size} bytes ({_human(size)}) copied" if size >= 1024 else f"{size} bytes copied"
        call.err(f"{shown}, {seconds:.6f} seconds, {_human(int(size / seconds))}/s\n")


def _human(size: int) -> str:
    value, unit = float(size), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    return f"{value:.1f}{unit}"


def fallocate(call: Call) -> int:
    given = options(call, "n x v", "l o")
    size = amount(given.value("l", ""))
    if size is None or not given.rest:
        return call.fail("you must specify -l LEN and a file")
    name = given.rest[0]
    path = call.shell.path(name)
    old = call.machine.files.read(path) if call.machine.files.is_file(path) else ""
    try:
        call.machine.files.write(path, old if size_of(old) >= size else bulk(size), call.machine.now)
    except FileProblem as problem:
        return call.fail(f"can't open '{name}': {problem}")
    return 0


def truncate(call: Call) -> int:
    given = options(call, "c o", "s")
    size = amount(given.value("s", "0").lstrip("+"))
    if size is None:
        return call.fail(f"invalid number '{given.value('s', '')}'")
    for name in given.rest:
        path = call.shell.path(name)
        old = call.machine.files.read(path) if call.machine.files.is_file(path) else ""
        wanted = size + size_of(old) if given.value("s", "").startswith("+") else size
        text = bulk(wanted) if wanted > _KEPT_BYTES else old[:wanted].ljust(wanted, "\0")
        call.machine.files.write(path, text, call.machine.now)
    return 0


COMMANDS: Mapping[str, Program] = MappingProxyType({"dd": dd, "fallocate": fallocate, "truncate": truncate})
