"""Reads one word of a script: quoting, ``$`` expansions and backquotes, character by character.

A word ends at an unquoted blank, line end or operator. ``Scanner`` only moves forward; the grammar above it
is in parser.py, which hands in ``parse`` so that ``$(...)`` can hold a whole script.
"""

from collections.abc import Callable

from attrs import define

from engine.kubelet.shell.syntax import (
    Arithmetic,
    Literal,
    Part,
    Script,
    Substitution,
    SyntaxProblem,
    Variable,
    Word,
)

BLANKS = " \t"
ENDS = " \t\n;&|<>()"
_SPECIAL = "?#@*$!-0123456789"
_OPERATORS = (":-", ":=", ":+", ":?", "##", "%%", "//", "-", "=", "+", "?", "#", "%", "/", ":")
_MAX_DEPTH = 24


@define
class Scanner:
    """A position in a script. ``parse`` turns the text of a substitution into a Script."""

    text: str
    parse: Callable[[str, int], Script]
    at: int = 0
    depth: int = 0

    def peek(self, size: int = 1) -> str:
        return self.text[self.at : self.at + size]

    def word(self) -> Word:
        """The word that starts here; () if none does."""
        parts: list[Part] = []
        while self.at < len(self.text) and self.peek() not in ENDS:
            self._part(parts, quoted=False)
        return tuple(parts)

    def until(self, end: str, *, quoted: bool) -> Word:
        """Parts up to ``end``, which is passed over: the inside of double quotes, ``${}`` or ``$(())``."""
        parts: list[Part] = []
        while not self.text.startswith(end, self.at):
            if self.at >= len(self.text):
                raise SyntaxProblem("unterminated quoted string" if end == '"' else f'missing "{end}"')
            self._part(parts, quoted=quoted, inside=True)
        self.at += len(end)
        return tuple(parts)

    def _part(self, parts: list[Part], *, quoted: bool, inside: bool = False) -> None:
        char = self.peek()
        if char == "\\":
            self._escape(parts, quoted)
        elif char == "'" and not quoted:
            end = self.text.find("'", self.at + 1)
            if end < 0:
                raise SyntaxProblem("unterminated quoted string")
            parts.append(Literal(self.text[self.at + 1 : end], True))
            self.at = end + 1
        elif char == '"' and not quoted:
            self.at += 1
            inner = self.until('"', quoted=True)
            parts.extend(inner or (Literal("", True),))
        elif char == "$":
            parts.append(self._dollar(quoted))
        elif char == "`":
            parts.append(self._backquotes(quoted))
        else:
            self._plain(parts, quoted, inside)

    def _plain(self, parts: list[Part], quoted: bool, inside: bool) -> None:
        start = self.at
        stops = "\\$`\0" + ("" if quoted else "'\"") + ('"})' if inside else ENDS)
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] not in stops:
            self.at += 1
        parts.append(Literal(self.text[start : self.at], quoted))

    def _escape(self, parts: list[Part], quoted: bool) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if following == "\n":
            return
        if quoted and following not in '$`"\\':
            following = "\\" + following
        parts.append(Literal(following or "\\", True))

    def _dollar(self, quoted: bool) -> Part:
        self.at += 1
        if self.peek(2) == "((":
            return self._arithmetic(quoted)
        if self.peek() == "(":
            return Substitution(script=self._nested(self._balanced("(", ")")), quoted=quoted)
        if self.peek() == "{":
            return self._braces(quoted)
        if self.peek() and self.peek() in _SPECIAL:
            self.at += 1
            return Variable(name=self.text[self.at - 1], quoted=quoted)
        name = self._name()
        return Variable(name=name, quoted=quoted) if name else Literal("$", quoted)

    def _name(self) -> str:
        start = self.at
        while self.at < len(self.text) and (
            (self.text[self.at].isascii() and self.text[self.at].isalnum()) or self.text[self.at] == "_"
        ):
            self.at += 1
        return self.text[start : self.at]

    def _braces(self, quoted: bool) -> Variable:
        self.at += 1
        if self.peek() == "#" and self.peek(2) != "#}":
            self.at += 1
            name, argument = self._name() or self._special(), self._index()
            operator = "length[" if argument else "length"
            if self.peek() != "}":
                raise SyntaxProblem("bad substitution")
            self.at += 1
            return Variable(name=name, operator=operator, argument=argument, quoted=quoted)
        name = self._name() or self._special()
        if not name:
            raise SyntaxProblem("bad substitution")
        if index := self._index():
            if self.peek() != "}":
                raise SyntaxProblem("bad substitution")
            self.at += 1
            return Variable(name=name, operator="[", argument=index, quoted=quoted)
        for operator in _OPERATORS:
            if self.text.startswith(operator, self.at):
                self.at += len(operator)
                return Variable(name=name, operator=operator, argument=self._deeper(quoted), quoted=quoted)
        if self.peek() != "}":
            raise SyntaxProblem("bad substitution")
        self.at += 1
        return Variable(name=name, quoted=quoted)

    def _index(self) -> Word:
        """Of an element of an array, ``[...]``; () if none is asked for."""
        if self.peek() != "[":
            return ()
        scanner = Scanner(self._balanced("[", "]") + "\0", self.parse, depth=self.depth + 1)
        scanner._check()
        return scanner.until("\0", quoted=True)

    def _special(self) -> str:
        if self.peek() and self.peek() in _SPECIAL:
            self.at += 1
            return self.text[self.at - 1]
        return ""

    def _deeper(self, quoted: bool) -> Word:
        self._descend()
        word = self.until("}", quoted=quoted)
        self.depth -= 1
        return word

    def _arithmetic(self, quoted: bool) -> Part:
        start = self.at
        inner = self._balanced("(", ")")
        if not inner.endswith(")"):
            self.at = start
            return Substitution(script=self._nested(self._balanced("(", ")")), quoted=quoted)
        scanner = Scanner(inner[1:-1] + "\0", self.parse, depth=self.depth + 1)
        scanner._check()
        return Arithmetic(expression=scanner.until("\0", quoted=True), quoted=quoted)

    def _backquotes(self, quoted: bool) -> Substitution:
        end = self.at + 1
        while end < len(self.text) and self.text[end] != "`":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise SyntaxProblem("EOF in backquote substitution")
        inner = self.text[self.at + 1 : end]
        self.at = end + 1
        for char in "`$\\":
            inner = inner.replace("\\" + char, char)
        return Substitution(script=self._nested(inner), quoted=quoted)

    def _balanced(self, left: str, right: str) -> str:
        """The text between the bracket here and its partner; quotes and escapes hide brackets."""
        self.at += 1
        start, level, quote = self.at, 1, ""
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "\\" and quote != "'":
                self.at += 1
            elif quote:
                quote = "" if char == quote else quote
            elif char in "'\"":
                quote = char
            elif char == left:
                level += 1
            elif char == right:
                level -= 1
                if not level:
                    self.at += 1
                    return self.text[start : self.at - 1]
            self.at += 1
        raise SyntaxProblem(f'unexpected end of file (expecting "{right}")')

    def _nested(self, script: str) -> Script:
        self._descend()
        parsed = self.parse(script, self.depth)
        self.depth -= 1
        return parsed

    def _descend(self) -> None:
        self.depth += 1
        self._check()

    def _check(self) -> None:
        if self.depth > _MAX_DEPTH:
            raise SyntaxProblem("nested too deeply")


def plain(word: Word) -> str | None:
    """The text of a word without any quoting or expansion, else None: what may be a reserved word."""
    if len(word) == 1 and isinstance(word[0], Literal) and not word[0].quoted:
        return word[0].text
    return None
