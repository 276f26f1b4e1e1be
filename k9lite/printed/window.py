"""Which records are in view, as which lines: it grows from one record to both sides, so that no step walks them all.

A filter hides records, an unfolded one is several lines; ``owners`` tells whose line each is:

    records      ...  7        8  9          (8 is hidden)
    lines        -1: 7    0: 9    1: 9       low 7, high 10, first -1
"""

from bisect import bisect_left
from collections.abc import Collection

from engine.kinds import format_time
from engine.kinds.frozen import frozen
from k9lite.printed.folding import folded, json_fields, level_of, unfolded
from k9lite.printed.records import Records
from k9lite.printed.sieve import Keep

_BAD = frozenset({"error", "fatal"})
_INDENT = "    "
_NUMBER_CELLS = 6


@frozen(kw_only=True)
class Shape:
    """How a record is written."""

    labels: bool = False
    timestamps: bool = False
    numbers: bool = False
    folds: bool = True
    """JSON lines as few words."""


@frozen(kw_only=True)
class Bounds:
    """At most these records: from a moment on, from a number on, or the first so many. ``told`` says it."""

    since: int | None = None
    start: int | None = None
    head: int | None = None
    told: str = ""

    @property
    def follow_the_first(self) -> bool:
        """They are others when older records come."""
        return self.since is not None or self.head is not None


class Window:
    """Records ``low`` up to ``high`` are in it so far."""

    def __init__(
        self, records: Records, shape: Shape, *, keep: Keep | None = None, container: str = "", at: int = 0,
        bounds: Bounds = Bounds(), unfolded: Collection[int] = (),
    ) -> None:  # fmt: skip
        self._records, self._shape, self._keep, self._container = records, shape, keep, container
        self._start = bounds.start if bounds.since is None else records.since(bounds.since)
        self._stop = None if bounds.head is None else records.first + bounds.head
        self._unfolded = unfolded
        self.low = self.high = max(self._bottom, min(at, self._top))
        self.first = 0
        """The number of the first line."""
        self.owners: list[int] = []
        self.troubles: list[int] = []
        """The numbers of the lines that begin errors."""
        self._stamps: dict[int, str] = {}

    @property
    def has_older(self) -> bool:
        return self.low > self._bottom

    @property
    def has_newer(self) -> bool:
        return self.high < self._top

    @property
    def hidden_before(self) -> int:
        """How many kept records lie before its start."""
        return self._bottom - self._records.first

    @property
    def hidden_after(self) -> int:
        return self._records.end - self._top

    def older(self, count: int) -> list[str]:
        """The lines of so many records before those in it."""
        start = max(self._bottom, self.low - count)
        lines, owners, troubles = self._lines(start, self.low)
        self.low = start
        self.first -= len(lines)
        self.owners[:0] = owners
        self.troubles[:0] = [self.first + each for each in troubles]
        return lines

    def newer(self, count: int) -> list[str]:
        """The lines of so many records after those in it."""
        stop = min(self._top, self.high + count)
        lines, owners, troubles = self._lines(self.high, stop)
        end = self.first + len(self.owners)
        self.high = stop
        self.owners += owners
        self.troubles += [end + each for each in troubles]
        return lines

    def drop_lost(self) -> int:
        """How many lines at its front belong to records that are no longer kept."""
        if self._records.first <= self.low:
            return 0
        count = bisect_left(self.owners, self._records.first)
        self.low = min(self._records.first, self.high)
        self.high = max(self.high, self._records.first)
        del self.owners[:count]
        self.first += count
        del self.troubles[: bisect_left(self.troubles, self.first)]
        return count

    def owner(self, line: int) -> int | None:
        """The record a line belongs to."""
        index = line - self.first
        return self.owners[index] if 0 <= index < len(self.owners) else None

    def bare(self, number: int, line: str) -> str:
        """A line without the number before it, where it has one."""
        owner = self.owner(number) if self._shape.numbers else None
        return line if owner is None or self.line_of(owner) != number else line[line.find(" ", _NUMBER_CELLS) + 1 :]

    def line_of(self, record: int) -> int:
        """The first line of a record, or of the next one that is in view."""
        return self.first + bisect_left(self.owners, record)

    @property
    def _bottom(self) -> int:
        return self._records.first if self._start is None else max(self._start, self._records.first)

    @property
    def _top(self) -> int:
        return self._records.end if self._stop is None else max(self._bottom, min(self._stop, self._records.end))

    def _lines(self, start: int, stop: int) -> tuple[list[str], list[int], list[int]]:
        """The lines of records ``start`` up to ``stop``; whose each is; and which of them begin an error."""
        records, keep, container = self._records, self._keep, self._container
        lines: list[str] = []
        owners: list[int] = []
        troubles: list[int] = []
        for number in range(start, stop):
            at = number - records.first
            text, source = records.texts[at], records.sources[at]
            if (container and source.container != container) or (keep is not None and not keep(text, source)):
                continue
            fields = json_fields(text) if text[:1] == "{" else None
            if level_of(text, fields) in _BAD:
                troubles.append(len(lines))
            shown = folded(fields) if fields is not None and self._shape.folds else text
            lines.append(self._head(at) + shown)
            owners.append(number)
            if fields is not None and number in self._unfolded:
                more = [_INDENT + line for line in unfolded(fields)]
                lines += more
                owners += [number] * len(more)
        return lines, owners, troubles

    def _head(self, at: int) -> str:
        shape, records = self._shape, self._records
        head = f"{records.cut_count + at + 1:>{_NUMBER_CELLS}} " if shape.numbers else ""
        if shape.labels:
            head += records.sources[at].label
        if shape.timestamps:
            time = records.times[at]
            stamp = self._stamps.get(time)
            if stamp is None:
                stamp = self._stamps[time] = f"{format_time(time)} "
            head += stamp
        return head

