"""A table of any number of rows that formats and paints only those on the screen.

It knows keys (UIDs) and cells, no cluster: sorting and filtering are the caller's; the cursor and the marks belong
to keys, never to row numbers. A refresh costs what it changes on the screen, whatever the number of rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from k9lite.widgets.columns import GAP_CELLS, Cell, Column, arrange, arrange_all, header_widths
from k9lite.widgets.keys import position, survivor
from k9lite.widgets.rows import Row, Rows, no_cells
from k9lite.widgets.strips import (
    GUTTER_CELLS,
    MEANINGS,
    header_strip,
    layered,
    notice_strip,
    row_states,
    row_strip,
)

__all__ = ["Cell", "Column", "ObjectTable", "Row"]

HEADER_LINES = 1
CACHED_STRIPS = 1024
PREFIX = "object-table--"


class ObjectTable(ScrollView, can_focus=True):
    """Rows by key, with a cursor, marks and a fixed header line.

    `highlight_seconds` is how long a changed cell stays marked, measured by `clock` (seconds);
    `highlight_changes=False` marks none. `empty_text` stands in the middle of a table without rows.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        PREFIX + name for name in ("header", "sorted", "cursor", "marked", "empty", *MEANINGS)
    }
    DEFAULT_CSS = """
    ObjectTable {
        height: 1fr;
        background: $surface;
        color: $foreground;
        scrollbar-size: 0 1;
        & > .object-table--header { color: $text-muted; background: $panel; text-style: bold; }
        & > .object-table--sorted { color: $text-accent; }
        & > .object-table--empty { color: $text-muted; }
        & > .object-table--ok { color: $text-success; }
        & > .object-table--warn { color: $text-warning; }
        & > .object-table--bad { color: $text-error; }
        & > .object-table--dim { color: $text-muted; }
        & > .object-table--accent { color: $text-accent; }
        & > .object-table--changed { background: $warning 30%; text-style: bold; }
        & > .object-table--marked { background: $accent 15%; text-style: bold; }
        & > .object-table--cursor { background: $primary 20%; }
        &:focus > .object-table--cursor { background: $primary 40%; text-style: bold; }
        &:nocolor > .object-table--header { text-style: bold underline; }
        &:nocolor > .object-table--changed { text-style: bold underline; }
        &:nocolor:focus > .object-table--cursor { text-style: reverse; }
        &:ansi > .object-table--header { background: ansi_default; text-style: bold underline; }
        &:ansi > .object-table--dim { text-style: dim; }
        &:ansi > .object-table--changed { background: ansi_default; text-style: bold underline; }
        &:ansi > .object-table--marked { background: ansi_default; text-style: bold; }
        &:ansi > .object-table--cursor { background: ansi_default; text-style: bold; }
        &:ansi:focus > .object-table--cursor { background: ansi_default; text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("g,home", "first", "First", show=False, id="table.first"),
        Binding("G,end", "last", "Last", show=False, id="table.last"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="table.page_up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="table.page_down"),
        Binding("left,h", "sideways(-1)", "Scroll left", show=False, id="table.left"),
        Binding("right,l", "sideways(1)", "Scroll right", show=False, id="table.right"),
        Binding("enter", "select", "Open", show=False, id="table.select"),
        Binding("space", "mark", "Mark", show=False, id="table.mark"),
        Binding("V,ctrl+@,ctrl+space", "mark_range", "Mark to here", show=False, id="table.mark_range"),
        Binding("shift+up", "mark_moving(-1)", "Mark up", show=False, id="table.mark_up"),
        Binding("shift+down", "mark_moving(1)", "Mark down", show=False, id="table.mark_down"),
        Binding("asterisk", "mark_all", "Mark all", show=False, id="table.mark_all"),
        Binding("escape", "clear_marks", "Clear marks", show=False, id="table.clear_marks"),
    ]

    class Said(Message):
        """What the table says, and which table it is."""

        def __init__(self, table: ObjectTable) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> ObjectTable:
            return self.table

    class CursorMoved(Said):
        """The cursor is on another object, or on none; several waiting in a row arrive as the last one."""

        def __init__(self, table: ObjectTable, key: str | None) -> None:
            super().__init__(table)
            self.key = key

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ObjectTable.CursorMoved) and message.table is self.table

    class MarksChanged(Said):
        """Objects were marked or unmarked; several waiting in a row arrive as the last one."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ObjectTable.MarksChanged) and message.table is self.table

    class RowSelected(Said):
        """The user wants to open this object (Enter, or a click on the cursor's row)."""

        def __init__(self, table: ObjectTable, key: str) -> None:
            super().__init__(table)
            self.key = key

    class HeaderSelected(Said):
        """The user clicked the header of the column of this name, and probably wants its order."""

        def __init__(self, table: ObjectTable, column: str) -> None:
            super().__init__(table)
            self.column = column

    def __init__(
        self,
        columns: Sequence[Column] = (),
        *,
        empty_text: str = "",
        highlight_seconds: float = 3.0,
        highlight_changes: bool = True,
        clock: Callable[[], float] = time.monotonic,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.highlight_changes = highlight_changes
        self._highlight_seconds = highlight_seconds
        self._clock = clock
        self._empty_text = empty_text
        self._columns: tuple[Column, ...] = tuple(columns)
        self._wide = False
        self._sort: tuple[str | None, bool] = (None, False)
        self._keys: Sequence[str] = ()
        self._rows = Rows()
        self._rows.restart(self._columns, no_cells)
        self._row = 0
        self._cursor_key: str | None = None
        self._marks: set[str] = set()
        self._last_marked: str | None = None
        self._last_click_moved = False
        self._measured_size = Size(0, 0)
        self._layout = arrange_all(self._columns, header_widths(self._columns, None))
        self._strips: LRUCache[tuple[str, bool, bool], Strip] = LRUCache(CACHED_STRIPS)
        self._looks: dict[tuple[str, ...], Style] = {}
        self._expiry: Timer | None = None

    # What a caller sets

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Become a table of another kind: no rows, no marks, no sort arrow, at its start."""
        self._columns = tuple(columns)
        self._sort = (None, False)
        self._keys = ()
        self._row = 0
        self._marks.clear()
        self._last_marked = None
        self.set_rows((), no_cells)
        self.scroll_to(0, 0, animate=False, force=True)

    def set_rows(self, keys: Sequence[str], cells: Callable[[str], Row]) -> None:
        """Show these objects in this order. `cells(key)` is asked once for each row that comes into view.

        `keys` are unique, in a list or tuple that is kept, not copied: hand over a new one, never change it.
        Nothing formatted before is kept, and widths start anew; the cursor and marks stay with their keys.
        """
        self._rows.restart(self._columns, cells)
        self._strips.clear()
        self._replace_keys(keys)
        self._measure()
        self.refresh()

    def update_rows(self, keys: Sequence[str], changed: Collection[str] = ()) -> None:
        """Show the new order `keys`; rows of the `changed` keys are formatted anew, if and when on the screen.

        Cells on the screen whose text is now another are marked for a while. Only lines that differ are painted.
        """
        shown, top = self._shown_keys(), self.scroll_offset.y
        self._replace_keys(keys)
        forget_at = self._clock() + self._highlight_seconds if self.highlight_changes else None
        self._renew(changed, forget_at)
        self._widen()
        if top != self.scroll_offset.y:
            return  # scrolling has every line painted
        now_shown = self._shown_keys()
        for line in range(max(len(shown), len(now_shown))):
            if shown[line : line + 1] != now_shown[line : line + 1]:
                self._refresh_row(top + line)

    def invalidate(self, keys: Collection[str] | None = None) -> None:
        """Format these rows (all by default) anew, marking nothing: texts may differ though objects do not."""
        self._renew(self._rows.keys() if keys is None else keys, None)
        self._widen()

    def show_sort(self, column: str | None, *, reverse: bool = False) -> None:
        """Put the sort arrow on the column of this name, or on none. The order itself is the caller's."""
        self._sort = (column, reverse)
        self._arrange()
        self.refresh()

    @property
    def sort_column(self) -> str | None:
        return self._sort[0]

    @property
    def sort_reverse(self) -> bool:
        return self._sort[1]

    @property
    def wide(self) -> bool:
        """Whether every column is shown at its full width, scrolling sideways where that is too wide."""
        return self._wide

    @wide.setter
    def wide(self, wide: bool) -> None:
        self._wide = wide
        self._arrange()
        self.scroll_to(0, animate=False, force=True)

    @property
    def empty_text(self) -> str:
        """The line in the middle of a table that has no rows."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        self._empty_text = text
        self.refresh()

    # What a caller asks

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    @property
    def hidden_columns(self) -> tuple[Column, ...]:
        """The columns left out because the table is too narrow."""
        return tuple(self._columns[i] for i in self._layout.hidden)

    @property
    def row_count(self) -> int:
        return len(self._keys)

    @property
    def cursor_key(self) -> str | None:
        """The object the cursor is on; None only without rows."""
        return self._cursor_key

    @property
    def cursor_row(self) -> int:
        """Where the cursor's object is now, counted from 0."""
        return self._row

    @property
    def marked(self) -> tuple[str, ...]:
        """The marked keys that are shown, in display order."""
        return tuple(key for key in self._keys if key in self._marks) if self._marks else ()

    def selected_keys(self) -> tuple[str, ...]:
        """What a verb acts on: the marked keys, or else the cursor's."""
        if marked := self.marked:
            return marked
        return () if self._cursor_key is None else (self._cursor_key,)

    def move_to(self, key: str) -> bool:
        """Put the cursor on this object and scroll to it; False when it is not shown."""
        row = position(self._keys, key, near=self._row)
        if row is None:
            return False
        self._move_to_row(row)
        return True

    def forget_changes(self) -> None:
        """Unmark the changed cells whose time is up; a timer calls it while there are any."""
        self._discard_strips(forgotten := self._rows.forget_changes(self._clock()))
        self._refresh_keys(forgotten)
        if self._expiry is not None:
            self._expiry.stop()
            self._expiry = None
        self._await_expiry()

    # Keys the user presses

    def action_move(self, step: int) -> None:
        self._move_to_row(self._row + step)

    def action_first(self) -> None:
        self._move_to_row(0)

    def action_last(self) -> None:
        self._move_to_row(len(self._keys) - 1)

    def action_page(self, direction: int) -> None:
        step = direction * max(1, self._page_rows)
        self.scroll_to(y=self.scroll_offset.y + step, animate=False, force=True)
        self._move_to_row(self._row + step)

    def action_sideways(self, direction: int) -> None:
        if self.max_scroll_x == 0:
            raise SkipAction
        edges = [start + GUTTER_CELLS if start else 0 for start in self._layout.starts]
        here = self.scroll_offset.x
        beyond = [x for x in edges if x > here] if direction > 0 else [x for x in edges if x < here][::-1]
        if beyond:
            self.scroll_to(x=beyond[0], animate=False, force=True)

    def action_select(self) -> None:
        if self._cursor_key is not None:
            self.post_message(self.RowSelected(self, self._cursor_key))

    def action_mark(self) -> None:
        if (key := self._cursor_key) is None:
            return
        self._set_marks(self._marks ^ {key})
        self._last_marked = key
        self._move_to_row(self._row + 1)

    def action_mark_range(self) -> None:
        """Mark everything from the object marked last to the cursor."""
        if (key := self._cursor_key) is None:
            return
        start = position(self._keys, self._last_marked, near=self._row) if self._last_marked else None
        low, high = sorted((self._row if start is None else start, self._row))
        self._set_marks(self._marks.union(self._keys[low:high + 1]))
        self._last_marked = key

    def action_mark_moving(self, step: int) -> None:
        if self._cursor_key is None:
            return
        before = self._cursor_key
        self._move_to_row(self._row + step)
        self._set_marks(self._marks | {before, self._cursor_key})
        self._last_marked = self._cursor_key

    def action_mark_all(self) -> None:
        """Mark every row, or none when every row is marked."""
        everything = set(self._keys)
        self._set_marks(self._marks - everything if everything <= self._marks else self._marks | everything)

    def action_clear_marks(self) -> None:
        if not self._marks:
            raise SkipAction
        self._set_marks(set())
        self._last_marked = None

    def on_click(self, event: events.Click) -> None:
        """Move to the clicked row; a click on the cursor's own row opens it; the header asks for its order."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        if offset.y < HEADER_LINES:
            self._click_header(offset.x + self.scroll_offset.x)
            return
        row = self.scroll_offset.y + offset.y - HEADER_LINES
        if row >= len(self._keys):
            return
        if row != self._row:
            self._move_to_row(row)
            self._last_click_moved = True
        elif event.chain == 1 or self._last_click_moved:
            self._last_click_moved = False  # so that a double click opens once
            self.action_select()

    def _click_header(self, x: int) -> None:
        for index, start, width in zip(self._layout.shown, self._layout.starts, self._layout.widths, strict=True):
            if GUTTER_CELLS + start <= x < GUTTER_CELLS + start + width + GAP_CELLS:
                self.post_message(self.HeaderSelected(self, self._columns[index].name))

    # Where things are

    @property
    def _page_rows(self) -> int:
        return max(0, self.size.height - HEADER_LINES)

    def _shown_keys(self) -> Sequence[str]:
        top = self.scroll_offset.y
        return self._keys[top:top + self._page_rows]

    def _move_to_row(self, row: int) -> None:
        row = max(0, min(row, len(self._keys) - 1))
        before = self._row
        self._row = row
        self._set_cursor_key(self._keys[row] if self._keys else None)
        self._refresh_row(before)
        self._refresh_row(row)
        self._scroll_to_cursor()

    def _set_cursor_key(self, key: str | None) -> None:
        if key != self._cursor_key:
            self._cursor_key = key
            self.post_message(self.CursorMoved(self, key))

    def _scroll_to_cursor(self) -> None:
        top, page = self.scroll_offset.y, self._page_rows
        if page and not top <= self._row < top + page:
            wanted = self._row if self._row < top else self._row - page + 1
            self.scroll_to(y=wanted, animate=False, force=True)

    def _replace_keys(self, keys: Sequence[str]) -> None:
        """Take the new order; the cursor's object, else the first in sight, stays at its place on the screen."""
        old, self._keys = self._keys, keys
        top, page, row = self.scroll_offset.y, self._page_rows, self._row
        self._row = survivor(old, keys, row) if keys else 0
        self._set_cursor_key(keys[self._row] if keys else None)
        self._set_virtual_size()
        if bool(old) != bool(keys):
            self.refresh()
        if top == 0 and self._row < max(1, page):
            return  # who looks at the start keeps seeing it
        if top <= row < top + page:
            new_top = self._row - (row - top)
        else:
            new_top = survivor(old, keys, top) if keys and top else 0
        self.scroll_to(y=new_top, animate=False, force=True)

    def _set_virtual_size(self) -> None:
        size = Size(self._layout.total_width + GUTTER_CELLS, len(self._keys) + HEADER_LINES)
        if size != self.virtual_size:
            self.virtual_size = size

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._widen()

    def on_resize(self) -> None:
        self._scroll_to_cursor()
        self._measure()

    def _measure(self) -> None:
        """Start the widths anew from what is on the screen."""
        self._measured_size = self.size
        self._rows.measure(self._shown_keys())
        self._strips.clear()
        self._arrange()

    def _widen(self) -> None:
        """Format what is on the screen; make room if that shows wider texts than before."""
        widest = list(self._rows.widest)
        for key in self._shown_keys():
            self._rows.of(key)
        if self._rows.widest != widest:
            self._arrange()

    def _arrange(self) -> None:
        headers = header_widths(self._columns, self.sort_column)
        natural = [max(pair) for pair in zip(self._rows.widest, headers, strict=True)]
        if self._wide or not self.size.width:
            layout = arrange_all(self._columns, natural)
        else:
            layout = arrange(self._columns, natural, self.size.width - GUTTER_CELLS)
        if layout != self._layout:
            self._layout = layout
            self._strips.clear()
            self.refresh()
        self._set_virtual_size()

    # What changes on the screen

    def _renew(self, keys: Collection[str], forget_at: float | None) -> None:
        keys = list(keys)
        differing = self._rows.renew(keys, set(self._shown_keys()), forget_at)
        self._discard_strips(keys)
        self._refresh_keys(differing)
        self._await_expiry()

    def _await_expiry(self) -> None:
        if self._rows.any_changed and self._expiry is None:
            self._expiry = self.set_timer(self._highlight_seconds, self.forget_changes)

    def _set_marks(self, marks: set[str]) -> None:
        differing = self._marks ^ marks
        self._marks = marks
        self._refresh_keys(differing)
        if differing:
            self.post_message(self.MarksChanged(self))

    def _refresh_keys(self, keys: Collection[str]) -> None:
        if keys:
            top = self.scroll_offset.y
            for line, key in enumerate(self._shown_keys()):
                if key in keys:
                    self._refresh_row(top + line)

    def _refresh_row(self, row: int) -> None:
        line = row - self.scroll_offset.y + HEADER_LINES
        if HEADER_LINES <= line < self.size.height:
            self.refresh(Region(0, line, self.size.width, 1))

    def _discard_strips(self, keys: Collection[str]) -> None:
        if len(keys) > CACHED_STRIPS:
            self._strips.clear()
            return
        for key in keys:
            for cursor in (False, True):
                for marked in (False, True):
                    self._strips.discard((key, cursor, marked))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()
        self._strips.clear()

    # Painting

    def render_lines(self, crop: Region) -> list[Strip]:
        if self.size != self._measured_size:
            self._measure()  # the first frame of a new size comes before its Resize event
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        x, top = self.scroll_offset
        width = self.size.width
        row = top + y - HEADER_LINES
        if y < HEADER_LINES:
            return self._header(x, width)
        if row < len(self._keys):
            return self._row_line(row, x, width)
        if not self._keys and y == max(HEADER_LINES, self.size.height // 2):
            return notice_strip(self._empty_text, width, self._look("empty"), centred=True)
        return Strip.blank(width, self._look())

    def _row_line(self, row: int, x: int, width: int) -> Strip:
        key = self._keys[row]
        cursor, marked = row == self._row, key in self._marks
        strip = self._strips.get((key, cursor, marked))
        if strip is None:
            strip = row_strip(
                self._rows.of(key),
                self._columns,
                self._layout,
                cursor=cursor,
                marked=marked,
                changed=self._rows.changed(key),
                width=width,
                look=self._look,
            )
            self._strips[(key, cursor, marked)] = strip
        return strip.crop_extend(x, x + width, self._look(*row_states(cursor=cursor, marked=marked)))

    def _header(self, x: int, width: int) -> Strip:
        return header_strip(
            self._columns,
            self._layout,
            sort_column=self.sort_column,
            sort_reverse=self.sort_reverse,
            scroll_x=x,
            width=width,
            look=self._look,
        )

    def _look(self, *names: str) -> Style:
        look = self._looks.get(names)
        if look is None:
            look = self._looks[names] = layered(self, [PREFIX + name for name in names])
        return look
