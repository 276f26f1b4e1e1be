"""What is typed after ``/``, as terms. Knows no table: which words before ``:`` or ``<`` are columns, others know.

    filter  = group { ( "|" | "or" ) group }         any of them
    group   = term { term }                          all of them, in any order
    term    = [ "!" ] ( value | field ) | "-l" selector | "-f" letters
    field   = name ( ":" | "=" | "!=" | "<" | "<=" | ">" | ">=" ) [ "!" ] [ value ]
    value   = word | '"' phrase '"' | "'" phrase "'" | "/" regex "/"

``!`` lets through what the term does not. A word with any of ``* + ? ( ) [ ] { } ^ $ \\ |`` in it is a regular
expression; in quotes it is not. Small and large letters are the same. ``-f`` finds letters in their order, others
between them. A selector goes on as kubectl's does: ``-l app in (db, cache),tier!=back``.

    web !canary              status:Pending node:n3             ns:!kube-system age<5m restarts>3
    "no space left"          name:/^web-\\d+$/                   -l app=web cpu>100m | label:tier=back
"""

import re
from collections.abc import Iterator

from engine.errors import UsageError
from engine.kinds.frozen import frozen

WORD, PHRASE, REGEX, SELECTOR, FUZZY = "word", "phrase", "regex", "selector", "fuzzy"
_SPECIAL = frozenset("*+?()[]{}^$\\|")
_HEAD = re.compile(r"(!?)(?:([A-Za-z%][\w%./()-]*?)(:|!=|<=|>=|<|>|=)(!?))?")
_REGEX = re.compile(r"/(.+?)/(?=\s|$)")
_OPERATORS = ("in", "notin")


@frozen(kw_only=True)
class Term:
    """``raw`` begins ``at`` (from 0). Without an operator there is no field. ``form`` is how the value was written."""

    raw: str
    at: int
    form: str
    value: str
    field: str = ""
    operator: str = ""
    inverse: bool = False
    value_inverse: bool = False
    """``!`` stood after the operator; before a word that is no column it is part of the text."""


Groups = tuple[tuple[Term, ...], ...]


def parse(text: str) -> Groups:
    """Empty groups are left out; ``()`` lets everything through. Raises UsageError in one line that says where."""
    groups: list[list[Term]] = [[]]
    for term in _terms(text):
        if term.form == WORD and term.raw in ("|", "or"):
            groups.append([])
        else:
            groups[-1].append(term)
    return tuple(tuple(group) for group in groups if group)


def is_regex(term: Term) -> bool:
    return term.form == REGEX or (term.form == WORD and not _SPECIAL.isdisjoint(term.value))


def compiled(pattern: str, raw: str, at: int) -> re.Pattern[str]:
    """Raises UsageError."""
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise UsageError(f"/{raw} is no regular expression: {error.msg} {place(at)}") from None


def place(at: int) -> str:
    return f"(at character {at + 1})"


def _terms(text: str) -> Iterator[Term]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        end = _word_end(text, at)
        option = text[at:end]
        if option in ("-l", "-f"):
            begin = end + len(text[end:]) - len(text[end:].lstrip())
            end = _selector_end(text, begin) if option == "-l" else _word_end(text, begin)
            form, value = (SELECTOR, _unquoted(text[begin:end])) if option == "-l" else (FUZZY, text[begin:end])
            if value:
                yield Term(raw=text[at:end], at=at, form=form, value=value)
        else:
            term, end = _term(text, at)
            yield term
        at = end


def _term(text: str, at: int) -> tuple[Term, int]:
    head = _HEAD.match(text, at)
    assert head is not None, "an empty head matches anything"
    inverse, field, operator, value_inverse = head.groups()
    begin = head.end()
    if text[begin : begin + 1] in ('"', "'"):
        end = text.find(text[begin], begin + 1)
        if end < 0:
            raise UsageError(f"/{text[at:]}: this quote is not closed {place(begin)}")
        form, value, end = PHRASE, text[begin + 1 : end], end + 1
    elif (found := _REGEX.match(text, begin)) is not None:
        form, value, end = REGEX, found[1], found.end()
    else:
        end = _word_end(text, begin)
        form, value = WORD, text[begin:end]
    term = Term(
        raw=text[at:end],
        at=at,
        form=form,
        value=value,
        field=(field or "").lower(),
        operator=operator or "",
        inverse=bool(inverse),
        value_inverse=bool(value_inverse),
    )
    return term, end


def _word_end(text: str, at: int) -> int:
    found = re.compile(r"\s").search(text, at)
    return len(text) if found is None else found.start()


def _selector_end(text: str, at: int) -> int:
    """As far as it goes on: inside brackets or quotes, around ``in`` and ``notin``, and after a comma."""
    if text[at : at + 1] in ('"', "'"):
        end = text.find(text[at], at + 1)
        return len(text) if end < 0 else end + 1
    end = _word_end(text, at)
    while end < len(text):
        so_far, rest = text[at:end], text[end:].lstrip()
        following = rest.split(" ", 1)[0].split("(", 1)[0]
        last = so_far.rpartition(" ")[2]
        is_open = so_far.count("(") > so_far.count(")") or so_far.endswith(",") or last in _OPERATORS
        if not is_open and following not in _OPERATORS:
            break
        end = _word_end(text, len(text) - len(rest))
    return end


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in ('"', "'") else text
