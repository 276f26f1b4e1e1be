"""Ages as kubectl prints them: two significant units, fewer the older (rules 6).

Follows apimachinery's ``duration.HumanDuration``. Nothing here knows the time; ``now`` comes in.
"""

from engine.kinds import Object

UNKNOWN = "<unknown>"
NONE = "<none>"

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def human_duration(seconds: int) -> str:
    """``95s``, ``2m``, ``9m59s``, ``3h``, ``7h59m``, ``47h``, ``2d1h``, ``8d``, ``2y1d``."""
    if seconds < 120:
        return f"{max(seconds, 0)}s" if seconds >= -1 else "<invalid>"
    if seconds < 10 * _MINUTE:
        return _two(seconds // _MINUTE, "m", seconds % 60, "s")
    if seconds < 3 * _HOUR:
        return f"{seconds // _MINUTE}m"
    if seconds < 8 * _HOUR:
        return _two(seconds // _HOUR, "h", seconds // _MINUTE % 60, "m")
    if seconds < 48 * _HOUR:
        return f"{seconds // _HOUR}h"
    days = seconds // _DAY
    if days < 8:
        return _two(days, "d", seconds // _HOUR % 24, "h")
    if days < 2 * 365:
        return f"{days}d"
    if days < 8 * 365:
        return _two(days // 365, "y", days % 365, "d")
    return f"{days // 365}y"


def since(time: int | None, now: int) -> str:
    """How long ago ``time`` was; ``<unknown>`` where it is not set."""
    return UNKNOWN if time is None else human_duration(now - time)


def age(obj: Object, now: int) -> str:
    """The AGE cell."""
    return since(obj.metadata.creation_timestamp, now)


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"
