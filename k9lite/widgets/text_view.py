"""Read-only text of any length: logs, describe, YAML. Only what is on the screen is styled and painted.

One line has the cursor: it is what is copied, marked and searched from. A view that follows sticks to its
end until the user looks up. Text is data: never parsed as markup, control characters come out as pictures.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
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
PREFIX = "text-view--"


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
    DEFAULT_CSS = TEXT_CSS
    BINDINGS: ClassVar[list[BindingType]] = list(text_port.TEXT_BINDINGS)

    ModeChanged: TypeAlias = text_port.ModeChanged
    Copied: TypeAlias = text_port.Copied

    empty_text: reactive[str] = reactive("")
    """The line in the middle of a view that shows no lines."""

    def __init__(
        self,
        lines: Iterable[str] = (),
        *,
        highlight: Highlight | None = None,
        follow: bool = False,
        wrap: bool = False,
        max_lines: int | None = None,
        empty_text: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._max_lines = max_lines
        self._lines = Lines(max_lines)
        self._lines.append(lines)
        self._follow = self._is_log = follow
        self._wrap = wrap
        self.set_reactive(TextView.empty_text, empty_text)
        self._fitted_size = Size(0, 0)
        self._filter: Callable[[str], bool] | None = None
        self._line = 0
        self._marks: set[int] = set()
        self._looks = Looks(self, PREFIX)
        self._strips = TextStrips(self._looks, highlight)

    # What a caller sets

    def set_lines(self, lines: Iterable[str], *, keep_place: bool = False) -> None:
        """Show other text from its start (its end when following), or from where the user is in the text shown.

        Wrap, filter and search stay as they are; marks go. Each element is one line; a line end at its end is
        dropped, any other control character is shown as a picture.
        """
        self._lines = Lines(self._max_lines)
        self._lines.append(lines)
        self._lines.set_filter(self._filter)
        self._lines.find(self._strips.pattern)
        self._marks.clear()
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
        self._strips.pattern = pattern
        count = self._lines.find(pattern)
        matches = self._lines.matches
        if matches:
            self.follow = False
            self._go_to(next((number for number in matches if number >= self._line), matches[0]))
        self._drop_strips()
        self._mode_changed()
        return count

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
        self._fitted_size = self.scrollable_content_region.size
        width = self.scrollable_content_region.width - GUTTER_CELLS
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
        if self.scrollable_content_region.size != self._fitted_size:
            self._fit()  # the first frame of a new size comes before its Resize event
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        x, top = self.scroll_offset
        width = self.scrollable_content_region.width
        row = top + y - self._notice_rows
        if row < 0:
            cut = f"{self._lines.first:,} earlier lines are no longer kept"
            return notice_strip(cut, width, self._looks.of("notice"), centred=False)
        if row >= self._lines.row_count:
            if not self.line_count and y == self.size.height // 2:
                return notice_strip(self.empty_text, width, self._looks.of("notice"), centred=True)
            return Strip.blank(width, self._looks.of())
        number, part = self._lines.at(row)
        return self._strips.row(
            self._lines, number, part, scroll_x=x, width=width,
            cursor=number == self._line, marked=number in self._marks,
        )  # fmt: skip
