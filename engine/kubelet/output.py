"""A line of container output."""

from engine.kinds.frozen import frozen


@frozen
class LogLine:
    """``time`` is cluster time in seconds; ``text`` is what the container printed, without a line end."""

    time: int
    text: str
