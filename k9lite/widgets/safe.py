"""Text from a cluster is data: what could steer a terminal is shown, never sent.

A control character becomes its visible picture (ESC is ␛), whatever else does not print (C1 controls,
direction overrides, zero-width joiners, lone surrogates) becomes U+FFFD, tabs become spaces. Spaces of other
scripts stay. The result prints, so its width is what the terminal will use.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rich.cells import cell_len

TAB_CELLS = 8
STAND_IN = "\ufffd"
_CONTROL_PICTURES = 0x2400
_DELETE, _DELETE_PICTURE = "\x7f", "\u2421"
_SPACE_SEPARATOR = "Zs"
_LONGEST_TOLD = 160
_MOST_TOLD = 3
"""Lines; a longer answer gets a screen."""
_TOAST_EDGES = 3
_BETWEEN = " · "


def plain(text: str) -> str:
    """`text` as one harmless line. Text that prints already comes back as the same object."""
    if text.isprintable():
        return text
    if "\t" in text:
        text = text.expandtabs(TAB_CELLS)
        if text.isprintable():
            return text
    return "".join([char if char.isprintable() else _stand_in(char) for char in text])


def cells(text: str) -> int:
    """The width of plain text in terminal cells."""
    return len(text) if text.isascii() else cell_len(text)


def cut(text: str, width: int) -> str:
    """At most `width` cells of plain text from its start; never half of a wide character."""
    if text.isascii():
        return text[:width]
    used = 0
    for position, char in enumerate(text):
        used += cell_len(char)
        if used > width:
            return text[:position]
    return text


def brief(text: str) -> str:
    """Lines fit to be told in passing: plain, and none of them long."""
    lines = (plain(line) for line in text.split("\n"))
    return "\n".join(line if len(line) <= _LONGEST_TOLD else f"{line[:_LONGEST_TOLD]}…" for line in lines)


def fits_in_passing(lines: Sequence[str], width: int) -> bool:
    """Whether lines can be told in passing on a screen of ``width`` cells: few, and no table that would be broken."""
    return len(lines) <= _MOST_TOLD and (not _is_table(lines) or max(map(cells, lines)) <= width - _TOAST_EDGES)


def in_passing(text: str, width: int) -> str:
    """``brief``, on one line of a screen of ``width`` cells where that has room for it."""
    lines = brief(text).split("\n")
    together = _BETWEEN.join(lines)
    return together if cells(together) <= width - _TOAST_EDGES and not _is_table(lines) else "\n".join(lines)


def _is_table(lines: Sequence[str]) -> bool:
    return len(lines) > 1 and all("   " in line for line in lines)


def _stand_in(char: str) -> str:
    if char < " ":
        return chr(_CONTROL_PICTURES + ord(char))
    if char == _DELETE:
        return _DELETE_PICTURE
    return char if unicodedata.category(char) == _SPACE_SEPARATOR else STAND_IN
