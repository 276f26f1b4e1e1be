"""A script's text -> its Script (syntax.py). Pure; raises SyntaxProblem in busybox's words and nothing else.

    parse("ls /tmp | wc -l && echo ok")   ->   AndOr(Pipeline(ls, wc), ("&&", Pipeline(echo)))

Recursive descent, bounded: a script of more than 64 KiB or nested more than 24 deep is refused.
"""

import re
from functools import lru_cache

from attrs import define, evolve

from engine.kubelet.shell.syntax import (
    ELEMENT_END,
    AndOr,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Literal,
    Pipeline,
    Redirect,
    Redirected,
    Script,
    Simple,
    SyntaxProblem,
    While,
    Word,
)  # fmt: skip
from engine.kubelet.shell.words import BLANKS, Scanner, plain

_MAX_BYTES = 64 * 1024
_MAX_DEPTH = 24
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?==)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REDIRECT = re.compile(r"(\d?)(>>|>&|<&|<<-|<<|>\||<>|>|<)|&>>?")
_CLOSERS = frozenset(("then", "else", "elif", "fi", "do", "done", "esac", "}"))


@lru_cache(maxsize=512)
def parse(text: str, depth: int = 0) -> Script:
    if len(text) > _MAX_BYTES:
        raise SyntaxProblem("script too long")
    if depth > _MAX_DEPTH:
        raise SyntaxProblem("nested too deeply")
    parser = _Parser(Scanner(text, parse, depth=depth))
    script = parser.script(())
    if parser.scan.at < len(parser.scan.text):
        raise SyntaxProblem(f'unexpected "{parser.token()}"')
    return script


@define
class _Parser:
    scan: Scanner

    def script(self, closers: tuple[str, ...]) -> Script:
        """Lists up to one of ``closers`` (not consumed), ``)``, ``;;`` or the end."""
        items: list[AndOr] = []
        self._lines()
        while self.scan.at < len(self.scan.text) and self.scan.peek() != ")" and self.scan.peek(2) != ";;":
            if self._reserved() in _CLOSERS:
                if self._reserved() in closers:
                    break
                raise SyntaxProblem(f'unexpected "{self._reserved()}"')
            items.append(self._and_or())
            if self.scan.peek() == ";" and self.scan.peek(2) != ";;":
                self.scan.at += 1
            elif self.scan.peek() == "&" and self.scan.peek(2) != "&&":
                self.scan.at += 1
                items[-1] = evolve(items[-1], background=True)
            elif self.scan.peek() not in ("\n", ")", "") and self.scan.peek(2) != ";;":
                raise SyntaxProblem(f'unexpected "{self.token()}"')
            self._lines()
        return tuple(items)

    def token(self) -> str:
        """What stands here, for a message."""
        match = re.match(r"&&|\|\||;;|[;&|<>()]|\n|[^\s;&|<>()]+", self.scan.text[self.scan.at :])
        return "newline" if match is None or match.group() == "\n" else match.group()

    def _and_or(self) -> AndOr:
        start = self.scan.at
        first = self._pipeline()
        rest: list[tuple[str, Pipeline]] = []
        while self._blanks().peek(2) in ("&&", "||"):
            operator = self.scan.peek(2)
            self.scan.at += 2
            self._lines()
            rest.append((operator, self._pipeline()))
        return AndOr(first=first, rest=tuple(rest), text=self.scan.text[start : self.scan.at].strip())

    def _pipeline(self) -> Pipeline:
        negated = False
        while self._reserved() == "!":
            self.scan.at += 1
            negated = not negated
        commands = [self._command()]
        while self._blanks().peek() == "|" and self.scan.peek(2) != "||":
            self.scan.at += 1
            self._lines()
            commands.append(self._command())
        return Pipeline(commands=tuple(commands), negated=negated)

    def _command(self) -> Command:
        self.scan.depth += 1
        if self.scan.depth > _MAX_DEPTH:
            raise SyntaxProblem("nested too deeply")
        command = self._compound()
        if command is None:
            command = self._simple()
        elif redirects := self._redirects():
            command = Redirected(command=command, redirects=tuple(redirects))
        self.scan.depth -= 1
        return command

    def _compound(self) -> Command | None:
        if self._blanks().peek() == "(":
            self.scan.at += 1
            body = self.script(())
            self._expect_char(")")
            return Group(body=body, subshell=True)
        match self._reserved():
            case "{":
                self._take("{")
                body = self.script(("}",))
                self._take("}")
                return Group(body=body)
            case "if":
                return self._if()
            case "for":
                return self._for()
            case "while" | "until" as keyword:
                self._take(keyword)
                condition = self.script(("do",))
                return While(condition=condition, body=self._do(), until=keyword == "until")
            case "case":
                return self._case()
            case "function":
                self._take("function")
            case _:
                pass
        return self._function()

    def _function(self) -> Command | None:
        match = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)[ \t]*\([ \t]*\)").match(self.scan.text, self._blanks().at)
        if match is None:
            return None
        self.scan.at = match.end()
        self._lines()
        body = self._compound()
        if body is None:
            raise SyntaxProblem(f'unexpected "{self.token()}"')
        return Function(name=match.group(1), body=body)

    def _if(self) -> If:
        branches: list[tuple[Script, Script]] = []
        keyword = "if"
        while keyword in ("if", "elif"):
            self._take(keyword)
            condition = self.script(("then",))
            self._take("then")
            branches.append((condition, self.script(("elif", "else", "fi"))))
            keyword = self._reserved()
        otherwise: Script = ()
        if keyword == "else":
            self._take("else")
            otherwise = self.script(("fi",))
        self._take("fi")
        return If(branches=tuple(branches), otherwise=otherwise)

    def _for(self) -> For:
        self._take("for")
        name = plain(self._blanks().word())
        if name is None or not _NAME.fullmatch(name):
            raise SyntaxProblem("bad for loop variable")
        self._lines()
        words: list[Word] | None = None
        if self._reserved() == "in":
            self._take("in")
            words = []
            while word := self._blanks().word():
                words.append(word)
        if self._blanks().peek() == ";":
            self.scan.at += 1
        return For(name=name, words=None if words is None else tuple(words), body=self._do())

    def _do(self) -> Script:
        self._lines()
        self._take("do")
        body = self.script(("done",))
        self._take("done")
        return body

    def _case(self) -> Case:
        self._take("case")
        word = self._blanks().word()
        self._lines()
        self._take("in")
        self._lines()
        clauses: list[tuple[tuple[Word, ...], Script]] = []
        while self._reserved() != "esac":
            if self.scan.peek() == "(":
                self.scan.at += 1
            patterns = [self._blanks().word()]
            while self._blanks().peek() == "|":
                self.scan.at += 1
                patterns.append(self._blanks().word())
            self._expect_char(")")
            clauses.append((tuple(patterns), self.script(("esac",))))
            if self.scan.peek(2) == ";;":
                self.scan.at += 2
            self._lines()
        self._take("esac")
        return Case(word=word, clauses=tuple(clauses))

    def _simple(self) -> Simple:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            redirects += self._redirects()
            match = None if words else _ASSIGNMENT.match(self.scan.text, self._blanks().at)
            if match is not None:
                self.scan.at = match.end() + 1
                if self.scan.peek() == "(":
                    assignments += self._array(match.group())
                else:
                    assignments.append((match.group(), self.scan.word()))
                continue
            word = self.scan.word()
            if not word:
                break
            words.append(word)
        if not (assignments or words or redirects):
            if self.scan.at >= len(self.scan.text):
                raise SyntaxProblem("unexpected end of file")
            raise SyntaxProblem(f'unexpected "{self.token()}"')
        return Simple(assignments=tuple(assignments), words=tuple(words), redirects=tuple(redirects))

    def _array(self, name: str) -> list[tuple[str, Word]]:
        """``name=(a b c)``, as bash has it: the first element under its name, all of them under ``name[]``."""
        self.scan.at += 1
        words: list[Word] = []
        self._lines()
        while self.scan.peek() != ")":
            word = self.scan.word()
            if not word:
                raise SyntaxProblem(f'unexpected "{self.token()}" (expecting ")")')
            words.append(word)
            self._lines()
        self.scan.at += 1
        parts = [part for word in words for part in (Literal(ELEMENT_END, True), *word)]
        return [(name, words[0] if words else ()), (f"{name}[]", tuple(parts))]

    def _redirects(self) -> list[Redirect]:
        found: list[Redirect] = []
        while match := _REDIRECT.match(self.scan.text, self._blanks().at):
            self.scan.at = match.end()
            target = self._blanks().word()
            if not target:
                raise SyntaxProblem(f'unexpected "{self.token()}"')
            if match.group(2) is None:
                operator = match.group()[1:]
                found.append(Redirect(descriptor=1, operator=operator, target=target))
                found.append(Redirect(descriptor=2, operator=">&", target=(Literal("1"),)))
                continue
            operator = match.group(2).replace(">|", ">")
            descriptor = int(match.group(1)) if match.group(1) else (0 if operator[0] == "<" else 1)
            if operator in ("<<", "<<-"):
                target = self._here_document(target, strip=operator == "<<-")
                operator = "<<"
            found.append(Redirect(descriptor=descriptor, operator=operator, target=target))
        return found

    def _here_document(self, delimiter: Word, *, strip: bool) -> Word:
        """Cuts the document's lines out of the text that is still to come."""
        raw = any(isinstance(part, Literal) and part.quoted for part in delimiter)
        end = "".join(part.text for part in delimiter if isinstance(part, Literal))
        text = self.scan.text
        start = text.find("\n", self.scan.at)
        if start < 0:
            return (Literal("", True),)
        lines: list[str] = []
        at = start + 1
        while at < len(text):
            stop = text.find("\n", at)
            line = text[at : stop if stop >= 0 else len(text)]
            at = stop + 1 if stop >= 0 else len(text)
            if (line.lstrip("\t") if strip else line) == end:
                break
            lines.append(line.lstrip("\t") if strip else line)
        self.scan.text = text[: start + 1] + text[at:]
        body = "".join(f"{line}\n" for line in lines)
        if raw:
            return (Literal(body, True),)
        return Scanner(body + "\0", parse, depth=self.scan.depth).until("\0", quoted=True)

    def _blanks(self) -> Scanner:
        scan = self.scan
        while scan.at < len(scan.text) and (scan.text[scan.at] in BLANKS or scan.peek(2) == "\\\n"):
            scan.at += 2 if scan.text[scan.at] == "\\" else 1
        if scan.peek() == "#" and (scan.at == 0 or scan.text[scan.at - 1] in " \t\n;&|()"):
            end = scan.text.find("\n", scan.at)
            scan.at = len(scan.text) if end < 0 else end
        return scan

    def _lines(self) -> None:
        while self._blanks().peek() == "\n":
            self.scan.at += 1

    def _reserved(self) -> str:
        """The bare word here, if it could be a reserved word; nothing is consumed."""
        match = re.compile(r"[a-z!{}]+(?=[\s;&|<>()]|$)").match(self.scan.text, self._blanks().at)
        return match.group() if match else ""

    def _take(self, word: str) -> None:
        if self._reserved() != word:
            found = self.token() if self.scan.at < len(self.scan.text) else ""
            what = f'"{found}"' if found else "end of file"
            raise SyntaxProblem(f'unexpected {what} (expecting "{word}")')
        self.scan.at += len(word)

    def _expect_char(self, char: str) -> None:
        self._lines()
        if self.scan.peek() != char:
            found = f'"{self.token()}"' if self.scan.at < len(self.scan.text) else "end of file"
            raise SyntaxProblem(f'unexpected {found} (expecting "{char}")')
        self.scan.at += 1
