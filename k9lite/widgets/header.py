"""The line at the top: which cluster, when, at which revision and speed, and how it is doing."""

from rich.text import Text
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from engine.kinds.frozen import frozen
from k9lite.widgets.safe import cells, plain


@frozen(kw_only=True)
class Summary:
    """What the header shows."""

    cluster: str
    mode: str
    date: str
    time: str
    revision: str
    speed: str
    nodes: str
    pods: str
    usage: str


class Header(Static):
    """Set ``summary``; what does not fit is left out, what matters least first."""

    DEFAULT_CSS = """
    Header { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    Header:nocolor, Header:ansi { text-style: reverse; }
    """
    summary: reactive[Summary | None] = reactive(None)

    class Wanted(Message):
        """The user clicked on one part of the line, named as in Summary."""

        def __init__(self, part: str) -> None:
            super().__init__()
            self.part = part

    def on_click(self, event: Click) -> None:
        offset = event.get_content_offset(self)
        if self.summary is None or offset is None:
            return
        at = offset.x
        for name, text, _ in _parts(self.summary, self.content_size.width):
            if 0 <= at < cells(text):
                self.post_message(self.Wanted(name))
            at -= cells(text) + 2

    def render(self) -> Text:
        return Text("") if self.summary is None else header_text(self.summary, self.content_size.width)


def header_text(shown: Summary, width: int) -> Text:
    """One line of the parts that fit."""
    line = Text("  ", no_wrap=True).join(Text(text, style=style) for _, text, style in _parts(shown, width))
    line.truncate(width, overflow="ellipsis")
    return line


def _parts(shown: Summary, width: int) -> list[tuple[str, str, str]]:
    """Name, text and style of those that fit; each has the rank at which it is given up, the highest first."""
    travels = shown.mode == "REPLAY"
    parts = [
        (0, "cluster", f"k9lite {plain(shown.cluster)}", "bold"),
        (1, "mode", shown.mode, "bold reverse"),
        (9, "date", shown.date, ""),
        (2, "time", shown.time, ""),
        (3, "speed", shown.speed, "bold"),
        (4 if travels else 7, "revision", f"rev {shown.revision}", ""),
        (6, "nodes", shown.nodes, ""),
        (5, "pods", shown.pods, ""),
        (8, "usage", shown.usage, ""),
    ]
    parts = [part for part in parts if part[2]]
    while len(parts) > 1 and sum(cells(text) + 2 for _, _, text, _ in parts) - 2 > width:
        parts.remove(max(parts, key=lambda part: part[0]))
    return [part[1:] for part in parts]
