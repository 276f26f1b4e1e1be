"""What a container's main process wants of cpu and memory, from its image and its command line alone.

Of the programs made for it (stress, stress-ng, vish/stress) the flags say it; others that tutorials use to keep a
machine busy (``yes > /dev/null``, a loop without a sleep) take a whole core each. Everything else is the image's own.

    stress --vm 1 --vm-bytes 150M      150 MiB at once, and a core that touches them unless --vm-hang
    /stress -mem-total 1Gi -mem-alloc-size 100Mi -mem-alloc-sleep 1s -cpus 2     100 MiB more every second
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from engine.kinds import Container, Same, same
from engine.kinds.frozen import frozen
from engine.kinds.quantity import cpu_milli, whole
from engine.kubelet.behaviour import command_line
from engine.kubelet.catalog import Resolved, base_name, resolve

_MI = 1 << 20
_CORE_MILLI = 1000
_AT_ONCE_BYTES = 1 << 30
"""How much memory a process can fill in a second."""
_UNITS: Mapping[str, int] = {"": 1, "b": 1, "k": 10, "m": 20, "g": 30, "t": 40}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([bkmgt]?)(?:i?b)?", re.IGNORECASE)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)?")
_SECONDS: Mapping[str, float] = {"ms": 0.001, "": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_HUNGRY = re.compile(r"tail\s+/dev/zero")
_BUSY = re.compile(
    r"\byes\b[^|;&]*>\s*/dev/null|\bdd\s+if=/dev/(?:zero|urandom)\s+of=/dev/null|(?:sha|md5)\w*sum\s+/dev/(?:zero|urandom)"
    r"|while\s+(?:true|:|\[\s*1\s*\])\s*;\s*do\s+(?::|true|\(\(\S*\)\))\s*;?\s*done|cat\s+/dev/(?:zero|urandom)\s*>\s*/dev/null"
)


@frozen(kw_only=True)
class Demand:
    """``memory_bytes`` is reached at ``growth_bytes_a_second`` from the container's start on, 0 for at once."""

    cpu_milli: int = 1
    busy_milli: int = 0
    """What it works all the time, besides the idle ``cpu_milli`` that sways."""
    memory_bytes: int = 10 * _MI
    growth_bytes_a_second: int = 0
    request_cpu_microseconds: int = 300
    """What answering one request takes."""

    def memory_after(self, seconds: int) -> int:
        if not self.growth_bytes_a_second:
            return self.memory_bytes
        return min(self.memory_bytes, _MI + max(seconds, 0) * self.growth_bytes_a_second)


NO_DEMAND = Demand(cpu_milli=0, memory_bytes=0)


def demand_of(container: Container) -> Demand:
    """Pods of a template share it."""
    return _demand(same(container))


@lru_cache(maxsize=4096)
def _demand(same: Same[Container]) -> Demand:
    container = same()
    image = resolve(container.image)
    if not isinstance(image, Resolved):
        return NO_DEMAND
    entry = image.entry
    idle = Demand(
        cpu_milli=entry.cpu_milli,
        memory_bytes=entry.memory_bytes,
        request_cpu_microseconds=entry.request_cpu_microseconds,
    )
    argv = command_line(container, entry)
    asked = stress(argv)
    if asked is not None:
        return asked
    text = " ".join(argv)
    if _HUNGRY.search(text):
        return Demand(busy_milli=_CORE_MILLI, memory_bytes=1 << 50, growth_bytes_a_second=_AT_ONCE_BYTES)
    cores = len(_BUSY.findall(text)) + (base_name(argv[0]) == "yes" if argv else 0)
    if not cores:
        return idle
    return Demand(cpu_milli=idle.cpu_milli, busy_milli=cores * _CORE_MILLI, memory_bytes=idle.memory_bytes)


def stress(argv: Sequence[str]) -> Demand | None:
    """What one of the stress programs asks for; None for any other command line."""
    name = base_name(argv[0]) if argv else ""
    if name in ("sh", "bash", "ash") and len(argv) == 3 and argv[1] == "-c":
        words = argv[2].removeprefix("exec ").split()
        return stress(words) if words and base_name(words[0]) in ("stress", "stress-ng") else None
    if name not in ("stress", "stress-ng"):
        return None
    given = flags(argv[1:])
    if any(flag in given for flag in ("mem-total", "mem-alloc-size", "mem-alloc-sleep", "cpus")):
        return _vish(given)
    return _stress(given)


def _stress(given: Mapping[str, str]) -> Demand:
    vm, size = count(given, "vm", "m"), _bytes(_first(given, "vm-bytes") or "256M")
    hangs = "vm-hang" in given or "vm-keep" in given
    cores = count(given, "cpu", "c") + (0 if hangs else vm)
    load = _first(given, "cpu-load", "l").rstrip("%")
    share = int(load) if load.isdecimal() and count(given, "cpu", "c") else 100
    return Demand(
        busy_milli=cores * _CORE_MILLI * share // 100,
        memory_bytes=_MI + vm * size,
        growth_bytes_a_second=_AT_ONCE_BYTES if vm * size else 0,
    )


def _vish(given: Mapping[str, str]) -> Demand:
    total, step = _quantity(given.get("mem-total", "0")), _quantity(given.get("mem-alloc-size", "4Ki"))
    pause = _duration_seconds(given.get("mem-alloc-sleep", "1ms"))
    cpus = given.get("cpus", "0")
    return Demand(
        busy_milli=int(cpus) * _CORE_MILLI if cpus.isdecimal() else 0,
        memory_bytes=2 * _MI + total,
        growth_bytes_a_second=min(_AT_ONCE_BYTES, max(1, round(step / pause))) if total and pause else 0,
    )


def flags(words: Sequence[str]) -> dict[str, str]:
    """``--vm 1``, ``-c=2``, ``--vm-bytes=1G``: name -> value, "" for none."""
    found: dict[str, str] = {}
    for word, after in zip(words, (*words[1:], "-"), strict=True):
        if word.startswith("-"):
            name, equals, value = word.lstrip("-").partition("=")
            found[name] = value if equals else "" if after.startswith("-") else after
    return found


def _first(given: Mapping[str, str], *names: str) -> str:
    return next((given[name] for name in names if name in given), "")


def count(given: Mapping[str, str], *names: str) -> int:
    text = _first(given, *names)
    return int(text) if text.isdecimal() else 0


def _bytes(text: str) -> int:
    match = _SIZE.fullmatch(text)
    if match is None:
        return 0
    unit = _UNITS[match[2].lower()]
    return int(float(match[1]) * (1 << unit if unit > 1 else 1))


def _quantity(text: str) -> int:
    try:
        return whole(text)
    except ValueError:
        return 0


def _duration_seconds(text: str) -> float:
    match = _DURATION.fullmatch(text)
    return 0.0 if match is None else float(match[1]) * _SECONDS[match[2] or ""]


def limit_of(container: Container, resource: str) -> int | None:
    """Its limit of cpu in thousandths or of memory in bytes; None without one."""
    limit = None if container.resources is None else container.resources.limits.get(resource)
    if limit is None:
        return None
    return cpu_milli(limit) if resource == "cpu" else whole(limit)
