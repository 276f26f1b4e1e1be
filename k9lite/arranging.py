"""Which lines of a list pass a filter, and in which order, found in portions: keys get in between.

What a line says is read once, as long as the list has the very same line. It knows nothing of screens.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from engine.store.state import State
from k9lite.filters import Sieve
from k9lite.sorting import More

AT_ONCE_ROWS = 256
"""So many are looked at whatever the clock says."""
_ROWS_A_PORTION = 64


class Listed(Protocol):
    """``text`` is made when it is asked for."""

    @property
    def key(self) -> str: ...

    @property
    def text(self) -> str: ...


LineT = TypeVar("LineT", bound=Listed)


class Arranging(Generic[LineT]):
    """``begin``, then ``go_on`` until nothing is left.

    ``passed`` are those found by then, in order once it ``is_whole``; ``total`` is how many there are without a filter.
    """

    def __init__(self) -> None:
        self.passed: list[LineT] = []
        self.total = 0
        self.is_whole = True
        self._lines: Sequence[LineT] = ()
        self._looked_at = 0
        self._sieve = Sieve()
        self._place_of: Callable[[LineT], Any] | None = None
        self._places: list[Any] = []
        self._reverse = False
        self._texts: dict[str, tuple[LineT, str]] = {}

    def begin(
        self, lines: Sequence[LineT], sieve: Sieve, place_of: Callable[[LineT], Any] | None, *, reverse: bool
    ) -> None:
        """``place_of`` says where a line sorts; without it they stay in the order they are given in."""
        if lines is not self._lines and self._texts:
            known = self._texts
            self._texts = {
                line.key: found
                for line in lines
                if (found := known.get(line.key)) is not None and found[0] is line
            }
        self._lines, self.total = lines, len(lines)
        self._sieve, self._place_of, self._reverse = sieve, place_of, reverse
        self.passed, self._places, self._looked_at, self.is_whole = [], [], 0, False

    def go_on(self, state: State, now: int, more: More) -> bool:
        """Another portion; whether something is left."""
        while self._looked_at < self.total:
            self._look_at(self._lines[self._looked_at : self._looked_at + _ROWS_A_PORTION], state, now)
            if self._looked_at >= AT_ONCE_ROWS and self._looked_at < self.total and not more():
                return True
        if not self.is_whole:
            self.is_whole = True
            self._put_in_order()
        return False

    def _look_at(self, part: Sequence[LineT], state: State, now: int) -> None:
        self._looked_at += len(part)
        if self._sieve.groups:
            texts = [self._text(line) for line in part] if self._sieve.reads_rows else ()
            places, _ = self._sieve.sift(range(len(part)), (part, texts), state, now)
            part = [part[place] for place in places]
        self.passed += part
        if self._place_of is not None:
            self._places += map(self._place_of, part)

    def _text(self, line: LineT) -> str:
        known = self._texts.get(line.key)
        if known is None or known[0] is not line:
            known = self._texts[line.key] = line, line.text
        return known[1]

    def _put_in_order(self) -> None:
        if self._place_of is not None:
            order = sorted(range(len(self.passed)), key=self._places.__getitem__)
            self.passed = [self.passed[at] for at in order]
        if self._reverse:
            self.passed.reverse()
