"""The linear mode: one thing after the other, and what has the focus told in one line of words at a fixed place.

It looks at whichever screen is on top after each key and each frame, so that no screen needs to know of it.
"""

from time import monotonic
from typing import Any

from textual.app import App
from textual.geometry import Offset
from textual.screen import Screen

from k9lite.widgets.announcement import LINEAR_CSS, Announcement
from k9lite.widgets.footer import Footer
from k9lite.widgets.safe import plain
from k9lite.widgets.spoken import STATES, spoken, title_of
from k9lite.widgets.table import ObjectTable

_LOOK_SECONDS, _HEARD_SECONDS = 0.1, 2


class Linear:
    """``begin`` once the app runs; what is told in passing stays until it was heard and something else is so."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._told, self._told_at = "", 0.0
        self._was = ""
        app.stylesheet.add_source(LINEAR_CSS, read_from=("linear", ""))
        app.animation_level = "none"

    def begin(self) -> None:
        self._app.set_interval(_LOOK_SECONDS, self.look)
        self.look()

    def tell(self, text: str) -> None:
        self._told, self._told_at = plain(text.replace("\n", "; ")), monotonic()
        self.look()

    def look(self) -> None:
        """Says what is so now, where that is something else."""
        screen: Screen[Any] = self._app.screen
        focused = self._app.focused
        here = spoken(focused, _trouble(screen))
        title = "" if isinstance(focused, ObjectTable) else title_of(focused)
        here = f"{here}; in {title}" if title else here
        if here != self._was:
            self._was = here
            if monotonic() - self._told_at > _HEARD_SECONDS:
                self._told = ""
        found = screen.query(Announcement)
        line = found.first() if found else None
        if line is None:
            line = Announcement()
            screen.mount(line)
        line.say("; ".join(each for each in (self._told, here) if each))
        self._app.cursor_position = Offset(0, 0)


def _trouble(screen: Screen[Any]) -> str:
    """What the footer says is wrong with the selected object."""
    reason = next((footer.reason for footer in screen.query(Footer)), "")
    glyph, _, rest = reason.partition(" ")
    return plain(rest.partition(": ")[2] or rest) if glyph in STATES else ""
