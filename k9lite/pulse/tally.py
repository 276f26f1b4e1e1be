"""How many objects of a kind are well, counted chunk by chunk; chunks that are the same are not looked at again.

Health follows from more than the object (a pod's from its node, a claim's from the time): chunks are counted anew
in turn, as far as there is time.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from attrs import define

from engine.kinds import Object
from engine.printers.health import health
from engine.printers.parts.levels import Level
from engine.store.chunk import Chunk
from engine.store.state import State

_ROUND_SECONDS = 5
More = Callable[[], bool]


@define
class _Counted:
    counts: Counter[Level]
    at: int


class Tally:
    """``take`` a State; ``count`` says what was found, of as many as there was time to look at."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.total = 0
        self._chunks: dict[Chunk[Any, Object], _Counted] = {}
        self._sum: Counter[Level] = Counter()

    def count(self, level: Level) -> int:
        return self._sum[level]

    @property
    def seen(self) -> int:
        return self._sum.total()

    def take(self, state: State, now: int, more: More) -> bool:
        """Whether all are counted; False where ``more`` said no before."""
        table = state.table(self.kind)
        self.total = len(table)
        before, self._chunks, unseen = self._chunks, {}, []
        for _, chunk in table.chunks():
            if chunk in before:
                self._chunks[chunk] = before.pop(chunk)
            else:
                unseen.append(chunk)
        for gone in before.values():
            self._sum -= gone.counts
        for chunk in unseen:
            if not more():
                return False
            self._look(chunk, state, now)
        for chunk, counted in sorted(self._chunks.items(), key=lambda item: item[1].at):
            if abs(now - counted.at) < _ROUND_SECONDS or not more():
                break
            self._sum -= counted.counts
            self._look(chunk, state, now)
        return True

    def _look(self, chunk: Chunk[Any, Object], state: State, now: int) -> None:
        counts = Counter(health(obj, state, now).level for obj in chunk.load()[1])
        self._chunks[chunk] = _Counted(counts, now)
        self._sum += counts
