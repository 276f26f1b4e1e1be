"""The text of a CEL expression -> its tree. Follows the grammar of the Common Expression Language (cel-spec).

    self.replicas <= self.max && self.items.all(i, i.name.matches('^[a-z]+$'))

Differs in what Kubernetes' rules do not need: no bytes, no messages, no optional syntax (``a.?b``).
"""

import re
from typing import Any

from engine.kinds.frozen import frozen


class CelSyntaxError(Exception):
    """``at`` is where, from 0."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@frozen
class Literal:
    value: Any


@frozen
class Name:
    name: str
    at: int


@frozen
class Select:
    of: "Node"
    name: str
    at: int


@frozen
class Index:
    of: "Node"
    key: "Node"


@frozen
class Call:
    """``size(x)``, or ``x.size()`` with its target."""

    name: str
    target: "Node | None"
    args: "tuple[Node, ...]"
    at: int


@frozen
class Has:
    of: "Node"
    name: str
    at: int


@frozen
class Macro:
    """``x.all(v, body)``; ``kept`` is the middle one of ``x.map(v, kept, body)``."""

    name: str
    of: "Node"
    variable: str
    body: "Node"
    kept: "Node | None" = None


@frozen
class Operation:
    """``!a``, ``-a``, ``a + b``, ``a ? b : c`` (called "?")."""

    name: str
    parts: "tuple[Node, ...]"


@frozen
class Items:
    items: "tuple[Node, ...]"


@frozen
class Entries:
    entries: "tuple[tuple[Node, Node], ...]"


Node = Literal | Name | Select | Index | Call | Has | Macro | Operation | Items | Entries

MACROS = ("all", "exists", "exists_one", "existsOne", "map", "filter")
_TOKEN = re.compile(
    r"(?P<space>\s+|//[^\n]*)"
    r"|(?P<number>0x[0-9A-Fa-f]+u?|\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+u?)"
    r"|(?P<text>[rR]?(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>&&|\|\||[=!<>]=|[-+*/%<>!?:.,()\[\]{}])",
    re.DOTALL,
)
_LEVELS = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">=", "in"), ("+", "-"), ("*", "/", "%"))
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-7]{3})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_CONSTANTS = {"true": True, "false": False, "null": None}
_DEEPEST, _LONGEST = 40, 150
"""Brackets in each other, and signs or fields in a row: what is worked out by recursion has an end."""

Token = tuple[str, str, int]
"""Sort, text and where it begins."""


def parse(text: str) -> Node:
    """Raises CelSyntaxError."""
    parser = _Parser(_tokens(text), len(text))
    found = parser.expression()
    if parser.peek() is not None:
        parser.refuse()
    return found


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise CelSyntaxError(f"token recognition error at: '{text[at]}'", at)
        if match.lastgroup != "space":
            found.append((str(match.lastgroup), match[0], at))
        at = match.end()
    return found


class _Parser:
    """By descent, a method a rule of the grammar."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self._tokens, self._end = tokens, end
        self._next = self._depth = 0

    def peek(self) -> str | None:
        """The next sign or word; texts in quotes are no sign."""
        if self._next == len(self._tokens):
            return None
        sort, text, _ = self._tokens[self._next]
        return text if sort != "text" else ""

    def refuse(self) -> None:
        if self._next == len(self._tokens):
            raise CelSyntaxError("mismatched input '<EOF>'", self._end)
        _, text, at = self._tokens[self._next]
        raise CelSyntaxError(f"mismatched input '{text}'", at)

    def expression(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise CelSyntaxError("expression recursion limit exceeded", self._at)
        found = self._binary(0)
        if self._takes("?"):
            yes = self._binary(0)
            self._needs(":")
            found = Operation("?", (found, yes, self.expression()))
        self._depth -= 1
        return found

    @property
    def _at(self) -> int:
        return self._tokens[self._next][2] if self._next < len(self._tokens) else self._end

    def _takes(self, sign: str) -> bool:
        found = self.peek() == sign
        self._next += found
        return found

    def _needs(self, sign: str) -> None:
        if not self._takes(sign):
            self.refuse()

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        found = self._binary(level + 1)
        for _ in range(_LONGEST):
            sign = self.peek()
            if sign not in _LEVELS[level]:
                return found
            self._next += 1
            right = self._binary(level + 1)
            if isinstance(found, Operation) and found.name == sign and sign in ("&&", "||"):
                found = Operation(sign, (*found.parts, right))
            else:
                found = Operation(str(sign), (found, right))
        raise CelSyntaxError("expression recursion limit exceeded", self._at)

    def _unary(self) -> Node:
        signs: list[str] = []
        while (sign := self.peek()) in ("!", "-"):
            signs.append(str(sign))
            self._next += 1
        if len(signs) > _LONGEST:
            raise CelSyntaxError("expression recursion limit exceeded", self._at)
        found = self._member()
        for sign in reversed(signs):
            found = Operation(sign, (found,))
        return found

    def _member(self) -> Node:
        found = self._primary()
        for _ in range(_LONGEST):
            if self._takes("."):
                at, name = self._at, self._name()
                found = self._called(name, found, at) if self.peek() == "(" else Select(found, name, at - 1)
            elif self._takes("["):
                found = Index(found, self.expression())
                self._needs("]")
            else:
                return found
        raise CelSyntaxError("expression recursion limit exceeded", self._at)

    def _name(self) -> str:
        if self._next == len(self._tokens) or self._tokens[self._next][0] != "name":
            self.refuse()
        self._next += 1
        return self._tokens[self._next - 1][1]

    def _primary(self) -> Node:
        if self._next == len(self._tokens):
            self.refuse()
        sort, text, at = self._tokens[self._next]
        if sort == "text":
            self._next += 1
            return Literal(_unquoted(text))
        if sort == "number":
            self._next += 1
            return Literal(_number(text))
        if sort == "name" and text != "in":
            self._next += 1
            if text in _CONSTANTS:
                return Literal(_CONSTANTS[text])
            return self._called(text, None, at) if self.peek() == "(" else Name(text, at)
        if self._takes("("):
            found = self.expression()
            self._needs(")")
            return found
        if self._takes("["):
            return Items(self._listed("]"))
        if self._takes("{"):
            return Entries(self._entries())
        self.refuse()
        raise AssertionError("what fits no rule is refused")

    def _listed(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._takes(end):
            found.append(self.expression())
            if self.peek() != end:
                self._needs(",")
        return tuple(found)

    def _entries(self) -> tuple[tuple[Node, Node], ...]:
        found: list[tuple[Node, Node]] = []
        while not self._takes("}"):
            key = self.expression()
            self._needs(":")
            found.append((key, self.expression()))
            if self.peek() != "}":
                self._needs(",")
        return tuple(found)

    def _called(self, name: str, target: Node | None, at: int) -> Node:
        self._needs("(")
        args = self._listed(")")
        if name == "has" and target is None:
            if len(args) != 1 or not isinstance(args[0], Select):
                raise CelSyntaxError("invalid argument to has() macro", at)
            return Has(args[0].of, args[0].name, args[0].at)
        if name in MACROS and target is not None and len(args) in ((2, 3) if name == "map" else (2,)):
            variable = args[0]
            if not isinstance(variable, Name):
                raise CelSyntaxError("argument must be a simple name", at)
            return Macro(name, target, variable.name, args[-1], args[1] if len(args) == 3 else None)
        return Call(name, target, args, at)


def _number(text: str) -> int | float:
    text = text.rstrip("u")
    if text.startswith("0x"):
        return int(text, 16)
    return float(text) if re.search(r"[.eE]", text) else int(text)


def _unquoted(text: str) -> str:
    raw = text[0] in "rR"
    text = text[1:] if raw else text
    width = 3 if text[:3] in ("'''", '"""') else 1
    inner = text[width:-width]
    if raw:
        return inner
    return _ESCAPE.sub(_escaped, inner)


def _escaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code or match[4]:
        number = int(code, 16) if code else int(match[4], 8)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return _ESCAPES.get(match[5], match[5])
