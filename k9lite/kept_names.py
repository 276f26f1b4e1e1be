"""What may follow the console's own words: names that were kept, themes, plugins."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from engine.errors import UsageError
from k9lite import layouts, views
from k9lite.themes import THEMES

if TYPE_CHECKING:
    from k9lite.preferences import Preferences
    from k9lite.settings import Settings


def names_after(text: str, preferences: Preferences, settings: Settings) -> list[str]:
    """Whole lines ``text`` could become; of what cannot be read none, which is told when it is asked for."""
    before, _, last = text.rpartition(" ")
    with suppress(UsageError):
        return [f"{before} {name}" for name in _names(before.split(), preferences, settings) if name.startswith(last)]
    return []


def _names(words: Sequence[str], preferences: Preferences, settings: Settings) -> Sequence[str]:
    match words:
        case ["view"]:
            return ("save", "delete", *views.all_kept(preferences).names)
        case ["layout"]:
            return ("save", "delete", "reset", *layouts.all_kept(preferences).names)
        case ["view", "save" | "delete"]:
            return views.all_kept(preferences).names
        case ["layout", "save" | "delete"]:
            return layouts.all_kept(preferences).names
        case ["theme"]:
            return tuple(THEMES)
        case ["plugin"]:
            return [each.name for each in settings.plugins]
        case ["copy"]:
            return ("name", "line")
        case _:
            return ()
