"""How far a time zone is from UTC at a moment: ``offset_seconds("Europe/Berlin", 1_780_000_000) == 7200``.

The rules are those of the package ``tzdata``, never those of the machine: a schedule must mean the same wherever
a log is replayed. The only file of the engine that reads data of a package; what that takes is imported when the
first zone is named, since hardly a session names one.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_NAMED_UTC = ("UTC", "")


def is_known(zone: str) -> bool:
    """Whether Go's ``time.LoadLocation`` would find it; names are case-sensitive."""
    return zone in _NAMED_UTC or _rules(zone) is not None


def offset_seconds(zone: str, moment: int) -> int:
    """Seconds to add to UTC. Raises LookupError for a zone that is not known."""
    if zone in _NAMED_UTC:
        return 0
    rules = _rules(zone)
    if rules is None:
        raise LookupError(f"unknown time zone {zone}")
    from datetime import UTC, datetime, timedelta

    return round((datetime.fromtimestamp(moment, UTC).astimezone(rules).utcoffset() or timedelta()).total_seconds())


@cache
def _rules(zone: str) -> "ZoneInfo | None":
    from importlib import resources
    from zoneinfo import ZoneInfo

    parts = zone.split("/")
    if zone not in _names() or not all(parts):
        return None
    with resources.files("tzdata").joinpath("zoneinfo", *parts).open("rb") as data:
        return ZoneInfo.from_file(data, zone)


@cache
def _names() -> frozenset[str]:
    from importlib import resources

    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())
