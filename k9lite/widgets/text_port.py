"""A text view's dealings with the world: the keys it takes, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType
from textual.message import Message

if TYPE_CHECKING:
    from k9lite.widgets.text_view import TextView

TEXT_BINDINGS: Sequence[BindingType] = (
    Binding("up,k", "move(-1)", "Up", show=False, id="text.up"),
    Binding("down,j", "move(1)", "Down", show=False, id="text.down"),
    Binding("g,home", "first", "First line", show=False, id="text.first"),
    Binding("G,end", "last", "Last line", show=False, id="text.last"),
    Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="text.page_up"),
    Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="text.page_down"),
    Binding("left,h", "sideways(-1)", "Scroll left", show=False, id="text.left"),
    Binding("right,l", "sideways(1)", "Scroll right", show=False, id="text.right"),
    Binding("w", "toggle_wrap", "Wrap", show=False, id="text.wrap"),
    Binding("f", "toggle_follow", "Follow", show=False, id="text.follow"),
    Binding("n", "next_match(1)", "Next match", show=False, id="text.next"),
    Binding("N", "next_match(-1)", "Previous match", show=False, id="text.previous"),
    Binding("m", "mark", "Mark line", show=False, id="text.mark"),
    Binding("c", "copy", "Copy", show=False, id="text.copy"),
)


class ModeChanged(Message, namespace="text_view"):
    """Follow, wrap, search or filter is another than before: a status line may want to say so."""

    def __init__(self, view: TextView) -> None:
        super().__init__()
        self.view = view

    @property
    def control(self) -> TextView:
        return self.view

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, ModeChanged) and message.view is self.view


class Copied(Message, namespace="text_view"):
    """So many lines were put on the clipboard."""

    def __init__(self, view: TextView, line_count: int) -> None:
        super().__init__()
        self.view = view
        self.line_count = line_count

    @property
    def control(self) -> TextView:
        return self.view
