"""A container that divides its room among its panes as a tree of splits says; no change of it mounts anything anew."""

from __future__ import annotations

from collections.abc import Collection

from textual.containers import Container
from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from k9lite.dragging import Edge, edge_at
from k9lite.splits import DETAIL, Part, areas


class SplitArea(Container):
    """Its children are named ``pane-N`` after the leaves of the tree. ``divide`` says which of them are shown."""

    DEFAULT_CSS = "SplitArea { height: 1fr; width: 1fr; }"
    BLANK = True

    def __init__(self, *panes: Widget, part: Part, id: str | None = None) -> None:
        super().__init__(*panes, id=id)
        self._part, self._shown = part, frozenset[int]()
        self._splits = _SplitLayout(self)

    @property
    def layout(self) -> Layout:
        """Not a style: it belongs to this one container."""
        return self._splits

    def divide(self, part: Part, shown: Collection[int]) -> None:
        """Panes that are not shown take no room and cost nothing."""
        if part == self._part and self._shown == frozenset(shown):
            return
        self._part, self._shown = part, frozenset(shown)
        for child in self.children:
            child.display = number_of(child) in self._shown
        self.children[0].refresh(layout=True)  # a child's wish has its parent arranged anew

    def regions(self, size: Size) -> dict[int, Region]:
        return {leaf: Region(*area) for leaf, area in areas(self._part, (0, 0, *size), self._shown).items()}

    def edge_at(self, x: int, y: int) -> Edge | None:
        """The one between two panes that is at this cell of the screen."""
        return edge_at(self._part, (*self.region.offset, *self.size), self._shown, x, y)


def pane_id(number: int) -> str:
    return f"pane-{number}"


def number_of(widget: Widget) -> int:
    name = widget.id or ""
    return int(name.removeprefix("pane-")) if name.startswith("pane-") else DETAIL


class _SplitLayout(Layout):
    name = "splits"

    def __init__(self, area: SplitArea) -> None:
        self._area = area

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:  # noqa: ARG002  Textual's
        regions = self._area.regions(size)
        return [
            WidgetPlacement(regions[number], Offset(0, 0), Spacing(0, 0, 0, 0), child)
            for child in children
            if (number := number_of(child)) in regions
        ]
