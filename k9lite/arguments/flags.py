"""What a flag's text means: int, duration, string or switch, named by ``Option.value`` in pflag's words.

A parsed command line holds checked texts, so reading one again cannot fail.
"""

import re
from fractions import Fraction

from k9lite.verb import Args, Option

FOREVER_SECONDS = 2**40
_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")
_UNITS = {
    "ns": Fraction(1, 10**9), "us": Fraction(1, 10**6), "µs": Fraction(1, 10**6), "ms": Fraction(1, 1000),
    "s": Fraction(1), "m": Fraction(60), "h": Fraction(3600),
}  # fmt: skip
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)")


def check_value(option: Option, text: str) -> str:
    """The text as Args keeps it. Raises ValueError in Go's words."""
    match option.value:
        case "":
            return _switch(text)
        case "int":
            if not re.fullmatch(r"[+-]?\d+", text):
                raise ValueError(f'strconv.ParseInt: parsing "{text}": invalid syntax')
            if not -(2**31) <= int(text) < 2**31:
                raise ValueError(f'strconv.ParseInt: parsing "{text}": value out of range')
        case "duration":
            duration_seconds(text)
    return text


def number(args: Args, flag: str) -> int:
    return int(args.flags[flag])


def seconds(args: Args, flag: str) -> Fraction:
    return duration_seconds(args.flags.get(flag, "0"))


def duration_seconds(text: str) -> Fraction:
    """Go's durations: ``90s``, ``1h30m``, ``1.5h``, ``0``. Raises ValueError."""
    unsigned = text.lstrip("+-") if text[:1] in ("+", "-") else text
    if unsigned == "0":
        return Fraction(0)
    if not unsigned or len(text) - len(unsigned) > 1:
        raise ValueError(f'time: invalid duration "{text}"')
    parts = list(_PART.finditer(unsigned))
    if "".join(part.group() for part in parts) != unsigned:
        missing = re.fullmatch(r"[\d.]+", unsigned)
        raise ValueError(f'time: {"missing unit in" if missing else "invalid"} duration "{text}"')
    total = sum((Fraction(part[1]) * _UNITS[part[2]] for part in parts), Fraction(0))
    return -total if text.startswith("-") else total


def format_duration(value: Fraction) -> str:
    """As Go prints a Duration of whole seconds: ``30s``, ``1m0s``, ``1h0m0s``."""
    whole, rest = divmod(value, 1)
    hours, minutes, secs = int(whole) // 3600, int(whole) // 60 % 60, int(whole) % 60
    shown = f"{float(secs + rest):g}s" if rest else f"{secs}s"
    if hours:
        return f"{hours}h{minutes}m{shown}"
    return f"{minutes}m{shown}" if minutes else shown


def _switch(text: str) -> str:
    if text in _TRUE:
        return "true"
    if text in _FALSE:
        return "false"
    raise ValueError(f'strconv.ParseBool: parsing "{text}": invalid syntax')
