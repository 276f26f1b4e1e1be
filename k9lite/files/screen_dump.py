"""What the terminal shows as a file: a picture (SVG), or its text without colours."""

import re
from itertools import chain, count
from pathlib import Path

from engine.errors import UsageError
from engine.kinds import format_time
from k9lite.files.local import save

_TEXT = re.compile(r'<text class="[^"]*" x="([\d.]+)"[^>]*clip-path="url\(#[^"]*-line-(\d+)\)">([^<]*)</text>')
_CELL_WIDTH = 12.2
"""Of the pictures that Textual draws."""


def dump(svg: str, path: str) -> None:
    """``path`` says the format by its ending. Raises UsageError."""
    ending = Path(path).suffix
    if ending not in (".svg", ".txt"):
        raise UsageError("screenshot FILE.svg, or screenshot FILE.txt: the ending says what is written")
    if Path(path).exists():
        raise UsageError(f"{path} is there already: nothing was written")
    save(path, (svg if ending == ".svg" else text_of(svg)).encode())


def free_name(now: int) -> str:
    """``k9lite-2026-11-20-17-05-30.svg`` in the folder one is in, or with a number behind it."""
    name = "k9lite-" + format_time(now).rstrip("Z").replace("T", "-").replace(":", "-")
    numbered = (f"{name}-{number}.svg" for number in count(2))
    return next(each for each in chain([f"{name}.svg"], numbered) if not Path(each).exists())


def text_of(svg: str) -> str:
    """Line by line, what the picture has in its cells."""
    import html  # it knows thousands of entities, and no picture is taken at the start

    rows: dict[int, str] = {}
    for x, line, text in _TEXT.findall(svg):
        at = round(float(x) / _CELL_WIDTH)
        rows[int(line)] = rows.get(int(line), "").ljust(at) + html.unescape(text).replace("\xa0", " ")
    return "".join(f"{rows.get(number, '').rstrip()}\n" for number in range(max(rows, default=-1) + 1))
