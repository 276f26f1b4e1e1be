"""awk's values: strings that are numbers where they look like it; arithmetic, comparison and sprintf."""

import re

Value = str | float


class AwkProblem(Exception):
    """The program is wrong; the message follows ``awk: cmd. line:1:``."""


def sprintf(values: list[Value]) -> str:
    rest = values[1:]

    def one(match: re.Match[str]) -> str:
        if match.group(1) == "%":
            return "%"
        value: Value = rest.pop(0) if rest else ""
        width = match.group()[1:-1]
        if len(width) > 8:
            raise AwkProblem("bad format")
        if match.group(1) in "di":
            return f"%{width}d" % int(as_number(value))
        return f"%{width}f" % as_number(value) if match.group(1) == "f" else f"%{width}s" % as_text(value)

    return re.sub(r"%[-+ 0]*\d{0,3}(?:\.\d{1,2})?([dsif%])", one, as_text(values[0]) if values else "")


def as_text(value: Value) -> str:
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"


def as_number(value: Value) -> float:
    if isinstance(value, float):
        return value
    if isinstance(value, int):
        return float(value)
    match = re.match(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,2})?", value)
    return float(match.group()) if match else 0.0


def truth(value: Value) -> bool:
    return value != 0 if not isinstance(value, str) else value not in ("", "0")


def calculate(operator: str, left: float, right: float) -> float:
    if operator in "/%" and right == 0:
        raise AwkProblem("division by zero")
    if max(abs(left), abs(right)) > 1e100:
        raise AwkProblem("number out of range")
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
    return left - right * int(left / right)


def compare(operator: str, left: Value, right: Value) -> bool:
    numeric = all(
        isinstance(each, float) or re.fullmatch(r"\s*[-+]?\d+(\.\d*)?\s*", each) for each in (left, right)
    )
    a, b = (as_number(left), as_number(right)) if numeric else (as_text(left), as_text(right))
    if operator in ("==", "!="):
        return (a == b) == (operator == "==")
    less = a < b  # type: ignore[operator]  # both are numbers, or both are strings
    return {"<": less, "<=": less or a == b, ">": not (less or a == b), ">=": not less}[operator]
