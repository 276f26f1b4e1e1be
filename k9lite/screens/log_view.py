"""Lines of logs: numbers are shown before them, and not taken along when they are copied."""

from collections.abc import Callable

from k9lite.widgets.text_view import TextView

Bare = Callable[[int, str], str]
"""A line's number in the view and its text -> what of it is copied."""


class LogView(TextView):
    """``bare`` is set by whoever writes the lines."""

    bare: Bare = staticmethod(lambda _number, line: line)

    def copied_text(self) -> str:
        """All lines, as they are copied."""
        return "\n".join(self.bare(number, self._lines.text(number)) for number in self._lines.numbers)

    def action_copy(self) -> None:
        """Copy the marked lines, or else the cursor's."""
        numbers = sorted(self.marks) or ([self.cursor_line] if self.line_count else [])
        if numbers:
            self.app.copy_to_clipboard("\n".join(self.bare(each, self._lines.text(each)) for each in numbers))
            self.post_message(self.Copied(self, len(numbers)))
