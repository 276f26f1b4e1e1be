"""Text about the cluster on a whole screen: describe, YAML, the output of a command; it stays up to date."""

import re
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input

from engine.errors import K9liteError
from k9lite.widgets.pressing import Hint, KeyLine
from k9lite.widgets.safe import plain
from k9lite.widgets.text_view import Highlight, TextView

HINTS: Sequence[Hint] = (
    ("Esc", "Back", "text.close"), ("/", "Search", "text.search"), ("n N", "Matches", "text.next text.previous"),
    ("w", "Wrap", "text.wrap"), ("m", "Mark", "text.mark"), ("c", "Copy", "text.copy"),
    ("g G", "Ends", "text.first text.last"), ("?", "Keys", "text.help"),
)  # fmt: skip


class TextScreen(Screen[None]):
    """``lines`` is asked again whenever the cluster changes; the place in the text is kept."""

    DEFAULT_CSS = """
    TextScreen TextView { border: round $accent; }
    TextScreen #search { height: 1; border: none; display: none; }
    TextScreen #search.-open { display: block; }
    TextScreen #keys { height: 1; background: $panel; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "Back", id="text.close"),
        Binding("slash", "search", "Search", key_display="/", id="text.search"),
        Binding("question_mark,f1", "help", "What every key does", show=False, id="text.help"),
    ]

    def __init__(
        self,
        title: str,
        lines: Callable[[], Sequence[str]],
        *,
        highlight: Highlight | None = None,
        wrap: bool = False,
    ) -> None:
        super().__init__()
        self._title_text = title
        self._source = lines
        self._highlight = highlight
        self._wrap = wrap
        self._shown: list[str] = []

    def compose(self) -> ComposeResult:
        view = TextView(highlight=self._highlight, wrap=self._wrap, whole_words=True)
        view.border_title = Content(plain(self._title_text))
        yield view
        yield Input(placeholder="regular expression", id="search", compact=True)
        yield KeyLine(HINTS, id="keys")

    @property
    def view(self) -> TextView:
        return self.query_one(TextView)

    def on_mount(self) -> None:
        self.on_state_changed()
        self.view.focus()

    def on_state_changed(self) -> None:
        """Asks for the lines again; where they cannot be had any more, the last ones stay."""
        try:
            lines = list(self._source())
        except K9liteError as error:
            self.view.border_subtitle = Content(plain(str(error)))
            return
        if lines != self._shown:
            self._shown = lines
            self.view.set_lines(lines, keep_place=True)

    def on_resize(self) -> None:
        """Lines may be made for the width there is."""
        self.on_state_changed()

    def action_close(self) -> None:
        """Closes the search line where it is open, else the screen."""
        search = self.query_one("#search", Input)
        if search.has_class("-open"):
            search.remove_class("-open")
            self.view.focus()
        else:
            self.dismiss()

    def action_help(self) -> None:
        from k9lite.screens.help import help_screen  # which is such a text itself

        self.app.push_screen(help_screen(self))

    def action_search(self) -> None:
        search = self.query_one("#search", Input)
        search.add_class("-open")
        search.focus()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        search_in(self.view, message.value)
        self.query_one("#search").remove_class("-open")
        self.view.focus()


def search_in(view: TextView, text: str) -> None:
    """Finds a regular expression in the view and says how often it is there."""
    try:
        pattern = re.compile(text, re.IGNORECASE) if text else None
    except re.error as error:
        view.notify(f"/{text} is no regular expression: {error}", severity="error", markup=False)
        return
    count = view.find(pattern)
    if pattern is not None:
        view.border_subtitle = Content(plain(f"/{text}: {count} found"))
