"""Label selectors as text: ``app=web,tier in (front, back),!old`` -> LabelSelector.

Follows apimachinery's ``labels.Parse``: commas mean "and"; ``!=`` and ``notin`` also match what lacks the key.
"""

import re

from engine.errors import BadRequest
from engine.kinds import LabelSelector, Requirement

_TOKEN = re.compile(r"\s*(==|!=|[=!(),<>]|[^\s=!(),<>]+)")
_OPERATORS = ("in", "notin", "=", "==", "!=", ">", "<")
_SYMBOLS = (*_OPERATORS[2:], "!", "(", ")", ",", "")


def parse_label_selector(text: str) -> LabelSelector:
    """An empty text selects everything. Raises BadRequest in Kubernetes' words."""
    tokens = [match[1] for match in _TOKEN.finditer(text.strip())]
    requirements: list[Requirement] = []
    while tokens:
        requirements.append(_requirement(tokens))
        if tokens and (comma := tokens.pop(0)) != ",":
            raise BadRequest(f"found '{comma}', expected: ',' or 'end of string'")
        if not tokens and text.rstrip().endswith(","):
            raise BadRequest("found '', expected: identifier after ','")
    return _selector(requirements)


def _requirement(tokens: list[str]) -> Requirement:
    if tokens[0] == "!":
        tokens.pop(0)
        return Requirement(key=_word(tokens), operator="DoesNotExist")
    key = _word(tokens)
    if not tokens or tokens[0] == ",":
        return Requirement(key=key, operator="Exists")
    operator = tokens.pop(0)
    match operator:
        case "in" | "notin":
            return Requirement(key=key, operator="In" if operator == "in" else "NotIn", values=_values(tokens))
        case "=" | "==":
            return Requirement(key=key, operator="In", values=(_value(tokens),))
        case "!=":
            return Requirement(key=key, operator="NotIn", values=(_value(tokens),))
        case ">" | "<":
            return Requirement(key=key, operator="Gt" if operator == ">" else "Lt", values=(_value(tokens),))
        case _:
            raise _unexpected(operator, "in, notin, =, ==, !=, gt, lt")


def _word(tokens: list[str]) -> str:
    word = tokens.pop(0) if tokens else ""
    if word in _SYMBOLS:
        raise _unexpected(word, "identifier")
    return word


def _value(tokens: list[str]) -> str:
    """A value may be empty: ``app=`` and ``app=,tier=x``."""
    return "" if not tokens or tokens[0] == "," else _word(tokens)


def _values(tokens: list[str]) -> tuple[str, ...]:
    opening = tokens.pop(0) if tokens else ""
    if opening != "(":
        raise _unexpected(opening, "'('")
    values: list[str] = []
    while tokens and tokens[0] != ")":
        values.append("" if tokens[0] == "," else _word(tokens))
        if tokens and tokens[0] == ",":
            tokens.pop(0)
        elif not tokens or tokens[0] != ")":
            raise _unexpected(tokens[0] if tokens else "", "',' or ')'")
    if not tokens:
        raise _unexpected("", "',', or identifier")
    tokens.pop(0)
    return tuple(values)


def _selector(requirements: list[Requirement]) -> LabelSelector:
    """Equalities become matchLabels, which the State's label index serves; a key named twice stays a test each."""
    labels: dict[str, str] = {}
    expressions: list[Requirement] = []
    for each in requirements:
        if each.operator == "In" and len(each.values) == 1 and each.key not in labels:
            labels[each.key] = each.values[0]
        else:
            expressions.append(each)
    return LabelSelector(match_labels=labels, match_expressions=tuple(expressions))


def _unexpected(found: str, expected: str) -> BadRequest:
    return BadRequest(f"unable to parse requirement: found '{found}', expected: {expected}")
