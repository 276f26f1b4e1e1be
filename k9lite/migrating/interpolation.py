"""``$NAME`` and ``${NAME...}`` in a Compose file's values; ``$$`` is a dollar.

    ${A:-x}  x where A is unset or empty      ${A-x}  x where A is unset
    ${A:+x}  x where A is neither             ${A+x}  x where A is set
    ${A:?m}  a mistake m where A is unset or empty; ${A?m} where it is unset

What stands for x may have variables of its own. Follows the Compose specification's interpolation.
"""

import re
from collections.abc import Callable, Mapping

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-+?]")


class Unreadable(Exception):
    """``str(error)`` says what is wrong with the text."""


def interpolated(text: str, variables: Mapping[str, str], missing: Callable[[str], None]) -> str:
    """``missing`` is told each variable that is not set and has no default: it stands for nothing."""
    if "$" not in text:
        return text
    result, at = "", 0
    while at < len(text):
        if text[at] != "$":
            result, at = result + text[at], at + 1
        elif text.startswith("$$", at):
            result, at = result + "$", at + 2
        elif text.startswith("${", at):
            end = _closing(text, at)
            result, at = result + _braced(text[at + 2 : end], variables, missing), end + 1
        elif match := _NAME.match(text, at + 1):
            result, at = result + _value(match[0], variables, missing), match.end()
        else:
            raise Unreadable(f'invalid interpolation format in "{text}": write $$ for a dollar')
    return result


def _closing(text: str, start: int) -> int:
    depth, at = 0, start
    while at < len(text):
        if text.startswith("${", at):
            depth, at = depth + 1, at + 1
        elif text[at] == "}":
            depth -= 1
            if not depth:
                return at
        at += 1
    raise Unreadable(f'invalid interpolation format in "{text}": a ${{ is not closed')


def _braced(inner: str, variables: Mapping[str, str], missing: Callable[[str], None]) -> str:
    match = _NAME.match(inner)
    if match is None:
        raise Unreadable(f'invalid interpolation format: "${{{inner}}}" begins with no name')
    name, rest = match[0], inner[match.end() :]
    if not rest:
        return _value(name, variables, missing)
    operator = _OPERATOR.match(rest)
    if operator is None:
        raise Unreadable(f'invalid interpolation format: "${{{inner}}}"')
    word = rest[operator.end() :]
    is_there = bool(variables.get(name)) if operator[0].startswith(":") else name in variables
    match operator[0][-1]:
        case "-":
            return variables[name] if is_there else interpolated(word, variables, missing)
        case "+":
            return interpolated(word, variables, missing) if is_there else ""
        case _:
            if is_there:
                return variables[name]
            said = interpolated(word, variables, missing) or "it has no value"
            raise Unreadable(f"required variable {name} is missing a value: {said}")


def _value(name: str, variables: Mapping[str, str], missing: Callable[[str], None]) -> str:
    if name not in variables:
        missing(name)
    return variables.get(name, "")
