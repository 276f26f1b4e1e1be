"""What each term of a filter lets through, many rows at once: a call for each row would take three times as long.

A test narrows another where nothing passes it that does not pass the other: a longer word has to look only at what
passed the shorter one.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import eq, ge, gt, le, lt
from types import MappingProxyType
from typing import Any

from attrs import field

from engine.api.selectors import parse_label_selector
from engine.errors import BadRequest, UsageError
from engine.kinds.frozen import frozen
from engine.store.state import State
from k9lite.filtering.amounts import amount, duration_seconds, natural, precision_seconds
from k9lite.filtering.fields import LABEL, Field, Since, key_of
from k9lite.filtering.grammar import FUZZY, PHRASE, SELECTOR, Term, compiled, is_regex, place

Rows = tuple[Sequence[Any], Sequence[str]]
"""Objects, or whatever a table's rows are made of, and the rows' texts in small letters: none where nobody asks."""
Among = Iterable[int]
"""Which of them, by place: numbers cost nothing to keep, where pairs would all be looked through for garbage."""
Passing = Callable[[Among, Rows, State, int], list[int]]
Fields = Mapping[str, Field]
_COMPARE: Mapping[str, Callable[[float, float], bool]] = MappingProxyType(
    {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "!=": eq}
)
_ATTRIBUTE, _LETTERS, _FORMATTED, _RUNNING = range(4)
NEVER = 1 << 62


@frozen(kw_only=True)
class Test:
    """``asks`` says all of it, for comparing. ``turns`` are the ages in seconds at which an object comes or goes.

    One that is not ``lasting`` and has no turns may change at any time. ``letters`` are those a plain word looks for.
    """

    asks: tuple[str, ...]
    passing: Passing = field(eq=False)
    cost: int = _ATTRIBUTE
    reads_rows: bool = False
    lasting: bool = True
    since: Since | None = field(default=None, eq=False)
    turns: tuple[int, ...] = ()
    letters: str = ""

    def narrows(self, other: "Test") -> bool:
        if self.letters and other.letters and self.asks[:-1] == other.asks[:-1]:
            return other.letters in self.letters
        return self.asks == other.asks

    def due(self, among: Among, rows: Rows, now: int) -> int:
        """When the next of these rows comes or goes by its age."""
        if self.since is None:
            return NEVER
        since, objects = self.since, rows[0]
        moments = [moment for at in among if (moment := since(objects[at])) is not None]
        return min((moment + turn for turn in self.turns for moment in moments if moment + turn > now), default=NEVER)


def check(term: Term) -> None:
    """What can be known to be wrong without a table. Raises UsageError in one line that says where."""
    if term.form == SELECTOR:
        _labels(term, term.value, inverse=False)
    elif is_regex(term):
        compiled(term.value, term.raw, term.at)


def test_of(term: Term, fields: Fields, *, labelled: bool = True) -> Test | None:
    """None for what is only begun (``status:``). Raises K9liteError in one line that says where."""
    if not labelled and (term.form == SELECTOR or (key_of(term.field) == LABEL and term.operator == ":")):
        raise UsageError(f"/{term.raw}: these rows have no labels {place(term.at)}")
    if term.form == SELECTOR:
        return _labels(term, term.value, inverse=False)
    if term.form == FUZZY:
        pattern = ".*?".join(map(re.escape, term.value.lower()))
        return _text(re.compile(pattern), inverse=False)
    name = key_of(term.field)
    if term.operator and (name in fields or name == LABEL):
        return _of_field(term, name, fields)
    if term.operator in ("<", "<=", ">", ">="):
        known = ", ".join(sorted(fields))
        raise UsageError(f"/{term.raw}: no column {term.field} here, only {known} {place(term.at)}")
    return _of_text(term)


def _of_text(term: Term) -> Test | None:
    raw = term.raw[1:] if term.inverse else term.raw
    value = raw if term.operator else term.value  # a colon that no column stands before is a letter
    if not value:
        return None
    if is_regex(term):
        return _text(compiled(value, term.raw, term.at), inverse=term.inverse)
    return _text(value.lower(), inverse=term.inverse)


def _text(wanted: "str | re.Pattern[str]", *, inverse: bool) -> Test:
    """Of the whole row."""
    if isinstance(wanted, str):
        letters = wanted
        if inverse:
            passing: Passing = lambda among, rows, _state, _now: [at for at in among if letters not in rows[1][at]]  # noqa: E731
        else:
            passing = lambda among, rows, _state, _now: [at for at in among if letters in rows[1][at]]  # noqa: E731
        kept = "" if inverse else letters
        return Test(asks=("row", str(inverse), letters), passing=passing, cost=_LETTERS, reads_rows=True, letters=kept)
    search = wanted.search
    return Test(
        asks=("row regex", str(inverse), wanted.pattern),
        passing=lambda among, rows, _state, _now: [at for at in among if (search(rows[1][at]) is None) == inverse],
        cost=_LETTERS,
        reads_rows=True,
    )


def _of_field(term: Term, name: str, fields: Fields) -> Test | None:
    inverse = term.inverse != (term.value_inverse or term.operator == "!=")
    if not term.value:
        if term.operator == ":":
            return None
        raise UsageError(f"/{term.raw}: compared with what? {place(term.at)}")
    if name == LABEL:
        return _labels(term, term.value, inverse=inverse)
    asked = fields[name]
    if term.operator == ":":
        return _says(term, asked, inverse=inverse)
    return _compares(term, asked, inverse=inverse)


def _labels(term: Term, text: str, *, inverse: bool) -> Test:
    try:
        matches = parse_label_selector(text).matches
    except BadRequest as error:
        raise UsageError(f"/{term.raw}: {error} {place(term.at)}") from None
    return Test(
        asks=("labels", str(inverse), text),
        passing=lambda among, rows, _state, _now: [
            at for at in among if matches(rows[0][at].metadata.labels) != inverse
        ],
    )


def _says(term: Term, asked: Field, *, inverse: bool) -> Test:
    """``node:n3``: the cell has it in it; a number at its end is a whole one, so that n30 is another node."""
    read, value = asked.text, term.value
    numbers = value[0].isdigit(), value[-1].isdigit()
    cost = _FORMATTED if asked.lasting else _RUNNING
    asks = (f"{asked.name}:", str(inverse))
    if not is_regex(term) and not any(numbers):
        letters = value.lower()
        return Test(
            asks=(*asks, letters),
            passing=lambda among, rows, state, now: [
                at for at in among if (letters in read(rows[0][at], state, now).lower()) != inverse
            ],
            cost=cost,
            lasting=asked.lasting,
            letters="" if inverse else letters,
        )
    if is_regex(term):
        pattern = compiled(value, term.raw, term.at)
    else:
        before, after = (r"(?<!\d)" if numbers[0] else ""), (r"(?!\d)" if numbers[1] else "")
        pattern = re.compile(before + re.escape(value) + after, re.IGNORECASE)
    search = pattern.search
    return Test(
        asks=(f"{asks[0]} regex", asks[1], pattern.pattern),
        passing=lambda among, rows, state, now: [
            at for at in among if (search(read(rows[0][at], state, now)) is None) == inverse
        ],
        cost=cost,
        lasting=asked.lasting,
    )


def _compares(term: Term, asked: Field, *, inverse: bool) -> Test:
    operator = term.operator
    asks = (f"{asked.name}{'=' if operator == '!=' else operator}", str(inverse), term.value)
    if asked.is_duration:
        seconds = duration_seconds(term.value.lower())
        if seconds is None:
            raise UsageError(f"/{term.raw}: {term.value} is no duration (90s, 5m, 2h30m, 3d) {place(term.at)}")
        return _ages(asked, operator, int(seconds), precision_seconds(term.value.lower()), asks, inverse=inverse)
    limit = None if term.form == PHRASE else amount(term.value)
    cost = (_FORMATTED if asked.lasting else _RUNNING)
    if limit is None or operator in ("=", "!="):
        return _reads(asked, operator, term.value, limit, asks, inverse=inverse)
    number, compare, bound = asked.number, _COMPARE[operator], limit
    return Test(
        asks=asks,
        passing=lambda among, rows, state, now: [
            at
            for at in among
            if (found := number(rows[0][at], state, now)) is not None and compare(found, bound) != inverse
        ],
        cost=cost,
        lasting=asked.lasting,
    )


def _reads(
    asked: Field, operator: str, value: str, limit: float | None, asks: tuple[str, ...], *, inverse: bool
) -> Test:
    """``=`` is the whole cell, or its number; other texts compare as they sort: ``version<v1.30``."""
    text, number, wanted = asked.text, asked.number, value.lower()
    cost = _FORMATTED if asked.lasting else _RUNNING
    if operator in ("=", "!="):
        passing: Passing = lambda among, rows, state, now: [  # noqa: E731
            at
            for at in among
            if (
                text(rows[0][at], state, now).lower() == wanted
                or (limit is not None and number(rows[0][at], state, now) == limit)
            ) != inverse
        ]
    else:
        less, equal = operator.startswith("<"), operator.endswith("=")
        place_of = natural(wanted)

        def keeps(obj: Any, state: State, now: int) -> bool:
            found = natural(text(obj, state, now).lower())
            return equal if found == place_of else (found < place_of) == less

        passing = lambda among, rows, state, now: [  # noqa: E731
            at for at in among if keeps(rows[0][at], state, now) != inverse
        ]
    return Test(asks=asks, passing=passing, cost=cost, lasting=asked.lasting)


def _ages(
    asked: Field, operator: str, seconds: int, precision: int, asks: tuple[str, ...], *, inverse: bool
) -> Test:
    """An age grows by a second a second: who passes turns at known moments. ``age=5m`` is any second of it."""
    first, end = {
        "<": (None, seconds), "<=": (None, seconds + 1), ">": (seconds + 1, None), ">=": (seconds, None),
        "=": (seconds, seconds + precision), "!=": (seconds, seconds + precision),
    }[operator]  # fmt: skip
    low, high = (-NEVER if first is None else first), (NEVER if end is None else end)
    number, since = asked.number, asked.since
    if since is None:
        passing: Passing = lambda among, rows, state, now: [  # noqa: E731
            at for at in among
            if (found := number(rows[0][at], state, now)) is not None and (low <= found < high) != inverse
        ]
    else:
        moment_of = since
        passing = lambda among, rows, _state, now: [  # noqa: E731
            at for at in among
            if (found := moment_of(rows[0][at])) is not None and (low <= now - found < high) != inverse
        ]
    turns = tuple(turn for turn in (first, end) if turn is not None)
    return Test(asks=asks, passing=passing, cost=_RUNNING, lasting=False, since=since, turns=turns if since else ())
