"""For terminals and locales that know ASCII only: every line and glyph becomes one of it, cell for cell.

It stands at the edge, over strips that are ready to be sent: nobody else needs to know. What tells states apart stays
apart (``*`` well, ``!`` warning, ``x`` bad, ``+`` done, ``o`` waiting); text in other scripts becomes ``?``.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from unicodedata import normalize

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_INSTEAD_OF = {
    "*": "●•", "!": "▲", "x": "✗×", "+": "✓├┤┬┴┼┌┐└┘╭╮╰╯┏┓┗┛╔╗╚╝", "o": "○", "#": "◆■█", "%": "▓", ":": "▒",
    ".": "░·", ">": "▌▶▸›→»", "<": "‹←«⏎", "^": "↑␛", "v": "↓▾", "=": "━═⏸", "-": "─▔–—", "|": "│┃║▎▏▕▐",
    "_": "▁", "~": "…", "u": "µ", "'": "‘’", '"': "“”",
}  # fmt: skip
_GLYPHS: Mapping[str, str] = MappingProxyType(
    {char: plain for plain, chars in _INSTEAD_OF.items() for char in chars}
)
_BLOCKS = "▀▂▃▄▅▆▇▉▊▋▍▖▗▘▙▚▛▜▝▞▟"
"""Edges of scroll bars: what counts is their background."""


class AsciiFilter(LineFilter):
    """Takes no more and no fewer cells than it was given."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  Textual's
        return [
            segment if segment.text.isascii() else Segment(ascii_text(segment.text), segment.style, segment.control)
            for segment in segments
        ]


def ascii_text(text: str) -> str:
    """As wide as ``text``."""
    return text if text.isascii() else "".join([_stand_in(char) for char in text])


@lru_cache(4096)
def _stand_in(char: str) -> str:
    if char.isascii():
        return char
    if char in _BLOCKS:
        return " "
    width = cell_len(char)
    plain = _GLYPHS.get(char) or normalize("NFKD", char).encode("ascii", "ignore").decode()
    return plain if len(plain) == width and plain.isprintable() else "?" * width
