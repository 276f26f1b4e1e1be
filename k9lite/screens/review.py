"""What would change, before it is done: lines of a difference, and what may be done about it."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from k9lite.screens.choose import Choice
from k9lite.screens.help import help_screen
from k9lite.widgets.options import Options
from k9lite.widgets.pressing import Hint, line_of
from k9lite.widgets.safe import plain
from k9lite.widgets.text_view import Span, TextView

HINTS: Sequence[Hint] = (
    ("↑ ↓ Enter", "chooses", ""), ("PgUp PgDn", "scroll", "review.page_up review.page_down"),
    ("Esc", "Back", "review.back"),
)  # fmt: skip


class ReviewScreen(ModalScreen[str | None], inherit_bindings=False):
    """Answers with the choice that was made; Esc with None. The cursor is on the first choice."""

    DEFAULT_CSS = """
    ReviewScreen { align: center middle; }
    ReviewScreen > #review { width: 96%; max-width: 120; height: 90%; border: round $accent; background: $surface; }
    ReviewScreen TextView { background: $surface; }
    ReviewScreen OptionList { height: auto; max-height: 6; border: none; border-top: solid $panel; padding: 0 1; }
    ReviewScreen:ansi > #review { border: heavy ansi_default; background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "Back", id="review.back"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="review.page_up"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="review.page_down"),
        Binding("question_mark,f1", "help", "What every key does", show=False, id="review.help"),
    ]

    def __init__(self, title: str, lines: Sequence[str], choices: Sequence[Choice]) -> None:
        super().__init__()
        self._heading, self._lines, self._choices = title, lines, choices

    def compose(self) -> ComposeResult:
        with Vertical(id="review") as box:
            box.border_title = Content(plain(self._heading))
            box.border_subtitle = line_of(self.app, HINTS)
            view = TextView(self._lines, highlight=difference_spans)
            view.can_focus = False
            yield view
            yield Options(*(Option(Content(plain(shown))) for _, shown in self._choices), compact=True)

    def on_mount(self) -> None:
        choices = self.query_one(OptionList)
        choices.highlighted = 0
        choices.focus()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(self._choices[message.option_index][0])

    def action_page(self, direction: int) -> None:
        self.query_one(TextView).action_page(direction)

    def action_help(self) -> None:
        self.app.push_screen(help_screen(self))

    def action_cancel(self) -> None:
        self.dismiss(None)


def difference_spans(line: str) -> list[Span]:
    """The sign says it as well as the colour."""
    meaning = {"+": "ok", "-": "bad", "@": "dim"}.get(line[:1], "")
    return [(0, len(line), meaning)] if meaning else []
