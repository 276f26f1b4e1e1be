"""A text that is written: YAML with colours, line numbers, lines that stand out, and an indentation that goes on.

Highlighting is a function of a line, as in a TextView, so that no grammar has to be compiled for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widgets import TextArea

from k9lite.widgets.safe import plain
from k9lite.widgets.text_strips import Highlight

PREFIX = "yaml-area--"
_MEANINGS = ("key", "string", "number", "dim")
_INDENT_CELLS = 2


class YamlArea(TextArea):
    """``problem_lines`` (from 0) are underlined; set them by ``point_out``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {PREFIX + name for name in (*_MEANINGS, "problem")}
    DEFAULT_CSS = """
    YamlArea {
        height: 1fr; border: round $accent; padding: 0; background: $surface; scrollbar-size: 0 1;
        & .yaml-area--key { color: $text-primary; }
        & .yaml-area--string { color: $text-success; }
        & .yaml-area--number { color: $text-warning; }
        & .yaml-area--dim { color: $text-muted; }
        & .yaml-area--problem { color: $text-error; text-style: underline; }
        &:focus { border: round $accent; }
        &:ansi { border: heavy ansi_default; background: ansi_default; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "break_line", "A new line, as far in", show=False, id="yaml.new_line"),
        Binding("tab", "complete", "Complete the field's name or value", show=False, id="yaml.complete"),
    ]

    def __init__(
        self, text: str, *, highlight: Highlight, complete: Callable[[YamlArea], None], read_only: bool = False
    ) -> None:
        super().__init__(text, soft_wrap=False, show_line_numbers=True, read_only=read_only, tab_behavior="focus")
        self._spans, self._complete = highlight, complete
        self.indent_width = _INDENT_CELLS
        self._problem_lines: frozenset[int] = frozenset()

    def point_out(self, lines: Collection[int]) -> None:
        """These lines have something wrong with them."""
        if (wanted := frozenset(lines)) != self._problem_lines:
            self._problem_lines = wanted
            self.notify_style_update()  # forgets the painted lines
            self.refresh()

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        text = line.plain
        if not text.isprintable():
            text = "".join(char if char == "\t" else plain(char) for char in text)
            line = Text(text, end="", no_wrap=True)
        comment = text.lstrip().startswith("#")
        spans = [(0, len(text), "dim")] if comment else self._spans(text)
        for start, end, meaning in spans:
            if meaning in _MEANINGS:
                line.stylize(self.get_component_rich_style(PREFIX + meaning, partial=True), start, end)
        if line_index in self._problem_lines:
            start = len(text) - len(text.lstrip())
            line.stylize(self.get_component_rich_style(f"{PREFIX}problem", partial=True), start, len(text))
        return line

    async def _on_key(self, event: Key) -> None:
        """In the order they are typed: what a screen bound would overtake the letters before it."""
        if event.is_printable:
            return
        bound = self.screen.active_bindings.get(event.key)
        name = None if bound is None else bound.binding.id
        if name in ("yaml.new_line", "yaml.complete"):
            event.stop()
            event.prevent_default()
            (self.action_break_line if name == "yaml.new_line" else self.action_complete)()
        elif name is not None and event.key == "enter":
            event.prevent_default()  # it was given to something else, and is no new line any more

    def action_complete(self) -> None:
        if not self.read_only:
            self._complete(self)

    def action_break_line(self) -> None:
        """A new line, as far in as this one, and further where this one begins something."""
        if self.read_only:
            return
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        indent = len(before) - len(before.lstrip(" "))
        if before.rstrip().endswith(":"):
            indent += _INDENT_CELLS + (2 if before.lstrip().startswith("- ") else 0)
        elif before.lstrip().startswith("- ") and ":" in before:
            indent += 2
        self.write("\n" + " " * indent)

    def write(self, text: str) -> None:
        """At the cursor, over what is selected."""
        start, end = sorted((self.selection.start, self.selection.end))
        self.replace(text, start, end, maintain_selection_offset=False)

    def go_to(self, line: int) -> None:
        row = min(line, self.document.line_count - 1)
        text = self.document.get_line(row)
        self.move_cursor((row, len(text) - len(text.lstrip())), center=True)
