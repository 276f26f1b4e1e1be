"""When a cursor rests: a lone move is followed at once, moves in a row (a key held down) once the row has ended.

It waits with whatever timer it is given, and does not know what is done then.
"""

from collections.abc import Callable
from time import monotonic
from typing import Protocol

_AT_ONCE_SECONDS = 0.015
"""For what belongs to the same key: the row itself is painted first."""
_ROW_SECONDS = 0.05
"""Keys held down follow each other faster than this: terminals repeat them 25 to 40 times a second."""


class Waiting(Protocol):
    def stop(self) -> None: ...


class Resting:
    """``at`` says where the cursor is, as often as one likes; ``then`` is called when it has come to rest there."""

    def __init__(
        self,
        wait: Callable[[float, Callable[[], None]], Waiting],
        then: Callable[[], None],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._wait, self._then, self._clock = wait, then, clock
        self._place: object = None
        self._moved_at = clock() - 2 * _ROW_SECONDS
        self._due: Waiting | None = None

    def at(self, place: object) -> None:
        seconds = _AT_ONCE_SECONDS
        if place != self._place:
            now = self._clock()
            if now - self._moved_at <= _ROW_SECONDS:
                seconds = _ROW_SECONDS
            self._place, self._moved_at = place, now
            if self._due is not None:
                self._due.stop()
                self._due = None
        if self._due is None:
            self._due = self._wait(seconds, self._rested)

    def _rested(self) -> None:
        self._due = None
        self._then()
