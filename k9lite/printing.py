"""One line to a stream: the only way text of a cluster, a file name or an argument reaches a terminal without Textual.

A terminal never gets a control character; a file or pipe gets the text as it is.
"""

from typing import TextIO

from k9lite.widgets.safe import plain


def print_line(text: str, stream: TextIO, end: str = "\n") -> None:
    """``text`` may hold several lines."""
    if stream.isatty():
        text = "\n".join(plain(line) for line in text.split("\n"))
    print(text, file=stream, end=end, flush=True)
