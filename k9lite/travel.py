"""What the keys and words of time mean: faster, slower, pause, step, seek, and a user's action before or after."""

import re

from engine.errors import UsageError
from engine.kinds import format_time, parse_time
from k9lite.client import Client, recording

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
FASTEST = 1000.0
_KEYS_FASTEST, _KEYS_SLOWEST = 64.0, 0.25


def speed_of(text: str) -> float:
    """Raises UsageError in one line."""
    try:
        speed = float(text.removesuffix("x"))
    except ValueError:
        speed = -1.0
    if not 0 <= speed <= FASTEST:
        raise UsageError(f"speed {text}: give cluster seconds per second, from 0 to {FASTEST:g}: speed 10")
    return speed


def faster(client: Client) -> None:
    """Twice as fast; from a pause, on at 1x."""
    client.set_speed(min(_KEYS_FASTEST, client.speed * 2) if client.speed else 1.0)


def slower(client: Client) -> None:
    if client.speed:
        client.set_speed(max(_KEYS_SLOWEST, client.speed / 2))


def pause_or_play(client: Client) -> None:
    client.set_speed(0.0 if client.speed else 1.0)


def step(client: Client, direction: int) -> None:
    """One change on, or back in a recording; time stands still then."""
    client.set_speed(0.0)
    played = recording(client)
    if direction > 0:
        client.step()
    elif played is None:
        raise UsageError("only a recording can go back: k9lite replay FILE.k9log")
    else:
        played.seek(played.state.revision - 1)


def to_deed(client: Client, direction: int) -> str:
    """To the user's action before or after this moment of a recording; which it was. Raises UsageError."""
    played = recording(client)
    if played is None:
        raise UsageError("only a recording can be travelled: k9lite replay FILE.k9log")
    here = played.state.revision
    deeds = [deed for deed in played.deeds() if (deed.revision - here) * direction > 0]
    if not deeds:
        where = "after" if direction > 0 else "before"
        raise UsageError(f"the user did nothing more {where} this moment")
    deed = deeds[0] if direction > 0 else deeds[-1]
    played.set_speed(0.0)
    played.seek(deed.revision)
    return deed.deed or f"revision {deed.revision}"


def seek(client: Client, text: str) -> None:
    """To a revision (``120``, ``rev 120``) or a time (``12:30``, an RFC 3339 time). Raises UsageError."""
    played = recording(client)
    if played is None:
        raise UsageError("seek works on recordings: k9lite replay FILE.k9log")
    word = text.removeprefix("rev").strip()
    if word.isdigit():
        played.seek(int(word))
    elif clock := _CLOCK.fullmatch(word):
        hour, minute, second = (int(part or 0) for part in clock.groups())
        midnight = played.first_time - played.first_time % 86400
        moment = midnight + hour * 3600 + minute * 60 + second
        played.seek_time(moment if moment >= played.first_time else moment + 86400)
    else:
        try:
            played.seek_time(parse_time(word))
        except ValueError:
            example = format_time(played.first_time)
            raise UsageError(f"seek {text}: give a revision (120) or a time (12:30:00, {example})") from None


def to_time(client: Client, time: int) -> None:
    """To this cluster time of a recording."""
    played = recording(client)
    if played is not None:
        played.seek_time(time)
