"""The value of a CEL expression. Follows cel-spec: errors are values that && and || may leave aside.

Numbers and texts of different kinds never compare or add up; int is Python's own, without an end. Costs are counted in
steps, so that no rule takes longer than the API server would let it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.api.custom.cel_functions import FUNCTIONS, CelError, kind_of, same
from engine.api.custom.cel_syntax import (
    Call,
    Entries,
    Has,
    Index,
    Items,
    Literal,
    Macro,
    Name,
    Node,
    Operation,
    Select,
)

_MOST_STEPS = 1_000_000
TYPES = ("bool", "bytes", "double", "int", "list", "map", "null_type", "string", "uint")
_UNESCAPED = {"__dot__": ".", "__dash__": "-", "__slash__": "/", "__underscores__": "__"}


def evaluate(node: Node, variables: Mapping[str, Any]) -> Any:
    """Raises CelError."""
    return _Evaluation().of(node, variables)


def field_name(name: str) -> str:
    """``foo__dash__bar`` stands for the field ``foo-bar``, ``__in__`` for one that is a word of the language."""
    if name.startswith("__") and name.endswith("__") and name not in _UNESCAPED and len(name) > 4:
        return name[2:-2]
    for escaped, plain in _UNESCAPED.items():
        name = name.replace(escaped, plain)
    return name


class _Evaluation:
    """Counts the steps of one rule."""

    def __init__(self) -> None:
        self._steps = 0

    def of(self, node: Node, names: Mapping[str, Any]) -> Any:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise CelError("operation cancelled: actual cost limit exceeded")
        match node:
            case Literal(value):
                return value
            case Name(name):
                return self._named(name, names)
            case Select(of, name):
                return _selected(self.of(of, names), field_name(name))
            case Index(of, key):
                return _indexed(self.of(of, names), self.of(key, names))
            case Has(of, name):
                value = self.of(of, names)
                if not isinstance(value, Mapping):
                    raise CelError("no such overload")
                return field_name(name) in value
            case Call():
                return self._called(node, names)
            case Macro():
                return self._macro(node, names)
            case Operation(name, parts):
                return self._operation(name, parts, names)
            case Items(items):
                return [self.of(each, names) for each in items]
            case Entries(entries):
                return {self.of(key, names): self.of(value, names) for key, value in entries}

    def _named(self, name: str, names: Mapping[str, Any]) -> Any:
        if name in names:
            return names[name]
        if name in TYPES:
            return ("type", name)
        raise CelError(f"undeclared reference to '{name}' (in container '')")

    def _called(self, node: Call, names: Mapping[str, Any]) -> Any:
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise CelError(f"undeclared reference to '{node.name}' (in container '')")
        given = ([] if node.target is None else [self.of(node.target, names)]) + [
            self.of(each, names) for each in node.args
        ]
        return function(*given)

    def _macro(self, node: Macro, names: Mapping[str, Any]) -> Any:
        found = self.of(node.of, names)
        if not isinstance(found, (list, Mapping)):
            raise CelError("no such overload")

        def asked(body: Node) -> Callable[[Any], Any]:
            return lambda each: self.of(body, {**names, node.variable: each})

        held = asked(node.body)
        match node.name:
            case "all":
                return self._any((lambda each: not _bool(held(each))), found) is False
            case "exists":
                return self._any(lambda each: _bool(held(each)), found)
            case "filter":
                return [each for each in found if _bool(held(each))]
            case "map":
                kept = found if node.kept is None else [each for each in found if _bool(asked(node.kept)(each))]
                return [held(each) for each in kept]
            case _:
                return sum(_bool(held(each)) for each in found) == 1

    def _any(self, holds: Callable[[Any], bool], found: Any) -> bool:
        """An error counts only if nothing decides without it."""
        failed: CelError | None = None
        for each in found:
            try:
                if holds(each):
                    return True
            except CelError as error:
                failed = failed or error
        if failed is not None:
            raise failed
        return False

    def _operation(self, name: str, parts: tuple[Node, ...], names: Mapping[str, Any]) -> Any:
        match name, parts:
            case "?", (asked, yes, no):
                return self.of(yes if _bool(self.of(asked, names)) else no, names)
            case ("&&" | "||"), _:
                return self._any(lambda part: _bool(self.of(part, names)) is (name == "||"), parts) is (name == "||")
            case "!", (only,):
                return not _bool(self.of(only, names))
            case "-", (only,):
                return -_number(self.of(only, names))
        left, right = (self.of(part, names) for part in parts)
        return _BINARY[name](left, right)


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise CelError("no such overload")
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise CelError("no such overload")
    return value


def _selected(value: Any, name: str) -> Any:
    if not isinstance(value, Mapping):
        raise CelError("no such overload")
    if name not in value:
        raise CelError(f"no such key: {name}")
    return value[name]


def _indexed(value: Any, key: Any) -> Any:
    if isinstance(value, Mapping):
        if key not in value:
            raise CelError(f"no such key: {key}")
        return value[key]
    if not isinstance(value, list) or isinstance(key, bool) or not isinstance(key, int):
        raise CelError("no such overload")
    if not 0 <= key < len(value):
        raise CelError(f"index out of bounds: {key}")
    return value[key]


def _added(left: Any, right: Any) -> Any:
    kind = kind_of(left)
    if kind != kind_of(right) or kind not in ("int", "double", "string", "list"):
        raise CelError("no such overload")
    return left + right


def _calculated(sign: str) -> Callable[[Any, Any], Any]:
    def work_out(left: Any, right: Any) -> Any:
        if kind_of(left) != kind_of(right):
            raise CelError("no such overload")
        left, right = _number(left), _number(right)
        match sign:
            case "-":
                return left - right
            case "*":
                return left * right
        if not right and isinstance(right, int):
            raise CelError("division by zero" if sign == "/" else "modulus by zero")
        if sign == "%":
            if isinstance(left, float):
                raise CelError("no such overload")
            return left - right * _towards_zero(left, right)
        if isinstance(left, int):
            return _towards_zero(left, right)
        return left / right if right else (float("nan") if left == 0 else float("inf") if left > 0 else float("-inf"))

    return work_out


def _towards_zero(left: int, right: int) -> int:
    whole = abs(left) // abs(right)
    return whole if (left < 0) == (right < 0) else -whole


def _compared(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        kinds = {kind_of(left), kind_of(right)}
        if kinds != {"int", "double"} and (len(kinds) > 1 or not kinds <= {"string", "int", "double", "bool"}):
            raise CelError("no such overload")
        return holds(left, right)

    return compare


def _within(left: Any, right: Any) -> bool:
    if isinstance(right, Mapping):
        return any(same(left, each) for each in right)
    if not isinstance(right, list):
        raise CelError("no such overload")
    return any(same(left, each) for each in right)


_BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": _added, "-": _calculated("-"), "*": _calculated("*"), "/": _calculated("/"), "%": _calculated("%"),
    "==": same, "!=": lambda left, right: not same(left, right), "in": _within,
    "<": _compared(lambda left, right: left < right), "<=": _compared(lambda left, right: left <= right),
    ">": _compared(lambda left, right: left > right), ">=": _compared(lambda left, right: left >= right),
}  # fmt: skip
