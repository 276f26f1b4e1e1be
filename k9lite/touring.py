"""Takes the operator through the tour: looks at the screen after each frame, and says what to press next.

Esc ends it wherever there is nothing else to leave; ``:tour`` begins it again, or ends it.
"""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.timer import Timer

from k9lite.settings import MATTER
from k9lite.tour import Seen, Tour
from k9lite.widgets.table import ObjectTable
from k9lite.widgets.text_view import TextView
from k9lite.widgets.tour_line import TourLine

if TYPE_CHECKING:
    from k9lite.screens.main import MainScreen

_LOOK_SECONDS = 0.1


class Guide:
    """Of one console. ``begin`` and ``end`` may be called whenever they are asked for."""

    def __init__(self, main: "MainScreen") -> None:
        self._main = main
        self._tour: Tour | None = None
        self._looking: Timer | None = None

    @property
    def is_on(self) -> bool:
        return self._tour is not None

    def begin(self) -> None:
        """From the start; that it was seen is kept, so that it begins by itself but once."""
        kept = self._main.operator.preferences
        self._main.operator.trying(lambda: kept.save(MATTER, {**kept.load(MATTER), "tour": "seen"}))
        self._tour = Tour(line=self._main.operator.trail.line)
        if self._looking is None:
            self._looking = self._main.set_interval(_LOOK_SECONDS, self.look)
        self.look()

    def end(self) -> None:
        """Told, since Esc may have been pressed once too often."""
        if self._tour is None:
            return
        self._tour = None
        self._main.operator.tell("the tour is over: :tour begins it again")
        if self._looking is not None:
            self._looking.stop()
            self._looking = None
        for screen in self._main.app.screen_stack:
            screen.query(TourLine).remove()

    def look(self) -> None:
        """Moves on when a step is done."""
        if self._tour is None:
            return
        before, self._tour = self._tour, self._tour.after(self._seen())
        screen = self._main.app.screen
        found = screen.query(TourLine)
        line = found.first() if found else TourLine()
        if not found:
            screen.mount(line)
        if self._tour is not before and self._main.operator.settings.linear:
            self._main.operator.tell(self._tour.text)
        line.say(self._tour.text)

    def _seen(self) -> Seen:
        screen, pane = self._main.app.screen, self._main.pane
        obj = pane.current()
        titled = [each for each in (*screen.query(ObjectTable), *screen.query(TextView)) if each.border_title]
        title = Content.from_markup(str(titled[0].border_title)).plain if titled else ""
        return Seen(
            screen=f"{type(screen).__name__} {title}",
            kind=pane.kind,
            name="" if obj is None else obj.metadata.name,
            filter="" if self._main.is_typing else pane.listing.filter.text,
            depth=pane.depth,
            line=self._main.operator.trail.line,
        )
