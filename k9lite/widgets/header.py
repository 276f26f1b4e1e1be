"""The line at the top: which cluster, when, at which revision and speed, and how it is doing."""

from attrs import frozen
from rich.text import Text
from textual.reactive import reactive
from textual.widgets import Static

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

    def render(self) -> Text:
        return Text("") if self.summary is None else header_text(self.summary, self.content_size.width)


def header_text(shown: Summary, width: int) -> Text:
    """The parts that fit, in their order; each has the rank at which it is given up, the highest first."""
    travels = shown.mode == "REPLAY"
    parts = [
        (0, f"k9lite {plain(shown.cluster)}", "bold"),
        (1, shown.mode, "bold reverse"),
        (9, shown.date, ""),
        (2, shown.time, ""),
        (3, shown.speed, "bold"),
        (4 if travels else 7, f"rev {shown.revision}", ""),
        (6, shown.nodes, ""),
        (5, shown.pods, ""),
        (8, shown.usage, ""),
    ]
    parts = [part for part in parts if part[1]]
    while len(parts) > 1 and sum(cells(text) + 2 for _, text, _ in parts) - 2 > width:
        parts.remove(max(parts, key=lambda part: part[0]))
    line = Text("  ", no_wrap=True).join(Text(text, style=style) for _, text, style in parts)
    line.truncate(width, overflow="ellipsis")
    return line
