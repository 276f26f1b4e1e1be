"""The map: where pods are, and how they move. What is selected is an object, with the keys it has in every table."""

from __future__ import annotations

from time import perf_counter
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from engine.kinds import Object, Ref
from k9lite.mapping.draw import MOST_BOXES, draw
from k9lite.mapping.slots import Slots
from k9lite.mapping.words import in_words
from k9lite.place import Here, query_of
from k9lite.screens.object_keys import OBJECT_BINDINGS
from k9lite.screens.place_screen import PlaceScreen
from k9lite.widgets.node_map import NodeMap
from k9lite.widgets.safe import plain

_RESTS = 10
"""Drawing takes no more than this part of the time: what is long to draw is drawn seldom."""


class MapScreen(PlaceScreen):
    """Begins at the selected object, if it is a node or a pod; Enter leads to the object under the cursor."""

    FOOTER = "map"
    BINDINGS: ClassVar[list[BindingType]] = [
        *OBJECT_BINDINGS,
        Binding("escape,q", "close", "Back", id="map.close"),
        Binding("colon", "command", "Type a command", show=False, id="map.command"),
        Binding("X", "cancel", "Cancel what is under way", show=False, id="main.cancel"),
        Binding("z", "heat", "Boxes or a heat map", show=False, id="map.heat"),
        Binding("question_mark,f1", "help", "What every key does", show=False, id="map.help"),
    ]

    def __init__(self, here: Here) -> None:
        self.map = NodeMap()
        super().__init__(here, self.map, above=None, own=(), further=[("z", "Heat")])
        self._slots = Slots()
        self._heat: bool | None = None
        self._seen: tuple[object, ...] = ()
        self._rest_until = 0.0

    @property
    def selected(self) -> Ref | None:
        target = self.map.target
        return None if target is None else target.ref

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._draw()
        obj = self._here.client.state.get(self._here.refs[0]) if self._here.refs else None
        if obj is not None:
            self.map.move_to(obj.metadata.uid)

    def on_resize(self) -> None:
        self._seen = ()
        self._draw()

    def show_news(self) -> None:
        if perf_counter() >= self._rest_until:
            self._draw()
        self.show_footer()

    def action_close(self) -> None:
        """What is selected here is selected in the tables."""
        self._here.operator.trail.pointed = self.selected
        super().action_close()

    def action_cancel(self) -> None:
        self._here.operator.cancel()
        self.show_news()

    def action_heat(self) -> None:
        shown = self._here.client.state.count("Node") > MOST_BOXES if self._heat is None else self._heat
        self._heat = not shown
        self._seen = ()
        self._draw()

    def on_node_map_moved(self, message: NodeMap.Moved) -> None:
        message.stop()
        self.show_footer()

    def on_node_map_opened(self, message: NodeMap.Opened) -> None:
        message.stop()
        if self.selected is not None:
            self.lead(query_of(self.selected))

    def _draw(self) -> None:
        client = self._here.client
        moment = (client.state, client.now)
        width = self.map.scrollable_content_region.width
        if moment == self._seen or not width:
            return
        self._seen = moment
        begun = perf_counter()
        if self._here.operator.settings.linear:
            self.map.show(in_words(client.state, client.now, width))
        else:
            self.map.show(draw(client.state, client.now, width, self._slots, heat=self._heat))
        ended = perf_counter()
        self._rest_until = ended + _RESTS * (ended - begun)
        pods = f"nodes {client.state.count('Node')}  pods {client.state.count('Pod')}"
        self.map.border_title = Content(plain(f"map  {client.name}  {pods}"))
        self.show_footer()

    def reason(self, obj: Object | None) -> str:
        """With the object's name, which the map has no room for."""
        if (under_way := self._here.operator.under_way) or obj is None:
            return under_way
        where = f"{obj.metadata.namespace}/" if obj.metadata.namespace else ""
        return f"{obj.kind.lower()} {where}{obj.metadata.name}   {super().reason(obj)}"
