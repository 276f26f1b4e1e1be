"""Times in a manifest: RFC 3339 in UTC, whole seconds, without a clock, a locale or a limit to the year."""

import calendar
import re
from functools import lru_cache


@lru_cache(maxsize=65536)
def format_time(seconds: int) -> str:
    """RFC 3339 in UTC, as ``metav1.Time`` prints it."""
    days, rest = divmod(seconds, 86400)
    year, month, day = civil(days)
    return f"{year:04}-{month:02}-{day:02}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}Z"


@lru_cache(maxsize=65536)
def parse_time(text: str) -> int:
    """Seconds since the epoch of an RFC 3339 time; fractions are cut off. Raises ValueError."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError(f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": not an RFC 3339 time')
    year, month, day, hour, minute, second, sign, off_hour, off_minute = match.groups()
    seconds = calendar.timegm((int(year), int(month), int(day), int(hour), int(minute), int(second)))
    offset = (int(off_hour) * 3600 + int(off_minute) * 60) if sign else 0
    return seconds - offset if sign == "+" else seconds + offset


@lru_cache(maxsize=4096)
def civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of a day counted from 1970-01-01; Howard Hinnant's algorithm, for any year."""
    z = days + 719468
    era, doe = divmod(z, 146097)
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1


_RFC3339 = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))"
)
