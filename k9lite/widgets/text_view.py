"""Read-only text of any length: logs, describe, YAML. Only what is on the screen is styled and painted.

One line has the cursor: it is what is copied, marked and searched from. A view that follows sticks to its
end until the user looks up. Text is data: never parsed as markup, control characters come out as pictures.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from k9lite.widgets.lines import Lines
from k9lite.widgets.looks import Looks
from k9lite.widgets.strips import CURSOR_GLYPH, MARK_GLYPH, notice_strip

GUTTER_CELLS = 1
SIDEWAYS_CELLS = 16
CACHED_STRIPS = 1024
PREFIX = "text-view--"
HUES = 6
MEANINGS = frozenset(
    {"ok", "warn", "bad", "dim", "accent", "key", "string", "number", *(f"hue{i}" for i in range(HUES))}
)

Span = tuple[int, int, str]
Highlight = Callable[[str], list[Span]]


class TextView(ScrollView, can_focus=True):
    """Lines with a cursor, marks, search, a filter and wrapping.

    `highlight(line)` gives spans (start, end, meaning) in characters of the harmless line it is handed; meanings
    are ok, warn, bad, dim, accent, key, string, number and hue0 to hue5, others are ignored, later ones win.
    `follow=True` makes it a log: it sticks to its end, and going to the end sticks again. `max_lines` keeps the
    newest. `empty_text` stands in the middle of a view without lines.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        PREFIX + name for name in ("cursor", "marked", "match", "current-match", "notice", *MEANINGS)
    }
    DEFAULT_CSS = """
    TextView {
        height: 1fr;
        background: $surface;
        color: $foreground;
        scrollbar-size: 0 1;
        & > .text-view--notice { color: $text-muted; text-style: italic; }
        & > .text-view--ok { color: $text-success; }
        & > .text-view--warn { color: $text-warning; }
        & > .text-view--bad { color: $text-error; text-style: bold; }
        & > .text-view--dim { color: $text-muted; }
        & > .text-view--accent { color: $text-accent; }
        & > .text-view--key { color: $text-primary; }
        & > .text-view--string { color: $text-success; }
        & > .text-view--number { color: $text-warning; }
        & > .text-view--hue0 { color: $text-primary; }
        & > .text-view--hue1 { color: $text-success; }
        & > .text-view--hue2 { color: $text-warning; }
        & > .text-view--hue3 { color: $text-accent; }
        & > .text-view--hue4 { color: $text-secondary; }
        & > .text-view--hue5 { color: $text-error; }
        & > .text-view--marked { background: $accent 15%; }
        & > .text-view--cursor { background: $primary 10%; }
        &:focus > .text-view--cursor { background: $primary 25%; }
        & > .text-view--match { background: $warning 35%; text-style: underline; }
        & > .text-view--current-match { background: $warning; color: $background; text-style: bold; }
        &:nocolor > .text-view--cursor { text-style: bold; }
        &:nocolor > .text-view--match { text-style: reverse; }
        &:nocolor > .text-view--current-match { text-style: bold reverse underline; }
        &:ansi > .text-view--dim { text-style: dim; }
        &:ansi > .text-view--marked { background: ansi_default; }
        &:ansi > .text-view--cursor { background: ansi_default; text-style: bold; }
        &:ansi:focus > .text-view--cursor { background: ansi_default; text-style: bold; }
        &:ansi > .text-view--match { background: ansi_default; text-style: reverse; }
        &:ansi > .text-view--current-match {
            background: ansi_default;
            color: ansi_default;
            text-style: bold reverse underline;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
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
    ]

    class ModeChanged(Message):
        """Follow, wrap, search or filter is another than before: a status line may want to say so."""

        def __init__(self, view: TextView) -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> TextView:
            return self.view

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, TextView.ModeChanged) and message.view is self.view

    class Copied(Message):
        """So many lines were put on the clipboard."""

        def __init__(self, view: TextView, line_count: int) -> None:
            super().__init__()
            self.view = view
            self.line_count = line_count

        @property
        def control(self) -> TextView:
            return self.view

    def __init__(
        self,
        lines: Iterable[str] = (),
        *,
        highlight: Highlight | None = None,
        follow: bool = False,
        wrap: bool = False,
        max_lines: int | None = None,
        empty_text: str = "",
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._max_lines = max_lines
        self._lines = Lines(max_lines)
        self._lines.append(lines)
        self._highlight = highlight
        self._follow = self._is_log = follow
        self._wrap = wrap
        self._empty_text = empty_text
        self._fitted_size = Size(0, 0)
        self._filter: Callable[[str], bool] | None = None
        self._pattern: re.Pattern[str] | None = None
        self._line = 0
        self._marks: set[int] = set()
        self._strips: LRUCache[tuple[int, int, int, int], Strip] = LRUCache(CACHED_STRIPS)
        self._looks = Looks(self, PREFIX)

    # What a caller sets

    def set_lines(self, lines: Iterable[str], *, keep_place: bool = False) -> None:
        """Show other text from its start (its end when following), or from where the user is in the text shown.

        Wrap, filter and search stay as they are; marks go. Each element is one line; a line end at its end is
        dropped, any other control character is shown as a picture.
        """
        self._lines = Lines(self._max_lines)
        self._lines.append(lines)
        self._lines.set_filter(self._filter)
        self._lines.find(self._pattern)
        self._marks.clear()
        self._lay_out()
        self._line = self._nearest(self._line) if keep_place else 0
        if not keep_place:
            self.scroll_to(0, 0, animate=False, force=True)
        self._keep_following()

    def append_lines(self, lines: Iterable[str]) -> None:
        """Add lines at the end, at a cost of what is added. Who has scrolled up keeps the rows in sight."""
        notice = self._notice_rows
        cut_rows = self._lines.append(lines)
        if cut_rows or self._lines.first:
            self._marks = {number for number in self._marks if number >= self._lines.first}
            self._line = max(self._line, self._lines.first)
        top = self.scroll_offset.y
        self._set_virtual_size()
        if cut_rows and not self._follow:
            self.scroll_to(y=max(0, top - cut_rows + self._notice_rows - notice), animate=False, force=True)
        self._keep_following()
        self.refresh()

    def set_filter(self, keep: Callable[[str], bool] | None) -> None:
        """Show only lines for which `keep` is true, now and of those to come; None shows all. Walks all lines."""
        self._filter = keep
        self._lines.set_filter(keep)
        self._line = self._nearest(self._line)
        self._lay_out()
        self._scroll_to_line()
        self._keep_following()
        self._mode_changed()

    def find(self, pattern: re.Pattern[str] | None) -> int:
        """Mark what matches and go to the first line with a match from the cursor on; how many lines match.

        None forgets the search. Lines to come are searched as well. Walks all lines once.
        """
        self._pattern = pattern
        count = self._lines.find(pattern)
        matches = self._lines.matches
        if matches:
            self.follow = False
            self._go_to(next((number for number in matches if number >= self._line), matches[0]))
        self._drop_strips()
        self._mode_changed()
        return count

    def set_highlight(self, highlight: Highlight | None) -> None:
        """Style lines with another function."""
        self._highlight = highlight
        self._drop_strips()

    @property
    def follow(self) -> bool:
        """Whether the view sticks to its end."""
        return self._follow

    @follow.setter
    def follow(self, follow: bool) -> None:
        if follow != self._follow:
            self._follow = follow
            self._mode_changed()
        self._keep_following()

    @property
    def wrap(self) -> bool:
        """Whether long lines take several rows."""
        return self._wrap

    @wrap.setter
    def wrap(self, wrap: bool) -> None:
        if wrap != self._wrap:
            offset = self._screen_row()
            self._wrap = wrap
            self._lay_out()
            self.scroll_to(0, self._row() - offset, animate=False, force=True)
            self._keep_following()
            self._mode_changed()

    @property
    def empty_text(self) -> str:
        """The line in the middle of a view that shows no lines."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        self._empty_text = text
        self.refresh()

    # What a caller asks

    @property
    def line_count(self) -> int:
        """How many lines are shown, after the filter."""
        return len(self._lines.shown)

    @property
    def cut_count(self) -> int:
        """How many of the oldest lines were dropped for `max_lines`."""
        return self._lines.first

    @property
    def match_count(self) -> int:
        """How many lines match the search."""
        return len(self._lines.matches)

    @property
    def match_number(self) -> int:
        """Which match the cursor is on, counted from 1; 0 when on none."""
        matches = self._lines.matches
        index = bisect_left(matches, self._line)
        return index + 1 if self._line in matches[index : index + 1] else 0

    @property
    def cursor_line(self) -> int:
        """The number of the cursor's line, counted from 0 at the first line ever given."""
        return self._line

    @property
    def cursor_text(self) -> str:
        """The cursor's line as it is shown; "" without lines."""
        return self._lines.text(self._line) if self.line_count else ""

    def text(self) -> str:
        """All lines that are shown, for a file or the clipboard."""
        return "\n".join(self._lines.text(number) for number in self._lines.shown)

    def marked_lines(self) -> list[str]:
        """The marked lines, in order."""
        return [self._lines.text(number) for number in sorted(self._marks)]

    def go_to(self, number: int) -> None:
        """Put the cursor on this line, or the next one shown, and scroll to it."""
        self.follow = False
        self._go_to(number)

    # Keys the user presses

    def action_move(self, step: int) -> None:
        self._step(self._lines.index_of(self._line) + step, step)

    def action_first(self) -> None:
        self._step(0, -1)

    def action_last(self) -> None:
        self._step(self.line_count - 1, 1)
        if self._is_log:
            self.follow = True

    def action_page(self, direction: int) -> None:
        if not self.line_count:
            return
        step = direction * max(1, self.size.height)
        row = max(0, min(self._row() + step, self._lines.row_count - 1 + self._notice_rows))
        if direction < 0:
            self.follow = False
        self.scroll_to(y=self.scroll_offset.y + step, animate=False, force=True)
        self._go_to(self._lines.at(max(0, row - self._notice_rows))[0])

    def action_sideways(self, direction: int) -> None:
        if self.max_scroll_x == 0:
            raise SkipAction
        self.scroll_to(x=self.scroll_offset.x + direction * SIDEWAYS_CELLS, animate=False, force=True)

    def action_toggle_wrap(self) -> None:
        self.wrap = not self.wrap

    def action_toggle_follow(self) -> None:
        self._is_log = True
        self.follow = not self.follow

    def action_next_match(self, direction: int) -> None:
        """Go to the next (1) or previous (-1) line that matches, around the end."""
        matches = self._lines.matches
        if not matches:
            return
        self.follow = False
        if direction > 0:
            self._go_to(next((number for number in matches if number > self._line), matches[0]))
        else:
            self._go_to(next((number for number in reversed(matches) if number < self._line), matches[-1]))
        self._mode_changed()

    def action_mark(self) -> None:
        if self.line_count:
            self._marks ^= {self._line}
            self.refresh()

    def action_copy(self) -> None:
        """Copy the marked lines, or else the cursor's."""
        lines = self.marked_lines() or ([self.cursor_text] if self.line_count else [])
        if lines:
            self.app.copy_to_clipboard("\n".join(lines))
            self.post_message(self.Copied(self, len(lines)))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        row = self.scroll_offset.y + offset.y - self._notice_rows
        if 0 <= row < self._lines.row_count:
            self._line = self._lines.at(row)[0]
            self.refresh()

    # Where things are

    @property
    def _notice_rows(self) -> int:
        return 1 if self._lines.first else 0

    def _row(self) -> int:
        """The row of the cursor's line in the whole text."""
        return self._lines.row_of(self._line) + self._notice_rows

    def _screen_row(self) -> int:
        return max(0, min(self._row() - self.scroll_offset.y, max(0, self.size.height - 1)))

    def _nearest(self, number: int) -> int:
        """The shown line nearest to this number."""
        shown = self._lines.shown
        return shown[max(0, min(self._lines.index_of(number), len(shown) - 1))] if shown else 0

    def _step(self, index: int, step: int) -> None:
        shown = self._lines.shown
        if not shown:
            return
        if step < 0:
            self.follow = False
        self._go_to(shown[max(0, min(index, len(shown) - 1))])

    def _go_to(self, number: int) -> None:
        self._line = self._nearest(number)
        self._scroll_to_line()
        self.refresh()

    def _scroll_to_line(self) -> None:
        if not self.line_count or not self.size.height:
            return
        top, height = self.scroll_offset.y, self.size.height
        row = self._row()
        last = row + min(self._lines.rows_of(self._line), height) - 1
        if row < top:
            self.scroll_to(y=row, animate=False, force=True)
        elif last >= top + height:
            self.scroll_to(y=last - height + 1, animate=False, force=True)

    def _keep_following(self) -> None:
        if self._follow:
            self._line = self._nearest(self._lines.first + len(self._lines))
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
            self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._follow and new_value < old_value and round(new_value) < self.max_scroll_y:
            self._follow = False
            self._mode_changed()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """Lay out for the size there is now, the cursor's line staying where it is on the screen."""
        offset = self._screen_row()
        self._lay_out()
        if self._wrap and self.line_count:
            self.scroll_to(y=self._row() - offset, animate=False, force=True)
        self._keep_following()

    def _lay_out(self) -> None:
        self._fitted_size = self.size
        width = self.size.width - GUTTER_CELLS
        self._lines.wrap(width if self._wrap and width > 0 else None)
        self._set_virtual_size()
        self._drop_strips()

    def _set_virtual_size(self) -> None:
        width = 0 if self._wrap else self._lines.widest + GUTTER_CELLS
        size = Size(width, self._lines.row_count + self._notice_rows)
        if size != self.virtual_size:
            self.virtual_size = size

    def _mode_changed(self) -> None:
        self.post_message(self.ModeChanged(self))

    def _drop_strips(self) -> None:
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()
        self._strips.clear()

    # Painting

    def render_lines(self, crop: Region) -> list[Strip]:
        if self.size != self._fitted_size:
            self._fit()  # the first frame of a new size comes before its Resize event
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        x, top = self.scroll_offset
        width = self.size.width
        row = top + y - self._notice_rows
        if row < 0:
            cut = f"{self._lines.first:,} earlier lines are no longer kept"
            return notice_strip(cut, width, self._looks.of("notice"), centred=False)
        if row >= self._lines.row_count:
            if not self.line_count and y == self.size.height // 2:
                return notice_strip(self._empty_text, width, self._looks.of("notice"), centred=True)
            return Strip.blank(width, self._looks.of())
        number, part = self._lines.at(row)
        state = (1 if number == self._line else 0) | (2 if number in self._marks else 0)
        place = (number, part, x, state)
        strip = self._strips.get(place)
        if strip is None:
            strip = self._row_strip(number, part, x, state)
            self._strips[place] = strip
        return strip

    def _row_strip(self, number: int, part: int, x: int, state: int) -> Strip:
        states = (("marked",) if state & 2 else ()) + (("cursor",) if state & 1 else ())
        width = self.size.width - GUTTER_CELLS
        start, end, pad = self._lines.part(number, part, x, width)
        text = self._lines.text(number)
        end = min(end, len(text))
        blank = self._looks.of(*states)
        glyph = MARK_GLYPH if state & 2 else CURSOR_GLYPH if state & 1 else " "
        segments = [Segment((glyph if part == 0 or state & 1 else " ") + " " * pad, blank)]
        spans = self._spans(text, start, end, current=bool(state & 1))
        edges = sorted({start, end, *(edge for span in spans for edge in span[:2])})
        for left, right in pairwise(edges):
            names = [name for low, high, name in spans if low <= left and right <= high]
            segments.append(Segment(text[left:right], self._looks.of(*states, *names)))
        return Strip(segments).extend_cell_length(self.size.width, blank).simplify()

    def _spans(self, text: str, start: int, end: int, *, current: bool) -> list[Span]:
        """What is styled between these characters, clipped to them; matches come last."""
        spans = [span for span in self._highlight(text) if span[2] in MEANINGS] if self._highlight else []
        if self._pattern:
            name = "current-match" if current else "match"
            spans += [(*found.span(), name) for found in self._pattern.finditer(text)]
        clipped = ((max(start, low), min(end, high), name) for low, high, name in spans)
        return [span for span in clipped if span[0] < span[1]]
