"""Cron schedules: ``parse_schedule("*/5 9-17 * * mon-fri").next(t, "Europe/Berlin")`` is the next time after ``t``.

    minute 0-59 | hour 0-23 | day of month 1-31 | month 1-12 or jan-dec | day of week 0-6 or sun-sat
    a field is a list of  *  ?  N  N-M  and any of them with /STEP; or one word for all five: @hourly, @every 90m

A time is due if its minute, as a clock of the zone shows it, matches: what a clock skips never is, what it shows
twice is due twice. Follows github.com/robfig/cron/v3, error texts included: with a * in either, day of month and
day of week must both match, without one of them is enough.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from engine.kinds.dates import civil
from engine.kinds.frozen import frozen
from engine.zones import offset_seconds

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_FIRST_WEEKDAY = 4
"""The epoch began on a Thursday; Sunday is 0."""
_MOST_YEARS = 5
_ALIASES: Mapping[str, str] = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class ScheduleError(ValueError):
    """A schedule that nobody can read; the message is the parser's."""


@frozen(kw_only=True)
class Schedule:
    """``every_seconds`` alone counts if it is set."""

    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    any_day: bool = True
    """Day of month or day of week is a star, so that both have to match."""
    every_seconds: int = 0

    def next(self, after: int, zone: str = "UTC") -> int | None:
        """The first time later than ``after``; None if there is none within five years (the 31st of February)."""
        if self.every_seconds:
            return after + self.every_seconds
        return _next(self, after - after % _MINUTE + _MINUTE, zone)

    def _is_day(self, days: int) -> bool:
        """``days`` since the epoch."""
        _, month, day = civil(days)
        if month not in self.months:
            return False
        in_month, in_week = day in self.days, (days + _FIRST_WEEKDAY) % 7 in self.weekdays
        return in_month and in_week if self.any_day else in_month or in_week


@lru_cache(maxsize=4096)
def _next(schedule: Schedule, moment: int, zone: str) -> int | None:
    """The first matching minute from ``moment`` on."""
    limit = moment + _MOST_YEARS * 366 * _DAY
    known_day, is_day = -1, False
    while moment < limit:
        offset = offset_seconds(zone, moment)
        days, second = divmod(moment + offset, _DAY)
        if days != known_day:
            known_day, is_day = days, schedule._is_day(days)
        if not is_day:
            moment = _ahead(moment, _DAY - second, offset, zone)
        elif second // _HOUR not in schedule.hours:
            moment = _ahead(moment, _HOUR - second % _HOUR, offset, zone)
        elif second % _HOUR // _MINUTE not in schedule.minutes:
            moment += _MINUTE - second % _MINUTE
        else:
            return moment
    return None


def _ahead(moment: int, seconds: int, offset: int, zone: str) -> int:
    """``seconds`` later on the clock of the zone; where that goes forward meanwhile, as much sooner."""
    later = moment + seconds
    return max(moment + _MINUTE, later - max(offset_seconds(zone, later) - offset, 0))


@lru_cache(maxsize=1024)
def parse_schedule(text: str) -> Schedule:
    """Raises ScheduleError."""
    if not text:
        raise ScheduleError("empty spec string")
    if text.startswith(("TZ=", "CRON_TZ=")):
        text = text.partition(" ")[2].strip()
    if text.startswith("@every "):
        return Schedule(every_seconds=max(1, duration_seconds(text, text.removeprefix("@every "))))
    if text.startswith("@"):
        if text not in _ALIASES:
            raise ScheduleError(f"unrecognized descriptor: {text}")
        text = _ALIASES[text]
    fields = text.split()
    if len(fields) != len(_FIELDS):
        listed = " ".join(fields)
        raise ScheduleError(f"expected exactly {len(_FIELDS)} fields, found {len(fields)}: [{listed}]")
    read = [_field(words, *bounds) for words, bounds in zip(fields, _FIELDS, strict=True)]
    (minutes, _), (hours, _), (days, any_day), (months, _), (weekdays, any_weekday) = read
    return Schedule(
        minutes=minutes,
        hours=hours,
        days=days,
        months=months,
        weekdays=weekdays,
        any_day=any_day or any_weekday,
    )


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[int, int, Mapping[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    (0, 6, {name: number for number, name in enumerate(_WEEKDAYS)}),
)


def _field(words: str, least: int, most: int, names: Mapping[str, int]) -> tuple[frozenset[int], bool]:
    """The values of a field, and whether it is a star of every value."""
    values: set[int] = set()
    star = False
    for word in filter(None, words.split(",")):
        found, is_star = _range(word, least, most, names)
        values.update(found)
        star = star or is_star
    return frozenset(values), star


def _range(word: str, least: int, most: int, names: Mapping[str, int]) -> tuple[range, bool]:
    span, *steps = word.split("/")
    low, *high = span.split("-")
    star = low in ("*", "?")
    if star:
        start, end = least, most
    else:
        start = end = _number(low, names)
        if len(high) > 1:
            raise ScheduleError(f"too many hyphens: {word}")
        if high:
            end = _number(high[0], names)
    if len(steps) > 1:
        raise ScheduleError(f"too many slashes: {word}")
    step = _number(steps[0], {}) if steps else 1
    if steps and not high:
        end = most
    if start < least:
        raise ScheduleError(f"beginning of range ({start}) below minimum ({least}): {word}")
    if end > most:
        raise ScheduleError(f"end of range ({end}) above maximum ({most}): {word}")
    if start > end:
        raise ScheduleError(f"beginning of range ({start}) beyond end of range ({end}): {word}")
    if step == 0:
        raise ScheduleError(f"step of range should be a positive number: {word}")
    return range(start, end + 1, step), star and step == 1


def _number(text: str, names: Mapping[str, int]) -> int:
    known = names.get(text.lower())
    if known is not None:
        return known
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise ScheduleError(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    if int(text) < 0:
        raise ScheduleError(f"negative number ({int(text)}) not allowed: {text}")
    return int(text)


_UNIT_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")


def duration_seconds(descriptor: str, text: str) -> int:
    """A Go duration in whole seconds: ``1h30m`` is 5400. Raises ScheduleError that names the ``descriptor``."""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ScheduleError(f'failed to parse duration {descriptor}: time: invalid duration "{text}"')
    return int(sum(float(number) * _UNIT_SECONDS[unit] for number, unit in parts))
