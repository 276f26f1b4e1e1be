"""A yes or no in a dialog, told by its text and not by its colour: ``[x] Leave DaemonSet pods alone``."""

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widgets import Static

from k9lite.widgets.safe import plain


class Tick(Static, can_focus=True):
    """``value`` is whether it is ticked."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Tick { height: auto; width: 1fr; }
    Tick:focus { background: $primary 40%; text-style: bold; }
    Tick:nocolor:focus, Tick:ansi:focus { text-style: reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,x", "tick", "Tick", show=False, id="form.tick")]
    value: reactive[bool] = reactive(False)

    def __init__(self, label: str, value: bool, *, id: str) -> None:
        super().__init__(id=id)
        self._label = plain(label)
        self.set_reactive(Tick.value, value)

    def render(self) -> Text:
        return Text(f"[{'x' if self.value else ' '}] {self._label}")

    def action_tick(self) -> None:
        self.value = not self.value

    def on_click(self) -> None:
        self.focus()
        self.action_tick()
