"""Words -> the fields a command gets: variables, substitutions, arithmetic, splitting, patterns.

Follows POSIX sh 2.6 in its order: parameter expansion, field splitting at blanks, pathname expansion, quote
removal. ``$(...)`` is run by the interpreter, which hands itself in as ``run``.
"""

import fnmatch
import posixpath
import re
from collections.abc import Callable, Sequence

from engine.kinds.frozen import frozen
from engine.kubelet.shell.arithmetic import ArithmeticProblem, evaluate
from engine.kubelet.shell.machine import MAX_OUTPUT_BYTES, Exhausted, Shell
from engine.kubelet.shell.syntax import ELEMENT_END, Arithmetic, Literal, Part, Script, Substitution, Variable, Word

Run = Callable[[Shell, Script], str]


class ExpansionProblem(Exception):
    """A word cannot be expanded; the message goes to stderr behind ``sh: ``."""


@frozen
class Piece:
    """Expanded text; unquoted pieces are split, and their ``*?[`` are patterns if ``pattern``."""

    text: str
    quoted: bool
    split: bool = False


def fields(shell: Shell, words: tuple[Word, ...], run: Run) -> list[str]:
    found: list[str] = []
    for word in words:
        if len(word) == 1 and isinstance(word[0], Literal) and not _SPECIAL_TEXT.search(word[0].text):
            found.append(word[0].text)
            continue
        for pieces in _split([piece for part in word for piece in _expand(shell, part, run)]):
            found += _matches(shell, pieces)
    _bounded(sum(map(len, found)))
    return found


def text_of(shell: Shell, word: Word, run: Run) -> str:
    """One field, neither split nor matched: an assignment, a redirection's target, a case word."""
    text = "".join(piece.text for part in word for piece in _expand(shell, part, run) if piece.text != _SEPARATOR)
    _bounded(len(text))
    return text


def _bounded(size: int) -> None:
    if size > MAX_OUTPUT_BYTES:
        raise Exhausted


def pattern_of(shell: Shell, word: Word, run: Run) -> re.Pattern[str]:
    """The pattern of a case clause or of ``${x#pattern}``; quoted characters stand for themselves."""
    pieces = [piece for part in word for piece in _expand(shell, part, run)]
    return re.compile("".join(_regex(piece) for piece in pieces), re.DOTALL)


def plain_text(word: Word) -> str:
    """The literal text of a word, without expanding anything."""
    return "".join(part.text for part in word if isinstance(part, Literal))


_SPECIAL_TEXT = re.compile(r"[*?\[~]")
_SEPARATOR = "\0field"


def _regex(piece: Piece) -> str:
    if piece.quoted:
        return re.escape(piece.text)
    return re.sub(r"\\[zZ]$|\(\?s:|\)\\Z$", "", fnmatch.translate(piece.text))


def _expand(shell: Shell, part: Part, run: Run) -> list[Piece]:
    match part:
        case Literal():
            return [Piece(part.text, part.quoted)]
        case Variable(name="@" | "*") if not part.operator:
            return _all_of(shell.arguments, part, part.name)
        case Variable(operator="[") if plain_text(part.argument) in ("@", "*"):
            return _all_of(_elements(shell, part.name), part, plain_text(part.argument))
        case Variable():
            return [Piece(_variable(shell, part, run), part.quoted, True)]
        case Substitution():
            return [Piece(run(shell, part.script).rstrip("\n"), part.quoted, True)]
        case Arithmetic():
            expression = text_of(shell, part.expression, run)
            try:
                return [Piece(str(evaluate(expression, shell.variables)), part.quoted, True)]
            except ArithmeticProblem as problem:
                raise ExpansionProblem(f"arithmetic syntax error{problem}") from None


def _all_of(values: Sequence[str], part: Variable, which: str) -> list[Piece]:
    """``$@`` or ``$*``, of arguments or elements."""
    if which == "*" and part.quoted:
        return [Piece(" ".join(values), True)]
    pieces: list[Piece] = []
    for argument in values:
        if pieces:
            pieces.append(Piece(_SEPARATOR, True))
        pieces.append(Piece(argument, part.quoted, True))
    return pieces


def _variable(shell: Shell, part: Variable, run: Run) -> str:
    operator = part.operator
    if operator.endswith("["):
        return _element(shell, part, text_of(shell, part.argument, run))
    value = value_of(shell, part.name)
    if operator == "length":
        return str(len(value or ""))
    if operator in ("", ":"):
        return _slice(value or "", text_of(shell, part.argument, run)) if operator else _plain(shell, part, value)
    if operator.lstrip(":") in ("-", "=", "+", "?"):
        missing = value is None or (operator.startswith(":") and not value)
        return _default(shell, part, value, missing, run)
    if operator[0] in "#%":
        return _trim(value or "", operator, pattern_of(shell, part.argument, run))
    return _replace(shell, value or "", part, run)


def _elements(shell: Shell, name: str) -> list[str]:
    """Of an array; a variable that is none is its own only element."""
    listed = shell.variables.get(f"{name}[]")
    if listed is None:
        return [shell.variables[name]] if name in shell.variables else []
    return listed.split(ELEMENT_END)[1:]


def _element(shell: Shell, part: Variable, index: str) -> str:
    """``${name[index]}``, or with ``#`` its length; ``${#name[@]}`` is how many there are."""
    elements = _elements(shell, part.name)
    if index in ("@", "*"):
        return str(len(elements))
    try:
        at = evaluate(index, shell.variables)
    except ArithmeticProblem as problem:
        raise ExpansionProblem(f"arithmetic syntax error{problem}") from None
    found = elements[at] if -len(elements) <= at < len(elements) else ""
    return str(len(found)) if part.operator != "[" else found


def _plain(shell: Shell, part: Variable, value: str | None) -> str:
    if value is None and shell.options.get("nounset") and part.name not in "@*":
        raise ExpansionProblem(f"{part.name}: parameter not set")
    return value or ""


def _default(shell: Shell, part: Variable, value: str | None, missing: bool, run: Run) -> str:
    kind = part.operator[-1]
    if kind == "+":
        return "" if missing else text_of(shell, part.argument, run)
    if not missing:
        return value or ""
    text = text_of(shell, part.argument, run)
    if kind == "?":
        raise ExpansionProblem(f"{part.name}: {text or 'parameter not set'}")
    if kind == "=":
        shell.variables[part.name] = text
    return text


def _slice(value: str, bounds: str) -> str:
    offset, _, length = bounds.partition(":")
    try:
        start = int(offset or 0)
        rest = value[start:] if start >= 0 or -start <= len(value) else ""
        return rest[: int(length)] if length else rest
    except ValueError:
        return value


def _trim(value: str, operator: str, pattern: re.Pattern[str]) -> str:
    lengths = range(len(value) + 1)
    greedy = len(operator) == 2
    for size in reversed(lengths) if greedy else lengths:
        if operator[0] == "#" and pattern.fullmatch(value[:size]):
            return value[size:]
        if operator[0] == "%" and pattern.fullmatch(value[len(value) - size :]):
            return value[: len(value) - size]
    return value


def _replace(shell: Shell, value: str, part: Variable, run: Run) -> str:
    before, _, after = text_of(shell, part.argument, run).partition("/")
    _bounded(value.count(before) * len(after) if before else 0)
    return value.replace(before, after, -1 if part.operator == "//" else 1) if before else value


def value_of(shell: Shell, name: str) -> str | None:
    """A variable or special parameter; None when unset."""
    match name:
        case "?":
            return str(shell.status)
        case "#":
            return str(len(shell.arguments))
        case "$":
            return str(shell.pid)
        case "!":
            return str(shell.background_pid) if shell.background_pid else ""
        case "-":
            return ""
        case "0":
            return shell.name
        case "@" | "*":
            return " ".join(shell.arguments)
        case "RANDOM" if name not in shell.variables:
            return str((shell.machine.steps * 7919 + shell.machine.now * 31) % 32768)
        case "PWD":
            return shell.cwd
        case _ if name.isdigit():
            return shell.arguments[int(name) - 1] if int(name) <= len(shell.arguments) else None
        case _:
            return shell.variables.get(name)


def _split(pieces: list[Piece]) -> list[list[Piece]]:
    """Fields: split where unquoted expansions hold blanks and where ``"$@"`` separates."""
    found: list[list[Piece]] = []
    current: list[Piece] | None = None
    for piece in pieces:
        if piece.text == _SEPARATOR:
            found += [current] if current else []
            current = None
        elif piece.quoted or not piece.split:
            current = [*(current or []), piece]
        else:
            words = piece.text.split()
            if piece.text[:1].isspace() and current:
                found.append(current)
                current = None
            for index, text in enumerate(words):
                if index and current:
                    found.append(current)
                    current = None
                current = [*(current or []), Piece(text, False)]
            if words and piece.text[-1:].isspace() and current:
                found.append(current)
                current = None
    return [*found, current] if current else found


def _matches(shell: Shell, pieces: list[Piece]) -> list[str]:
    """The paths a field with ``*``, ``?`` or ``[`` names, or the field itself; ``~`` is the home directory."""
    plain = "".join(piece.text for piece in pieces)
    first = pieces[0]
    if not first.quoted and (first.text == "~" or first.text.startswith("~/")):
        plain = shell.variables.get("HOME", "/root") + plain[1:]
    if not any(not piece.quoted and any(char in piece.text for char in "*?[") for piece in pieces):
        return [plain]
    directory, _, name = plain.rpartition("/")
    if any(char in directory for char in "*?["):
        return [plain]
    above = shell.path(directory or ("/" if plain.startswith("/") else "."))
    pattern = re.compile(fnmatch.translate(name))
    names = [each.rstrip("/") for each in shell.machine.files.listing(above)]
    found = [each for each in names if pattern.match(each) and (not each.startswith(".") or name.startswith("."))]
    prefix = plain[: len(plain) - len(name)]
    return [posixpath.join(prefix, each) if prefix else each for each in found] or [plain]
