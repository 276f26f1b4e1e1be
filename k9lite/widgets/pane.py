"""A pane: a table of one kind, with the way that led there. It knows what to show, not where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from time import perf_counter
from typing import ClassVar, Self

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.timer import Timer

from engine.errors import K9liteError
from engine.heartbeats import with_heartbeats
from engine.kinds import KINDS, Object, Ref
from engine.kinds.extensions import CustomResourceDefinition
from engine.kinds.registry import is_custom
from engine.serving import definition_of, served_kind
from engine.store.state import State
from k9lite.filters import Filter, field_completions
from k9lite.listing import Listing, Sort
from k9lite.portions import AT_ONCE_SECONDS, BREATH_SECONDS, GLANCE_SECONDS, PORTION_SECONDS, lasting
from k9lite.resource import Query, ResourceOf
from k9lite.resources import resource_of
from k9lite.views import SavedView, view_of
from k9lite.widgets.columns import Cell
from k9lite.widgets.frame_title import FrameTitle
from k9lite.widgets.pane_strip import Tab
from k9lite.widgets.pane_words import columns_left_out, columns_of, empty_text, title
from k9lite.widgets.safe import plain
from k9lite.widgets.table import ObjectTable
from k9lite.widgets.table_port import Arranged

_YOUNG_SECONDS, _LULL_SECONDS = 600, 5


class Pane(Vertical):
    """``show`` drills down or replaces what is shown, ``back`` undoes it; ``refresh_from`` takes a State in."""

    DEFAULT_CSS = """
    Pane { border: round $panel-lighten-2; border-title-color: $text-muted; height: 1fr; width: 1fr; padding: 0; }
    Pane:focus-within { border: round $accent; border-title-color: $text-accent; border-title-style: bold; }
    Pane:nocolor:focus-within, Pane:ansi:focus-within { border: heavy $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "sort", "Sort by the next column", show=False, id="pane.sort"),
        Binding("O", "reverse", "Reverse the order", show=False, id="pane.reverse"),
        Binding("0", "all_namespaces", "All namespaces", show=False, id="pane.all_namespaces"),
        Binding("w", "wide", "Wide columns", show=False, id="pane.wide"),
    ]

    class Changed(Message):
        """What the pane shows, or which row is selected, is something else now."""

        def __init__(self, pane: Pane) -> None:
            super().__init__()
            self.pane = pane

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Pane.Changed) and message.pane is self.pane

    def __init__(
        self,
        number: int,
        query: Query,
        *,
        highlight_changes: bool = True,
        can_mark: bool = True,
        resource_of: ResourceOf = resource_of,
    ) -> None:
        super().__init__(id=f"pane-{number}")
        self.number = number
        self._way: list[Listing] = [Listing(resource_of(query.kind, State()), query, Filter())]
        self._left_at: list[str | None] = []
        self._highlight_changes = highlight_changes
        self._can_mark = can_mark
        self._resource_of = resource_of
        self._state: State | None = None
        self._now = 0
        self._rest: Timer | None = None
        self._told_at = 0.0
        self._left_out = 0
        self._trouble = ""
        self._sought: str | None = None
        self._stands_at: str | None = None
        self._is_at_top = False
        """Nobody has moved the cursor since there were rows: it is the first row's, whichever that comes to be."""
        self._frame = FrameTitle()
        self._served = KINDS[query.kind]
        """The kind as it is served: of a custom kind its definition tells the plural and the scope."""

    def refresh(self, *regions: Region, **how: bool) -> Self:
        return super().refresh(*(regions or self._frame.regions), **how)

    def compose(self) -> ComposeResult:
        yield ObjectTable(highlight_changes=self._highlight_changes, can_mark=self._can_mark)

    @property
    def table(self) -> ObjectTable:
        return self.query_one(ObjectTable)

    @property
    def listing(self) -> Listing:
        return self._way[-1]

    @property
    def kind(self) -> str:
        return self.listing.query.kind

    @property
    def depth(self) -> int:
        """How many tables Esc leads back through."""
        return len(self._way) - 1

    def tab(self, state: State) -> Tab:
        """Its label where other panes hide it; all objects of a kind are counted without listing them."""
        query, kind = self.listing.query, self._served
        count = state.count(query.kind) if query == Query(kind=query.kind) else len(self.listing.keys)
        return self.number, kind.plural, next(iter(kind.short_names), kind.plural), count

    def selected(self) -> list[Ref]:
        """What a verb acts on: the marked objects, or else the one under the cursor."""
        refs = [self.listing.ref(key) for key in self.table.selected_keys()]
        return [ref for ref in refs if ref is not None]

    def current(self) -> Object | None:
        key = self.table.cursor_key
        return None if key is None else self.listing.get(key)

    def refresh_from(self, state: State, now: int) -> None:
        """Takes in a State: new and changed rows are marked, ages run on; rows not on the screen cost nothing.

        While nothing happens, only what is young is told by the second; the rest every few.
        """
        state = with_heartbeats(state, now)
        if self._state is None:
            self._state, self._now = state, now
            self._show_anew()
            return
        quiet = state.revision == self._state.revision and now // _LULL_SECONDS == self._now // _LULL_SECONDS
        redefined = self._is_redefined(self._state, state)
        self._state, self._now = state, now
        if redefined:
            self._show_anew(self.table.cursor_key)
        else:
            shown = self.listing.keys
            changed = self.listing.update(state, now, lasting(PORTION_SECONDS))
            if self.listing.keys is not shown or changed:
                self._show_rows(changed)
            self._go_on_later()
        self.table.invalidate(self._young() if quiet else None)

    def _is_redefined(self, before: State, state: State) -> bool:
        """Whether a custom kind's columns or names may be others now."""
        definitions = CustomResourceDefinition.kind
        if not is_custom(self.kind) or state.table(definitions) is before.table(definitions):
            return False
        return definition_of(before, self.kind) is not definition_of(state, self.kind)

    def _young(self) -> set[str]:
        """Those in sight whose ages are read in seconds."""
        since = self._now - _YOUNG_SECONDS
        shown = ((key, self.listing.get(key)) for key in self.table.shown_keys())
        return {key for key, obj in shown if obj is not None and (obj.metadata.creation_timestamp or 0) > since}

    def show(self, query: Query, *, keep: bool = True, at: str | None = None) -> None:
        """Shows another query, with the cursor on the object ``at`` if that is in it; with ``keep``, Esc leads back."""
        if keep:
            self._left_at.append(self.table.cursor_key)
        else:
            self._way.clear()
            self._left_at.clear()
        self._way.append(Listing(self._resource_of(query.kind, self._state or State()), query, Filter()))
        self._show_anew(at)

    @property
    def view(self) -> SavedView:
        """What it shows and how, to be kept. Raises UsageError."""
        listing = self.listing
        return view_of(listing.query, listing.filter, listing.sort, wide=self.table.wide)

    def show_view(self, view: SavedView) -> None:
        """Esc leads back. Raises K9liteError where its table has no such column."""
        resource = self._resource_of(view.kind, self._state or State())
        listing = Listing(resource, view.query, Filter(view.filter), view.order)
        self._left_at.append(self.table.cursor_key)
        self._way.append(listing)
        self.table.wide = view.wide
        self._show_anew()

    def back(self) -> bool:
        """Clears the filter, or goes back to the row where Enter was pressed; False at the start."""
        if self.listing.filter.text:
            self.filter(Filter())
            return True
        if len(self._way) == 1:
            return False
        self._way.pop()
        self._show_anew(self._left_at.pop())
        return True

    def filter(self, filter_: Filter) -> None:
        """Raises K9liteError where its table has no such column, and shows what it showed."""
        self.listing.filter = filter_
        self._trouble = ""
        self._list_anew()

    def try_filter(self, text: str) -> None:
        """As far as it is typed: what cannot be read yet stands where the matches are counted."""
        try:
            self.filter(Filter(text))
        except K9liteError as error:
            self._trouble = str(error)

    def completions(self, text: str) -> Sequence[str]:
        """Whole filters ``text`` could become."""
        return field_completions(self.listing.resource, text)

    def read_ahead(self, wanted: Callable[[], bool]) -> None:
        """A filter is being typed: reads rows between the keys while ``wanted``, so that its letters find them read."""
        if not wanted() or self._state is None:
            return
        if self._rest is not None or self.listing.read(self._state, self._now, lasting(PORTION_SECONDS)):
            self.set_timer(BREATH_SECONDS, lambda: self.read_ahead(wanted))

    @property
    def matches(self) -> str:
        """How many pass the filter, with a ``+`` while they are being counted; or why it cannot be read."""
        listing = self.listing
        if self._trouble:
            return plain(self._trouble)
        count = f"{len(listing.keys):,}{'+' if listing.running else ''} of {listing.total:,}"
        return f"{count}: {unknown}" if (unknown := self._unknown) else count

    @property
    def _unknown(self) -> str:
        """The field a filter asks for that nobody has, where it finds nothing as a word either."""
        return "" if self.listing.keys or self.listing.running else plain(self.listing.unknown_field)

    def action_sort(self) -> None:
        names = ["", *(column.name for column in self.listing.resource.columns if column.name)]
        at = names.index(self.listing.sort.column)
        self.sort_by(Sort(names[(at + 1) % len(names)]))

    def action_reverse(self) -> None:
        self.sort_by(Sort(self.listing.sort.column, not self.listing.sort.reverse))

    def action_all_namespaces(self) -> None:
        if self.listing.query.namespace and len(self._way) == 1:
            self.show(Query(kind=self.kind), keep=False)

    def action_wide(self) -> None:
        self.table.wide = not self.table.wide

    def on_click(self, event: Click) -> None:
        """On the way that led here, in the frame: back."""
        if event.y == 0 and event.widget is self and self.depth:
            self.back()

    def on_object_table_header_selected(self, message: ObjectTable.HeaderSelected) -> None:
        message.stop()
        same = message.column == self.listing.sort.column
        self.sort_by(Sort(message.column, same and not self.listing.sort.reverse))

    def on_object_table_cursor_moved(self, message: ObjectTable.CursorMoved) -> None:
        message.stop()
        self.post_message(self.Changed(self))

    def on_object_table_arranged(self, message: Arranged) -> None:
        message.stop()
        self._left_out = message.left_out
        self._title()

    def on_object_table_marks_changed(self, message: ObjectTable.MarksChanged) -> None:
        message.stop()
        self._title()
        self.post_message(self.Changed(self))

    def on_object_table_row_selected(self, message: ObjectTable.RowSelected) -> None:
        message.stop()
        obj = self.listing.get(message.key)
        if obj is None or self._state is None:
            return
        query = self.listing.resource.drill(obj, self._state)
        if query is not None:
            self.show(query)
        else:
            self.post_message(self.Opened(self))

    class Opened(Message):
        """Enter was pressed on an object that leads to no other table."""

        def __init__(self, pane: Pane) -> None:
            super().__init__()
            self.pane = pane

    def sort_by(self, sort: Sort) -> None:
        self.listing.sort = sort
        self.table.show_sort(sort.column or None, reverse=sort.reverse)
        self._list_anew()

    def _show_anew(self, at: str | None = None) -> None:
        self._take_definition()
        self.table.set_columns(columns_of(self.listing))
        self.table.show_sort(self.listing.sort.column or None, reverse=self.listing.sort.reverse)
        self._sought = at
        self._list_anew()

    def _take_definition(self) -> None:
        """A custom kind is listed as it is defined now."""
        listing = self.listing
        kind = listing.query.kind
        self._served = (served_kind(self._state, kind) if self._state is not None else None) or KINDS[kind]
        if is_custom(kind) and self._state is not None:
            resource = self._resource_of(kind, self._state)
            names = [column.name for column in resource.columns]
            sort = listing.sort if listing.sort.column in ("", *names) else Sort()
            self._way[-1] = Listing(resource, listing.query, listing.filter, sort)

    def _list_anew(self) -> None:
        if self._state is None:
            return
        self._sought = self._sought or self.table.cursor_key
        self._is_at_top = self._sought is None
        self.listing.update(self._state, self._now, lasting(AT_ONCE_SECONDS))
        self.table.set_rows(self.listing.keys, self._cells)
        self._seek()
        self._told_at = perf_counter()
        self._tell()
        self._go_on_later()

    def _seek(self) -> None:
        """The cursor goes back to its object as soon as that is among what has been looked through."""
        if self._sought is not None and self._sought in self.listing.keys:
            self.table.move_to(self._sought)
            self._sought = None
        elif not self.listing.unfinished:
            if self._is_at_top:
                self.table.action_first()
            self._sought, self._is_at_top = None, False
        self._stands_at = self.table.cursor_key

    def _show_rows(self, changed: Collection[str] = ()) -> None:
        self.table.update_rows(self.listing.keys, changed)
        self._tell()

    def _tell(self) -> None:
        self.table.empty_text = self._empty_text()
        self._title()
        self.post_message(self.Changed(self))

    def _go_on_later(self) -> None:
        """What a key or a frame had no time for follows between them."""
        if self._rest is None and self.listing.unfinished:
            self._rest = self.set_timer(BREATH_SECONDS, self._go_on)

    def _go_on(self) -> None:
        self._rest = None
        if self._state is None:
            return
        listing, table = self.listing, self.table
        if table.cursor_key != self._stands_at:
            self._sought, self._is_at_top = None, False  # somebody moved it
        left = listing.go_on(self._state, self._now, lasting(PORTION_SECONDS))
        now = perf_counter()
        patience = GLANCE_SECONDS if table.row_count >= table.size.height else GLANCE_SECONDS / 4
        if not left or now - self._told_at > patience:
            self._told_at = now
            if len(listing.keys) != table.row_count or not left:
                self._show_rows()
                self._seek()
        self._go_on_later()

    def _cells(self, key: str) -> tuple[Cell, ...]:
        obj = self.listing.get(key)
        assert obj is not None and self._state is not None
        return self.listing.resource.row(obj, self._state, self._now)

    def _title(self) -> None:
        self._frame.show(
            self,
            title(self.number, self._way, self._served, len(self.table.marked)),
            columns_left_out(self._left_out),
        )

    def _empty_text(self) -> str:
        return empty_text(self.listing, self._served, self._state)
