"""Which lines are looked at: the filter's grammar (see ``filtering.grammar``), here about one line of output. Pure.

A word or regex is looked for in the line as it was printed; a field in what is structured (JSON, ``key=value``), and
``pod``, ``container`` and ``level`` in every line: ``level>=warn status>=500 user:bob !healthz pod:web-1``. Where a
line has no such field, ``error:`` is letters as any others.
"""

import re
from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType
from typing import Any

from attrs import define

from k9lite.filtering.amounts import leading_amount, natural
from k9lite.filtering.grammar import FUZZY, PHRASE, REGEX, SELECTOR, Term, compiled, is_regex, parse
from k9lite.printed.folding import LEVELS, fields_of, level_of, level_word
from k9lite.printed.records import Source

Keep = Callable[[str, Source], bool]
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "!=": ne}
)


@define
class _Seen:
    """One line, and what was worked out about it."""

    text: str
    source: Source
    low: str
    known: Mapping[str, Any] | None = None

    @property
    def fields(self) -> Mapping[str, Any]:
        if self.known is None:
            self.known = fields_of(self.text)
        return self.known


_Test = Callable[[_Seen], bool]


def sieve(text: str) -> Keep | None:
    """What ``text`` lets through; None for everything. Raises UsageError in one line that says where."""
    groups = [found for group in parse(text) if (found := [_test(term) for term in group if _is_whole(term)])]
    if not groups:
        return None

    def keep(line: str, source: Source) -> bool:
        seen = _Seen(line, source, line.lower())
        return any(all(test(seen) for test in group) for group in groups)

    return keep


def _is_whole(term: Term) -> bool:
    """A term that is only begun (``status:``, ``!``) lets everything through."""
    return bool(term.value) or (term.operator == ":" and bool(term.field))


def _test(term: Term) -> _Test:
    if term.form == FUZZY:
        return _searching(re.compile(".*?".join(map(re.escape, term.value)), re.IGNORECASE), inverse=False)
    if term.operator and term.value and term.form != SELECTOR:
        return _of_field(term)
    raw = term.raw[1:] if term.inverse else term.raw
    value = raw if term.operator or term.form == SELECTOR else term.value
    if is_regex(term):
        return _searching(compiled(value, term.raw, term.at), inverse=term.inverse)
    return _containing(value.lower(), inverse=term.inverse)


def _searching(pattern: re.Pattern[str], *, inverse: bool) -> _Test:
    search = pattern.search
    return lambda seen: (search(seen.text) is None) == inverse


def _containing(letters: str, *, inverse: bool) -> _Test:
    return lambda seen: (letters in seen.low) != inverse


def _of_field(term: Term) -> _Test:
    inverse = term.inverse != term.value_inverse
    compare = _says(term) if term.operator == ":" else _compares(term)
    letters = (term.raw[1:] if term.inverse else term.raw).lower() if term.operator == ":" else ""
    name = term.field

    def passes(seen: _Seen) -> bool:
        value = _value(seen, name)
        if value is None:
            return (bool(letters) and letters in seen.low) != term.inverse
        return compare(value) != inverse

    return passes


def _value(seen: _Seen, name: str) -> str | None:
    """As text; names are compared without case, and ``a.b`` goes into what is nested."""
    fields = seen.fields
    found = fields.get(name)
    if found is None and fields:
        found = next((value for key, value in fields.items() if key.lower() == name), None)
    if found is None and "." in name:
        found = fields
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if name == "level":
        return level_word(str(found)) if found is not None else level_of(seen.text, fields) or None
    if found is None:
        return {"pod": seen.source.pod.name, "container": seen.source.container}.get(name)
    return str(found).lower() if isinstance(found, bool) else str(found)


def _says(term: Term) -> Callable[[str], bool]:
    """``user:bob``: the value has these letters, or matches the regex."""
    if term.form == REGEX or is_regex(term):
        search = compiled(term.value, term.raw, term.at).search
        return lambda value: search(value) is not None
    letters = term.value.lower()
    if term.field == "level":
        letters = level_word(letters)
    return lambda value: letters in value.lower()


def _compares(term: Term) -> Callable[[str], bool]:
    """Numbers by size, levels by how bad they are, all else as it sorts."""
    compare, wanted = _COMPARE[term.operator], term.value.lower()
    if term.field == "level" and level_word(wanted) in LEVELS:
        rank = LEVELS.index(level_word(wanted))
        return lambda value: value in LEVELS and compare(LEVELS.index(value), rank)
    limit = None if term.form == PHRASE else leading_amount(wanted)
    if limit is not None:
        return lambda value: (found := leading_amount(value)) is not None and compare(found, limit)
    place = natural(wanted)
    return lambda value: compare(natural(value.lower()), place)
