"""Read-only text of any length: logs, describe, YAML. Only what is on the screen is styled and painted.

One line has the cursor: it is what is copied, marked and searched from. A view that follows sticks to its
end until the user looks up. Text is data: never parsed as markup, control characters come out as pictures.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeAlias

from textual import events
from textual.actions import SkipAction
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from k9lite.widgets import text_port
from k9lite.widgets.lines import Lines
from k9lite.widgets.looks import TEXT_CSS, Looks
from k9lite.widgets.strips import notice_strip
from k9lite.widgets.text_strips import GUTTER_CELLS, HUES, MEANINGS, Highlight, Span, TextStrips

__all__ = ["HUES", "Highlight", "Span", "TextView"]

SIDEWAYS_CELLS = 16
SLICE_LINES, PAUSE_SECONDS = 10_000, 0.002
PREFIX = "text-view--"


class TextView(ScrollView, can_focus=True):
    """Lines with a cursor, marks, search and wrapping.

    `highlight(line)` gives spans (start, end, meaning) in characters of the harmless line it is handed; meanings
    are ok, warn, bad, dim, accent, key, string, number and hue0 to hue5, others are ignored, later ones win.
    `follow=True` makes it a log: it sticks to its end, and going to the end sticks again. `empty_text` stands in the
    middle of a view without lines.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        PREFIX + name for name in ("cursor", "marked", "match", "current-match", "notice", *MEANINGS)
    }
    DEFAULT_CSS = TEXT_CSS
    BINDINGS: ClassVar[list[BindingType]] = list(text_port.TEXT_BINDINGS)

    ModeChanged: TypeAlias = text_port.ModeChanged
    Copied: TypeAlias = text_port.Copied

    empty_text: reactive[str] = reactive("")
    """The line in the middle of a view that shows no lines."""
    notice: reactive[str] = reactive("")
    """What stands above the first line."""

    def __init__(
        self,
        lines: Iterable[str] = (),
        *,
        highlight: Highlight | None = None,
        follow: bool = False,
        wrap: bool = False,
        whole_words: bool = False,
        empty_text: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._lines = Lines()
        self._lines.append(lines)
        self._follow = self._is_log = follow
        self._wrap, self._whole_words = wrap, whole_words
        self.set_reactive(TextView.empty_text, empty_text)
        self._fitted_size = Size(0, 0)
        self._seeking, self._line = False, 0
        self.marks: set[int] = set()  # the numbers of the marked lines
        self._looks = Looks(self, PREFIX)
        self._strips = TextStrips(self._looks, highlight)

    # What a caller sets

    def set_lines(self, lines: Iterable[str], *, keep_place: bool = False) -> None:
        """Show other text from its start (its end when following), or from where the user is in the text shown.

        Wrap and search stay; marks go. A line end at a line's end is dropped, other control characters are pictured.
        """
        self._lines = Lines()
        self._lines.append(lines)
        self._lines.find(self._strips.pattern)
        self._lines.search_on(len(self._lines))
        self.marks.clear()
        self._lay_out()
        self._line = self._nearest(self._line) if keep_place else 0
        if not keep_place:
            self.scroll_to(0, 0, animate=False, force=True)
        self._keep_following()

    def highlight_with(self, highlight: Highlight | None) -> None:
        """For the text that is set next."""
        self._strips.highlight = highlight

    def append_lines(self, lines: Iterable[str]) -> None:
        """Add lines at the end, at a cost of what is added. Who has scrolled up keeps the rows in sight."""
        self._lines.append(lines)
        self._grown(0)

    def prepend_lines(self, lines: Iterable[str]) -> None:
        """Add lines before the first; what is in sight stays where it is."""
        self._grown(self._lines.prepend(lines))

    def drop_first(self, count: int) -> None:
        """Forget so many of the oldest lines. Who has scrolled up keeps the rows in sight."""
        self._grown(-self._lines.drop_first(count))
        self.marks = {number for number in self.marks if number >= self._lines.first}

    def find(self, pattern: re.Pattern[str] | None) -> int:
        """Mark what matches and go to the first line with a match from the cursor on, or the last before it.

        How many lines match, as far as is known: what is long is searched by and by, as are lines to come.
        """
        self._strips.pattern = pattern
        self._lines.find(pattern, self._line)
        self._seeking = pattern is not None
        self._search_on()
        self._strips.clear()
        self.refresh()
        return len(self._lines.matches)

    def _search_on(self) -> None:
        """A slice of the search; the rest when whatever else waits has been done."""
        self._lines.search_on(SLICE_LINES)
        matches = self._lines.matches
        if self._seeking and matches and (matches[-1] >= self._line or self._lines.is_searched_to_end):
            self._seeking = self.follow = False
            self.go_to(matches[min(bisect_left(matches, self._line), len(matches) - 1)])
        if not self._lines.is_searched and self.is_attached:
            self.set_timer(PAUSE_SECONDS, self._search_on)
        self._mode_changed()

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
            offset = self.screen_row
            self._wrap = wrap
            self._lay_out()
            self.scroll_to(0, self._row() - offset, animate=False, force=True)
            self._keep_following()
            self._mode_changed()

    # What a caller asks

    @property
    def line_count(self) -> int:
        """How many lines are shown."""
        return len(self._lines)

    @property
    def match_count(self) -> int:
        """How many lines match the search, as far as they are known."""
        return len(self._lines.matches)

    @property
    def is_searched(self) -> bool:
        """Whether all matches are known."""
        return self._lines.is_searched

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
        return "\n".join(map(self._lines.text, self._lines.numbers))

    @property
    def screen_row(self) -> int:
        """Which row of the screen the cursor is on."""
        return max(0, min(self._row() - self.scroll_offset.y, max(0, self.size.height - 1)))

    def marked_lines(self) -> list[str]:
        """The marked lines, in order."""
        return [self._lines.text(number) for number in sorted(self.marks)]

    # Keys the user presses

    def action_move(self, step: int) -> None:
        self._step(self._line + step, step)

    def action_first(self) -> None:
        self._step(self._lines.first, -1)

    def action_last(self) -> None:
        self._step(self._lines.end - 1, 1)
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
        self.go_to(self._lines.at(max(0, row - self._notice_rows))[0])

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
        self.step_to(self._lines.matches, direction)

    def step_to(self, numbers: Sequence[int], direction: int) -> None:
        """To the next (1) or previous (-1) of these lines, which are in order, around the end."""
        if numbers:
            self.follow = False
            index = bisect_right(numbers, self._line) if direction > 0 else bisect_left(numbers, self._line) - 1
            self.go_to(numbers[index % len(numbers)])
            self._mode_changed()

    def action_mark(self) -> None:
        if self.line_count:
            self.marks ^= {self._line}
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
        return 1 if self.notice else 0

    def _row(self) -> int:
        """The row of the cursor's line in the whole text."""
        return self._lines.row_of(self._line) + self._notice_rows

    def _nearest(self, number: int) -> int:
        """The line nearest to this number."""
        return max(self._lines.first, min(number, self._lines.end - 1))

    def _step(self, number: int, step: int) -> None:
        if self.line_count:
            if step < 0:
                self.follow = False
            self.go_to(number)

    def go_to(self, number: int, screen_row: int | None = None) -> None:
        """Put the cursor on this line or the nearest one, on this row of the screen or on any."""
        self._line = self._nearest(number)
        if screen_row is not None:
            self.scroll_to(y=self._row() - screen_row, animate=False, force=True)
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

    def _grown(self, rows_above: int) -> None:
        """There are so many rows more above those in sight, and perhaps more below."""
        top = self.scroll_offset.y
        self._line = self._nearest(self._line)
        self._set_virtual_size()
        if rows_above and not self._follow:
            self.scroll_to(y=max(0, top + rows_above), animate=False, force=True)
        self._keep_following()
        self.refresh()

    def watch_notice(self, old: str, new: str) -> None:
        if bool(old) != bool(new):
            self._grown(bool(new) - bool(old))

    def _keep_following(self) -> None:
        if self._follow:
            self._line = self._nearest(self._lines.end)
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
            self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._follow and new_value < old_value and round(new_value) < self.max_scroll_y:
            self._follow = False
            self._mode_changed()

    def _fit(self) -> None:
        """Lay out for the size there is now, the cursor's line staying where it is on the screen."""
        offset = self.screen_row
        self._lay_out()
        if self._wrap and self.line_count:
            self.scroll_to(y=self._row() - offset, animate=False, force=True)
        self._keep_following()

    on_resize = _fit

    def _lay_out(self) -> None:
        self._fitted_size = self.scrollable_content_region.size
        width = self.scrollable_content_region.width - GUTTER_CELLS
        self._lines.wrap(width if self._wrap and width > 0 else None, whole_words=self._whole_words)
        self._set_virtual_size()
        self._strips.clear()
        self.refresh()

    def _set_virtual_size(self) -> None:
        width = 0 if self._wrap else self._lines.widest + GUTTER_CELLS
        size = Size(width, self._lines.row_count + self._notice_rows)
        if size != self.virtual_size:
            self.virtual_size = size

    def _mode_changed(self) -> None:
        self.post_message(self.ModeChanged(self))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()
        self._strips.clear()

    # Painting

    def render_lines(self, crop: Region) -> list[Strip]:
        if self.scrollable_content_region.size != self._fitted_size:
            self._fit()  # the first frame of a new size comes before its Resize event
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        x, top = self.scroll_offset
        width, row = self.scrollable_content_region.width, top + y - self._notice_rows
        if row < 0:
            return notice_strip(self.notice, width, self._looks.of("notice"), centred=False)
        if row < self._lines.row_count:
            number, part = self._lines.at(row)
            states = number == self._line, number in self.marks
            return self._strips.row(self._lines, number, part, scroll_x=x, width=width, states=states)
        if not self.line_count and y == self.size.height // 2:
            return notice_strip(self.empty_text, width, self._looks.of("notice"), centred=True)
        return Strip.blank(width, self._looks.of())
