"""The line at the bottom that opens with ``:`` for a command and with ``/`` for a filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

COMMAND, FILTER = ":", "/"
_MOST_CHOICES = 30
_SPARE = 6
"""Cells that a shorter note leaves empty before it."""
_FILTERS = "words, !word, status:Pending, age<5m, -l app=web"
Complete = Callable[[str], Sequence[str]]
"""What is typed so far -> whole lines it could become, best first."""


class CommandBar(Horizontal):
    """The line with the key that opened it before it; not there while it is closed."""

    DEFAULT_CSS = """
    CommandBar { height: 1; padding: 0 1; display: none; }
    CommandBar.-open { display: block; }
    CommandBar > #mode { width: 2; text-style: bold; }
    CommandBar > #note {
        width: auto; max-width: 70%; padding: 0 0 0 1; color: $text-muted;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, complete: Complete) -> None:
        super().__init__()
        self._complete = complete

    def compose(self) -> ComposeResult:
        yield Static(COMMAND, id="mode", markup=False)
        yield CommandLine(self._complete)
        yield Static("", id="note", markup=False)

    def show(self, mode: str) -> None:
        self.query_one("#mode", Static).update(mode)
        self.add_class("-open")

    def note(self, text: str) -> None:
        """At the right end: what comes of the line so far."""
        note = self.query_one("#note", Static)
        room = len(str(note.content))
        if text and 0 <= room - len(text) <= _SPARE:
            text = text.rjust(room)
        if note.content != text:
            note.update(text, layout=len(text) != room)  # a count that goes up or down moves nothing else


class CommandLine(Input):
    """Hidden until ``open``. Tab completes, up and down walk the history, Esc closes."""

    DEFAULT_CSS = """
    CommandLine { height: 1; border: none; padding: 0; width: 1fr; }
    CommandLine:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False, id="line.close"),
        Binding("tab", "complete", "Complete", show=False, id="line.complete"),
        Binding("up", "history(-1)", "Earlier", show=False, id="line.earlier"),
        Binding("down", "history(1)", "Later", show=False, id="line.later"),
    ]

    class Entered(Message):
        """Enter was pressed on a command, or a filter is to stay."""

        def __init__(self, mode: str, text: str) -> None:
            super().__init__()
            self.mode, self.text = mode, text

    class Typed(Message):
        """The line reads otherwise now."""

        def __init__(self, mode: str, text: str) -> None:
            super().__init__()
            self.mode, self.text = mode, text

    class Closed(Message):
        """The line is gone; a filter that was being typed is to be dropped."""

        def __init__(self, mode: str) -> None:
            super().__init__()
            self.mode = mode

    def __init__(self, complete: Complete) -> None:
        super().__init__(compact=True, suggester=_Completions(self, complete), select_on_focus=False)
        self.mode = COMMAND
        self._complete = self._completes = complete
        self._history: list[str] = []
        self._place = 0

    def open(self, mode: str, text: str = "", *, complete: Complete | None = None) -> None:
        """``complete`` is for this time; by default a command is completed, and a filter is not."""
        self.mode = mode
        self.placeholder = "a kind, or a kubectl command" if mode == COMMAND else _FILTERS
        self._completes = complete or (self._complete if mode == COMMAND else _nothing)
        self._bar.note("")
        self._bar.show(mode)
        self.value = text
        self.cursor_position = len(text)
        self._place = len(self._history)
        self.screen.set_focus(self)  # at once: the next key may be on its way

    @property
    def is_open(self) -> bool:
        return self._bar.has_class("-open")

    @property
    def _bar(self) -> CommandBar:
        assert isinstance(self.parent, CommandBar)
        return self.parent

    def choices(self) -> str:
        """What could stand where the cursor is, for a line beside this one."""
        there = len(self.value.rpartition(" ")[0])
        return "  ".join(line[there:].strip() for line in self.candidates(self.value)[:_MOST_CHOICES])

    def candidates(self, text: str) -> Sequence[str]:
        return self._completes(text) if text else ()

    def note(self, text: str) -> None:
        self._bar.note(text)

    def action_close(self) -> None:
        self._shut()
        self.post_message(self.Closed(self.mode))

    def action_complete(self) -> None:
        """Up to where all completions agree, or the first of them; a word that is whole is ended."""
        found = self.candidates(self.value)
        if found:
            shared = _shared_start(found)
            self.value = shared if len(shared) > len(self.value) else found[0]
            if len(found) == 1 and not self.value.endswith(("=", "/", ":")):
                self.value += " "
            self.cursor_position = len(self.value)

    def action_history(self, step: int) -> None:
        if self.mode == COMMAND and self._history:
            self._place = min(max(self._place + step, 0), len(self._history))
            self.value = self._history[self._place] if self._place < len(self._history) else ""
            self.cursor_position = len(self.value)

    def on_input_changed(self, message: Input.Changed) -> None:
        message.stop()
        if self.is_open:
            self.post_message(self.Typed(self.mode, message.value))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        text = message.value.strip()
        if self.mode == COMMAND and text:
            self._history.append(text)
        self._shut()
        self.post_message(self.Entered(self.mode, text))

    def _shut(self) -> None:
        self._bar.remove_class("-open")


class _Completions(Suggester):
    def __init__(self, line: CommandLine, complete: Complete) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._line = line
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        return next(iter(self._line.candidates(value)), None)


def _nothing(_text: str) -> Sequence[str]:
    return ()


def _shared_start(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    size = next((at for at, char in enumerate(first) if char != last[at : at + 1]), len(first))
    return first[:size]
