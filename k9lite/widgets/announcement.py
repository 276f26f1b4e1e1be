"""The line that is read aloud: always the first of the screen, whatever screen that is."""

from textual.widgets import Static

from k9lite.widgets.safe import plain


class Announcement(Static):
    """``say`` replaces what it says; the terminal's own cursor goes there, for readers that follow it."""

    DEFAULT_CSS = """
    Announcement { dock: top; height: 1; text-wrap: nowrap; text-overflow: ellipsis; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self.text = ""

    def say(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.update(plain(text))


LINEAR_CSS = """
* { border: none; scrollbar-size: 0 0; }
ToastRack { display: none; }
FormScreen > #form { width: 100%; max-width: 100%; }
"""
