"""Moments as servers and ``date`` print them: ``formatted(1780000000, "%d/%b/%Y:%H:%M:%S")``, always in UTC.

A small strftime over the proleptic Gregorian calendar, so that the pure core needs no clock module.
"""

import re
from functools import lru_cache

from engine.kinds.dates import civil

_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SHORTHANDS = {"%F": "%Y-%m-%d", "%T": "%H:%M:%S", "%R": "%H:%M", "%D": "%m/%d/%y", "%c": "%a %b %e %H:%M:%S %Y"}
_LATEST = 1 << 36


@lru_cache(maxsize=256)  # a server's answer and its log tell the same second, and a loop asks many times in it
def formatted(moment: int, template: str) -> str:
    """``moment`` is seconds since the epoch; unknown letters stay as they are."""
    moment = min(max(moment, 0), _LATEST)
    for short, long in _SHORTHANDS.items():
        template = template.replace(short, long)
    days, second = divmod(moment, 86400)
    year, month, day = civil(days)
    hour, minute = second // 3600, second % 3600 // 60
    values = {
        "Y": str(year), "y": f"{year % 100:02}", "m": f"{month:02}", "d": f"{day:02}", "e": f"{day:2}",
        "H": f"{hour:02}", "I": f"{(hour - 1) % 12 + 1:02}", "M": f"{minute:02}", "S": f"{second % 60:02}",
        "p": "AM" if hour < 12 else "PM", "A": _DAYS[(days + 4) % 7], "a": _DAYS[(days + 4) % 7][:3],
        "B": _MONTHS[month - 1], "b": _MONTHS[month - 1][:3], "h": _MONTHS[month - 1][:3], "s": str(moment),
        "j": f"{_day_of_year(year, month, day):03}", "u": str((days + 3) % 7 + 1), "w": str((days + 4) % 7),
        "Z": "UTC", "z": "+0000", "%": "%", "n": "\n", "t": "\t", "N": "000000000",
    }  # fmt: skip
    return re.sub(r"%(.)", lambda match: values.get(match[1], match[0]), template)


def _day_of_year(year: int, month: int, day: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return sum(lengths[: month - 1]) + day
