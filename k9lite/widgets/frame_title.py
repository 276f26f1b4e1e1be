"""What a widget's frame says: set only when it is another, and then its line of the frame is painted, not all within.

Textual has a widget painted as a whole when its title is set, and with it whatever stands in it.
"""

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from k9lite.widgets.safe import plain


class FrameTitle:
    """Of one widget, whose ``refresh`` without regions is to paint these ``regions`` instead, where there are any."""

    def __init__(self) -> None:
        self.regions: tuple[Region, ...] = ()
        self._said: tuple[str, str] = ("", "")

    def show(self, widget: Widget, title: str, below: str = "") -> None:
        """Text from a cluster is as good as any."""
        width, bottom = widget.outer_size.width, widget.outer_size.height - 1
        before, self._said = self._said, (title, below)
        left = -widget.content_offset.x, -widget.content_offset.y
        if title != before[0]:
            self.regions = (Region(*left, width, 1),)
            widget.border_title = Content(plain(title))
        if below != before[1]:
            self.regions = (Region(*left, width, 1).translate((0, bottom)),)
            widget.border_subtitle = Content(plain(below))
        self.regions = ()
