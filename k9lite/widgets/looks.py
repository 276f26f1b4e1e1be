"""How meanings look: component classes laid over each other, so that a cell's colour is on its row's background.

Themes decide, in CSS; whoever keeps styles must forget them in `notify_style_update`.
"""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget


class Looks:
    """The styles of a widget's component classes `prefix` + name, worked out once."""

    def __init__(self, widget: Widget, prefix: str) -> None:
        self._widget = widget
        self._prefix = prefix
        self._styles: dict[tuple[str, ...], Style] = {}

    def of(self, *names: str) -> Style:
        """The style of these names, later ones over earlier ones over the widget's own."""
        style = self._styles.get(names)
        if style is None:
            style = self._styles[names] = self._layered([self._prefix + name for name in names])
        return style

    def clear(self) -> None:
        """Forget all styles, as the theme or the focus is another."""
        self._styles.clear()

    def _layered(self, classes: list[str]) -> Style:
        style = self._widget.get_visual_style(*classes).rich_style
        if any(self._widget.get_component_styles(name).text_style.reverse for name in classes):
            style += Style(reverse=True)  # which a visual style leaves out
        return style


TABLE_CSS = """
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

TEXT_CSS = """
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
    & > .text-view--current-match { background: $text-warning; color: $background; text-style: bold; }
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
