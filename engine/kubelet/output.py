"""A line of container output."""

from engine.kinds.frozen import frozen


@frozen
class LogLine:
    """``time`` is cluster time in seconds; ``text`` is what the container printed, without a line end.

    ``open`` is a line that may still grow: it has no end yet.
    """

    time: int
    text: str
    open: bool = False
