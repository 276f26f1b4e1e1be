"""The tour's line at the top of whatever screen is shown."""

from textual.widgets import Static

from k9lite.widgets.safe import plain


class TourLine(Static):
    """What to press now."""

    DEFAULT_CSS = """
    TourLine { dock: top; height: 1; background: $panel; color: $text-accent; text-style: bold; padding: 0 1;
        text-wrap: nowrap; text-overflow: ellipsis; }
    TourLine:nocolor, TourLine:ansi { text-style: bold reverse; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self.text = ""

    def say(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.update(plain(text))
