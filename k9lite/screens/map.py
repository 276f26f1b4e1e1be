"""The map: where pods are, and how they move. What is selected is an object, with the keys it has in every table."""

from __future__ import annotations

from time import perf_counter
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from engine.kinds import Ref
from k9lite.hints import keys_of, remark
from k9lite.mapping.draw import draw
from k9lite.mapping.slots import Slots
from k9lite.place import Act, Here, Onward, query_of
from k9lite.places import BY_WORD
from k9lite.screens.help import help_screen
from k9lite.screens.object_keys import OBJECT_BINDINGS
from k9lite.widgets.footer import Footer
from k9lite.widgets.node_map import NodeMap
from k9lite.widgets.safe import plain

_RESTS = 10
"""Drawing takes no more than this part of the time: what is long to draw is drawn seldom."""


class MapScreen(Screen[Onward]):
    """Begins at the selected object, if it is a node or a pod; Enter leads to the object under the cursor."""

    DEFAULT_CSS = """
    MapScreen NodeMap { border: round $accent; border-title-color: $text-accent; border-title-style: bold; }
    MapScreen:ansi NodeMap { border: heavy $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *OBJECT_BINDINGS,
        Binding("escape,q", "close", "Back", id="map.close"),
        Binding("X", "cancel", "Cancel what is under way", show=False, id="main.cancel"),
        Binding("z", "heat", "Boxes or a heat map", show=False, id="map.heat"),
        Binding("question_mark", "help", "What every key does", show=False, id="map.help"),
    ]

    def __init__(self, here: Here) -> None:
        super().__init__()
        self._here = here
        self._slots = Slots()
        self._heat: bool | None = None
        self._seen: tuple[object, ...] = ()
        self._rest_until = 0.0

    def compose(self) -> ComposeResult:
        yield NodeMap()
        yield Footer()

    @property
    def map(self) -> NodeMap:
        return self.query_one(NodeMap)

    @property
    def selected(self) -> Ref | None:
        target = self.map.target
        return None if target is None else target.ref

    def on_mount(self) -> None:
        self.map.focus()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._draw()
        obj = self._here.client.state.get(self._here.refs[0]) if self._here.refs else None
        if obj is not None:
            self.map.move_to(obj.metadata.uid)

    def on_resize(self) -> None:
        self._seen = ()
        self._draw()

    def on_state_changed(self) -> None:
        if perf_counter() >= self._rest_until:
            self._draw()
        self._show_footer()

    def action_verb(self, name: str) -> None:
        self._here.operator.verb(name, () if self.selected is None else (self.selected,))
        self.on_state_changed()

    def action_place(self, word: str) -> None:
        """From here to another place; where one goes from there, one leaves this as well."""
        place, here = BY_WORD[word], self._here.on(self.selected)
        here.operator.trying(lambda: place.open(here, "", self.leave))

    def leave(self, onward: Onward) -> None:
        """As a screen above it was left: for another table, or back to this one."""
        if isinstance(onward, Act):
            self._here.operator.verb(onward.verb, onward.refs)
        elif onward is not None:
            self.dismiss(onward)

    def action_cancel(self) -> None:
        self._here.operator.cancel()
        self.on_state_changed()

    def action_heat(self) -> None:
        self._heat = not (self._heat or False)
        self._seen = ()
        self._draw()

    def action_close(self) -> None:
        self.dismiss(None)

    def action_help(self) -> None:
        self.app.push_screen(help_screen((self, self.map), {}, self._here.operator.keymap))

    def on_node_map_moved(self, message: NodeMap.Moved) -> None:
        message.stop()
        self._show_footer()

    def on_node_map_opened(self, message: NodeMap.Opened) -> None:
        message.stop()
        if self.selected is not None:
            self.dismiss(query_of(self.selected))

    def _draw(self) -> None:
        client = self._here.client
        moment = (client.state, client.now)
        width = self.map.scrollable_content_region.width
        if moment == self._seen or not width:
            return
        self._seen = moment
        begun = perf_counter()
        self.map.show(draw(client.state, client.now, width, self._slots, heat=self._heat))
        ended = perf_counter()
        self._rest_until = ended + _RESTS * (ended - begun)
        pods = f"nodes {client.state.count('Node')}  pods {client.state.count('Pod')}"
        self.map.border_title = Content(plain(f"map  {client.name}  {pods}"))
        self._show_footer()

    def _show_footer(self) -> None:
        footer, client, ref = self.query_one(Footer), self._here.client, self.selected
        obj = None if ref is None else client.state.get(ref)
        offered = keys_of(obj, client.state, client.now, read_only=client.read_only)
        shown = (*(key for key in offered if key[1] != "Events"), ("z", "Heat"), ("Esc", "Back"))
        footer.keys = self._here.operator.keys(shown)
        if under_way := self._here.operator.under_way:
            footer.reason = under_way
        elif obj is None:
            footer.reason = ""
        else:
            where = f"{obj.metadata.namespace}/" if obj.metadata.namespace else ""
            footer.reason = f"{obj.kind.lower()} {where}{obj.metadata.name}   {remark(obj, client.state, client.now)}"
