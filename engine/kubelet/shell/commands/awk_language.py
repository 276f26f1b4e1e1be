"""An awk program's text as rules of tokens: ``pattern { statements }``."""

import re

from attrs import define

from engine.kubelet.shell.commands.awk_values import AwkProblem

Tokens = list[tuple[str, str]]
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+\.?\d*|\.\d+)|(?P<string>"(?:[^"\\]|\\.)*")|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<operator>&&|\|\||==|!=|<=|>=|!~|\+\+|--|\+=|-=|\*=|/=|[-+*/%<>=!~$(),;{}?:\n\[\]]))"""
)


@define
class Rule:
    pattern: Tokens
    body: Tokens | None


def parse_rules(text: str) -> list[Rule]:
    tokens = _tokens(text)
    rules: list[Rule] = []
    while tokens:
        pattern: Tokens = []
        while tokens and tokens[0] != ("operator", "{") and tokens[0] != ("operator", ";"):
            pattern.append(tokens.pop(0))
        body: Tokens | None = None
        if tokens and tokens[0][1] == "{":
            body = _braces(tokens)
        elif tokens:
            tokens.pop(0)
        if pattern or body is not None:
            rules.append(Rule(pattern, body))
    return rules


def _braces(tokens: Tokens) -> Tokens:
    level = 0
    body: Tokens = []
    while tokens:
        token = tokens.pop(0)
        level += (token == ("operator", "{")) - (token == ("operator", "}"))
        if not level:
            return body[1:]
        body.append(token)
    raise AwkProblem("unexpected end of program")


def _tokens(text: str) -> Tokens:
    found: Tokens = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        if text[at] in " \t":
            at += 1
            continue
        if text[at] == "#":
            at = text.find("\n", at) if "\n" in text[at:] else len(text)
            continue
        operand = found and (found[-1][0] in ("number", "string", "name") or found[-1][1] in (")", "]"))
        if text[at] == "/" and not operand:
            end = re.compile(r"(?:[^/\\]|\\.)*/").match(text, at + 1)
            if end is None:
                raise AwkProblem("unterminated regex")
            found.append(("regex", end.group()[:-1].replace("\\/", "/")))
            at = end.end()
            continue
        match = _TOKEN.match(text, at) if text[at] != "\n" else None
        if text[at] == "\n":
            found.append(("operator", ";"))
            at += 1
            continue
        if match is None or match.lastgroup is None:
            raise AwkProblem("syntax error at " + text[at : at + 10])
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return found


def statements(tokens: Tokens) -> list[Tokens]:
    found: list[Tokens] = [[]]
    level = 0
    for token in tokens:
        level += (token in (("operator", "{"), ("operator", "("))) - (
            token in (("operator", "}"), ("operator", ")"))
        )
        if token == ("operator", ";") and not level:
            found.append([])
        else:
            found[-1].append(token)
    return [statement for statement in found if statement]


def commas(tokens: Tokens) -> list[Tokens]:
    found: list[Tokens] = [[]]
    level = 0
    for token in tokens:
        level += (token == ("operator", "(")) - (token == ("operator", ")"))
        if token == ("operator", ",") and not level:
            found.append([])
        else:
            found[-1].append(token)
    return found
