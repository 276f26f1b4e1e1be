"""Lines of keys that the mouse can press: a click on ``d Describe`` is the key d, on whichever screen it stands.

A hint names its actions as config.yaml does, and the app knows which keys those were given.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from rich.cells import cell_len
from textual.events import Click
from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character
from textual.widget import Widget
from textual.widgets import Static

Hint = tuple[str, str, str]
"""Keys as they are written, what they do, and for each key the name of its action ("" where it has none)."""

_WRITTEN: Mapping[str, str] = MappingProxyType(
    {
        "⏎": "enter", "Enter": "enter", "Esc": "escape", "Tab": "tab", "Space": "space", "PgUp": "pageup",
        "PgDn": "pagedown", "pgup": "pageup", "pgdn": "pagedown", "↑": "up", "↓": "down", "←": "left", "→": "right",
        "Up": "up", "Down": "down", "Left": "left", "Right": "right",
    }
)
_SHORT: Mapping[str, str] = MappingProxyType(
    {"enter": "Enter", "escape": "Esc", "tab": "Tab", "space": "Space", "pageup": "PgUp", "pagedown": "PgDn"}
)
IN_ASCII: Mapping[str, str] = MappingProxyType({"⏎": "Enter", "↑": "Up", "↓": "Down", "←": "Left", "→": "Right"})
"""Names of keys that a filter of glyphs would make other keys of."""
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "slash": "/", "colon": ":", "plus": "+", "minus": "-", "underscore": "_", "backslash": "\\",
        "ctrl+@": "ctrl+space",
    }
)
"""Those that Unicode calls otherwise."""


@runtime_checkable
class NamesKeys(Protocol):
    """The console's app."""

    def key_name(self, action: str, default: str) -> str:
        """What is written on the key of an action; ``default`` where it was given no other."""
        ...


def key_name(app: object, action: str, default: str) -> str:
    """As the app has it, where it knows."""
    return app.key_name(action, default) if isinstance(app, NamesKeys) else default


def key_of(written: str) -> str:
    """``question_mark`` for ``?``, ``enter`` for ``⏎``; names stay as they are."""
    if written in _WRITTEN:
        return _WRITTEN[written]
    if len(written) != 1 or written.isalnum():
        return written[:1].lower() + written[1:] if "+" in written else written
    name = unicodedata.name(written, written).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def written(key: str) -> str:
    """``?`` for question_mark."""
    character = _NAMES.get(key) or key_to_character(key) or key
    return character if character.isprintable() and not character.isspace() else key


def shortest(keys: str) -> str:
    """What is written on that of several keys which is the quickest to read."""
    key = min(keys.split(","), key=len)
    return _SHORT.get(key) or written(key)


def press(widget: Widget, written: str) -> None:
    """As if it had been pressed where the focus is."""
    widget.app.simulate_key(key_of(written))


def named(app: object, hints: Sequence[Hint]) -> list[tuple[tuple[str, ...], str]]:
    """The keys of each hint as they are now, and what they do."""
    found = []
    for keys, what, actions in hints:
        each = keys.split()
        names = [*actions.split(), *[""] * len(each)][: len(each)]
        shown = [key_name(app, name, key) for key, name in zip(each, names, strict=True)]
        found.append((tuple(shown), what))
    return found


def line_of(app: object, hints: Sequence[Hint]) -> str:
    """``Esc Back  / Search  n N Next, previous``"""
    return "  ".join(" ".join((*keys, what)) for keys, what in named(app, hints))


class KeyLine(Static):
    """Two spaces between hints, the keys first in each; ``told`` follows them, and is no key."""

    def __init__(self, hints: Sequence[Hint], *, id: str, told: str = "") -> None:
        super().__init__("", id=id, markup=False)
        self._hints, self._told = hints, told

    def on_mount(self) -> None:
        self.update("  ".join(each for each in (line_of(self.app, self._hints), self._told) if each))

    def on_click(self, event: Click) -> None:
        offset = event.get_content_offset(self)
        at = -1 if offset is None else offset.x
        for keys, what in named(self.app, self._hints):
            for place, key in enumerate(keys, 1):
                length = cell_len(key) + (cell_len(what) + 1 if place == len(keys) else 0)
                if 0 <= at < length:
                    press(self, key)
                at -= length + (2 if place == len(keys) else 1)
