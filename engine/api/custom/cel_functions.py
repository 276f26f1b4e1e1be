"""What CEL expressions can call: the standard functions, and those Kubernetes adds for texts and lists.

Follows cel-spec's definitions and ``k8s.io/apiserver/pkg/cel/library``; the first argument is what stands before the
dot. A value of the wrong sort is "no such overload", as there.
"""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from engine.kinds.frozen import frozen


class CelError(Exception):
    """What a rule could not be worked out for; the API server's words."""


@frozen
class Optional:
    """A value that may not be there; () or the value alone."""

    held: tuple[Any, ...] = ()


def kind_of(value: Any) -> str:
    match value:
        case None:
            return "null_type"
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "double"
        case str():
            return "string"
        case list():
            return "list"
        case Mapping():
            return "map"
        case _:
            return "type"


def same(left: Any, right: Any) -> bool:
    """1 is 1.0, and true is not 1, all the way down."""
    kinds = {kind_of(left), kind_of(right)}
    if len(kinds) > 1:
        return kinds == {"int", "double"} and bool(left == right)
    if kinds == {"list"}:
        return len(left) == len(right) and all(map(same, left, right))
    if kinds == {"map"}:
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return bool(left == right)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise CelError("no such overload")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise CelError("no such overload")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise CelError("no such overload")
    return value


def _size(value: Any) -> int:
    if not isinstance(value, (str, list, Mapping)):
        raise CelError("no such overload")
    return len(value)


def _pattern(pattern: Any) -> re.Pattern[str]:
    try:
        return re.compile(_text(pattern))
    except re.error as error:
        raise CelError(f"error parsing regexp: {error}") from None


def _found(text: Any, pattern: Any) -> str:
    match = _pattern(pattern).search(_text(text))
    return match[0] if match is not None else ""


def _all_found(text: Any, pattern: Any, most: Any = -1) -> list[str]:
    found = [match[0] for match in _pattern(pattern).finditer(_text(text))]
    return found if _whole(most) < 0 else found[:most]


def _int(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d+", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise CelError("type conversion error from 'string' to 'int'" if isinstance(value, str) else "no such overload")
    return int(value)


def _double(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise CelError("no such overload")
    try:
        return float(value)
    except ValueError:
        raise CelError("type conversion error from 'string' to 'double'") from None


def _string(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return value
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return str(value)
        case _:
            raise CelError("no such overload")


def _bool(value: Any) -> bool:
    if value in ("true", "True", "TRUE", "t", "1", True):
        return True
    if value in ("false", "False", "FALSE", "f", "0", False):
        return False
    raise CelError("type conversion error from 'string' to 'bool'")


def _replaced(text: Any, old: Any, new: Any, most: Any = -1) -> str:
    return _text(text).replace(_text(old), _text(new), _whole(most))


def _split(text: Any, by: Any, most: Any = -1) -> list[str]:
    most = _whole(most)
    if most == 0:
        return []
    if not _text(by):
        return list(_text(text)) if most < 0 else [*text[: most - 1], text[most - 1 :]]
    return _text(text).split(by, most - 1 if most > 0 else -1)


def _part(text: Any, begin: Any, end: Any = None) -> str:
    last = len(_text(text)) if end is None else _whole(end)
    if not 0 <= _whole(begin) <= last <= len(text):
        raise CelError(f"index out of range: {begin if not 0 <= begin <= len(text) else last}")
    return str(text[begin:last])


def _letter(text: Any, at: Any) -> str:
    if not 0 <= _whole(at) <= len(_text(text)):
        raise CelError(f"index out of range: {at}")
    return str(text[at : at + 1])


def _place(value: Any, wanted: Any) -> int:
    if isinstance(value, list):
        return next((at for at, each in enumerate(value) if same(each, wanted)), -1)
    return _text(value).find(_text(wanted))


def _last_place(value: Any, wanted: Any) -> int:
    if isinstance(value, list):
        return next((at for at in range(len(value) - 1, -1, -1) if same(value[at], wanted)), -1)
    return _text(value).rfind(_text(wanted))


def _of_one_kind(values: Any) -> list[Any]:
    if len({kind_of(each) for each in _list(values)}) > 1:
        raise CelError("no such overload")
    return list(values)


def _extreme(choose: Callable[[list[Any]], Any], name: str) -> Callable[[Any], Any]:
    def chosen(values: Any) -> Any:
        found = _of_one_kind(values)
        if not found:
            raise CelError(f"{name} called on empty list")
        return choose(found)

    return chosen


def _is_sorted(values: Any) -> bool:
    found = _of_one_kind(values)
    return all(before <= after for before, after in pairwise(found))


def _optional(value: Any) -> Optional:
    if not isinstance(value, Optional):
        raise CelError("no such overload")
    return value


def _value(value: Any) -> Any:
    held = _optional(value).held
    if not held:
        raise CelError("optional.none() dereference")
    return held[0]


def _or_value(value: Any, other: Any) -> Any:
    return _value(value) if _optional(value).held else other


def _on_fitting(function: Callable[..., Any]) -> Callable[..., Any]:
    """Too few or too many arguments are no overload either."""

    def called(*given: Any) -> Any:
        try:
            return function(*given)
        except TypeError:
            raise CelError("no such overload") from None

    return called


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "size": _size,
    "matches": lambda text, pattern: _pattern(pattern).search(_text(text)) is not None,
    "startsWith": lambda text, start: _text(text).startswith(_text(start)),
    "endsWith": lambda text, end: _text(text).endswith(_text(end)),
    "contains": lambda text, part: _text(part) in _text(text),
    "int": _int, "uint": _int, "double": _double, "string": _string, "bool": _bool,
    "type": lambda value: ("type", kind_of(value)),
    "dyn": lambda value: value,
    "find": _found, "findAll": _all_found,
    "lowerAscii": lambda text: _text(text).lower(), "upperAscii": lambda text: _text(text).upper(),
    "trim": lambda text: _text(text).strip(), "replace": _replaced, "split": _split, "substring": _part,
    "charAt": _letter, "indexOf": _place, "lastIndexOf": _last_place,
    "join": lambda values, by="": _text(by).join(_text(each) for each in _list(values)),
    "isSorted": _is_sorted, "sum": lambda values: sum(_of_one_kind(values)),
    "min": _extreme(min, "min"), "max": _extreme(max, "max"),
    "hasValue": lambda value: bool(_optional(value).held), "value": _value, "orValue": _or_value,
}  # fmt: skip
FUNCTIONS = {name: _on_fitting(function) for name, function in _FUNCTIONS.items()}
