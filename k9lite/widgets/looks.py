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
