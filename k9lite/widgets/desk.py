"""The panes on a screen and how they share it: all side by side where there is room, else the active one alone.

It knows where each pane is and which is active; what a pane shows, the pane knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import MouseDown, MouseMove
from textual.message import Message
from textual.widgets import Input

from engine.errors import UsageError
from engine.kinds import Ref
from engine.store.state import State
from k9lite.dragging import Edge, dragged
from k9lite.resource import Query, ResourceOf
from k9lite.splits import DETAIL, MOST_PANES, Part, Split, beside, leaves, resized, swapped, turned, without
from k9lite.widgets.detail import DetailPane
from k9lite.widgets.pane import Pane
from k9lite.widgets.split_area import SplitArea

WIDE_CELLS, TALL_LINES = 120, 20
"""From this size on all panes are shown side by side."""
_ROOMY_LINES = 30
"""From this height on, of a wide screen, the detail pane is there without being asked for."""
PANES = ("Node", "Pod", "Deployment", "Service")
FIRST = PANES.index("Pod") + 1
DEFAULT: Part = Split(
    down=False,
    parts=(
        Split(down=True, parts=(1, 3, 4), weights=(2, 2, 2)),
        Split(down=True, parts=(FIRST, DETAIL), weights=(5, 5)),
    ),
    weights=(5, 7),
)


class Desk(SplitArea):
    """Posts ``Arranged`` when panes came, went or are others than before. ``mode`` is what the detail pane shows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"pane({number})", f"Pane {number}", show=False, id=f"desk.pane_{number}")
            for number in range(1, MOST_PANES + 1)
        ),
        Binding("tab", "next_pane(1)", "Next pane", show=False, id="desk.next"),
        Binding("shift+tab", "next_pane(-1)", "Pane before", show=False, id="desk.previous"),
        Binding("z", "zoom", "Zoom the pane", show=False, id="desk.zoom"),
        Binding("v", "detail", "Detail pane: describe, YAML, events, logs, none", show=False, id="desk.detail"),
        Binding("less_than_sign", "resize(False, -1)", "Narrower", show=False, id="desk.narrower"),
        Binding("greater_than_sign", "resize(False, 1)", "Wider", show=False, id="desk.wider"),
        Binding("left_curly_bracket", "resize(True, -1)", "Lower", show=False, id="desk.lower"),
        Binding("right_curly_bracket", "resize(True, 1)", "Higher", show=False, id="desk.higher"),
        Binding("left_parenthesis", "move(-1)", "Change places with the one before", show=False, id="desk.move_before"),
        Binding("right_parenthesis", "move(1)", "Change places with the next", show=False, id="desk.move_next"),
        Binding("backslash", "turn", "Turn the split", show=False, id="desk.turn"),
    ]

    class Arranged(Message):
        """Another pane is active, or the room is divided otherwise."""

    def __init__(
        self, modes: Sequence[str], *, highlight_changes: bool, can_mark: bool, resource_of: ResourceOf,
        one_at_a_time: bool = False,
    ) -> None:  # fmt: skip
        self._modes = modes
        self._highlight_changes, self._can_mark = highlight_changes, can_mark
        self._resource_of = resource_of
        self._one_at_a_time = one_at_a_time
        made = [self._made(number, Query(kind=kind)) for number, kind in enumerate(PANES, 1)]
        super().__init__(*made, DetailPane(), part=DEFAULT, id="panes")
        self._whole: Part = DEFAULT
        self._active = FIRST
        self._zoomed = False
        self._edge: Edge | None = None
        self._leaving: list[Pane] = []
        self._mode: str | None = None
        """None as long as nobody has chosen: then the room decides."""

    # What there is

    @property
    def part(self) -> Part:
        """How the whole room is divided, were all of it shown."""
        return self._whole

    @property
    def active(self) -> int:
        return self._active

    @property
    def pane(self) -> Pane:
        """The table that has, or last had, the focus; another, as long as that can show nothing yet."""
        there = self.panes or [pane for pane in self.children if isinstance(pane, Pane)]
        return next((pane for pane in there if pane.number == self._active), there[0])

    @property
    def panes(self) -> list[Pane]:
        """By number; one that was only just opened joins when it can show something."""
        return sorted((pane for pane in self._kept if pane.is_mounted), key=lambda pane: pane.number)

    @property
    def _kept(self) -> list[Pane]:
        """Without those that are on their way out, which takes until the next frame."""
        return [pane for pane in self.children if isinstance(pane, Pane) and pane not in self._leaving]

    @property
    def detail(self) -> DetailPane:
        return self.query_one(DetailPane)

    @property
    def mode(self) -> str:
        """What the detail pane shows; "" where there is none."""
        if self._mode is not None:
            return self._mode
        size = self.screen.size
        roomy = size.width >= WIDE_CELLS and size.height >= _ROOMY_LINES
        return self._modes[0] if roomy and not self._one_at_a_time else ""

    @property
    def alone(self) -> bool:
        """Whether one table hides the others."""
        size = self.screen.size
        return self._one_at_a_time or size.width < WIDE_CELLS or size.height < TALL_LINES or self._zoomed

    # What a caller sets

    def activate(self, number: int) -> None:
        """Raises UsageError where there is no such pane."""
        if number not in leaves(self._whole) or number == DETAIL:
            raise UsageError(f"there is no pane {number}: :split KIND opens another")
        self._active = number
        self.lay_out()
        self.pane.table.focus()

    def point_at(self, ref: Ref | None, state: State) -> None:
        """Puts the cursors of its tables on an object that was pointed at elsewhere."""
        obj = None if ref is None else state.get(ref)
        for pane in self.panes:
            if obj is not None and pane.kind == obj.kind:
                pane.table.move_to(obj.metadata.uid)

    def took_focus(self, pane: Pane) -> None:
        if pane.has_focus_within:
            self._active = pane.number

    def open(self, query: Query, *, down: bool) -> None:
        """Another pane beside or below the active one. Raises UsageError where there are as many as keys."""
        taken = {*leaves(self._whole), *(pane.number for pane in self.query(Pane))}
        number = next((number for number in range(1, MOST_PANES + 1) if number not in taken), 0)
        if not number:
            raise UsageError(f"there are {MOST_PANES} panes: :close closes one")
        self._whole = beside(self._whole, self._active, number, down=down)
        self.mount(self._made(number, query))
        self.call_after_refresh(self._activated, number, self._active)

    def close(self) -> None:
        """Raises UsageError for the last table."""
        if len(self.panes) == 1:
            raise UsageError("this is the only table: q leaves the console")
        gone, order = self.pane, self._order()
        self._active = next(number for number in (*order[order.index(gone.number) + 1 :], *order) if number)
        self._whole = without(self._whole, gone.number)
        self._drop(gone)
        self.call_after_refresh(self._activated, self._active, self._active)

    def restore(self, part: Part, queries: dict[int, Query]) -> None:
        """The arrangement of another time, with what its panes showed."""
        wanted = [number for number in leaves(part) if number != DETAIL]
        if any(pane.number in wanted for pane in self.query(Pane) if pane in self._leaving):
            self.call_after_refresh(self.restore, part, queries)
            return
        for pane in self._kept:
            if pane.number not in wanted:
                self._drop(pane)
        have = {pane.number: pane for pane in self._kept}
        for number in wanted:
            query = queries.get(number) or Query(kind=PANES[(number - 1) % len(PANES)])
            if number not in have:
                self.mount(self._made(number, query))
            elif have[number].listing.query != query:
                have[number].show(query, keep=False)
        self._whole, self._zoomed = part, False
        self._active = self._active if self._active in wanted else wanted[0]
        self.call_after_refresh(self._activated, self._active, self._active)

    def choose(self, mode: str | None) -> None:
        """What the detail pane shows from now on; "" nothing."""
        self._mode = mode
        self.lay_out()

    def back(self) -> bool:
        """Ends the zoom; False where there is none."""
        if not self._zoomed:
            return False
        self.action_zoom()
        return True

    def lay_out(self) -> None:
        """Divides the room again: the size of the screen, or what is shown, may be another."""
        shown = {self._active} if self.alone else {number for number in leaves(self._whole) if number != DETAIL}
        if self.mode and not self._zoomed and self.screen.size.height >= TALL_LINES:
            shown.add(DETAIL)
        stacked = Split(down=True, parts=(self._active, DETAIL), weights=(1, 1))
        self.divide(stacked if self.alone else self._whole, shown)
        if DETAIL not in shown and self.detail.has_focus_within:
            self.pane.table.focus()
        self.post_message(self.Arranged())

    # Keys

    def action_pane(self, number: int) -> None:
        try:
            self.activate(number)
        except UsageError as error:
            self.notify(str(error), markup=False)

    def action_next_pane(self, step: int) -> None:
        """Through what is shown; where one table hides the others, through the tables, and the detail pane last."""
        order = [number for number in self._order() if number or self.detail.display]
        here = DETAIL if self.detail.has_focus_within else self._active
        there = order[(order.index(here) + step) % len(order)]
        if there == DETAIL:
            self.detail.view.focus()
        else:
            self.activate(there)

    def action_zoom(self) -> None:
        self._zoomed = not self._zoomed
        self.lay_out()

    def action_detail(self) -> None:
        modes = [*self._modes, ""]
        self.choose(modes[(modes.index(self.mode) + 1) % len(modes)])

    def action_resize(self, down: bool, step: int) -> None:
        self._whole = resized(self._whole, self._here, down=down, step=step)
        self.lay_out()

    def action_move(self, step: int) -> None:
        order = self._order()
        other = order[(order.index(self._here) + step) % len(order)]
        self._whole = swapped(self._whole, self._here, other)
        self.lay_out()

    def action_turn(self) -> None:
        self._whole = turned(self._whole, self._here)
        self.lay_out()

    # The mouse

    def on_mouse_down(self, event: MouseDown) -> None:
        """On the frames of two panes: what is between them can be dragged."""
        x, y = int(event.screen_x), int(event.screen_y)
        framed = not self.alone and isinstance(self.screen.get_widget_at(x, y)[0], Pane | DetailPane)
        self._edge = self.edge_at(x, y) if framed else None

    def on_mouse_move(self, event: MouseMove) -> None:
        if self._edge is not None:
            self.capture_mouse()
            self._whole = dragged(self._whole, self._edge, int(event.screen_x), int(event.screen_y))
            self.lay_out()

    def on_mouse_up(self) -> None:
        self._edge = None
        self.release_mouse()

    @property
    def _here(self) -> int:
        return DETAIL if self.detail.has_focus_within else self._active

    def _order(self) -> list[int]:
        """From the left and the top, the tables by number where that is how they stand at first."""
        found = list(leaves(self._whole))
        if self._whole == DEFAULT or self.alone:
            found.sort(key=lambda number: number or MOST_PANES + 1)
        return found

    def _drop(self, pane: Pane) -> None:
        self._leaving = [each for each in self._leaving if each.is_attached] + [pane]
        pane.remove()

    def _activated(self, number: int, before: int) -> None:
        """Once the room is divided. By then the pane may be gone again, another may have been chosen instead of
        ``before``, or a line be open that has the next keys.
        """
        if number in leaves(self._whole) and self._active == before:
            self._active = number
        self.lay_out()
        if not isinstance(self.screen.focused, Input):
            self.pane.table.focus()

    def _made(self, number: int, query: Query) -> Pane:
        return Pane(
            number,
            query,
            highlight_changes=self._highlight_changes,
            can_mark=self._can_mark,
            resource_of=self._resource_of,
        )


def queries_of(panes: Sequence[Pane]) -> Iterator[tuple[int, Query]]:
    for pane in panes:
        yield pane.number, pane.listing.query

