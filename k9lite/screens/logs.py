"""Logs of one container, or of many pods merged by time: followed, searched, filtered, folded, saved.

It coordinates: the Reader reads, the Window knows which lines are in view. Whatever takes long goes on in slices, so
that no key ever waits for 100,000 lines.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import perf_counter
from typing import ClassVar

from attrs import evolve
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from engine.errors import UsageError
from engine.kinds import Pod
from k9lite.client import Client
from k9lite.local_files import save
from k9lite.printed.folding import json_fields
from k9lite.printed.reader import Reader
from k9lite.printed.records import Records
from k9lite.printed.sieve import Keep, sieve
from k9lite.printed.window import Bounds, Shape, Window
from k9lite.screens.choose import ChooseScreen
from k9lite.screens.help import help_screen
from k9lite.screens.log_asking import PROMPTS, count_of, pattern_of, spoken
from k9lite.screens.log_keys import LOG_BINDINGS, STRIP
from k9lite.screens.log_looks import log_spans
from k9lite.widgets.pressing import KeyLine
from k9lite.widgets.safe import plain
from k9lite.widgets.text_view import HUES, Span, TextView

MOST_LINES = 100_000
_STEP_RECORDS, _FIRST_RECORDS = 500, 300
_SLICE_SECONDS, _BREATH_SECONDS = 0.012, 0.004
_RESTS = 4
"""What is long to read (a node's pods) is read no more than this part of the time."""
_CLIPBOARD_LETTERS = 1 << 20


class LogsScreen(Screen[None]):
    """``pods`` gives the pods of the moment, so that a workload's new ones join in."""

    DEFAULT_CSS = """
    LogsScreen TextView { border: round $accent; }
    LogsScreen #ask { height: 1; border: none; display: none; }
    LogsScreen #ask.-open { display: block; }
    LogsScreen #keys { height: 1; background: $panel; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = list(LOG_BINDINGS)

    def __init__(
        self, client: Client, title: str, pods: Callable[[], Sequence[Pod]], *, container: str = "",
        previous: bool = False, timestamps: bool = False, since: int = 0, tail: int = 0,
    ) -> None:  # fmt: skip
        super().__init__()
        self._client, self._title_text, self._pods = client, title, pods
        self._container, self._previous = container, previous
        self._shape = Shape(timestamps=timestamps)
        self._since, self._tail = since, tail
        self._filter = self._filter_before = ""
        self._keep: Keep | None = None
        self._bounds = Bounds()
        self._unfolded: set[int] = set()
        self._marked: set[int] = set()
        self._asked = "search"
        self._last = (0, 0)
        self._timer: Timer | None = None
        self._again, self._rest_until, self._begun = False, 0.0, 0.0
        self._when_whole: list[Callable[[], None]] = []
        self._begin_anew()

    def compose(self) -> ComposeResult:
        yield TextView(follow=True, highlight=self._highlight, empty_text="nothing printed yet")
        yield Input(id="ask", compact=True)
        yield KeyLine(STRIP, id="keys")

    @property
    def view(self) -> TextView:
        return self.query_one(TextView)

    @property
    def is_settled(self) -> bool:
        """Everything there is has been read, and is in view."""
        return self._timer is None

    def on_mount(self) -> None:
        self._read_anew()
        self.view.focus()
        if self._since:
            self.action_since(self._since)
        if self._tail:
            self._whole(lambda: self._show_tail(self._tail))

    def on_state_changed(self) -> None:
        moment = (self._client.state.revision, self._client.now)
        if moment < self._last:
            self._read_anew()  # a recording went back in time
        elif moment != self._last:
            self._last = moment
            self._again = True
            self._work()

    # Keys

    def action_close(self) -> None:
        """Closes the line where something is asked, then drops the filter, then leaves."""
        ask = self.query_one("#ask", Input)
        if ask.has_class("-open"):
            self._close_ask()
            if self._asked == "filter":
                self._filter_by(self._filter_before)
            elif self._asked == "search":
                self.view.find(None)
        elif self._filter:
            self._filter_by("")
        else:
            self.dismiss()

    def action_timestamps(self) -> None:
        self._reshape(evolve(self._shape, timestamps=not self._shape.timestamps))

    def action_numbers(self) -> None:
        self._reshape(evolve(self._shape, numbers=not self._shape.numbers))

    def action_fold(self) -> None:
        self._reshape(evolve(self._shape, folds=not self._shape.folds))

    def action_unfold(self) -> None:
        record = self._window.owner(self.view.cursor_line)
        if record is None or json_fields(self._records.texts[record - self._records.first]) is None:
            self.notify("this line is no JSON object", markup=False)
            return
        self.view.follow = False
        self._unfolded ^= {record}
        self._show_anew()

    def action_trouble(self, direction: int) -> None:
        if self._window.troubles:
            self.view.step_to(self._window.troubles, direction)
        else:
            self.notify("no error in the lines that are shown", markup=False)

    def action_previous(self) -> None:
        self._previous = not self._previous
        self._read_anew()

    def action_since(self, seconds: int) -> None:
        """Of what was read; 0 is all of it."""
        self._bound(Bounds(since=self._client.now - seconds, told=f"last {spoken(seconds)}") if seconds else Bounds())

    def action_container(self) -> None:
        names = self._reader.containers
        choices = [("", "all containers"), *((name, name) for name in names)]
        self.app.push_screen(ChooseScreen("Container", choices, chosen=self._container), self._choose)

    def action_copy_all(self) -> None:
        self._whole(self._copy_all)

    def action_help(self) -> None:
        self.app.push_screen(help_screen((self, self.view), {}))

    def action_ask(self, what: str) -> None:
        self._asked, self._filter_before = what, self._filter
        ask = self.query_one("#ask", Input)
        ask.placeholder = PROMPTS[what]
        given = {"filter": self._filter, "tail": "1000", "head": "1000", "save": self._file_name()}
        with ask.prevent(Input.Changed):
            ask.value = given.get(what, "")
        ask.cursor_position = len(ask.value)
        ask.add_class("-open")
        ask.focus()

    # What is typed

    def on_input_changed(self, message: Input.Changed) -> None:
        """A filter and a search take effect while they are typed; what cannot be read yet waits."""
        message.stop()
        if self._asked in ("search", "filter"):
            with suppress(UsageError):
                self._take(message.value)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self._close_ask()
        try:
            self._take(message.value.strip())
        except UsageError as error:
            self.notify(str(error), severity="error", markup=False, timeout=8)

    def _take(self, text: str) -> None:
        """Raises UsageError in one line."""
        match self._asked:
            case "search":
                self.view.find(pattern_of(text))
            case "filter":
                self._filter_by(text)
            case "save":
                self._whole(lambda: self._save(text))
            case asked:
                count = count_of(text)
                if not count:
                    self._bound(Bounds())
                elif asked == "tail":
                    self._show_tail(count)
                else:
                    self._bound(Bounds(head=count, told=f"head {count:,}"))
                    self.view.action_first()

    def _close_ask(self) -> None:
        self.query_one("#ask").remove_class("-open")
        self.view.focus()

    def _filter_by(self, text: str) -> None:
        """Raises UsageError."""
        if text != self._filter:
            self._keep, self._filter = sieve(text), text
            self._show_anew()

    def _choose(self, container: str | None) -> None:
        if container is not None:
            self._container = container
            self._show_anew()

    def _show_tail(self, count: int) -> None:
        self._bound(Bounds(start=self._records.end - count, told=f"tail {count:,}"))

    def _bound(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._show_anew()

    def _reshape(self, shape: Shape) -> None:
        self._shape = shape
        self._show_anew()

    # What is taken away

    def on_text_view_copied(self, message: TextView.Copied) -> None:
        self.notify(f"copied {message.line_count:,} line{'s'[: message.line_count > 1]}", markup=False)

    def _copy_all(self) -> None:
        text = self.view.text()
        if len(text) > _CLIPBOARD_LETTERS:
            self.notify("that is too much for a clipboard: S saves it to a file", severity="error", markup=False)
            return
        self.app.copy_to_clipboard(text)
        self.notify(f"copied {self.view.line_count:,} lines", markup=False)

    def _save(self, path: str) -> None:
        try:
            if not path:
                raise UsageError("nothing was saved: a file needs a name")
            save(path, (self.view.text() + "\n").encode())
        except UsageError as error:
            self.notify(str(error), severity="error", markup=False, timeout=8)
            return
        self.notify(f"{self.view.line_count:,} lines saved to {plain(path)}", markup=False)

    def _file_name(self) -> str:
        return re.sub(r"[^\w.-]+", "-", self._title_text).strip("-") + ".log"

    def _whole(self, do: Callable[[], None]) -> None:
        """Now, or as soon as everything is in view."""
        self._when_whole.append(do)
        self._work()

    # What is shown

    def _begin_anew(self) -> None:
        self._records = Records(MOST_LINES)
        self._reader = Reader(self._client, self._pods, self._records, previous=self._previous)
        self._window = Window(self._records, self._shape)

    def _read_anew(self) -> None:
        self._begin_anew()
        self._bounds = Bounds()
        self._unfolded, self._marked = set(), set()
        self._last = (self._client.state.revision, self._client.now)
        self._again, self._rest_until = True, 0.0
        self._show_anew()

    def _show_anew(self) -> None:
        self._rebuild()
        self._work()

    def _rebuild(self) -> None:
        """The lines around the cursor at once, in the form they have now; all others by and by."""
        view, old = self.view, self._window
        at = self._records.end if view.follow else old.owner(view.cursor_line)
        row = view.screen_row
        marked = {owner for line in view.marks if (owner := old.owner(line)) is not None}
        self._marked = marked | {record for record in self._marked if not old.low <= record < old.high}
        at = self._records.end if at is None else at
        self._window = Window(
            self._records, self._shape, keep=self._keep, container=self._container, at=at,
            bounds=self._bounds, unfolded=self._unfolded,
        )  # fmt: skip
        view.set_lines(())
        self._grow_older(_FIRST_RECORDS)
        self._grow_newer(_FIRST_RECORDS)
        if not view.follow:
            view.go_to(self._window.line_of(at), row)

    def _work(self) -> None:
        """A slice of what is left to be done: reading, then growing; the rest when whatever else waits was done."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        now = perf_counter()
        deadline, window, reader = now + _SLICE_SECONDS, self._window, self._reader
        if self._again and not reader.is_reading and now >= self._rest_until:
            self._again, self._begun = False, now
            reader.begin()
        if reader.is_reading and (changed := reader.go_on(deadline)) is not None:
            self._take_in(changed, older=reader.is_older)
            window = self._window
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
            self._timer = self.set_timer(_BREATH_SECONDS, self._work)
        elif self._again:
            self._timer = self.set_timer(max(_BREATH_SECONDS, self._rest_until - perf_counter()), self._work)
        else:
            due, self._when_whole = self._when_whole, []
            for do in due:
                do()
        self._show_modes()

    def _take_in(self, changed: int, *, older: bool = False) -> None:
        """A round of reading ended: from ``changed`` on there are other records than before, or ``older`` came."""
        window = self._window
        labels = len(self._reader.sources) > 1
        if labels != self._shape.labels or (older and (self._shape.numbers or self._bounds.follow_the_first)):
            self._shape = evolve(self._shape, labels=labels)
            self._rebuild()
        elif window.low == window.high or window.low <= changed < window.high:
            self._rebuild()
        elif lost := window.drop_lost():
            self.view.drop_first(lost)
        self.view.empty_text = self._reader.trouble or "nothing printed yet"

    def _grow_older(self, count: int) -> None:
        if self._window.has_older:
            lines = self._window.older(count)
            self.view.prepend_lines(lines)
            self._mark_again(self._window.first, len(lines))

    def _grow_newer(self, count: int) -> None:
        if self._window.has_newer:
            lines = self._window.newer(count)
            self.view.append_lines(lines)
            self._mark_again(self._window.first + len(self._window.owners) - len(lines), len(lines))

    def _mark_again(self, first: int, count: int) -> None:
        if self._marked:
            owners = range(first, first + count)
            self.view.marks.update(line for line in owners if self._window.owner(line) in self._marked)

    def on_text_view_mode_changed(self) -> None:
        self._show_modes()

    def _show_modes(self) -> None:
        """What shapes what is seen, in the frame around it."""
        view, window, records = self.view, self._window, self._records
        state = ", previous" if self._previous else ""
        view.border_title = Content(plain(f"Logs {self._title_text} ({self._container or 'all containers'}{state})"))
        more = "" if view.is_searched else "+"
        found = f"match {view.match_number} of {view.match_count:,}{more}" if view.match_count else ""
        share = 100 * (window.high - window.low) // max(1, len(records) - window.hidden_before - window.hidden_after)
        modes = (
            "following" if view.follow else "f follows",
            "wrapped" if view.wrap else "",
            self._bounds.told,
            f"&{self._filter}: {view.line_count:,} of {len(records):,}" if self._filter else "",
            found,
            f"{share}%" if window.has_newer or window.has_older else "",
        )
        view.border_subtitle = Content(plain("  ".join(mode for mode in modes if mode)))
        lost = records.cut_count
        hidden = (
            f"{lost:,} earlier lines are no longer kept" if lost else "",
            f"{window.hidden_before:,} earlier lines are not shown" if window.hidden_before > 0 else "",
        )
        view.notice = "  ".join(each for each in hidden if each)

    def _highlight(self, line: str) -> list[Span]:
        hues = {source.label: f"hue{source.place % HUES}" for source in self._reader.sources.values()}
        return log_spans(line, hues if self._shape.labels else {})
