"""Reads what some pods' containers print, a slice after the other: those of the moment, and all that were met before.

First what is recent, so that it is soon seen; then what is older. In a round each source is asked once, and what was
printed after the round began waits for the next: so lines of many pods come in their order.
"""

from collections.abc import Callable, Sequence
from time import perf_counter

from engine.errors import K9liteError
from engine.kinds import Pod, Ref
from engine.kubelet.output import LogLine
from engine.kubelet.process import containers_of
from k9lite.client import Client
from k9lite.printed.records import Batch, Records, Source

_RECENT_SECONDS = 300


class Reader:
    """``pods`` gives those of the moment: new ones join in, lines of those that are gone stay."""

    def __init__(self, client: Client, pods: Callable[[], Sequence[Pod]], records: Records, *, previous: bool) -> None:
        self._client, self._pods, self._records, self._previous = client, pods, records, previous
        self.sources: dict[tuple[str, str], Source] = {}
        self._due: list[Source] = []
        self._older: list[Source] = []
        self._batches: list[Batch] = []
        self._until = 0
        self.is_older = False  # whether this round, or the last one, is over what was printed before all else
        self._table: object = None
        self._present: list[Source] = []

    @property
    def is_reading(self) -> bool:
        """A round has begun and not ended."""
        return bool(self._due)

    @property
    def has_older(self) -> bool:
        """Older lines were not asked for yet."""
        return bool(self._older)

    @property
    def containers(self) -> Sequence[str]:
        """The names of all that were met."""
        return list(dict.fromkeys(source.container for source in self.sources.values()))

    @property
    def trouble(self) -> str:
        """Why there is nothing to read, where that is so."""
        return next((source.trouble for source in self.sources.values() if source.trouble), "")

    def begin(self) -> None:
        """A round over what was printed since the last one."""
        self._until, self.is_older = self._client.now, False
        if (table := self._client.state.table("Pod")) is not self._table:
            self._table = table
            self._present = [self._source(pod, each.name) for pod in self._pods() for each in containers_of(pod)]
        self._due = list(reversed(self._present))

    def begin_older(self) -> None:
        self._due, self._older, self.is_older = self._older, [], True

    def go_on(self, deadline: float) -> int | None:
        """Asks one source after the other until the deadline (of ``perf_counter``) or the end of the round.

        At its end, from which number on other records are there than before.
        """
        while self._due:
            source = self._due.pop()
            lines = self._lines_before(source) if self.is_older else self._lines_since(source)
            if lines:
                self._batches.append((source, lines))
            if perf_counter() >= deadline:
                break
        if self._due:
            return None
        batches, self._batches = self._batches, []
        if not self.is_older:
            return self._records.add(batches)
        self._records.add_older(batches)
        return self._records.end

    def _source(self, pod: Pod, container: str) -> Source:
        key = (pod.metadata.uid, container)
        if key not in self.sources:
            ref = Ref("Pod", pod.metadata.namespace, pod.metadata.name)
            began = 0 if self._previous else max(0, self._client.now - _RECENT_SECONDS)
            alone = len(containers_of(pod)) == 1
            source = self.sources[key] = Source(
                pod=ref, container=container, place=len(self.sources), is_alone=alone, began=began, read_to=began
            )
            if began and (pod.metadata.creation_timestamp or 0) < began:
                self._older.append(source)
        return self.sources[key]

    def _lines_since(self, source: Source) -> Sequence[LogLine]:
        lines = self._asked(source, source.read_to)
        if lines and lines[-1].time > self._until:
            lines = [line for line in lines if line.time <= self._until]
        if not lines:
            return ()
        end, fresh = lines[-1].time, lines[source.seen_at_end :]
        source.seen_at_end = sum(1 for line in lines if line.time == end)
        source.read_to = end
        return fresh

    def _lines_before(self, source: Source) -> Sequence[LogLine]:
        return [line for line in self._asked(source, 0) if line.time < source.began]

    def _asked(self, source: Source, since: int) -> Sequence[LogLine]:
        try:
            lines = self._client.logs(source.pod, source.container, previous=self._previous, since=since)
        except K9liteError as error:
            source.trouble = str(error)
            return ()
        source.trouble = ""
        return lines
