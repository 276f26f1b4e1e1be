"""One of a list: a dialog that answers with what was chosen, or None."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from k9lite.screens.help import help_screen
from k9lite.widgets.options import Options
from k9lite.widgets.pressing import Hint, line_of
from k9lite.widgets.safe import plain

Choice = tuple[str, str]
"""(the answer, how it is shown)"""


HINTS: Sequence[Hint] = (("Enter", "chooses", ""), ("Esc", "cancels", "choose.cancel"))


class ChooseScreen(ModalScreen[str | None], inherit_bindings=False):
    """Enter or a click chooses, Esc cancels; the cursor starts on ``chosen``."""

    DEFAULT_CSS = """
    ChooseScreen { align: center middle; }
    ChooseScreen > OptionList { width: auto; min-width: 40; max-width: 90%; height: auto; max-height: 80%;
        border: round $accent; background: $surface; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    ChooseScreen > OptionList:focus { border: round $accent; }
    ChooseScreen > #told { width: auto; max-width: 90%; padding: 0 1; background: $surface; }
    ChooseScreen > #told.-silent { display: none; }
    ChooseScreen:ansi > OptionList { border: heavy ansi_default; background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "Cancel", id="choose.cancel"),
        Binding("j", "app.simulate_key('down')", "Down", show=False, id="choose.down"),
        Binding("k", "app.simulate_key('up')", "Up", show=False, id="choose.up"),
        Binding("question_mark,f1", "help", "What every key does", show=False, id="choose.help"),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], *, chosen: str = "", told: str = "") -> None:
        super().__init__()
        self._heading, self._choices, self._chosen, self._told = title, choices, chosen, told

    def compose(self) -> ComposeResult:
        yield Static(Content(plain(self._told)), id="told", classes="" if self._told else "-silent")
        options = Options(*(Option(Content(plain(shown))) for _, shown in self._choices))
        options.border_title = Content(plain(self._heading))
        options.border_subtitle = line_of(self.app, HINTS)
        answers = [answer for answer, _ in self._choices]
        options.highlighted = answers.index(self._chosen) if self._chosen in answers else 0
        yield options

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(self._choices[message.option_index][0])

    def action_help(self) -> None:
        self.app.push_screen(help_screen(self))

    def action_cancel(self) -> None:
        self.dismiss(None)
