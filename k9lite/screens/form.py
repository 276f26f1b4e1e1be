"""A dialog made from a verb's Form: it names what the verb acts on, and answers with the texts, or None."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static, Switch
from textual.widgets.option_list import Option

from k9lite.verb import Field, Form
from k9lite.widgets.safe import plain

Answers = Mapping[str, str]


class FormScreen(ModalScreen[Answers | None]):
    """Enter confirms from any field, Esc cancels; a dangerous form starts on Cancel."""

    DEFAULT_CSS = """
    FormScreen { align: center middle; }
    FormScreen > #form {
        width: 90%; max-width: 90; height: auto; max-height: 95%;
        border: round $accent; background: $surface; padding: 0 1;
    }
    FormScreen .row { height: auto; }
    FormScreen .label { width: 26; padding: 0 1 0 0; }
    FormScreen Input { border: none; height: 1; width: 1fr; background: $boost; padding: 0 1; }
    FormScreen Switch { border: none; height: 1; padding: 0; }
    FormScreen OptionList { height: auto; max-height: 8; border: none; }
    FormScreen #detail { height: auto; max-height: 10; }
    FormScreen #buttons { height: 1; margin-top: 1; align: right middle; }
    FormScreen Button { margin-left: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("ctrl+s", "confirm", "Confirm", show=False),
    ]

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="form", can_focus=False) as box:
            box.border_title = Content(plain(self._form.title))
            if self._form.message:
                yield Static(Content(_lines(self._form.message)), id="message")
            for field in self._form.fields:
                yield from self._row(field)
            with Horizontal(id="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(self._form.title, id="confirm", variant="primary", compact=True)

    def on_mount(self) -> None:
        fields = [self.query_one(f"#field-{field.name}") for field in self._form.fields]
        (fields[0] if fields else self.query_one("#cancel" if self._form.dangerous else "#confirm")).focus()

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
        message.stop()
        field = next(each for each in self._form.fields if f"field-{each.name}" == message.option_list.id)
        details = self.query(f"#detail-{field.name}")
        if details:
            value = field.choices[message.option_index][0]
            details.only_one(Static).update(Content(_lines(field.detail.get(value, ""))))

    def _row(self, field: Field) -> ComposeResult:
        name = f"field-{field.name}"
        if field.kind == "choice":
            with Vertical(classes="row"):
                yield Static(Content(plain(field.label)), classes="label")
                options = OptionList(
                    *(Option(Content(plain(label))) for _, label in field.choices), id=name, compact=True
                )
                values = [value for value, _ in field.choices]
                options.highlighted = values.index(field.default) if field.default in values else 0
                yield options
                if field.detail:
                    with VerticalScroll(id="detail", can_focus=False):
                        yield Static(id=f"detail-{field.name}")
            return
        with Horizontal(classes="row"):
            yield Static(Content(plain(field.label)), classes="label")
            if field.kind == "switch":
                yield Switch(field.default == "true", animate=False, id=name)
            else:
                yield Input(
                    field.default, id=name, type="integer" if field.kind == "number" else "text", compact=True
                )

    def _answer(self, field: Field) -> str:
        widget = self.query_one(f"#field-{field.name}")
        match widget:
            case Switch():
                return "true" if widget.value else "false"
            case OptionList():
                return field.choices[widget.highlighted or 0][0]
            case Input():
                return widget.value.strip()
            case _:
                raise AssertionError(f"a field of kind {field.kind} has no widget")


def _lines(text: str) -> str:
    return "\n".join(plain(line) for line in text.split("\n"))
