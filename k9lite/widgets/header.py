"""The line at the top: which cluster, when, at which revision and speed, and how it is doing."""

from attrs import frozen
from rich.text import Text
from textual.reactive import reactive
from textual.widgets import Static

from k9lite.widgets.safe import plain


@frozen(kw_only=True)
class Summary:
    """What the header shows; the parts are dropped from the end where room is short."""

    cluster: str
    mode: str
    time: str
    revision: str
    speed: str
    nodes: str
    pods: str
    usage: str


class Header(Static):
    """Set ``summary``; it is laid out for the width there is."""

    DEFAULT_CSS = """
    Header { dock: top; height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """
    summary: reactive[Summary | None] = reactive(None)

    def render(self) -> Text:
        if self.summary is None:
            return Text("")
        shown = self.summary
        parts = [
            (f"k9lite {plain(shown.cluster)}", "bold"),
            (shown.mode, "bold reverse" if shown.mode else ""),
            (shown.time, ""),
            (shown.speed, "bold"),
            (f"rev {shown.revision}", ""),
            (shown.nodes, ""),
            (shown.pods, ""),
            (shown.usage, ""),
        ]
        parts = [part for part in parts if part[0]]
        while len(parts) > 1 and sum(len(text) + 2 for text, _ in parts) - 2 > self.content_size.width:
            parts.pop()
        return Text("  ").join(Text(text, style=style) for text, style in parts)
