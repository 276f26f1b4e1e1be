"""The newest lines of some containers, oldest first, whoever printed them. Columns, so that 100,000 are soon taken in.

A record's number never changes as long as it keeps its place; older ones put before it count down below 0.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from attrs import define

from engine.kinds import Ref
from engine.kubelet.output import LogLine


@define(eq=False, kw_only=True)
class Source:
    """One container's output, and how far it has been read. ``place`` counts the sources as they were met."""

    pod: Ref
    container: str
    place: int
    is_alone: bool
    """The pod has no other container."""
    began: int = 0
    read_to: int = 0
    seen_at_end: int = 0
    trouble: str = ""

    @property
    def label(self) -> str:
        return f"[{self.pod.name}] " if self.is_alone else f"[{self.pod.name}/{self.container}] "


Batch = tuple[Source, Sequence[LogLine]]


class Records:
    """``times`` (cluster seconds), ``texts`` and ``sources`` of record ``first`` and those that follow."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.first = 0
        self.cut_count = 0
        """How many of the oldest are no longer kept."""
        self.times: list[int] = []
        self.texts: list[str] = []
        self.sources: list[Source] = []

    def __len__(self) -> int:
        return len(self.times)

    @property
    def end(self) -> int:
        """The number after the last one's."""
        return self.first + len(self.times)

    def since(self, moment: int) -> int:
        """The number of the first from this moment on."""
        return self.first + bisect_left(self.times, moment)

    def add(self, batches: Sequence[Batch]) -> int:
        """Takes in what was printed; from which number on others stand there than before."""
        times, texts, sources = _merged(batches)
        if not times:
            return self.end
        start = bisect_right(self.times, times[0])
        if start < len(self.times):  # somebody is heard late: what came since is put in order again
            times, texts, sources = _in_order(
                self.times[start:] + times, self.texts[start:] + texts, self.sources[start:] + sources
            )
            del self.times[start:], self.texts[start:], self.sources[start:]
        self.times += times
        self.texts += texts
        self.sources += sources
        changed = self.first + start
        excess = len(self.times) - self._most
        if excess > 0:
            del self.times[:excess], self.texts[:excess], self.sources[:excess]
            self.first += excess
            self.cut_count += excess
        return changed

    def add_older(self, batches: Sequence[Batch]) -> None:
        """Puts what was printed before all these before them, as far as there is room."""
        times, texts, sources = _merged(batches)
        excess = max(0, len(times) - max(0, self._most - len(self.times)))
        self.times[:0], self.texts[:0], self.sources[:0] = times[excess:], texts[excess:], sources[excess:]
        self.first -= len(times) - excess
        self.cut_count += excess


Columns = tuple[list[int], list[str], list[Source]]


def _merged(batches: Sequence[Batch]) -> Columns:
    times = [line.time for _, lines in batches for line in lines]
    texts = [line.text for _, lines in batches for line in lines]
    sources = [source for source, lines in batches for _ in range(len(lines))]
    return (times, texts, sources) if len(batches) == 1 else _in_order(times, texts, sources)


def _in_order(times: list[int], texts: list[str], sources: list[Source]) -> Columns:
    """Of one second, as they came."""
    order = sorted(range(len(times)), key=times.__getitem__)
    return [times[at] for at in order], [texts[at] for at in order], [sources[at] for at in order]
