"""Shows a picture of the cluster's nodes, with a cursor that belongs to an object and goes where that goes."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from k9lite.mapping.picture import Picture, Target, width_of
from k9lite.widgets.looks import Looks

_PREFIX = "node-map--"
_MEANINGS = ("ok", "warn", "bad", "dim", "accent", "changed")


class NodeMap(ScrollView, can_focus=True):
    """``show`` takes a new picture; whatever has moved in it, the cursor stays with its object."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {_PREFIX + name for name in ("cursor", *_MEANINGS)}
    DEFAULT_CSS = """
    NodeMap {
        height: 1fr; background: $surface; color: $foreground; scrollbar-size: 0 1;
        & > .node-map--ok { color: $text-success; }
        & > .node-map--warn { color: $text-warning; }
        & > .node-map--bad { color: $text-error; text-style: bold; }
        & > .node-map--dim { color: $text-muted; }
        & > .node-map--accent { color: $text-accent; text-style: bold; }
        & > .node-map--changed { background: $warning 40%; text-style: bold; }
        & > .node-map--cursor { text-style: reverse bold; }
        &:nocolor > .node-map--changed { text-style: bold underline; }
        &:ansi > .node-map--changed { background: ansi_default; text-style: bold underline; }
        &:ansi > .node-map--dim { text-style: dim; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "go(0, -1)", "Up", show=False, id="map.up"),
        Binding("down,j", "go(0, 1)", "Down", show=False, id="map.down"),
        Binding("left,h", "go(-1, 0)", "Left", show=False, id="map.left"),
        Binding("right", "go(1, 0)", "Right", show=False, id="map.right"),
        Binding("g,home", "end(0)", "First", show=False, id="map.first"),
        Binding("G,end", "end(-1)", "Last", show=False, id="map.last"),
        Binding("enter", "open", "Open", show=False, id="map.open"),
    ]

    class Moved(Message):
        """The cursor is on another object."""

    class Opened(Message):
        """The user wants to open the object under the cursor."""

    class Beyond(Message):
        """The user wants to go up (-1) or down (1) from the last line there is."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self) -> None:
        super().__init__()
        self._looks = Looks(self, _PREFIX)
        self._picture = Picture((), {})
        self.cursor = ""

    @property
    def target(self) -> Target | None:
        """What the cursor is on."""
        return self._picture.targets.get(self.cursor)

    @property
    def words(self) -> str:
        """What the cursor is on, where the picture is one of words."""
        return self._picture.told.get(self.cursor, "")

    def show(self, picture: Picture) -> None:
        """Only lines that differ are painted."""
        before, self._picture = self._picture, picture
        if self.cursor not in picture.targets:
            self.cursor = next(iter(picture.targets), "")
            self.post_message(self.Moved())
        size = Size(max(map(width_of, picture.lines), default=0), len(picture.lines))
        if size != self.virtual_size:
            self.virtual_size = size
            self.refresh()
            return
        for number, (old, new) in enumerate(zip(before.lines, picture.lines, strict=False)):
            if old != new:
                self._refresh_line(number)

    def move_to(self, key: str) -> None:
        if key not in self._picture.targets:
            return
        self._refresh_cursor()
        self.cursor = key
        self._refresh_cursor()
        line = self._picture.targets[key].line
        top, height = self.scroll_offset.y, self.size.height
        if height and not top <= line < top + height:
            self.scroll_to(y=max(0, line - 1) if line < top else line - height + 1, animate=False, force=True)
        self.post_message(self.Moved())

    def action_go(self, dx: int, dy: int) -> None:
        key = self._picture.nearest(self.cursor, dx, dy)
        if dy and key == self.cursor:
            self.post_message(self.Beyond(dy))
        else:
            self.move_to(key)

    def action_end(self, at: int) -> None:
        if self._picture.targets:
            self.move_to(list(self._picture.targets)[at])

    def action_open(self) -> None:
        self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        key = self._picture.at(self.scroll_offset.y + offset.y, self.scroll_offset.x + offset.x)
        if key and key == self.cursor:
            self.action_open()
        elif key:
            self.move_to(key)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()

    def render_line(self, y: int) -> Strip:
        number, width = self.scroll_offset.y + y, self.size.width
        plain = self._looks.of()
        if number >= len(self._picture.lines):
            return Strip.blank(width, plain)
        segments = []
        for piece in self._picture.lines[number]:
            names = (piece.style,) if piece.style in _MEANINGS else ()
            if piece.key and piece.key == self.cursor:
                names = (*names, "cursor")
            segments.append(Segment(piece.text, self._looks.of(*names)))
        return Strip(segments).crop_extend(self.scroll_offset.x, self.scroll_offset.x + width, plain)

    def _refresh_cursor(self) -> None:
        if (target := self.target) is not None:
            self._refresh_line(target.line)

    def _refresh_line(self, number: int) -> None:
        self.refresh(Region(0, number - self.scroll_offset.y, self.size.width, 1))
