"""Files too big to be kept: a text that stands for so many bytes of which nobody asks more than how many they are.

    bulk(209715200)                   "\\0bytes 209715200"
    joined("a\\n", bulk(10))          bulk(12)
"""

import re
from collections.abc import Mapping

_MARK = re.compile("\0bytes (\\d{1,18})")
MOST_BYTES = 10**18 - 1
ENDLESS = ("/dev/zero", "/dev/urandom", "/dev/random")
"""Files from which as much can be read as anybody wants."""


def bulk(size: int) -> str:
    return f"\0bytes {min(size, MOST_BYTES)}"


def is_bulk(text: str) -> bool:
    return text.startswith("\0bytes ")


def size_of(text: str) -> int:
    """In bytes, as a file system counts them; what is printed behind a bulky part counts as well."""
    if "\0bytes " not in text:
        return len(text) if text.isascii() else len(text.encode(errors="replace"))
    hidden = sum(int(digits) for digits in _MARK.findall(text))
    return hidden + len(_MARK.sub("", text).encode(errors="replace"))


def joined(before: str, after: str) -> str:
    """One behind the other in a file."""
    if is_bulk(before) or is_bulk(after):
        return bulk(size_of(before) + size_of(after))
    return before + after


def printable(text: str) -> str:
    """As a terminal shows it: bytes of no interest are not seen."""
    return _MARK.sub("", text) if "\0bytes " in text else text


_BINARY = {letter: 1 << 10 * power for power, letter in enumerate("KMGT", 1)}
_UNITS: Mapping[str, int] = {
    "": 1, "c": 1, "w": 2, "b": 512, "k": 1024, "m": 1 << 20, "g": 1 << 30,
    **_BINARY, **{f"{letter}iB": size for letter, size in _BINARY.items()},
    **{f"{letter}B": 1000**power for power, letter in enumerate("KMGT", 1)}, "kB": 1000,
}  # fmt: skip


def amount(word: str) -> int | None:
    """``512``, ``1M``, ``1MB``, ``10x512`` in bytes, as coreutils and busybox take it; None if it is no amount."""
    total = 1
    for part in word.split("x"):
        match = re.fullmatch(r"(\d{1,15})([A-Za-z]*)", part)
        if match is None or match.group(2) not in _UNITS:
            return None
        total *= int(match.group(1)) * _UNITS[match.group(2)]
    return total
