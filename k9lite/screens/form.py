"""A dialog made from a verb's Form: it names what the verb acts on, and answers with the texts, or None."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from k9lite.screens.help import help_screen
from k9lite.verb import Field, Form
from k9lite.widgets.options import CHOSEN, OTHER, Options
from k9lite.widgets.pressing import Hint, line_of
from k9lite.widgets.safe import cells, plain
from k9lite.widgets.tick import Tick

Answers = Mapping[str, str]
HINTS: Sequence[Hint] = (
    ("Tab", "next", "form.next"), ("Enter", "do it", "form.confirm"), ("Esc", "cancel", "form.cancel"),
)  # fmt: skip
_ON_CANCEL: Sequence[Hint] = (HINTS[0], ("Enter Esc", "cancel", " form.cancel"), ("Ctrl+S", "do it", "form.confirm"))
"""Enter is the button's that it is pressed on, and where it is dangerous that is Cancel at first."""


class _Box(VerticalScroll, inherit_bindings=False):
    """It scrolls to the field with the focus; the arrows lead from field to field."""


class FormScreen(ModalScreen[Answers | None], inherit_bindings=False):
    """Enter confirms from any field, Esc cancels; a dangerous form starts on Cancel."""

    DEFAULT_CSS = """
    FormScreen { align: center middle; }
    FormScreen > #form {
        width: 94%; max-width: 90; height: auto; max-height: 100%;
        border: round $accent; background: $surface; padding: 0 1;
    }
    FormScreen > #form.-dangerous { border: round $text-error; }
    FormScreen:ansi > #form { border: heavy ansi_default; background: ansi_default; }
    FormScreen #message { margin-bottom: 1; }
    FormScreen .row { height: auto; }
    FormScreen .label { max-width: 34; padding: 0 1 0 0; }
    FormScreen Input { border: none; height: 1; width: 1fr; background: $boost; padding: 0; }
    FormScreen Input:focus { background: $primary 40%; }
    FormScreen Input:nocolor { text-style: underline; }
    FormScreen OptionList { height: auto; max-height: 8; border: none; padding: 0; }
    FormScreen .detail { height: auto; max-height: 10; border-top: solid $panel-lighten-2; }
    FormScreen #buttons { height: 1; margin-top: 1; align: right middle; }
    FormScreen Button { margin-left: 2; min-width: 12; }
    FormScreen Button:focus { text-style: bold reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False, id="form.cancel"),
        Binding("ctrl+s,enter", "confirm", "Confirm", show=False, id="form.confirm"),
        Binding("down,right,tab", "app.focus_next", "Next field", show=False, id="form.next"),
        Binding("up,left,shift+tab", "app.focus_previous", "Field before", show=False, id="form.previous"),
        Binding("f1", "help", "What every key does", show=False, id="form.help"),
    ]

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form

    def compose(self) -> ComposeResult:
        with _Box(id="form", can_focus=False) as box:
            box.border_title = Content(plain(self._form.title))
            box.set_class(self._form.dangerous, "-dangerous")
            if self._form.message:
                yield Static(Content(_lines(self._form.message)), id="message")
            lines = [field for field in self._form.fields if field.kind in ("text", "number")]
            beside = max((cells(plain(field.label)) for field in lines), default=0) + 2
            for field in self._form.fields:
                yield from _row(field, beside)
            with Horizontal(id="buttons"):
                yield Button(_label("Cancel"), id="cancel", compact=True)
                yield Button(
                    _label(self._form.title),
                    id="confirm",
                    variant="error" if self._form.dangerous else "primary",
                    compact=True,
                )

    def on_mount(self) -> None:
        if self._form.dangerous:
            first = "#cancel"
        else:
            fields = [each.name for each in sorted(self._form.fields, key=lambda each: not each.starts)]
            first = f"#field-{fields[0]}" if fields else "#confirm"
        self.query_one(first).focus()

    def on_descendant_focus(self) -> None:
        """What Enter does is told where it is pressed: in text, not by colour alone."""
        for name, text in (("#cancel", "Cancel"), ("#confirm", self._form.title)):
            button = self.query_one(name, Button)
            button.label = _label(text, focused=button.has_focus)
        on_cancel = self.query_one("#cancel", Button).has_focus
        self.query_one("#form").border_subtitle = line_of(self.app, _ON_CANCEL if on_cancel else HINTS)

    def action_help(self) -> None:
        self.app.push_screen(help_screen(self))

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_confirm(self) -> None:
        self.dismiss({field.name: self._answer(field) for field in self._form.fields})

    def on_button_pressed(self, message: Button.Pressed) -> None:
        message.stop()
        if message.button.id == "confirm":
            self.action_confirm()
        else:
            self.action_cancel()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_confirm()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.action_confirm()

    def on_option_list_option_highlighted(self, message: OptionList.OptionHighlighted) -> None:
        """Marks it, and shows what belongs to it: a template's difference, for example."""
        message.stop()
        field = next(each for each in self._form.fields if f"field-{each.name}" == message.option_list.id)
        for index, text in enumerate(_choices(field, message.option_index)):
            message.option_list.replace_option_prompt_at_index(index, text)
        if field.detail:
            value = field.choices[message.option_index][0]
            shown = self.query_one(f"#detail-{field.name}", Static)
            shown.update(Content(_lines(field.detail.get(value, ""))))
        if field.fills:
            self._fill(field, field.choices[message.option_index][0])

    def _fill(self, field: Field, value: str) -> None:
        following = self._form.fields[self._form.fields.index(field) + 1]
        line = self.query_one(f"#field-{following.name}", Input)
        if line.value in field.fills.values():
            line.value = field.fills.get(value, "")
            line.cursor_position = len(line.value)

    def _answer(self, field: Field) -> str:
        widget = self.query_one(f"#field-{field.name}")
        match widget:
            case Tick():
                return "true" if widget.value else "false"
            case OptionList():
                return field.choices[widget.highlighted or 0][0]
            case Input():
                return widget.value.strip()
            case _:
                raise AssertionError(f"a field of kind {field.kind} has no widget")


def _row(field: Field, beside: int) -> ComposeResult:
    """A line begins ``beside`` its label, so that all of them are under each other."""
    name = f"field-{field.name}"
    match field.kind:
        case "choice":
            yield Static(Content(plain(field.label)))
            values = [value for value, _ in field.choices]
            chosen = values.index(field.default) if field.default in values else 0
            options = Options(*(Option(text) for text in _choices(field, chosen)), id=name, compact=True)
            options.highlighted = chosen
            yield options
            if field.detail:
                with VerticalScroll(classes="detail", can_focus=False):
                    yield Static(id=f"detail-{field.name}")
        case "switch":
            yield Tick(field.label, field.default == "true", id=name)
        case _:
            with Horizontal(classes="row"):
                label = Static(Content(plain(field.label)), classes="label")
                label.styles.width = beside
                yield label
                number = field.kind == "number"
                kind: Literal["integer", "text"] = "integer" if number else "text"
                yield Input(field.default, id=name, type=kind, compact=True, select_on_focus=not field.starts)


def _label(text: str, *, focused: bool = False) -> Content:
    return Content(f"▸ {plain(text)} ◂" if focused else f"  {plain(text)}  ")


def _choices(field: Field, chosen: int) -> list[Content]:
    """The one that is chosen has a mark as well as its colour."""
    labels = [label for _, label in field.choices]
    return [Content(plain((CHOSEN if at == chosen else OTHER) + label)) for at, label in enumerate(labels)]


def _lines(text: str) -> str:
    return "\n".join(plain(line) for line in text.split("\n"))
