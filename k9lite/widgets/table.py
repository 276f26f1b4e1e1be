"""A table of any number of rows that formats and paints only those on the screen.

It knows keys (UIDs) and cells, no cluster: sorting and filtering are the caller's, the cursor and the marks belong
to keys and never to row numbers. A refresh costs what it changes on the screen, whatever the number of rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import ClassVar

from rich.segment import Segment
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

from k9lite.widgets.columns import GAP_CELLS, Cell, Column, arrange, arrange_all, fitted, legible
from k9lite.widgets.keys import position, survivor
from k9lite.widgets.safe import cells as cells_of

__all__ = ["Cell", "Column", "ObjectTable"]

CURSOR, MARKED = 1, 2
GUTTER_CELLS = 2
HEADER_LINES = 1
CURSOR_GLYPH, MARK_GLYPH = "▌", "◆"
ASCENDING, DESCENDING = "↑", "↓"
CACHED_ROWS = 4096
CACHED_STRIPS = 1024
PREFIX = "object-table--"
MEANINGS = frozenset({"ok", "warn", "bad", "dim", "changed", "accent"})

Row = tuple[Cell, ...]


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
        &:nocolor > .object-table--changed, &:ansi > .object-table--changed { text-style: bold underline; }
        &:nocolor > .object-table--marked, &:ansi > .object-table--marked { text-style: bold; }
        &:nocolor:focus > .object-table--cursor, &:ansi:focus > .object-table--cursor { text-style: reverse; }
        &:ansi > .object-table--header { text-style: bold underline; }
        &:nocolor > .object-table--header { text-style: bold underline; }
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

    class CursorMoved(Message):
        """The cursor is on another object, or on none; several waiting in a row arrive as the last one."""

        def __init__(self, table: ObjectTable, key: str | None) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> ObjectTable:
            return self.table

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ObjectTable.CursorMoved) and message.table is self.table

    class RowSelected(Message):
        """The user wants to open this object (Enter, or a click on the cursor's row)."""

        def __init__(self, table: ObjectTable, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> ObjectTable:
            return self.table

    class MarksChanged(Message):
        """Objects were marked or unmarked."""

        def __init__(self, table: ObjectTable) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> ObjectTable:
            return self.table

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ObjectTable.MarksChanged) and message.table is self.table

    class HeaderSelected(Message):
        """The user clicked a column's header, and probably wants its order."""

        def __init__(self, table: ObjectTable, column: str) -> None:
            super().__init__()
            self.table = table
            self.column = column

        @property
        def control(self) -> ObjectTable:
            return self.table

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
        self._cells: Callable[[str], Row] = _no_cells
        self._row = 0
        self._cursor_key: str | None = None
        self._marks: set[str] = set()
        self._last_marked: str | None = None
        self._seen: list[int] = [0] * len(self._columns)
        self._layout = arrange(self._columns, self._header_widths(), 80)
        self._changed: dict[str, dict[int, float]] = {}
        self._expiry: Timer | None = None
        self._formatted: LRUCache[str, Row] = LRUCache(CACHED_ROWS)
        self._strips: LRUCache[tuple[str, int], Strip] = LRUCache(CACHED_STRIPS)
        self._looks: dict[tuple[str, ...], Style] = {}
        self._clicked_away = False

    # What a caller sets

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show another kind of row: other columns, no rows, no marks, cursor and scroll at the start."""
        self._columns = tuple(columns)
        self._sort = (None, False)
        self._cells = _no_cells
        self._keys = ()
        self._row = 0
        self._marks.clear()
        self._last_marked = None
        self.set_rows((), _no_cells)
        self.scroll_to(0, 0, animate=False, force=True)

    def set_rows(self, keys: Sequence[str], cells: Callable[[str], Row]) -> None:
        """Show these objects, in this order, `cells(key)` being asked only for rows that come into view.

        `keys` (unique; a list or tuple) is kept, not copied: hand over a new one rather than changing it.
        Nothing formatted before is kept; widths start anew; the cursor and marks stay with their keys.
        """
        self._cells = cells
        self._formatted.clear()
        self._changed.clear()
        self._strips.clear()
        self._replace_keys(keys)
        self._measure()
        self.refresh()

    def update_rows(self, keys: Sequence[str], changed: Collection[str] = ()) -> None:
        """Show the new order `keys`, formatting those of the `changed` keys anew that are on the screen.

        Cells that differ from what was shown are marked for a while. Only lines that differ are painted.
        """
        shown = self._shown_keys()
        top = self.scroll_offset.y
        self._replace_keys(keys)
        if changed:
            self._reformat(changed, mark=self.highlight_changes)
        self._widen()
        if top != self.scroll_offset.y:
            return  # scrolling repaints every line
        now_shown = self._shown_keys()
        for line in range(max(len(shown), len(now_shown))):
            if shown[line:line + 1] != now_shown[line:line + 1]:
                self._refresh_row(top + line)

    def invalidate(self, keys: Collection[str] | None = None) -> None:
        """Format these rows (all by default) anew: their texts may differ though the objects do not."""
        self._reformat(self._formatted.keys() if keys is None else keys, mark=False)
        self._widen()

    def show_sort(self, column: str | None, *, reverse: bool = False) -> None:
        """Put the sort arrow on the column of this name, or on none. The order itself is the caller's."""
        self._sort = (column, reverse)
        self._rearrange()
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
        self._rearrange()
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
        """Unmark the changed cells whose time is up."""
        now = self._clock()
        for key, expiries in list(self._changed.items()):
            left = {column: expiry for column, expiry in expiries.items() if expiry > now}
            if left != expiries:
                self._discard_strips(key)
            if left:
                self._changed[key] = left
            else:
                del self._changed[key]
        self._refresh_keys()
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
            self._clicked_away = True
        elif event.chain == 1 or self._clicked_away:
            self._clicked_away = False
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
        """Take the new order; cursor and first visible object stay where they are on the screen."""
        old, self._keys = self._keys, keys
        top, page, row = self.scroll_offset.y, self._page_rows, self._row
        self._row = survivor(old, keys, row) if keys else 0
        self._set_cursor_key(keys[self._row] if keys else None)
        if top <= row < top + page:
            new_top = self._row - (row - top)
            if top == 0 and self._row < page:
                new_top = 0  # who looks at the start keeps seeing it
        else:
            new_top = survivor(old, keys, top) if keys and top else 0
        self._set_virtual_size()
        if new_top != top or top > self.max_scroll_y:
            self.scroll_to(y=new_top, animate=False, force=True)

    def _set_virtual_size(self) -> None:
        size = Size(self._layout.total_width + GUTTER_CELLS, len(self._keys) + HEADER_LINES)
        if size != self.virtual_size:
            if not self._keys or not self.virtual_size.height > HEADER_LINES:
                self.refresh()
            self.virtual_size = size

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._widen()

    def on_resize(self) -> None:
        self._scroll_to_cursor()
        self._measure()

    # Formatting

    def _row_cells(self, key: str) -> Row:
        """The row's cells, made harmless; asks the caller once."""
        row = self._formatted.get(key)
        if row is None:
            row = tuple(Cell(legible(cell.text), cell.style) for cell in self._cells(key))
            self._formatted[key] = row
            self._see(row)
        return row

    def _see(self, row: Row) -> None:
        for index, cell in enumerate(row[: len(self._seen)]):
            width = cells_of(cell.text)
            if width > self._seen[index]:
                self._seen[index] = width

    def _reformat(self, keys: Collection[str], *, mark: bool) -> None:
        """Forget how these rows look; format those on the screen again and repaint what differs."""
        shown = set(self._shown_keys())
        before: dict[str, Row] = {}
        for key in list(keys):
            row = self._formatted.get(key)
            if row is None:
                continue
            self._formatted.discard(key)
            self._discard_strips(key)
            if key in shown:
                before[key] = row
        for key, old in before.items():
            new = self._row_cells(key)
            if mark and new != old:
                self._mark_changes(key, old, new)
        self._refresh_keys({key for key, old in before.items() if self._row_cells(key) != old})

    def _mark_changes(self, key: str, old: Row, new: Row) -> None:
        expiry = self._clock() + self._highlight_seconds
        marks = self._changed.setdefault(key, {})
        for index, (column, was, now) in enumerate(zip(self._columns, old, new, strict=False)):
            if was.text != now.text and not column.quiet:
                marks[index] = expiry
        self._await_expiry()

    def _await_expiry(self) -> None:
        if self._changed and self._expiry is None:
            self._expiry = self.set_timer(self._highlight_seconds, self.forget_changes)

    def _set_marks(self, marks: set[str]) -> None:
        differing = self._marks ^ marks
        self._marks = marks
        self._refresh_keys(differing)
        if differing:
            self.post_message(self.MarksChanged(self))

    def _refresh_keys(self, keys: Collection[str] | None = None) -> None:
        top = self.scroll_offset.y
        for line, key in enumerate(self._shown_keys()):
            if keys is None or key in keys:
                self._refresh_row(top + line)

    def _refresh_row(self, row: int) -> None:
        line = row - self.scroll_offset.y + HEADER_LINES
        if HEADER_LINES <= line < self.size.height:
            self.refresh(Region(0, line, self.size.width, 1))

    # Widths

    def _header_widths(self) -> list[int]:
        return [cells_of(column.name) + (column.name == self._sort[0]) for column in self._columns]

    def _widen(self) -> None:
        """Format what is on the screen; make room if that shows wider texts than before."""
        seen = list(self._seen)
        for key in self._shown_keys():
            self._row_cells(key)
        if self._seen != seen:
            self._rearrange()

    def _measure(self) -> None:
        """Start the widths anew from what is on the screen."""
        self._seen = [0] * len(self._columns)
        for key in self._shown_keys():
            self._see(self._row_cells(key))
        self._rearrange()

    def _rearrange(self) -> None:
        natural = [max(pair) for pair in zip(self._seen, self._header_widths(), strict=True)]
        available = max(1, self.size.width - GUTTER_CELLS) if self.size.width else 80
        layout = arrange_all(self._columns, natural) if self._wide else arrange(self._columns, natural, available)
        if layout != self._layout:
            self._layout = layout
            self._drop_strips()
        self._set_virtual_size()

    def _drop_strips(self) -> None:
        self._strips.clear()
        self.refresh()

    def _discard_strips(self, key: str) -> None:
        for state in (0, CURSOR, MARKED, CURSOR | MARKED):
            self._strips.discard((key, state))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()
        self._strips.clear()

    # Painting

    def render_line(self, y: int) -> Strip:
        x, top = self.scroll_offset
        width = self.size.width
        if y < HEADER_LINES:
            return self._header_line(x, width)
        row = top + y - HEADER_LINES
        if row >= len(self._keys):
            return self._empty_line(y, width)
        key = self._keys[row]
        state = (CURSOR if row == self._row else 0) | (MARKED if key in self._marks else 0)
        strip = self._strips.get((key, state))
        if strip is None:
            strip = self._row_strip(key, state)
            self._strips[(key, state)] = strip
        return strip.crop_extend(x, x + width, self._look(*_states(state)))

    def _row_strip(self, key: str, state: int) -> Strip:
        states = _states(state)
        blank = self._look(*states)
        changed = self._changed.get(key, {})
        cells = self._row_cells(key)
        gutter = (CURSOR_GLYPH if state & CURSOR else " ") + (MARK_GLYPH if state & MARKED else " ")
        segments = [Segment(gutter, blank)]
        at = 0
        for index, start, width in zip(self._layout.shown, self._layout.starts, self._layout.widths, strict=True):
            if start > at:
                segments.append(Segment(" " * (start - at), blank))
            cell = cells[index] if index < len(cells) else Cell("")
            names = (*states, cell.style) if cell.style in MEANINGS else states
            if index in changed:
                names = (*names, "changed")
            segments.append(Segment(fitted(cell.text, width, self._columns[index]), self._look(*names)))
            at = start + width
        width = self._layout.total_width + GUTTER_CELLS
        return Strip(segments, width).extend_cell_length(self.size.width, blank).simplify()

    def _header_line(self, x: int, width: int) -> Strip:
        look = self._look("header")
        segments = [Segment(" " * GUTTER_CELLS, look)]
        at = 0
        sorted_by, reverse = self._sort
        for index, start, cell_width in zip(
            self._layout.shown, self._layout.starts, self._layout.widths, strict=True
        ):
            column = self._columns[index]
            is_sorted = column.name == sorted_by
            name = column.name + ((DESCENDING if reverse else ASCENDING) if is_sorted else "")
            text = fitted(name, cell_width, column)
            segments.append(Segment(" " * (start - at), look))
            segments.append(Segment(text, self._look("header", "sorted") if is_sorted else look))
            at = start + cell_width
        strip = Strip(segments, self._layout.total_width + GUTTER_CELLS).crop_extend(x, x + width, look)
        return _with_hint(strip, self._hint(x), width, look)

    def _hint(self, x: int) -> str:
        """What the header's right end says about columns out of sight."""
        if self.max_scroll_x > x:
            return " ›"
        return f" +{len(self._layout.hidden)}" if self._layout.hidden else ""

    def _empty_line(self, y: int, width: int) -> Strip:
        if self._keys or y != max(HEADER_LINES, self.size.height // 2):
            return Strip.blank(width, self._look())
        text = legible(self._empty_text)
        column = Column("", max_width=width)
        left = max(0, (width - cells_of(text)) // 2)
        return Strip([Segment(fitted(" " * left + text, width, column), self._look("empty"))], width)

    def _look(self, *names: str) -> Style:
        """The style of these component classes laid over each other; none is the table's own."""
        look = self._looks.get(names)
        if look is None:
            look = self.get_component_rich_style(*(PREFIX + name for name in names)) if names else self.rich_style
            self._looks[names] = look
        return look


def _states(state: int) -> tuple[str, ...]:
    marked = ("marked",) if state & MARKED else ()
    return (*marked, "cursor") if state & CURSOR else marked


def _with_hint(strip: Strip, hint: str, width: int, look: Style) -> Strip:
    if not hint or strip.text[width - len(hint):].strip():
        return strip
    return Strip.join([strip.crop(0, width - len(hint)), Strip([Segment(hint, look)], len(hint))])


def _no_cells(_key: str) -> Row:
    return ()
