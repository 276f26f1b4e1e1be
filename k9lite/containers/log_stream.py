"""The lines of some containers as ``kubectl logs`` prints them: those there are, then those that come.

Whoever asks for them has been asked whether he may.
"""

from collections.abc import Sequence

from attrs import define, field

from engine.access.seen import behind
from engine.kinds import Container, Pod, format_time
from engine.kinds.frozen import frozen
from engine.kubelet.output import LogLine
from engine.kubelet.process import status_of
from engine.store.state import State
from k9lite.verb import View


@frozen
class Source:
    pod: Pod
    container: Container


@define(kw_only=True)
class LogStream:
    """What has been printed of each container: how far in time, and how many lines of that last second."""

    since: int
    tail: int
    previous: bool
    prefix: bool
    timestamps: bool
    limit_bytes: int = 0
    """Of each container, in whole; 0 for all there is."""
    _reached: dict[tuple[str, str], tuple[int, int]] = field(factory=dict)
    _printed: dict[tuple[str, str], int] = field(factory=dict)

    def first(self, view: View, source: Source) -> list[str]:
        """Raises ApiError where the container has no log, in the kubelet's words."""
        lines = _lines(view, source.pod, source, self.since, previous=self.previous)
        self._remember(source, [line for line in lines if not line.open])
        tail = lines if self.tail < 0 else lines[len(lines) - min(self.tail, len(lines)) :]
        return self._texts(source, tail)

    def next(self, view: View, source: Source) -> list[str]:
        """Lines that came since."""
        pod = view.server.find(Pod, source.pod.metadata.name, source.pod.metadata.namespace)
        if pod is None or pod.metadata.uid != source.pod.metadata.uid:
            return []
        since, told = self._reached.get(_key(source), (self.since, 0))
        lines = _lines(view, pod, source, since)
        lines = [line for line in lines if not line.open]  # it is told once it is whole
        self._remember(source, lines)
        return self._texts(source, lines[told:])

    def _remember(self, source: Source, lines: Sequence[LogLine]) -> None:
        if lines:
            last = lines[-1].time
            self._reached[_key(source)] = (last, sum(1 for line in lines if line.time == last))

    def _texts(self, source: Source, lines: Sequence[LogLine]) -> list[str]:
        """Up to the limit, which may be in the middle of a line."""
        found = []
        for line in lines:
            text = self._stamped(line)
            if self.limit_bytes:
                left = self.limit_bytes - self._printed.get(_key(source), 0)
                if left <= 0:
                    break
                self._printed[_key(source)] = self.limit_bytes - left + len(text.encode()) + 1
                text = text.encode()[:left].decode(errors="ignore")
            found.append(self._prefix(source) + text)
        return found

    def _prefix(self, source: Source) -> str:
        return f"[pod/{source.pod.metadata.name}/{source.container.name}] " if self.prefix else ""

    def _stamped(self, line: LogLine) -> str:
        return f"{format_time(line.time)[:-1]}.000000000Z {line.text}" if self.timestamps else line.text


def still_runs(state: State, source: Source) -> bool:
    meta = source.pod.metadata
    pod = behind(state).find(Pod, meta.name, meta.namespace)
    if pod is None or pod.metadata.uid != meta.uid:
        return False
    status = status_of(pod, source.container.name)
    return status is not None and status.state.running is not None


def _lines(view: View, pod: Pod, source: Source, since: int, *, previous: bool = False) -> list[LogLine]:
    from engine.kubelet.logs import log_lines  # it brings all that logs; the key comes without

    return list(log_lines(view.server, pod, source.container.name, view.now, previous=previous, since=since))


def _key(source: Source) -> tuple[str, str]:
    return source.pod.metadata.uid, source.container.name
