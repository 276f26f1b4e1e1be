"""The line that names the panes where only one is shown at a time, and the keys that lead to the others."""

from collections.abc import Iterator, Sequence

from rich.text import Text
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

Tab = tuple[int, str, str, int]
"""Number, plural, short name, how many it lists."""


class PaneStrip(Static):
    """Set ``tabs`` and ``active`` (a number). A click on a name asks for its pane."""

    DEFAULT_CSS = """
    PaneStrip { height: 1; background: $surface; color: $text-muted; padding: 0 1; display: none; }
    PaneStrip.-shown { display: block; }
    """
    tabs: reactive[tuple[Tab, ...]] = reactive(())
    active: reactive[int] = reactive(0)

    class Wanted(Message):
        """The user wants to see the pane of this number."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def render(self) -> Text:
        line = Text(no_wrap=True)
        for (number, *_), text in self._labels():
            line.append(text, "bold reverse" if number == self.active else "").append(" ")
        return line

    def on_click(self, event: Click) -> None:
        at = event.x - 1
        for (number, *_), text in self._labels():
            if 0 <= at < len(text):
                self.post_message(self.Wanted(number))
            at -= len(text) + 1

    def _labels(self) -> Iterator[tuple[Tab, str]]:
        """In the longest wording that fits."""
        labels = [_wording(self.tabs, each) for each in ("counted", "named", "short", "number")]
        width = self.content_size.width
        fitting = (texts for texts in labels if sum(map(len, texts)) + len(texts) - 1 <= width)
        return zip(self.tabs, next(fitting, labels[-1]), strict=True)


def _wording(tabs: Sequence[Tab], how: str) -> list[str]:
    match how:
        case "counted":
            return [f" {number} {plural} {count} " for number, plural, _, count in tabs]
        case "named":
            return [f" {number} {plural} " for number, plural, _, _ in tabs]
        case "short":
            return [f"{number} {short}" for number, _, short, _ in tabs]
        case _:
            return [str(number) for number, *_ in tabs]
