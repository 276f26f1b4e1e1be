"""What the app and its screens tell each other besides keys."""

from collections.abc import Sequence

from textual.message import Message


class StateChanged(Message):
    """To the screen on top: the State or the time is another now. Several that wait arrive as one."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, StateChanged)


class DeedRefused(Message):
    """To the app: what would have changed something came to nothing, and why. ``line`` is the kubectl line of it."""

    def __init__(self, line: str, said: Sequence[str]) -> None:
        super().__init__()
        self.line, self.said = line, tuple(said)
