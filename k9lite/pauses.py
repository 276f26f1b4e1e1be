"""Garbage is looked for while nothing is pressed: through all of a session it takes as long as a key may take."""

import gc
from collections.abc import Callable
from time import monotonic

_PAUSE_SECONDS, _LONG_SECONDS = 0.5, 0.05
_ENOUGH = 4
"""Collections of younger garbage since the last full one; after many more Python makes one of its own accord."""


class Pauses:
    """Of one console: it says when something is ``pressed``, and asks to ``look`` as often as it likes."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._pressed_at = clock()

    def pressed(self) -> None:
        self._pressed_at = self._clock()

    def look(self) -> None:
        """What outlives a collection that took long is mostly there to stay: the next one passes it over."""
        begun = self._clock()
        if begun - self._pressed_at < _PAUSE_SECONDS or gc.get_count()[2] < _ENOUGH or not gc.isenabled():
            return
        gc.collect()
        if self._clock() - begun > _LONG_SECONDS:
            gc.freeze()
