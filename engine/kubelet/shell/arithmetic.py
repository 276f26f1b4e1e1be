"""``$((...))``: integers, variables, + - * / % **, comparisons, && || !, bits, brackets, ?: and assignment.

A small precedence climber; never Python's eval. Numbers are cut to 64 bits, as a shell's are.
"""

import re
from collections.abc import MutableMapping
from functools import lru_cache

from attrs import define

_TOKEN = re.compile(
    r"\s*(\d\w*|[A-Za-z_]\w*|\*\*|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%]=|\+\+|--|[-+*/%()<>=!&|^~?:,])"
)
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", ">", "<=", ">="), ("<<", ">>"), ("+", "-"),
    ("*", "/", "%"), ("**",),
)  # fmt: skip
_BINDS = {operator: level for level, operators in enumerate(_LEVELS) for operator in operators}


class ArithmeticProblem(Exception):
    """The expression cannot be computed; "" or what to add to ``arithmetic syntax error``."""


def evaluate(expression: str, variables: MutableMapping[str, str]) -> int:
    """The value; assignments change ``variables``."""
    tokens = _tokens(expression)
    if not tokens:
        return 0
    reader = _Reader(tokens, variables)
    value = reader.expression()
    if reader.at < len(tokens):
        raise ArithmeticProblem
    return value


@lru_cache(maxsize=1024)
def _tokens(expression: str) -> tuple[str, ...]:
    tokens: list[str] = []
    at = 0
    text = expression.rstrip()
    if len(text) > 1000:
        raise ArithmeticProblem
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ArithmeticProblem
        tokens.append(match.group(1))
        at = match.end()
    if tokens.count("(") > 20 or tokens.count("-") + tokens.count("!") + tokens.count("~") > 50:
        raise ArithmeticProblem
    return tuple(tokens)


@define
class _Reader:
    tokens: tuple[str, ...]
    variables: MutableMapping[str, str]
    at: int = 0

    def peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def expression(self) -> int:
        following = self.peek(1)
        if self.peek()[:1].isidentifier() and following in ("=", "+=", "-=", "*=", "/=", "%="):
            name = self.take()
            self.take()
            value = self.expression()
            if following != "=":
                value = _apply(following[0], self._variable(name), value)
            self.variables[name] = str(value)
            return value
        value = self.level(0)
        if self.peek() == "?":
            self.take()
            first = self.expression()
            if self.take() != ":":
                raise ArithmeticProblem
            second = self.expression()
            return first if value else second
        return value

    def level(self, level: int) -> int:
        """Operators that bind at least as tightly as ``level``."""
        value = self.unary()
        while (binds := _BINDS.get(self.peek(), -1)) >= level:
            operator = self.take()
            value = _apply(operator, value, self.level(binds + 1))
        return value

    def unary(self) -> int:
        token = self.take()
        if token in ("-", "+", "!", "~"):
            value = self.unary()
            return {"-": -value, "+": value, "!": int(not value), "~": ~value}[token]
        if token == "(":
            value = self.expression()
            if self.take() != ")":
                raise ArithmeticProblem
            return value
        if token in ("++", "--"):
            name = self.take()
            return self._step(name, 1 if token == "++" else -1)
        if token[:1].isdigit():
            return _number(token)
        if token.isidentifier():
            value = self._variable(token)
            if self.peek() in ("++", "--"):
                self._step(token, 1 if self.take() == "++" else -1)
            return value
        raise ArithmeticProblem

    def _variable(self, name: str) -> int:
        text = self.variables.get(name, "").strip()
        try:
            return _number(text.lstrip("-")) * (-1 if text.startswith("-") else 1) if text else 0
        except ArithmeticProblem:
            return 0

    def _step(self, name: str, by: int) -> int:
        if not name.isidentifier():
            raise ArithmeticProblem
        value = self._variable(name) + by
        self.variables[name] = str(value)
        return value


def _number(text: str) -> int:
    try:
        return _cut(int(text, 16 if text[:2].lower() == "0x" else 8 if text[:1] == "0" and len(text) > 1 else 10))
    except ValueError:
        raise ArithmeticProblem from None


def _apply(operator: str, left: int, right: int) -> int:
    if operator in ("/", "%"):
        if right == 0:
            raise ArithmeticProblem(": divide by zero")
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if operator == "/" else left - quotient * right
    if operator == "**":
        return _cut(left ** min(max(right, 0), 64))
    if operator in ("<<", ">>"):
        right &= 63
        return _cut(left << right) if operator == "<<" else left >> right
    values = {
        "+": left + right, "-": left - right, "*": left * right, "&": left & right, "|": left | right,
        "^": left ^ right, "&&": int(bool(left and right)), "||": int(bool(left or right)),
        "==": int(left == right), "!=": int(left != right), "<": int(left < right), ">": int(left > right),
        "<=": int(left <= right), ">=": int(left >= right),
    }  # fmt: skip
    return _cut(values[operator])


def _cut(value: int) -> int:
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)
