"""The two lines at the bottom: why the selected row is as it is, and the keys that apply to it."""

from collections.abc import Sequence

from rich.text import Text
from textual.events import Click
from textual.reactive import reactive
from textual.widgets import Static

from k9lite.widgets.pressing import press
from k9lite.widgets.safe import plain

Key = tuple[str, str]
"""A key as it is written on it, and what it does."""

ENDS: tuple[Key, ...] = (("a", "Menu"), ("?", "Help"))
"""What leads to all the rest."""
PLAYER_KEYS: tuple[Key, ...] = (
    ("Space", "Play"), (",", ""), (".", "Step"), ("[", ""), ("]", "Action"), ("_", ""), ("+", "Speed"), ("H", "Ledger"),
)  # fmt: skip
"""Those of a recording: of two that go back and on, the second is labelled."""


class Footer(Static):
    """As many keys as fit, in their order, and always menu and help; in one line the reason goes first."""

    DEFAULT_CSS = """
    Footer { height: 2; background: $panel; color: $foreground; padding: 0 1; }
    """
    keys: reactive[tuple[Key, ...]] = reactive(())
    ends: reactive[tuple[Key, ...]] = reactive(ENDS)
    """Always shown."""
    reason: reactive[str] = reactive("")
    """One line about the selected object, from the cluster."""

    def render(self) -> Text:
        width = self.content_size.width
        line = Text(plain(self.reason), no_wrap=True, overflow="ellipsis")
        line.truncate(width, overflow="ellipsis")
        if self.content_size.height < 2:
            return line if self.reason else self._key_line(width)
        return Text("\n").join((line, self._key_line(width)))

    def on_click(self, event: Click) -> None:
        """A click on a key presses it."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y != self.content_size.height - 1 or (offset.y == 0 and self.reason):
            return
        at = offset.x
        for key in self._fitting(self.content_size.width):
            if 0 <= at < max(1, _length(key) - 2):
                press(self, key[0])
            at -= _length(key)

    def _key_line(self, width: int) -> Text:
        return _written(self._fitting(width))

    def _fitting(self, width: int) -> list[Key]:
        shown: list[Key] = []
        room = width - sum(map(_length, self.ends))
        for key in self.keys:
            if room < _length(key):
                break
            room -= _length(key)
            shown.append(key)
        return [*shown, *self.ends]


def _length(key: Key) -> int:
    return len(key[0]) + (len(key[1]) + 3 if key[1] else 1)


def _written(keys: Sequence[Key]) -> Text:
    text = Text(no_wrap=True)
    for key, label in keys:
        text.append(key, "bold").append(f" {label}  " if label else " ")
    return text
