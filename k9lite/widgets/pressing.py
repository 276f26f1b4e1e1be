"""Lines of keys that the mouse can press: a click on ``d Describe`` is the key d, on whichever screen it stands."""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from rich.cells import cell_len
from textual.events import Click
from textual.keys import KEY_NAME_REPLACEMENTS
from textual.widget import Widget
from textual.widgets import Static

_WRITTEN: Mapping[str, str] = MappingProxyType({"⏎": "enter", "Enter": "enter", "Esc": "escape", "Tab": "tab"})


def key_of(written: str) -> str:
    """``question_mark`` for ``?``, ``enter`` for ``⏎``; names stay as they are."""
    if written in _WRITTEN:
        return _WRITTEN[written]
    if len(written) != 1 or written.isalnum():
        return written[:1].lower() + written[1:] if "+" in written else written
    name = unicodedata.name(written, written).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def press(widget: Widget, written: str) -> None:
    """As if it had been pressed where the focus is."""
    widget.app.simulate_key(key_of(written))


class KeyLine(Static):
    """``Esc Back  / Search  n N Next``: two spaces between them, the key first in each."""

    def __init__(self, text: str, *, id: str) -> None:
        super().__init__(text, id=id, markup=False)
        self._text = text

    def on_click(self, event: Click) -> None:
        offset = event.get_content_offset(self)
        at = -1 if offset is None else offset.x
        for part in self._text.split("  "):
            if 0 <= at < cell_len(part):
                press(self, part.split()[0])
            at -= cell_len(part) + 2
