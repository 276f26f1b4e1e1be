"""What ``speed`` and ``seek`` mean at the prompt."""

import re

from engine.errors import UsageError
from engine.kinds import format_time, parse_time
from k9lite.client import Client, recording

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
FASTEST = 1000.0


def speed_of(text: str) -> float:
    """Raises UsageError in one line."""
    try:
        speed = float(text.removesuffix("x"))
    except ValueError:
        speed = -1.0
    if not 0 <= speed <= FASTEST:
        raise UsageError(f"speed {text}: give cluster seconds per second, from 0 to {FASTEST:g}: speed 10")
    return speed


def seek(client: Client, text: str) -> None:
    """To a revision (``120``, ``rev 120``) or a time (``12:30``, an RFC 3339 time). Raises UsageError."""
    recorded = recording(client)
    if recorded is None:
        raise UsageError("seek works on recordings: k9lite replay FILE.k9log")
    word = text.removeprefix("rev").strip()
    if word.isdigit():
        recorded.seek(int(word))
    elif clock := _CLOCK.fullmatch(word):
        hour, minute, second = (int(part or 0) for part in clock.groups())
        midnight = recorded.first_time - recorded.first_time % 86400
        moment = midnight + hour * 3600 + minute * 60 + second
        recorded.seek_time(moment if moment >= recorded.first_time else moment + 86400)
    else:
        try:
            recorded.seek_time(parse_time(word))
        except ValueError:
            example = format_time(recorded.first_time)
            raise UsageError(f"seek {text}: give a revision (120) or a time (12:30:00, {example})") from None
