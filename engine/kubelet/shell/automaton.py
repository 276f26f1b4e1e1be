"""Searches text with an automaton: time grows with text x pattern, whatever the pattern, unlike Python's ``re``.

    a(b|c)*d   ->   states of (characters, next), run all at once (Thompson's construction)

Reads the Python form that patterns.py makes: literals, ``.``, sets, groups, ``|``, ``* + ? {m,n}``, ``^ $ \\b``.
Only says whether there is a match; what matched where is ``re``'s business.
"""

import re
from collections.abc import Callable

from attrs import define, field

MAX_STATES = 2000
_SPLIT, _START, _END, _BOUNDARY = "split", "start", "end", "boundary"
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}")


class TooComplex(Exception):
    """More states than MAX_STATES."""


@define
class _State:
    """``test`` takes a character, or is one of the marks above for a step without one."""

    test: Callable[[str], object] | str
    following: list[int] = field(factory=list)


@define
class Automaton:
    states: list[_State]
    first: int
    last: int

    def search(self, text: str) -> bool:
        current: set[int] = set()
        for at in range(len(text) + 1):
            self._enter(self.first, current, text, at)
            if self.last in current:
                return True
            if at == len(text):
                return False
            char = text[at]
            reached: set[int] = set()
            for number in current:
                state = self.states[number]
                if not isinstance(state.test, str) and state.test(char):
                    for after in state.following:
                        self._enter(after, reached, text, at + 1)
            current = reached
        return False

    def _enter(self, number: int, into: set[int], text: str, at: int) -> None:
        waiting = [number]
        while waiting:
            number = waiting.pop()
            if number in into:
                continue
            into.add(number)
            state = self.states[number]
            if isinstance(state.test, str) and _holds(state.test, text, at):
                waiting += state.following


def _holds(mark: str, text: str, at: int) -> bool:
    if mark == _START:
        return at == 0
    if mark == _END:
        return at == len(text)
    if mark == _BOUNDARY:
        before, after = text[max(at - 1, 0) : at], text[at : at + 1]
        return (before.isalnum() or before == "_") != (after.isalnum() or after == "_")
    return True


def automaton(pattern: str, *, ignore_case: bool = False) -> Automaton:
    """The automaton of a pattern that ``re`` accepts. Raises TooComplex."""
    builder = _Builder(pattern, ignore_case)
    first, last = builder.alternatives()
    return Automaton(builder.states, first, last)


@define
class _Builder:
    text: str
    ignore_case: bool
    at: int = 0
    states: list[_State] = field(factory=list)

    def state(self, test: Callable[[str], object] | str, *following: int) -> int:
        if len(self.states) >= MAX_STATES:
            raise TooComplex
        self.states.append(_State(test, list(following)))
        return len(self.states) - 1

    def alternatives(self) -> tuple[int, int]:
        first, last = self.state(_SPLIT), self.state(_SPLIT)
        while True:
            begin, end = self._sequence()
            self.states[first].following.append(begin)
            self.states[end].following.append(last)
            if self.text[self.at : self.at + 1] != "|":
                return first, last
            self.at += 1

    def _sequence(self) -> tuple[int, int]:
        first = last = self.state(_SPLIT)
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            start = self.at
            begin, end = self._atom()
            stop = self.at
            for low, high in self._counts():
                begin, end = self._repeated(start, stop, begin, end, low, high)
            self.states[last].following.append(begin)
            last = end
        return first, last

    def _counts(self) -> list[tuple[int, int | None]]:
        found: list[tuple[int, int | None]] = []
        while (char := self.text[self.at : self.at + 1]) and char in "*+?{":
            match = _COUNT.match(self.text, self.at)
            if char == "{":
                if match is None:
                    break
                low = int(match.group(1) or 0)
                high = int(match.group(3)) if match.group(3) else None if match.group(2) else low
                self.at = match.end()
                found.append((low, high))
                continue
            self.at += 1
            found.append({"*": (0, None), "+": (1, None), "?": (0, 1)}[char])
        return found

    def _repeated(
        self, start: int, stop: int, begin: int, end: int, low: int, high: int | None
    ) -> tuple[int, int]:
        """The atom at ``start`` to ``stop`` between ``low`` and ``high`` times; made anew for each further time."""
        first, last = self.state(_SPLIT), self.state(_SPLIT)
        at, count = first, 0
        while True:
            if count >= low:
                self.states[at].following.append(last)
            self.states[at].following.append(begin)
            count += 1
            if high is None and count >= max(low, 1):
                self.states[end].following += [begin, last]
                return first, last
            if high is not None and count >= high:
                self.states[end].following.append(last)
                return first, last
            after = self.at
            at, self.at = end, start
            begin, end = self._atom()
            self.at = after
            assert stop <= after

    def _atom(self) -> tuple[int, int]:
        char = self.text[self.at]
        if char == "(":
            self.at += 3 if self.text.startswith("(?:", self.at) else 1
            inner = self.alternatives()
            self.at += 1
            return inner
        end = self.at + 1
        if char == "[":
            end = self._bracket_end()
        elif char == "\\":
            end = self.at + 2
        piece = self.text[self.at : end]
        self.at = end
        marks = {"^": _START, "$": _END, "\\b": _BOUNDARY}
        last = self.state(_SPLIT)
        if piece in marks:
            return self.state(marks[piece], last), last
        test = re.compile(piece, re.IGNORECASE if self.ignore_case else 0).match
        return self.state(test, last), last

    def _bracket_end(self) -> int:
        at = self.at + 1
        at += self.text[at : at + 1] == "^"
        at += self.text[at : at + 1] == "]"
        while self.text[at] != "]":
            at += 2 if self.text[at] == "\\" else 1
        return at + 1
