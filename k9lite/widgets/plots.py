"""Small plots side by side: a name, the newest value, and bars as high as there is room. It knows numbers only."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from engine.kinds.frozen import frozen

_BARS = " ▁▂▃▄▅▆▇█"
_GAP = 2
_ROOMY_CELLS = 100


@frozen(kw_only=True)
class Plot:
    """``values`` are from the oldest to the newest, None where nothing is known; ``top`` is what fills the height.

    From ``ahead`` on they are of a recording's future.
    """

    name: str
    said: str
    values: tuple[float | None, ...]
    top: float = 0.0
    """0: as high as the highest."""
    ahead: int | None = None
    style: str = "$text-primary"


class Plots(Widget):
    """One row of plots where it is wide enough, else two."""

    DEFAULT_CSS = """
    Plots { height: 7; padding: 0 1; border: round $panel-lighten-2; border-title-color: $text-muted; }
    Plots:ansi { border: solid ansi_default; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._plots: Sequence[Plot] = ()

    def show(self, plots: Sequence[Plot]) -> None:
        if plots != self._plots:
            self._plots = plots
            self.refresh()

    def render(self) -> Content:
        if not self._plots:
            return Content("")
        rows = 1 if self.content_size.width >= _ROOMY_CELLS else 2
        count = -(-len(self._plots) // rows)
        width = max(8, (self.content_size.width - _GAP * (count - 1)) // count)
        height = max(1, self.content_size.height // rows - 1)
        lines: list[Content] = []
        for first in range(0, len(self._plots), count):
            drawn = [_drawn(plot, width, height) for plot in self._plots[first : first + count]]
            lines += [Content(" " * _GAP).join(parts) for parts in zip(*drawn, strict=True)]
        return Content("\n").join(lines)


def bars(values: Sequence[float | None], width: int, height: int, top: float = 0.0) -> list[str]:
    """Lines from the highest to the lowest; the newest values are at the right, the highest of those that share a cell.

    >>> bars((0, 1, 2, 4), 4, 1)
    [' ▂▄█']
    """
    cells = _fitted(values, width)
    most = top or max((value for value in cells if value is not None), default=0.0) or 1.0
    eighths = [0 if value is None else round(min(1.0, value / most) * height * 8) for value in cells]
    return [
        "".join(_BARS[min(8, max(0, each - row * 8))] for each in eighths).rjust(width)
        for row in range(height - 1, -1, -1)
    ]


def _fitted(values: Sequence[float | None], width: int) -> list[float | None]:
    """As many as there are cells."""
    if len(values) <= width:
        return list(values)
    cells: list[float | None] = []
    for cell in range(width):
        part = values[cell * len(values) // width : (cell + 1) * len(values) // width]
        known = [value for value in part if value is not None]
        cells.append(max(known) if known else None)
    return cells


def _drawn(plot: Plot, width: int, height: int) -> list[Content]:
    head = Content.styled(plot.name, "bold") + Content(f" {plot.said}")
    head = head.truncate(width, pad=True)
    cells = min(len(plot.values), width)
    split = width if plot.ahead is None or not plot.values else width - cells + plot.ahead * cells // len(plot.values)
    lines = [
        Content.styled(line[:split], plot.style) + Content.styled(line[split:], "$text-disabled")
        for line in bars(plot.values, width, height, plot.top)
    ]
    return [head, *lines]
