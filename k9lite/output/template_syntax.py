"""A Go template's text -> its tree: ``{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}``.

Follows Go's ``text/template/parse`` for what kubectl's users write: actions, if/else, range, with, variables,
pipelines and parentheses. ``define``, ``template`` and ``block`` are refused, not misread.
"""

import json
import re
from collections.abc import Sequence

from engine.errors import UsageError
from engine.kinds.frozen import frozen


@frozen
class Text:
    text: str


@frozen
class Literal:
    value: str | int | float | bool | None


@frozen
class Path:
    """``.a.b``, ``$x.a``, ``(...).a``: what it starts from, and the names behind it. ``start`` "" is the dot."""

    start: "str | Pipeline"
    names: tuple[str, ...]


@frozen
class Call:
    """A function's name and its operands; without a name, one operand alone."""

    name: str
    operands: tuple["Literal | Path | Pipeline | Call", ...]


@frozen
class Pipeline:
    """``assigned`` are the variables it sets; ``declares`` whether they are new."""

    calls: tuple[Call, ...]
    assigned: tuple[str, ...] = ()
    declares: bool = False


@frozen
class Action:
    pipeline: Pipeline


@frozen
class Branch:
    """``word`` is if, range or with."""

    word: str
    pipeline: Pipeline
    body: tuple["Text | Action | Branch | Jump", ...]
    otherwise: tuple["Text | Action | Branch | Jump", ...]


@frozen
class Jump:
    """break or continue."""

    word: str


Body = tuple[Text | Action | Branch | Jump, ...]
Operand = Literal | Path | Pipeline | Call

_ACTION = re.compile(r"\{\{(?:- )?((?:\"(?:\\.|[^\"\\])*\"|`[^`]*`|(?!\}\}).)*?)(?: -)?\}\}", re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:\\.|[^"\\])*"|`[^`]*`)
    | (?P<number>[+-]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?)
    | (?P<path>\$?[\w]*(?:\.[\w]+)+|\$[\w]*|\.)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<sign>:=|=|\||\(|\)|,)
    )""",
    re.VERBOSE,
)


def parse_template(text: str) -> Body:
    """Raises UsageError in one line."""
    parser = _Parser(_pieces(text))
    body, ended = parser.body()
    if ended:
        raise _mistake(f"unexpected {{{{{ended}}}}}")
    return body


def _mistake(what: str) -> UsageError:
    return UsageError(f"template: output:1: {what}")


def _pieces(text: str) -> list[Text | str]:
    """Literal text, and the insides of actions; white space is trimmed where a dash says so."""
    pieces: list[Text | str] = []
    at, trim = 0, False
    for match in _ACTION.finditer(text):
        before = text[at : match.start()]
        if trim:
            before = before.lstrip()
        if text.startswith("{{- ", match.start()):
            before = before.rstrip()
        pieces += [Text(before)] if before else []
        inside = match[1].strip()
        if not inside.startswith("/*"):
            pieces.append(inside)
        trim = match[0].endswith(" -}}")
        at = match.end()
    rest = text[at:].lstrip() if trim else text[at:]
    if "{{" in rest:
        raise _mistake("unclosed action")
    return [*pieces, *([Text(rest)] if rest else [])]


class _Parser:
    """Walks the pieces once; local to one parse."""

    def __init__(self, pieces: Sequence[Text | str]) -> None:
        self._pieces = list(reversed(pieces))

    def body(self) -> tuple[Body, str]:
        """Up to an ``end`` or ``else``, and which it was; "" at the end of the text."""
        nodes: list[Text | Action | Branch | Jump] = []
        while self._pieces:
            piece = self._pieces.pop()
            if isinstance(piece, Text):
                nodes.append(piece)
                continue
            word, _, rest = piece.partition(" ")
            if word in ("end", "else"):
                return tuple(nodes), piece
            if word in ("if", "range", "with"):
                nodes.append(self._branch(word, rest))
            elif piece in ("break", "continue"):
                nodes.append(Jump(piece))
            elif word in ("define", "template", "block"):
                raise _mistake(f"{{{{{word}}}}} is not understood here")
            else:
                nodes.append(Action(_pipeline(piece)))
        return tuple(nodes), ""

    def _branch(self, word: str, condition: str) -> Branch:
        pipeline = _pipeline(condition)
        body, ended = self.body()
        otherwise: Body = ()
        if ended.startswith("else "):
            inner, _, rest = ended.removeprefix("else ").strip().partition(" ")
            if inner not in ("if", "with"):
                raise _mistake(f"unexpected {{{{{ended}}}}}")
            return Branch(word, pipeline, body, (self._branch(inner, rest),))
        if ended == "else":
            otherwise, ended = self.body()
        if ended != "end":
            raise _mistake(f"unexpected EOF: a {{{{{word}}}}} has no {{{{end}}}}")
        return Branch(word, pipeline, body, otherwise)


def _pipeline(text: str) -> Pipeline:
    tokens = _tokens(text)
    if not tokens:
        raise _mistake("missing value for command")
    found = _read_pipeline(tokens)
    if tokens:
        raise _mistake(f"unexpected {tokens[-1][1]!r} in operand")
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    """Last first, so that reading pops them."""
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _mistake(f"unexpected {text[at:].strip()[:1]!r} in command")
        assert match.lastgroup is not None
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens[::-1]


def _read_pipeline(tokens: list[tuple[str, str]]) -> Pipeline:
    assigned: list[str] = []
    signs = [text for kind, text in reversed(tokens) if kind == "sign"]
    declares = False
    if tokens[-1][0] == "path" and tokens[-1][1].startswith("$") and signs[:1] and signs[0] in (":=", "=", ","):
        while tokens and tokens[-1][1] not in (":=", "="):
            kind, text = tokens.pop()
            if kind == "path":
                assigned.append(text)
        declares = bool(tokens) and tokens.pop()[1] == ":="
    calls = [_read_call(tokens)]
    while tokens and tokens[-1][1] == "|" and tokens[-1][0] == "sign":
        tokens.pop()
        calls.append(_read_call(tokens))
    return Pipeline(tuple(calls), tuple(assigned), declares)


def _read_call(tokens: list[tuple[str, str]]) -> Call:
    name, operands = "", []
    if tokens and tokens[-1][0] == "word" and tokens[-1][1] not in ("true", "false", "nil"):
        name = tokens.pop()[1]
    while tokens and not (tokens[-1][0] == "sign" and tokens[-1][1] in ("|", ")")):
        operands.append(_read_operand(tokens))
    if not name and len(operands) != 1:
        raise _mistake("missing value for command" if not operands else "can't give argument to non-function")
    return Call(name, tuple(operands))


def _read_operand(tokens: list[tuple[str, str]]) -> Operand:
    kind, text = tokens.pop()
    match kind:
        case "string":
            return Literal(text[1:-1] if text[0] == "`" else _unquoted(text))
        case "number":
            return Literal(int(text) if text.lstrip("+-").isdigit() else float(text))
        case "word":
            known = {"true": True, "false": False, "nil": None}
            return Literal(known[text]) if text in known else Call(text, ())
        case "path":
            start, *names = text.split(".")
            return Path(start, tuple(filter(None, names)))
        case _ if text == "(":
            inner = _read_pipeline(tokens) if tokens else None
            if inner is None or not tokens or tokens.pop()[1] != ")":
                raise _mistake("unclosed left paren")
            if tokens and tokens[-1][0] == "path" and tokens[-1][1].startswith(".") and len(tokens[-1][1]) > 1:
                return Path(inner, tuple(tokens.pop()[1].split(".")[1:]))
            return inner
        case _:
            raise _mistake(f"unexpected {text!r} in operand")


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        raise _mistake(f"malformed string {text}") from None
