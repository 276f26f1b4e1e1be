"""Rows of anything, in a screen of their own: for what is about more than one kind, or about no object at all.

It knows lines, not what they are about: a place (k9lite/places/) makes them. Keys of verbs act on the object a line
stands for, as they do in a pane.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import ClassVar

from attrs import field, frozen
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from engine.errors import K9liteError
from engine.kinds import Object, Ref
from k9lite.arranging import Arranging
from k9lite.filtering.amounts import natural
from k9lite.filters import Filter, field_completions, toggled, unknown_field
from k9lite.own_keys import OWN_KEYS
from k9lite.place import Here, Onward, query_of
from k9lite.portions import AT_ONCE_SECONDS, BREATH_SECONDS, PORTION_SECONDS, lasting
from k9lite.resource import Resource
from k9lite.screens.object_keys import OBJECT_BINDINGS
from k9lite.screens.place_screen import PlaceScreen
from k9lite.sorting import Sort, sort_of
from k9lite.widgets.columns import Cell, Column
from k9lite.widgets.command_line import FILTER, CommandLine
from k9lite.widgets.safe import plain
from k9lite.widgets.table import ObjectTable


@frozen(kw_only=True)
class Line:
    """One row. ``cells`` is asked when the row comes into view, or a filter or an order wants its text."""

    key: str
    """Its own as long as it is the same thing: the cursor stays with it."""
    cells: Callable[[], tuple[Cell, ...]]
    ref: Ref | None = None
    """The object that keys of verbs act on."""
    leads_to: Onward = None
    """Where Enter leads; by default to the object."""
    said: str = ""
    """What is said below the table; by default what is said of the object."""

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells()).lower()


Lines = Callable[[], Sequence[Line]]

_BREATH_SECONDS = 0.02
_RESTS = 20
"""Listing takes no more than this part of the time: what is long to list is listed seldom."""


@frozen(kw_only=True)
class RowKey:
    """A key of one place's own, by its name in OWN_KEYS: ``act`` is called with the line under the cursor."""

    name: str
    act: Callable[[Line], object] = field(repr=False)
    above_all: bool = False
    """Before the table itself gets the key."""


class RowsScreen(PlaceScreen):
    """``lines`` is asked again whenever one of the kinds it ``watches`` changed (all, where none is named).

    ``lines`` may raise K9liteError: the last ones stay, and it is told. As long as they are ``unfinished`` they are
    asked for again, between keys. ``above`` stands over the table.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *OBJECT_BINDINGS,
        Binding("escape,q", "close", "Back", id="rows.close"),
        Binding("slash", "filter", "Filter", show=False, id="rows.filter"),
        Binding("f", "faults", "Only what is not well, or everything", show=False, id="rows.faults"),
        Binding("colon", "command", "Type a command", show=False, id="rows.command"),
        Binding("o", "sort", "Sort by the next column", show=False, id="rows.sort"),
        Binding("O", "reverse", "Reverse the order", show=False, id="rows.reverse"),
        Binding("w", "wide", "Wide columns", show=False, id="rows.wide"),
        Binding("question_mark,f1", "help", "What every key does", show=False, id="rows.help"),
    ]

    def __init__(
        self,
        here: Here,
        title: str,
        columns: Sequence[Column],
        lines: Lines,
        *,
        watches: Sequence[str] = (),
        keys: Sequence[RowKey] = (),
        opens: Callable[[Line], object] | None = None,
        unfinished: Callable[[], bool] = lambda: False,
        above: Widget | None = None,
        empty_text: str = "nothing here",
        enter: str = "",
    ) -> None:
        self.enter = enter
        self._columns = tuple(columns)
        self.table = ObjectTable(self._columns, empty_text=empty_text, can_mark=False)
        own = [each.name for each in keys]
        super().__init__(here, self.table, above=above, own=own, further=[("/", "Filter")])
        self._heading = title
        self._source, self._watches = lines, tuple(watches)
        self._own_keys = {each.name: each for each in keys}
        self._opens = opens
        self._unfinished, self._rest = unfinished, False
        self._lines: dict[str, Line] = {}
        self._seen: tuple[object, ...] = ()
        self._rest_until, self._looks_again = 0.0, False
        self._wanted, self._trouble = "", ""
        self._rows = Resource(
            kind="",
            columns=self._columns,
            cells=lambda line, _state, _now: line.cells(),
            text=lambda line, _state, _now: line.text,
            stands_for=lambda line, state: None if line.ref is None else state.get(line.ref),
        )
        self._sieve = Filter().over(self._rows)
        self._arranging: Arranging[Line] = Arranging()
        self._arranges = False
        self._listed: object = None
        self._in_turn: list[Line] = []
        self._sought: str | None = None
        """Where the cursor is to go back to as soon as that is among what was looked through."""
        self._stands_at: str | None = None
        self._sort, self._reverse = "", False
        self._bind(keys)

    def _bind(self, keys: Sequence[RowKey]) -> None:
        """A place's own key means what it says there, also where it is a verb's or another place's."""
        for each in keys:
            own, action = OWN_KEYS[each.name], f"own({each.name!r})"
            for key in self._here.operator.keymap.get(each.name, own.key).split(","):
                made = Binding(key, action, own.label, show=False, priority=each.above_all)
                self._bindings.key_to_bindings[key] = [made]

    @property
    def selected(self) -> Ref | None:
        return None if self.line is None else self.line.ref

    def reason(self, obj: Object | None) -> str:
        return self.line.said if self.line is not None and self.line.said else super().reason(obj)

    @property
    def line(self) -> Line | None:
        """The one under the cursor."""
        key = self.table.cursor_key
        return None if key is None else self._lines.get(key)

    def on_mount(self) -> None:
        self._show()

    def show_news(self) -> None:
        """Asks for the lines again where what they follow from is another now; ages run on."""
        left = self._rest_until - perf_counter()
        if self.is_behind and left <= 0:
            self._show()
        elif self.is_behind and not self._looks_again:  # nothing more may happen, while time stands still
            self._looks_again = True
            self.set_timer(left, self._look_again)
        elif self._sieve.wanders and self._arranging.is_whole:
            self._arrange()
        else:
            self.table.invalidate()
        self.show_footer()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual asks so
        """Letters are the command line's while it is open."""
        match action:
            case "faults":
                return any(line.ref is not None for line in self._lines.values())
            case "own":
                return not self.query_one(CommandLine).is_open
            case _:
                return True

    def action_verb(self, name: str) -> None:
        if (line := self.line) is not None and line.ref is None:
            self._here.operator.tell("this row stands for no object", failed=True)
        else:
            super().action_verb(name)

    def action_own(self, name: str) -> None:
        if (line := self.line) is None:
            self._here.operator.tell("nothing is selected: there is no row", failed=True)
            return
        self._here.operator.trying(lambda: self._own_keys[name].act(line))
        self.show_news()

    def action_close(self) -> None:
        """Drops the filter, where there is one; else leaves."""
        if self._wanted:
            self._filter("")
        else:
            super().action_close()

    def action_sort(self) -> None:
        names = ["", *(column.name for column in self._columns if column.name)]
        self._sort_by(names[(names.index(self._sort) + 1) % len(names)], reverse=False)

    def action_reverse(self) -> None:
        self._sort_by(self._sort, reverse=not self._reverse)

    def action_wide(self) -> None:
        self.table.wide = not self.table.wide

    def does(self, word: str, rest: str) -> bool:
        if word == "faults" and self.check_action(word, ()):
            self.action_faults()
            return True
        if word == "sort":
            self._here.operator.trying(lambda: self._sort_as(sort_of(self._columns, rest)))
            return True
        return super().does(word, rest)

    def _sort_as(self, sort: Sort) -> None:
        self._sort_by(sort.column, reverse=sort.reverse)

    def action_faults(self) -> None:
        self._filter(toggled(self._wanted))

    def action_filter(self) -> None:
        self.query_one(CommandLine).open(FILTER, complete=partial(field_completions, self._rows))

    def on_object_table_cursor_moved(self, message: ObjectTable.CursorMoved) -> None:
        message.stop()
        self.show_footer()

    def on_object_table_header_selected(self, message: ObjectTable.HeaderSelected) -> None:
        message.stop()
        self._sort_by(message.column, reverse=message.column == self._sort and not self._reverse)

    def on_object_table_row_selected(self, message: ObjectTable.RowSelected) -> None:
        message.stop()
        line = self._lines.get(message.key)
        if line is None:
            return  # it is gone, and the rows without it are still being put in order
        if self._opens is not None:
            self._here.operator.trying(partial(self._opens, line))
            return
        onward = line.leads_to or (None if line.ref is None else query_of(line.ref))
        if onward is not None:
            self.lead(onward)

    def on_command_line_typed(self, message: CommandLine.Typed) -> None:
        if message.mode == FILTER:
            self._filter(message.text)

    def on_command_line_entered(self, message: CommandLine.Entered) -> None:
        if message.mode != FILTER:
            return
        self._filter(message.text)
        if self._trouble:
            self._here.operator.tell(self._trouble, failed=True)
            self._filter("")

    def on_command_line_closed(self, message: CommandLine.Closed) -> None:
        if message.mode == FILTER:
            self._filter("")

    def list_again(self) -> None:
        """What the lines say is something else now, though the cluster is as it was."""
        self._show()

    def _mark(self) -> tuple[object, ...]:
        """What is another object whenever the lines may be others."""
        state = self._here.client.state
        return tuple(state.table(kind) for kind in self._watches) or (state,)

    def _filter(self, text: str) -> None:
        """What cannot be read yet filters nothing anew; it is said at the line."""
        self._wanted, self._trouble = text.strip(), ""
        try:
            self._sieve = Filter(text).over(self._rows)
        except K9liteError as error:
            self._trouble = str(error)
        self._arrange()

    def _sort_by(self, column: str, *, reverse: bool) -> None:
        self._sort, self._reverse = column, reverse
        self.table.show_sort(column or None, reverse=reverse)
        self._arrange()

    def _show(self) -> None:
        self._seen = self._mark()
        begun = perf_counter()
        try:
            self._lines = {line.key: line for line in self._source()}
        except K9liteError as error:
            self.table.border_subtitle = Content(plain(str(error)))
        self._arrange()
        if self._unfinished() and not self._rest:
            self._rest = True
            self.set_timer(_BREATH_SECONDS, self._go_on)
        ended = perf_counter()
        self._rest_until = ended + _RESTS * (ended - begun)

    @property
    def is_behind(self) -> bool:
        """Whether what the lines follow from is another than when they were asked for."""
        return self._mark() != self._seen

    def _look_again(self) -> None:
        self._looks_again = False
        self.show_news()

    def _go_on(self) -> None:
        """Another portion of what was too long to list at once."""
        self._rest = False
        self._show()

    def _arrange(self) -> None:
        """Filter and order; the cursor stays with its line. What a key has no time for follows between them."""
        place_of = None
        if self._sort:
            at = [column.name for column in self._columns].index(self._sort)
            place_of = lambda line: natural(line.cells()[at].text)  # noqa: E731  one of two
        if self._listed is not self._lines:
            self._listed, self._in_turn = self._lines, list(self._lines.values())
        self._sought = self._sought or self.table.cursor_key
        self._arranging.begin(self._in_turn, self._sieve, place_of, reverse=self._reverse)
        left = self._arrange_on(AT_ONCE_SECONDS)
        if not left or not (self._sort or self._reverse):
            self._show_rows()

    def _arrange_on(self, seconds: float) -> bool:
        """A portion; whether something is left for later."""
        client = self._here.client
        left = self._arranging.go_on(client.state, client.now, lasting(seconds))
        if left and not self._arranges:
            self._arranges = True
            self.set_timer(BREATH_SECONDS, self._arrange_later)
        return left

    def _arrange_later(self) -> None:
        self._arranges = False
        if not self._arrange_on(PORTION_SECONDS):
            self._show_rows()

    def _show_rows(self) -> None:
        """What passed by now."""
        arranging, lines = self._arranging, self._lines
        shown, total = arranging.passed, arranging.total
        if self.table.cursor_key not in (self._stands_at, self._sought):
            self._sought = self.table.cursor_key  # somebody moved it
        self.table.set_rows([line.key for line in shown], lambda key: lines[key].cells())
        if self._sought is not None:
            self.table.move_to(self._sought)
        if arranging.is_whole:
            self._sought = None
        self._stands_at = self.table.cursor_key
        more = "" if arranging.is_whole else "+"
        count = f"{len(shown)}{more}/{total}" if self._wanted else str(total)
        self.table.border_title = Content(
            plain(f"{self._heading} [{count}]" + (f"  /{self._wanted}" if self._wanted else ""))
        )
        found = f"{len(shown):,}{more} of {total:,}"
        unknown = unknown_field(Filter(self._wanted), self._rows) if not (shown or more or self._trouble) else ""
        self.query_one(CommandLine).note(plain(self._trouble or (f"{found}: {unknown}" if unknown else found)))
        self.show_footer()
