"""Feeds a view with what containers print: it reads, and puts the lines around the cursor in view first.

Whatever takes long goes on in slices, so that no key ever waits for 100,000 lines.
"""

from collections.abc import Callable, Sequence
from time import perf_counter

from attrs import evolve
from textual.timer import Timer

from engine.kinds import Pod
from k9lite.client import Client
from k9lite.printed.reader import Reader
from k9lite.printed.records import Records
from k9lite.printed.sieve import Keep
from k9lite.printed.window import Bounds, Shape, Window
from k9lite.widgets.text_view import TextView

MOST_LINES = 100_000
_STEP_RECORDS, _FIRST_RECORDS = 500, 300
_SLICE_SECONDS, _BREATH_SECONDS = 0.012, 0.004
_RESTS = 4
"""What is long to read (a node's pods) is read no more than this part of the time."""


class LogFeed:
    """``shape``, ``keep``, ``container``, ``bounds`` and ``unfolded`` may be set; then ``show_anew`` is due.

    ``told`` is called when there is something new to say about what is in view.
    """

    def __init__(
        self, view: TextView, client: Client, pods: Callable[[], Sequence[Pod]], told: Callable[[], None], shape: Shape
    ) -> None:
        self._view, self._client, self._pods, self._told = view, client, pods, told
        self.shape = shape
        self.keep: Keep | None = None
        self.container = ""
        self.bounds = Bounds()
        self.unfolded: set[int] = set()
        self._marked: set[int] = set()
        self._timer: Timer | None = None
        self._again, self._rest_until, self._begun = False, 0.0, 0.0
        self._when_whole: list[Callable[[], None]] = []
        self._begin(previous=False)

    @property
    def is_settled(self) -> bool:
        """Everything there is has been read, and is in view."""
        return self._timer is None

    def read_anew(self, *, previous: bool) -> None:
        self._begin(previous=previous)
        self.bounds = Bounds()
        self.unfolded, self._marked = set(), set()
        self._again, self._rest_until = True, 0.0
        self.show_anew()

    def read_on(self) -> None:
        """Time has passed: there may be more."""
        self._again = True
        self.work()

    def show_anew(self) -> None:
        self._rebuild()
        self.work()

    def when_whole(self, do: Callable[[], None]) -> None:
        """Now, or as soon as everything is in view."""
        self._when_whole.append(do)
        self.work()

    def record_at(self, line: int) -> tuple[int, str] | None:
        """The number and the text of the record a line of the view belongs to."""
        number = self.window.owner(line)
        return None if number is None else (number, self.records.texts[number - self.records.first])

    def work(self) -> None:
        """A slice of what is left to be done: reading, then growing; the rest when whatever else waits was done."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        now = perf_counter()
        deadline, window, reader = now + _SLICE_SECONDS, self.window, self.reader
        if self._again and not reader.is_reading and now >= self._rest_until:
            self._again, self._begun = False, now
            reader.begin()
        if reader.is_reading and (changed := reader.go_on(deadline)) is not None:
            self._take_in(changed, older=reader.is_older)
            window = self.window
            took = perf_counter() - self._begun
            self._rest_until = perf_counter() + (_RESTS * took if took > _SLICE_SECONDS else 0)
        while (window.has_newer or window.has_older) and perf_counter() < deadline:
            self._grow_newer(_STEP_RECORDS)
            self._grow_older(_STEP_RECORDS)
        growing = window.has_newer or window.has_older
        if not growing and not reader.is_reading and reader.has_older:
            self._begun = now
            reader.begin_older()
        if growing or reader.is_reading:
            self._timer = self._view.set_timer(_BREATH_SECONDS, self.work)
        elif self._again:
            self._timer = self._view.set_timer(max(_BREATH_SECONDS, self._rest_until - perf_counter()), self.work)
        else:
            due, self._when_whole = self._when_whole, []
            for do in due:
                do()
        self._told()

    def _begin(self, *, previous: bool) -> None:
        self.records = Records(MOST_LINES)
        self.reader = Reader(self._client, self._pods, self.records, previous=previous)
        self.window = Window(self.records, self.shape)

    def _rebuild(self) -> None:
        """The lines around the cursor at once, in the form they have now; all others by and by."""
        view, old = self._view, self.window
        at = self.records.end if view.follow else old.owner(view.cursor_line)
        row = view.screen_row
        marked = {owner for line in view.marks if (owner := old.owner(line)) is not None}
        self._marked = marked | {record for record in self._marked if not old.low <= record < old.high}
        at = self.records.end if at is None else at
        self.window = Window(
            self.records, self.shape, keep=self.keep, container=self.container, at=at,
            bounds=self.bounds, unfolded=self.unfolded,
        )  # fmt: skip
        view.set_lines(())
        self._grow_older(_FIRST_RECORDS)
        self._grow_newer(_FIRST_RECORDS)
        if not view.follow:
            view.go_to(self.window.line_of(at), row)

    def _take_in(self, changed: int, *, older: bool = False) -> None:
        """A round of reading ended: from ``changed`` on there are other records than before, or ``older`` came."""
        window = self.window
        labels = len(self.reader.sources) > 1
        if labels != self.shape.labels or (older and (self.shape.numbers or self.bounds.follow_the_first)):
            self.shape = evolve(self.shape, labels=labels)
            self._rebuild()
        elif window.low == window.high or window.low <= changed < window.high:
            self._rebuild()
        elif lost := window.drop_lost():
            self._view.drop_first(lost)
        self._view.empty_text = self.reader.trouble or "nothing printed yet"

    def _grow_older(self, count: int) -> None:
        if self.window.has_older:
            lines = self.window.older(count)
            self._view.prepend_lines(lines)
            self._mark_again(self.window.first, len(lines))

    def _grow_newer(self, count: int) -> None:
        if self.window.has_newer:
            lines = self.window.newer(count)
            self._view.append_lines(lines)
            self._mark_again(self.window.first + len(self.window.owners) - len(lines), len(lines))

    def _mark_again(self, first: int, count: int) -> None:
        if self._marked:
            owners = range(first, first + count)
            self._view.marks.update(line for line in owners if self.window.owner(line) in self._marked)
