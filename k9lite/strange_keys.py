"""Keys that do nothing where they are pressed, and what whoever knows them from k9s finds instead.

No key is silent: one that is bound to nothing says so, and which one does what it does there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from textual.events import Key
from textual.screen import Screen

from k9lite.widgets.pressing import written

SAID = "does nothing here"
ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "ctrl+a": "every word that opens something is listed by :aliases",
        "ctrl+e": "z gives a pane the whole screen",
        "ctrl+g": "z gives a pane the whole screen",
        "ctrl+k": "x deletes, and asks first",
        "ctrl+l": "U goes back to an earlier revision",
        "ctrl+r": "there is nothing to refresh: what is shown is what is so",
        "ctrl+s": ":save FILE.csv keeps the rows, :save FILE.yaml the objects",
        "ctrl+u": "Esc clears the filter",
        "ctrl+w": "w shows the wide columns",
        "ctrl+x": "x deletes, and asks first",
        "ctrl+z": "f shows only what is not well",
        "h": "← scrolls to the left, Esc goes back",
        "r": "R restarts a workload, D drains a node",
        "t": "the job of a CronJob is run at once from its menu, a",
        "K": "x deletes, and asks first",
        "M": ":sort mem sorts by a column, o by the next one",
        "Q": "q leaves the console",
        "Z": ":sort COLUMN sorts by a column, o by the next one",
    }
)
"""What k9s does with a key, and how that is done here."""


def answer(screen: Screen[object], event: Key) -> str:
    """What to say of a key that nobody takes; "" where somebody does, or nobody could have meant it."""
    known = event.key in ELSEWHERE
    if not (known or (event.is_printable and event.character)) or not _is_untaken(screen, event):
        return ""
    hint = ELSEWHERE.get(event.key, "a lists what can be done, ? the keys")
    return f"{written(event.key)} {SAID}: {hint}"


def _is_untaken(screen: Screen[object], event: Key) -> bool:
    """Neither a key of the screen nor a letter of a text; a dialog takes what it wants."""
    focused = screen.focused
    if screen.is_modal or (focused is not None and focused.check_consume_key(event.key, event.character)):
        return False
    return event.key not in screen.active_bindings
