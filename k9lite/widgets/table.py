"""A table of any number of rows that formats and paints only those on the screen.

It knows keys (UIDs) and cells, no cluster: sorting and filtering are the caller's; the cursor and the marks belong
to keys, never to row numbers. A refresh costs what it changes on the screen, whatever the number of rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import ClassVar, Self, TypeAlias

from textual import events
from textual.actions import SkipAction
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from k9lite.widgets import table_port
from k9lite.widgets.columns import Cell, Column
from k9lite.widgets.keys import Keys, survivor
from k9lite.widgets.looks import TABLE_CSS, Looks
from k9lite.widgets.rows import Row, Rows, no_cells
from k9lite.widgets.strips import MEANINGS, Strips
from k9lite.widgets.table_lines import HEADER_LINES, Lines

__all__ = ["Cell", "Column", "ObjectTable", "Row"]

PREFIX = "object-table--"


class ObjectTable(ScrollView, can_focus=True):
    """Rows by key, with a cursor, marks and a fixed header line.

    `highlight_seconds` is how long a changed cell stays marked, measured by `clock` (seconds);
    `highlight_changes=False` marks none. Without `can_mark` the keys that mark rows are others'. `empty_text`
    stands in the middle of a table without rows.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        PREFIX + name for name in ("header", "sorted", "cursor", "marked", "empty", *MEANINGS)
    }
    DEFAULT_CSS = TABLE_CSS
    BINDINGS: ClassVar[list[BindingType]] = list(table_port.TABLE_BINDINGS)

    CursorMoved: TypeAlias = table_port.CursorMoved
    MarksChanged: TypeAlias = table_port.MarksChanged
    RowSelected: TypeAlias = table_port.RowSelected
    HeaderSelected: TypeAlias = table_port.HeaderSelected

    empty_text: reactive[str] = reactive("")
    """The line in the middle of a table that has no rows."""

    def __init__(
        self,
        columns: Sequence[Column] = (),
        *,
        empty_text: str = "",
        highlight_seconds: float = 3.0,
        highlight_changes: bool = True,
        can_mark: bool = True,
        clock: Callable[[], float] = time.monotonic,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.highlight_changes = highlight_changes
        self._can_mark = can_mark
        self._highlight_seconds = highlight_seconds
        self._clock = clock
        self.set_reactive(ObjectTable.empty_text, empty_text)
        self._keys, self._rows = Keys(), Rows()
        self._looks = Looks(self, PREFIX)
        self._strips = Strips(self._rows, self._looks)
        self._lines = Lines(self, self._keys, self._strips, self._looks)
        self._measured_size = Size(0, 0)
        self._told_cursor: str | None = None
        self._last_click_moved = False
        self._expiry: Timer | None = None
        self._take_columns(columns)

    # What a caller sets

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Become a table of another kind: no rows, no marks, no sort arrow, at its start."""
        self._take_columns(columns)
        self.set_rows((), no_cells)
        self.scroll_to(0, 0, animate=False, force=True)

    def _take_columns(self, columns: Sequence[Column]) -> None:
        self._strips.columns = tuple(columns)
        self._strips.sort_column = None
        self._rows.restart(self.columns, no_cells)
        self._keys.restart()

    def set_rows(self, keys: Sequence[str], cells: Callable[[str], Row]) -> None:
        """Show these objects in this order. `cells(key)` is asked once for each row that comes into view.

        `keys` are unique, in a list or tuple that is kept, not copied: hand over a new one, never change it.
        Nothing formatted before is kept, and widths start anew; the cursor and marks stay with their keys.
        """
        self._rows.restart(self.columns, cells)
        self._replace_keys(keys)
        self._measure()
        self.refresh()

    def update_rows(self, keys: Sequence[str], changed: Collection[str] = ()) -> None:
        """Show the new order `keys`; rows of the `changed` keys are formatted anew, if and when on the screen.

        Cells on the screen whose text is now another are marked for a while. Only lines that differ are painted.
        """
        shown, top = self.shown_keys(), self.scroll_offset.y
        self._replace_keys(keys)
        forget_at = self._clock() + self._highlight_seconds if self.highlight_changes else None
        self._renew(changed, forget_at)
        self._widen()
        self._await_expiry(anyway=self.highlight_changes)
        if top != self.scroll_offset.y:
            return  # scrolling has every line painted
        now_shown = self.shown_keys()
        for line in range(max(len(shown), len(now_shown))):
            if shown[line : line + 1] != now_shown[line : line + 1]:
                self._refresh_row(top + line)

    def invalidate(self, keys: Collection[str] | None = None) -> None:
        """Format these rows (all by default) anew, marking nothing: texts may differ though objects do not."""
        self._renew(keys, None)
        self._widen()

    def show_sort(self, column: str | None, *, reverse: bool = False) -> None:
        """Put the sort arrow on the column of this name, or on none. The order itself is the caller's."""
        self._strips.sort_column, self._strips.sort_reverse = column, reverse
        self._arrange()
        self.refresh()

    @property
    def wide(self) -> bool:
        """Whether every column is shown at its full width, scrolling sideways where that is too wide."""
        return self._strips.wide

    @wide.setter
    def wide(self, wide: bool) -> None:
        self._strips.wide = wide
        self._arrange()
        self.scroll_to(0, animate=False, force=True)

    # What a caller asks

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._strips.columns

    @property
    def row_count(self) -> int:
        return len(self._keys)

    @property
    def cursor_key(self) -> str | None:
        """The object the cursor is on; None only without rows."""
        return self._keys.cursor

    @property
    def cursor_row(self) -> int:
        """Where the cursor's object is now, counted from 0."""
        return self._keys.row

    @property
    def marked(self) -> tuple[str, ...]:
        """The marked keys that are shown, in display order. Walks all keys when any is marked."""
        return self._keys.marked()

    def selected_keys(self) -> tuple[str, ...]:
        """What a verb acts on: the marked keys, or else the cursor's."""
        return self.marked or (() if self._keys.cursor is None else (self._keys.cursor,))

    def cursor_cells(self) -> Row:
        return () if self._keys.cursor is None else self._rows.of(self._keys.cursor)

    def move_to(self, key: str) -> bool:
        """Put the cursor on this object and scroll to it; False when it is not shown."""
        row = self._keys.row_of(key)
        if row is None:
            return False
        self._move_to_row(row)
        return True

    def clear_marks(self) -> None:
        """Unmark everything, as after a verb has acted on it."""
        self._show_marks(self._keys.clear_marks())

    def forget_changes(self) -> None:
        """Unmark the changed cells whose time is up, and give back room once nothing changes; a timer calls it."""
        self._strips.discard(forgotten := self._rows.forget_changes(self._clock()))
        self._refresh_keys(forgotten)
        self._expiry = None
        self._await_expiry()
        if self._expiry is None:
            self._measure()  # not at every change, lest columns come and go

    # Keys the user presses

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual asks so
        return self._can_mark or action not in table_port.MARKING

    def action_move(self, step: int) -> None:
        self._move_to_row(self._keys.row + step)

    def action_first(self) -> None:
        self._move_to_row(0)

    def action_last(self) -> None:
        self._move_to_row(len(self._keys) - 1)

    def action_page(self, direction: int) -> None:
        step = direction * max(1, self._page_rows)
        self.scroll_to(y=self.scroll_offset.y + step, animate=False, force=True)
        self._move_to_row(self._keys.row + step)

    def action_sideways(self, direction: int) -> None:
        if self.max_scroll_x == 0:
            raise SkipAction
        edges, here = self._strips.starts, self.scroll_offset.x
        beyond = [x for x in edges if x > here] if direction > 0 else [x for x in edges if x < here][::-1]
        if beyond:
            self.scroll_to(x=beyond[0], animate=False, force=True)

    def action_select(self) -> None:
        if self._keys.cursor is not None:
            self.post_message(self.RowSelected(self, self._keys.cursor))

    def action_mark(self) -> None:
        self._show_marks(self._keys.toggle())
        self._move_to_row(self._keys.row + 1)

    def action_mark_range(self) -> None:
        self._show_marks(self._keys.mark_range())

    def action_mark_moving(self, step: int) -> None:
        start = self._keys.row
        self._move_to_row(start + step)
        self._show_marks(self._keys.mark_rows(start))

    def action_mark_all(self) -> None:
        self._show_marks(self._keys.mark_all())

    def action_clear_marks(self) -> None:
        if not self._keys.marks:
            raise SkipAction
        self.clear_marks()

    def on_click(self, event: events.Click) -> None:
        """Move to the clicked row; a click on the cursor's own row opens it; the header asks for its order."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        if offset.y < HEADER_LINES:
            if column := self._strips.column_at(offset.x + self.scroll_offset.x):
                self.post_message(self.HeaderSelected(self, column.name))
            return
        row = self.scroll_offset.y + offset.y - HEADER_LINES
        if row >= len(self._keys):
            return
        if row != self._keys.row:
            self._move_to_row(row)
            self._last_click_moved = True
        elif event.chain == 1 or self._last_click_moved:
            self._last_click_moved = False  # so that a double click opens once
            self.action_select()

    # Where things are

    @property
    def _page_rows(self) -> int:
        return max(0, self.size.height - HEADER_LINES)

    def shown_keys(self) -> Sequence[str]:
        """Those in sight, in order."""
        top = self.scroll_offset.y
        return self._keys.order[top : top + self._page_rows]

    def _move_to_row(self, row: int) -> None:
        self._refresh_row(self._keys.row)
        self._keys.move(row)
        self._refresh_row(self._keys.row)
        self._tell_cursor()
        self._scroll_to_cursor()

    def _tell_cursor(self) -> None:
        if self._keys.cursor != self._told_cursor:
            self._told_cursor = self._keys.cursor
            self.post_message(self.CursorMoved(self, self._told_cursor))

    def _scroll_to_cursor(self) -> None:
        top, page, row = self.scroll_offset.y, self._page_rows, self._keys.row
        if page and not top <= row < top + page:
            self.scroll_to(y=row if row < top else row - page + 1, animate=False, force=True)

    def _replace_keys(self, order: Sequence[str]) -> None:
        """Take the new order; the cursor's object, else the first in sight, stays at its place on the screen."""
        old, row = self._keys.order, self._keys.row
        top, page = self.scroll_offset.y, self._page_rows
        self._keys.replace(order)
        self._tell_cursor()
        self._set_virtual_size()
        if bool(old) != bool(order):
            self.refresh()
        if top == 0 and self._keys.row < max(1, page):
            return  # who looks at the start keeps seeing it
        elsewhere = survivor(old, order, top) if order and top else 0
        new_top = self._keys.row - (row - top) if top <= row < top + page else elsewhere
        self.scroll_to(y=new_top, animate=False, force=True)

    def _set_virtual_size(self) -> None:
        size, before, page = Size(self._strips.width, len(self._keys) + HEADER_LINES), self.virtual_size, self.size
        if size.width == before.width and page and min(size.height, before.height) > page.height:
            self.set_reactive(ObjectTable.virtual_size, size)  # no reason to lay out the screen: all stay as they are
            self.vertical_scrollbar.window_virtual_size = size.height
        elif size != before:
            self.virtual_size = size

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        table_port.move_unseen(self, new_value)
        super().watch_scroll_y(old_value, new_value)
        self._widen()

    def on_resize(self) -> None:
        self._scroll_to_cursor()
        self._measure()

    def _measure(self) -> None:
        """Start the widths anew from what is on the screen."""
        self._measured_size = self.scrollable_content_region.size
        self._rows.measure(self.shown_keys())
        self._strips.clear()
        self._arrange()

    def _widen(self) -> None:
        """Format what is on the screen; make room if that shows wider texts than before."""
        for key in self.shown_keys():
            self._rows.of(key)
        self._arrange()

    def _arrange(self) -> None:
        if self._strips.arrange(self.scrollable_content_region.width):
            self.refresh()
            self.post_message(table_port.Arranged(self, self._strips.left_out))
        self._set_virtual_size()

    # What changes on the screen

    def _renew(self, keys: Collection[str] | None, forget_at: float | None) -> None:
        differing = self._rows.renew(keys, self.shown_keys(), forget_at)
        self._strips.discard(differing)
        self._refresh_keys(differing)
        self._await_expiry()

    def _await_expiry(self, *, anyway: bool = False) -> None:
        if (anyway or self._rows.any_changed) and self._expiry is None:
            self._expiry = self.set_timer(self._highlight_seconds, self.forget_changes)

    def _show_marks(self, differing: set[str]) -> None:
        if differing:
            self._refresh_keys(differing)
            self.post_message(self.MarksChanged(self))

    def _refresh_keys(self, keys: Collection[str]) -> None:
        if keys:
            top = self.scroll_offset.y
            for line, key in enumerate(self.shown_keys()):
                if key in keys:
                    self._refresh_row(top + line)

    def _refresh_row(self, row: int) -> None:
        line = row - self.scroll_offset.y + HEADER_LINES
        if HEADER_LINES <= line < self.size.height:
            self.refresh(Region(0, line, self.size.width, 1))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()
        self._strips.clear()
        self._lines.forget()

    # Painting

    def refresh(self, *regions: Region, **how: bool) -> Self:
        self._lines.forget()
        return super().refresh(*regions, **how)

    def render_lines(self, crop: Region) -> list[Strip]:
        if self.scrollable_content_region.size != self._measured_size:
            self._measure()  # the first frame of a new size comes before its Resize event
        return super().render_lines(crop) if self.styles.gutter else self._lines.sent(crop)

    def render_line(self, y: int) -> Strip:
        return self._lines.at(y)
