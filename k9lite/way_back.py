"""The way back to a place that was left for what Enter led to: as it was, with its cursor, its filter and its folds.

It knows screens and the tables below them, not what either shows. A screen that is left stays alive until it is come
back to, or until others were left since.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen

if TYPE_CHECKING:
    from k9lite.screens.place_screen import PlaceScreen

_MOST = 4
"""Screens that are kept; who comes back from further finds a table."""

Closed = Callable[[Any], None]


class WayBack:
    """A place says that it is left (``leave``); whoever hears where it leads says from what (``note``)."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._leaving: PlaceScreen | None = None
        self._left: list[tuple[object, PlaceScreen, Closed]] = []

    def leave(self, screen: PlaceScreen) -> None:
        """Before it closes."""
        self._forget(screen)
        self._app.install_screen(screen, _name(screen))
        self._leaving = screen

    def note(self, table: object, closed: Closed) -> None:
        """``table`` was below the place that closed just now; a line that was typed there leads away from it."""
        screen, self._leaving = self._leaving, None
        if screen is None:
            for each in [screen for below, screen, _ in self._left if below is table]:
                self._forget(each)
            return
        self._left.append((table, screen, closed))
        for _, old, _ in self._left[:-_MOST]:
            self._forget(old)

    def back(self, table: object) -> bool:
        """Shows the place that was left for what was over ``table``, if there was one."""
        if not self._left or self._left[-1][0] is not table:
            return False
        _, screen, closed = self._left.pop()
        self._app.uninstall_screen(screen)
        self._app.push_screen(screen, closed)
        screen.call_after_refresh(screen.show_news)
        return True

    def _forget(self, screen: Screen[Any]) -> None:
        kept = [each for each in self._left if each[1] is not screen]
        if len(kept) < len(self._left):
            self._left = kept
            self._app.uninstall_screen(screen)
            if screen not in self._app.screen_stack:
                screen.remove()


def _name(screen: Screen[Any]) -> str:
    return f"left-{id(screen)}"
