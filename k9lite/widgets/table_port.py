"""A table's dealings with the world: the keys it takes, and the messages it says its user's wishes with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.scrollbar import ScrollBar

if TYPE_CHECKING:
    from k9lite.widgets.table import ObjectTable

TABLE_BINDINGS: Sequence[BindingType] = (
    Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
    Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
    Binding("g,home", "first", "First", show=False, id="table.first"),
    Binding("G,end", "last", "Last", show=False, id="table.last"),
    Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="table.page_up"),
    Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="table.page_down"),
    Binding("left", "sideways(-1)", "Scroll left", show=False, id="table.left"),
    Binding("right", "sideways(1)", "Scroll right", show=False, id="table.right"),
    Binding("enter", "select", "Open", show=False, id="table.select"),
    Binding("space", "mark", "Mark", show=False, id="table.mark"),
    Binding("V,ctrl+@,ctrl+space", "mark_range", "Mark to here", show=False, id="table.mark_range"),
    Binding("shift+up", "mark_moving(-1)", "Mark up", show=False, id="table.mark_up"),
    Binding("shift+down", "mark_moving(1)", "Mark down", show=False, id="table.mark_down"),
    Binding("asterisk", "mark_all", "Mark all", show=False, id="table.mark_all"),
    Binding("escape", "clear_marks", "Clear marks", show=False, id="table.clear_marks"),
)

MARKING = frozenset({"mark", "mark_range", "mark_moving", "mark_all", "clear_marks"})
"""The actions that a table without marks does not have."""


class Said(Message):
    """What the table says, and which table it is."""

    def __init__(self, table: ObjectTable) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> ObjectTable:
        return self.table


class CursorMoved(Said, namespace="object_table"):
    """The cursor is on another object, or on none; several waiting in a row arrive as the last one."""

    def __init__(self, table: ObjectTable, key: str | None) -> None:
        super().__init__(table)
        self.key = key

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, CursorMoved) and message.table is self.table


class MarksChanged(Said, namespace="object_table"):
    """Objects were marked or unmarked; several waiting in a row arrive as the last one."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, MarksChanged) and message.table is self.table


class RowSelected(Said, namespace="object_table"):
    """The user wants to open this object (Enter, or a click on the cursor's row)."""

    def __init__(self, table: ObjectTable, key: str) -> None:
        super().__init__(table)
        self.key = key


class HeaderSelected(Said, namespace="object_table"):
    """The user clicked the header of the column of this name, and probably wants its order."""

    def __init__(self, table: ObjectTable, column: str) -> None:
        super().__init__(table)
        self.column = column


class Arranged(Said, namespace="object_table"):
    """The columns are placed otherwise, and there is no room for so many of them."""

    def __init__(self, table: ObjectTable, left_out: int) -> None:
        super().__init__(table)
        self.left_out = left_out

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Arranged) and message.table is self.table


def move_unseen(table: ObjectTable, top: float) -> None:
    """Its scroll bar to that row, where nobody would see it move: among thousands of rows a page is no step of it.

    Textual paints the bar whenever rows move, which takes as long as the rows do.
    """
    if table.show_vertical_scrollbar and _thumb(bar := table.vertical_scrollbar, top) == _thumb(bar, bar.position):
        bar.set_reactive(ScrollBar.position, top)


def _thumb(bar: ScrollBar, position: float) -> int:
    """Where the bar's thumb begins, in eighths of a cell; as Textual's ScrollBarRender has it."""
    height, hidden = bar.size.height, bar.window_virtual_size - bar.window_size
    thumb_cells = max(1.0, bar.window_size * height / max(1, bar.window_virtual_size))
    return int((height - thumb_cells) * position / hidden * 8) if hidden > 0 else 0
