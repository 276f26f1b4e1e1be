"""A filter: what was typed after ``/`` (see ``filtering.grammar``), and the sieve it is over one kind's rows. Pure.

Rows are sifted many at a time and in any portions; a sieve keeps nothing.
"""

import re

from engine.kinds.frozen import frozen
from engine.store.state import State
from k9lite.filtering.fields import LABEL, fields_of, key_of
from k9lite.filtering.grammar import Groups, parse
from k9lite.filtering.terms import NEVER, Among, Rows, Test, check, test_of
from k9lite.resource import Resource

__all__ = ["Filter", "Rows", "Sieve", "field_completions", "toggled", "unknown_field", "NEVER"]


class Filter:
    """``text`` as typed; "" lets everything through. Raises K9liteError in one line for what cannot be read."""

    def __init__(self, text: str = "") -> None:
        self.text = text.strip()
        self._groups: Groups = parse(self.text)
        for group in self._groups:
            for term in group:
                check(term)

    @property
    def fields(self) -> list[str]:
        """The names before a colon or an equals sign, whether or not there are such fields."""
        return [term.field for group in self._groups for term in group if term.field]

    def over(self, resource: Resource) -> "Sieve":
        """Over the rows of a kind's table. Raises K9liteError in one line, as for a column that is not there."""
        fields = fields_of(resource)
        groups = [
            [test_of(term, fields, labelled=bool(resource.kind)) for term in group] for group in self._groups
        ]
        known = [sorted((test for test in group if test is not None), key=lambda test: test.cost) for group in groups]
        return Sieve(groups=() if not all(known) else tuple(map(tuple, known)))


def unknown_field(filter_: Filter, resource: Resource) -> str:
    """What to say to ``/foo:bar`` where no field is called foo, so that it was looked for as a word; else ""."""
    fields = fields_of(resource)
    known = [*(each.name for each in dict.fromkeys(fields.values())), *([LABEL] if resource.kind else [])]
    name = next((name for name in filter_.fields if key_of(name) not in {*fields, *known}), "")
    return f"no field {name}; fields here: {', '.join(sorted(known))}" if name else ""


_FAULTS = "health:warn|bad"


def toggled(text: str) -> str:
    """The filter with or without what leaves only faults, in each of its alternatives."""
    groups = re.split(r"\s+(?:\||or)\s+", text)
    if all(_FAULTS in group.split() for group in groups):
        return " | ".join(" ".join(word for word in group.split() if word != _FAULTS) for group in groups).strip(" |")
    return " | ".join(f"{group} {_FAULTS}".strip() for group in groups)


@frozen(kw_only=True)
class Sieve:
    """No groups let everything through; a row passes that passes all tests of one of them."""

    groups: tuple[tuple[Test, ...], ...] = ()

    @property
    def reads_rows(self) -> bool:
        """Whether it looks at the rows' texts; a sieve that does not needs none."""
        return any(test.reads_rows for group in self.groups for test in group)

    @property
    def reads_objects(self) -> bool:
        """Whether it looks at anything but the rows' texts."""
        return any(not test.reads_rows for group in self.groups for test in group)

    @property
    def wanders(self) -> bool:
        """Whether rows may come and go at any time, though no object changed."""
        return any(not test.lasting and not test.turns for group in self.groups for test in group)

    @property
    def lasting(self) -> bool:
        """Whether who passes changes only as objects do."""
        return all(test.lasting for group in self.groups for test in group)

    def sift(self, among: Among, rows: Rows, state: State, now: int) -> tuple[list[int], int]:
        """Which of the rows at these places pass, in their order; and when the next comes or goes by its age."""
        if len(self.groups) == 1:
            return _sift(self.groups[0], among, rows, state, now)
        given = list(among)
        sifted = [_sift(group, given, rows, state, now) for group in self.groups]
        passed = {at for places, _ in sifted for at in places}
        due = min((due for _, due in sifted), default=NEVER)
        return [at for at in given if not self.groups or at in passed], due

    def narrows(self, other: "Sieve") -> bool:
        """Whether nothing passes it that does not pass ``other``, now and later."""
        if not other.groups:
            return True
        if len(self.groups) != 1 or len(other.groups) != 1:
            return False
        own, wider = self.groups[0], other.groups[0]
        return all(test.lasting and any(mine.narrows(test) for mine in own) for test in wider)


def _sift(group: tuple[Test, ...], among: Among, rows: Rows, state: State, now: int) -> tuple[list[int], int]:
    due, places = NEVER, list(among)
    for test in group:
        if test.turns:
            due = min(due, test.due(places, rows, now))
        places = test.passing(places, rows, state, now)
    return places, due


def field_completions(resource: Resource, text: str) -> list[str]:
    """Whole filters ``text`` could become: its last word as the name of a field."""
    before, space, last = text.rpartition(" ")
    inverse = "!" if last.startswith("!") else ""
    typed = last[len(inverse) :].lower()
    if not typed:
        return []
    names = [*fields_of(resource), *([LABEL] if resource.kind else [])]
    return [f"{before}{space}{inverse}{name}:" for name in names if name.startswith(typed) and name != typed]
