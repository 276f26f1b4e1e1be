"""perl one-liners as Jobs run them: ``perl -Mbignum=bpi -wle 'print bpi(2000)'``, and print, sleep, exit, die.

Statements of numbers and strings only; a line of anything else is not understood, and perl then only tells so.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from engine.kinds.frozen import frozen
from engine.kubelet.shell.control import Exit
from engine.kubelet.shell.machine import Call

_STATEMENT = re.compile(r"(print|say|sleep|exit|die)\b\s*\(?(.*?)\)?\s*", re.DOTALL)
_VALUE = re.compile(r"\s*(?:bpi\((\d{1,4})\)|(\d{1,9})|\"([^\"\\$@]*(?:\\.[^\"\\$@]*)*)\"|'([^'\\]*)')\s*(?:,|\.|$)")
_ESCAPES = {r"\n": "\n", r"\t": "\t", r"\"": '"', r"\\": "\\"}
_SLOW_DIGITS, _SLOW_MS = 2000, 5000
"""What so many digits of pi take; as many again take four times as long."""
_VERSION = "\nThis is perl 5, version 34, subversion 3 (v5.34.3) built for x86_64-linux-gnu\n"


@frozen
class _Statement:
    word: str
    values: tuple[str, ...]
    digits: int
    """Of pi, to be computed first."""


def perl(call: Call) -> int:
    if call.args[:1] in (("-v",), ("--version",)):
        call.out(_VERSION)
        return 0
    line = _parsed(call.args)
    if line is None:
        return call.fail("of perl this cluster runs one-liners that print, sleep and exit")
    statements, newline = line
    for each in statements:
        call.machine.step()
        call.machine.time_ms += each.digits * each.digits * _SLOW_MS // (_SLOW_DIGITS * _SLOW_DIGITS)
        text = "".join(each.values)
        match each.word:
            case "print" | "say":
                call.out(text + ("\n" if newline or each.word == "say" else ""))
            case "sleep":
                call.machine.time_ms += int(text or 0) * 1000
            case "exit":
                raise Exit(int(text or 0))
            case _:
                call.err(text if text.endswith("\n") else f"{text or 'Died'} at -e line 1.\n")
                raise Exit(255)
    return 0


def understood(args: Sequence[str]) -> bool:
    return _parsed(tuple(args)) is not None


@lru_cache(maxsize=256)
def _parsed(args: tuple[str, ...]) -> tuple[tuple[_Statement, ...], bool] | None:
    """The statements of the code behind ``-e``, and whether ``-l`` ends each line; None if it is not understood."""
    newline = False
    for at, word in enumerate(args):
        if re.fullmatch(r"-[wWstl]*[eE]", word):
            statements = _statements(args[at + 1]) if at + 1 < len(args) else None
            return None if statements is None else (statements, newline or "l" in word)
        if not re.fullmatch(r"-(?:[wWstl]+|M[\w:=,]+)", word):
            return None
        newline = newline or (not word.startswith("-M") and "l" in word)
    return None


def _statements(code: str) -> tuple[_Statement, ...] | None:
    found = []
    for part in filter(None, (each.strip() for each in _split(code))):
        match = _STATEMENT.fullmatch(part)
        values = None if match is None else _values(_closed(match[2]))
        if match is None or values is None:
            return None
        if match[1] in ("sleep", "exit") and not "".join(values[0]).isdecimal() and values[0]:
            return None
        found.append(_Statement(match[1], *values))
    return tuple(found)


def _split(code: str) -> list[str]:
    """At semicolons outside of quotes."""
    return re.findall(r"(?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^;\"'])+", code)


def _closed(text: str) -> str:
    """With the bracket that belonged to ``bpi(``."""
    return text + ")" if text.count("(") > text.count(")") else text


def _values(text: str) -> tuple[tuple[str, ...], int] | None:
    values, digits, at = [], 0, 0
    while at < len(text):
        match = _VALUE.match(text, at)
        if match is None or match.end() == at:
            return None
        wanted, number, double, single = match.groups()
        if wanted is not None:
            digits = max(digits, int(wanted))
            values.append(pi_digits(int(wanted)))
        elif double is not None:
            values.append(re.sub(r"\\.", lambda escape: _ESCAPES.get(escape[0], escape[0][1:]), double))
        else:
            values.append(number if number is not None else single)
        at = match.end()
    return tuple(values), digits


@lru_cache(maxsize=8)
def pi_digits(count: int) -> str:
    """Pi to so many digits, the last one rounded, as bignum's ``bpi`` gives it; Machin's formula in whole numbers."""
    if count < 1:
        return "3"
    guard = 10
    one: int = 10 ** (count - 1 + guard)
    pi = 4 * (4 * _arc_cotangent(5, one) - _arc_cotangent(239, one))
    rounded = (pi + 10**guard // 2) // 10**guard
    text = str(rounded)
    return f"{text[0]}.{text[1:]}" if count > 1 else text


def _arc_cotangent(number: int, one: int) -> int:
    """arctan(1/number), in units of 1/one."""
    power = one // number
    total, square, divisor, sign = power, number * number, 3, -1
    while power := power // square:
        total += sign * (power // divisor)
        divisor, sign = divisor + 2, -sign
    return total
