"""What the app tells the screen on top: the cluster or its clock moved on. Several waiting arrive as one."""

from textual.message import Message


class StateChanged(Message):
    """The client's State or time is another than at the last such message."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, StateChanged)
