"""Logs of one container, or of many pods merged by time: followed, searched, filtered, folded, saved.

It coordinates: a LogFeed reads and puts lines in view, many or few.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import ClassVar

from attrs import evolve
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Input

from engine.errors import UsageError
from engine.kinds import Pod
from k9lite.client import Client
from k9lite.files.local import save
from k9lite.printed.folding import json_fields
from k9lite.printed.sieve import sieve
from k9lite.printed.window import Bounds, Shape
from k9lite.screens.choose import ChooseScreen
from k9lite.screens.help import help_screen
from k9lite.screens.log_asking import PROMPTS, count_of, pattern_of, spoken
from k9lite.screens.log_feed import LogFeed
from k9lite.screens.log_keys import LOG_BINDINGS, STRIP, WIDE_STRIP
from k9lite.screens.log_looks import log_spans
from k9lite.screens.log_view import LogView
from k9lite.widgets.pressing import KeyLine, key_name, line_of
from k9lite.widgets.safe import plain
from k9lite.widgets.text_view import HUES, Span, TextView

_CLIPBOARD_LETTERS = 1 << 20


class LogsScreen(Screen[None]):
    """``pods`` gives the pods of the moment, so that a workload's new ones join in."""

    DEFAULT_CSS = """
    LogsScreen TextView { border: round $accent; }
    LogsScreen #ask { height: 1; border: none; display: none; }
    LogsScreen #ask.-open { display: block; }
    LogsScreen KeyLine { height: 1; background: $panel; padding: 0 1; }
    LogsScreen #more-keys, LogsScreen.-wide #keys { display: none; }
    LogsScreen.-wide #more-keys { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = list(LOG_BINDINGS)

    def __init__(
        self, client: Client, title: str, pods: Callable[[], Sequence[Pod]], *, container: str = "",
        previous: bool = False, timestamps: bool = False, since: int = 0, tail: int = 0,
    ) -> None:  # fmt: skip
        super().__init__()
        self._client, self._title_text, self._previous = client, title, previous
        self._since, self._tail = since, tail
        self._filter = self._filter_before = ""
        self._asked = "search"
        self._last = (0, 0)
        self.view = LogView(follow=True, highlight=self._highlight, empty_text="nothing printed yet")
        self.view.bare = lambda number, line: self._feed.window.bare(number, line)
        self._feed = LogFeed(self.view, client, pods, self._show_modes, Shape(timestamps=timestamps))
        self._feed.container = container

    def compose(self) -> ComposeResult:
        yield self.view
        yield Input(id="ask", compact=True)
        yield KeyLine(STRIP, id="keys")
        yield KeyLine(WIDE_STRIP, id="more-keys")

    @property
    def is_settled(self) -> bool:
        """Everything there is has been read, and is in view."""
        return self._feed.is_settled

    def on_mount(self) -> None:
        self._read_anew()
        self.view.focus()
        if self._since:
            self.action_since(self._since)
        if self._tail:
            self._feed.when_whole(lambda: self._show_tail(self._tail))

    def on_state_changed(self) -> None:
        moment = (self._client.state.revision, self._client.now)
        if moment < self._last:
            self._read_anew()  # a recording went back in time
        elif moment != self._last:
            self._last = moment
            self._feed.read_on()

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.width >= len(line_of(self.app, WIDE_STRIP)) + 2, "-wide")

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
        self._reshape(evolve(self._feed.shape, timestamps=not self._feed.shape.timestamps))

    def action_numbers(self) -> None:
        self._reshape(evolve(self._feed.shape, numbers=not self._feed.shape.numbers))

    def action_fold(self) -> None:
        self._reshape(evolve(self._feed.shape, folds=not self._feed.shape.folds))

    def action_unfold(self) -> None:
        found = self._feed.record_at(self.view.cursor_line)
        if found is None or json_fields(found[1]) is None:
            self.notify("this line is no JSON object", markup=False)
            return
        self.view.follow = False
        self._feed.unfolded ^= {found[0]}
        self._feed.show_anew()

    def action_trouble(self, direction: int) -> None:
        if self._feed.window.troubles:
            self.view.step_to(self._feed.window.troubles, direction)
        else:
            self.notify("no error in the lines that are shown", markup=False)

    def action_previous(self) -> None:
        self._previous = not self._previous
        self._read_anew()

    def action_since(self, seconds: int) -> None:
        """Of what was read; 0 is all of it."""
        self._bound(Bounds(since=self._client.now - seconds, told=f"last {spoken(seconds)}") if seconds else Bounds())

    def action_container(self) -> None:
        names = self._feed.reader.containers
        choices = [("", "all containers"), *((name, name) for name in names)]
        self.app.push_screen(ChooseScreen("Container", choices, chosen=self._feed.container), self._choose)

    def action_copy_all(self) -> None:
        self._feed.when_whole(self._copy_all)

    def action_help(self) -> None:
        self.app.push_screen(help_screen(self))

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
                self._feed.when_whole(lambda: self._save(text))
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
            self._feed.keep, self._filter = sieve(text), text
            self._feed.show_anew()

    def _choose(self, container: str | None) -> None:
        if container is not None:
            self._feed.container = container
            self._feed.show_anew()

    def _show_tail(self, count: int) -> None:
        self._bound(Bounds(start=self._feed.records.end - count, told=f"tail {count:,}"))

    def _bound(self, bounds: Bounds) -> None:
        self._feed.bounds = bounds
        self._feed.show_anew()

    def _reshape(self, shape: Shape) -> None:
        self._feed.shape = shape
        self._feed.show_anew()

    # What is taken away

    def on_text_view_copied(self, message: TextView.Copied) -> None:
        self.notify(f"copied {message.line_count:,} line{'s'[: message.line_count > 1]}", markup=False)

    def _copy_all(self) -> None:
        text = self.view.copied_text()
        if len(text) > _CLIPBOARD_LETTERS:
            key = key_name(self.app, "logs.save", "S")
            self.notify(f"that is too much for a clipboard: {key} saves it to a file", severity="error", markup=False)
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

    # What is shown

    def _read_anew(self) -> None:
        self._last = (self._client.state.revision, self._client.now)
        self._feed.read_anew(previous=self._previous)

    def on_text_view_mode_changed(self) -> None:
        self._show_modes()

    def _show_modes(self) -> None:
        """What shapes what is seen, in the frame around it."""
        view, window, records = self.view, self._feed.window, self._feed.records
        which = (self._feed.container or "all containers") + (", previous" if self._previous else "")
        view.border_title = Content(plain(f"Logs {self._title_text} ({which})"))
        more = "" if view.is_searched else "+"
        found = f"match {view.match_number} of {view.match_count:,}{more}" if view.match_count else ""
        share = 100 * (window.high - window.low) // max(1, len(records) - window.hidden_before - window.hidden_after)
        modes = (
            "following" if view.follow else f"{key_name(self.app, 'text.follow', 'f')} follows",
            "wrapped" if view.wrap else "",
            self._feed.bounds.told,
            f"&{self._filter}: {view.line_count:,} of {len(records):,}" if self._filter else "",
            found,
            f"{window.hidden_after:,} later lines are not shown" if window.hidden_after > 0 else "",
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
        hues = {source.label: f"hue{source.place % HUES}" for source in self._feed.reader.sources.values()}
        return log_spans(line, hues if self._feed.shape.labels else {})
