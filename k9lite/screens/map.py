"""The map: where pods are, and how they move. What is selected is an object, with the keys it has in every table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer

from engine.kinds import Node, Object, Pod, Ref
from k9lite.mapping.draw import draw, in_order, is_heat, part_at
from k9lite.mapping.slots import Slots
from k9lite.mapping.words import in_words
from k9lite.place import Here, query_of
from k9lite.portions import AT_ONCE_SECONDS, BREATH_SECONDS, PORTION_SECONDS, lasting
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
        self._boxes_from = 0
        """The place of the first node with a box, where there are too many to draw one of each."""
        self._seen: tuple[object, ...] = ()
        self._rest_until = 0.0
        self._unread: Iterator[Pod] = iter(())
        self._rest: Timer | None = None
        self._then: Callable[[], object] = lambda: None

    @property
    def selected(self) -> Ref | None:
        target = self.map.target
        return None if target is None else target.ref

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        obj = self._here.client.state.get(self._here.refs[0]) if self._here.refs else None
        self._draw_anew(lambda: None if obj is None else self.map.move_to(obj.metadata.uid))

    def on_resize(self) -> None:
        self._draw_anew()

    def show_news(self) -> None:
        if perf_counter() >= self._rest_until and self.map.border_subtitle is None:
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
        """The cursor goes to the node it was on, or on a pod of."""
        state, node = self._here.client.state, self._node_under_cursor()
        self._heat = not is_heat(state, self._heat)
        if node is not None and not self._heat:
            self._boxes_from = [each.metadata.name for each in in_order(state)].index(node.metadata.name)
        self._draw_anew(lambda: self._point_at(node))

    def _point_at(self, node: Node | None) -> None:
        if node is not None and self.selected is not None and self.selected.name != node.metadata.name:
            self.map.move_to(node.metadata.uid)

    def on_node_map_beyond(self, message: NodeMap.Beyond) -> None:
        """To the boxes after those that are drawn, or before."""
        message.stop()
        part = self._part()
        if part is None or (part.stop == self._here.client.state.count("Node") if message.step > 0 else not part.start):
            return
        self._boxes_from = part.stop if message.step > 0 else max(0, part.start - len(part))
        self._draw_anew(lambda: self.map.action_end(0 if message.step > 0 else -1))

    def _part(self) -> range | None:
        region = self.map.scrollable_content_region
        state = self._here.client.state
        return None if is_heat(state, self._heat) else part_at(state, self._boxes_from, region.width, region.height)

    def _node_under_cursor(self) -> Node | None:
        state = self._here.client.state
        obj = None if self.selected is None else state.get(self.selected)
        name = obj.spec.node_name if isinstance(obj, Pod) else "" if obj is None else obj.metadata.name
        return state.find(Node, name)

    def on_node_map_moved(self, message: NodeMap.Moved) -> None:
        message.stop()
        self.show_footer()

    def on_node_map_opened(self, message: NodeMap.Opened) -> None:
        message.stop()
        if self.selected is not None:
            self.lead(query_of(self.selected))

    def _draw_anew(self, then: Callable[[], object] = lambda: None) -> None:
        """As soon as the pods that get a place in it are read: in a log they lie anywhere."""
        self._seen, self._then = (), then
        state, part = self._here.client.state, self._part()
        nodes = [] if is_heat(state, self._heat) else in_order(state)
        names = [each.metadata.name for each in (nodes if part is None else nodes[part.start : part.stop])]
        self._unread = (pod for name in names for pod in state.pods_on(name))
        self._read_on(AT_ONCE_SECONDS)

    def _read_on(self, seconds: float = PORTION_SECONDS) -> None:
        more = lasting(seconds)
        while more():
            if next(self._unread, None) is None:
                self.map.border_subtitle = None
                self._draw()
                then, self._then = self._then, lambda: None
                then()
                return
        self.map.border_subtitle = "reading pods…"
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(BREATH_SECONDS, self._read_on)

    def _moment(self) -> tuple[object, ...]:
        """What is another whenever the picture may be: a heat map follows from the nodes and what is asked of them."""
        client = self._here.client
        state = client.state
        if is_heat(state, self._heat) and not state.unscheduled and not self._here.operator.settings.linear:
            return state.table(Node.kind), state.requested
        return state, client.now

    def _draw(self) -> None:
        client = self._here.client
        moment = self._moment()
        width = self.map.scrollable_content_region.width
        if moment == self._seen or not width:
            return
        self._seen = moment
        begun = perf_counter()
        if self._here.operator.settings.linear:
            self.map.show(in_words(client.state, client.now, width))
        else:
            self.map.show(draw(client.state, client.now, width, self._slots, heat=self._heat, part=self._part()))
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
