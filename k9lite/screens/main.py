"""The main screen: panes of tables, the header above, the footer and the command line below.

It coordinates: keys become verbs' forms, answers and typed lines become kubectl lines, and those become deeds
or screens. What a kind looks like, what a verb does and where the cluster is, others know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize
from textual.screen import Screen

from engine.kinds import Ref, ref_of
from k9lite import travel
from k9lite.client import recording
from k9lite.commands import OWN_WORDS, Go, Kubectl, Own, Press, Show, understand
from k9lite.details import MODES, detail
from k9lite.files.redirection import Redirection
from k9lite.filters import Filter
from k9lite.hints import keys_of, remark
from k9lite.operator import Operator
from k9lite.place import Act, Here, Onward, Place
from k9lite.places import BY_WORD, PLACES, said
from k9lite.resource import Query
from k9lite.resting import Resting
from k9lite.screens.help import help_screen
from k9lite.screens.main_keys import MAIN_BINDINGS
from k9lite.screens.own_words import do
from k9lite.settings import resources_of
from k9lite.sorting import choices
from k9lite.summary import Figures, course
from k9lite.widgets.command_line import COMMAND, FILTER, CommandBar, CommandLine
from k9lite.widgets.deed_panel import DeedPanel
from k9lite.widgets.desk import FIRST, Desk
from k9lite.widgets.footer import ENDS, PLAYER_KEYS, Footer
from k9lite.widgets.header import Header
from k9lite.widgets.pane import Pane
from k9lite.widgets.pane_strip import PaneStrip
from k9lite.widgets.split_area import pane_id
from k9lite.widgets.timeline import Timeline

if TYPE_CHECKING:
    from k9lite.touring import Guide

_SHORT_LINES, _TINY_LINES = 14, 9


class MainScreen(Screen[None]):
    """Every key leads to an ``action_``; StateChanged says that there is something new to show."""

    AUTO_FOCUS = f"#{pane_id(FIRST)} ObjectTable"
    DEFAULT_CSS = """
    MainScreen { layout: vertical; }
    MainScreen.-short Footer { height: 1; }
    MainScreen.-tiny PaneStrip, MainScreen.-tiny Timeline { display: none; }
    MainScreen.-tiny Pane, MainScreen.-tiny Pane:focus-within { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = list(MAIN_BINDINGS)

    def __init__(
        self, operator: Operator, *, notices: Sequence[str] = (), highlight_changes: bool = True
    ) -> None:
        super().__init__()
        self._client, self._operator = operator.client, operator
        self._notices = notices
        self._highlight_changes = highlight_changes
        self._figures = Figures(operator.history.usage)
        self._resource_of = resources_of(operator.settings)
        self._guide: Guide | None = None
        self._detailed: tuple[object, ...] = ()
        self._row_due = False
        self._resting = Resting(self.set_timer, self._show_detail)

    def compose(self) -> ComposeResult:
        yield Header()
        yield Timeline()
        yield PaneStrip()
        living = recording(self._client) is None
        yield Desk(
            MODES,
            highlight_changes=self._highlight_changes,
            can_mark=living,
            resource_of=self._resource_of,
            one_at_a_time=self._operator.settings.linear,
        )
        yield DeedPanel()
        yield CommandBar(self._completions)
        yield Footer()

    # What the cluster does

    def on_mount(self) -> None:
        deeds = self._operator.deeds
        self._operator.progress = self.query_one(DeedPanel).show
        self._serving = self.set_interval(0.05, deeds.serve, pause=True)  # so soon a port-forward answers
        self.desk.lay_out()
        for notice in self._notices:
            self._operator.tell(notice)

    def on_state_changed(self) -> None:
        """Takes the newest State in; panes that are not shown cost nothing."""
        self._operator.proceed()
        (self._serving.resume if self._operator.deeds.running else self._serving.pause)()
        if not self.is_current:
            return
        for pane in self.desk.panes:
            if pane.display:
                pane.refresh_from(self._client.state, self._client.now)
        self._show_surroundings()

    on_screen_resume = on_state_changed

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.height < _SHORT_LINES, "-short")
        self.set_class(event.size.height < _TINY_LINES, "-tiny")
        self.desk.lay_out()

    # Panes

    @property
    def operator(self) -> Operator:
        return self._operator

    @property
    def desk(self) -> Desk:
        return self.query_one(Desk)

    @property
    def pane(self) -> Pane:
        """The table that has, or last had, the focus."""
        return self.desk.pane

    def action_back(self) -> None:
        panel = self.query_one(DeedPanel)
        if panel.dismiss():
            return
        if self.pane.back():
            self._operator.way_back.back(self.pane.listing)
        elif not self.desk.back() and self._guide is not None:
            self._guide.end()

    def on_header_wanted(self, message: Header.Wanted) -> None:
        leads_to = {"nodes": "nodes", "pods": "pods", "revision": "ledger", "usage": "pulses", "cluster": "help"}
        self._try(lambda: self._understand(leads_to.get(message.part, "pause")))

    def on_pane_strip_wanted(self, message: PaneStrip.Wanted) -> None:
        self._try(lambda: self.desk.activate(message.number))

    def on_pane_changed(self, message: Pane.Changed) -> None:
        message.stop()
        self.desk.took_focus(message.pane)
        listing = message.pane.listing
        at = message.pane.table.cursor_key
        self._operator.trail.note(message.pane.number, (listing.query, listing.filter.text, at))
        self._tell_tabs()
        if self._highlight_changes and not self._row_due:
            self._row_due = self.call_after_refresh(self._show_row)  # the row first: one frame paints all in between
        elif not self._highlight_changes:
            self._show_row()

    def on_pane_opened(self, message: Pane.Opened) -> None:
        """Enter where there is no table to drill into: a place that shows more of the object, or its description."""
        message.stop()
        obj = message.pane.current()
        refs = () if obj is None else (ref_of(obj),)
        if word := message.pane.listing.resource.place:
            self._try(lambda: self._go(BY_WORD[word], "", refs))
        else:
            self._try(lambda: self._operator.look("describe", refs))

    def on_desk_arranged(self, message: Desk.Arranged) -> None:
        message.stop()
        self.query_one(PaneStrip).set_class(self.desk.alone, "-shown")
        self.on_state_changed()

    # Keys

    def action_verb(self, name: str) -> None:
        """Asks what the verb needs to know of the selection, then runs it."""
        self._operator.verb(name, self.pane.selected(), self.pane.table.clear_marks)
        self.on_state_changed()

    def action_place(self, word: str) -> None:
        self._try(lambda: self._go(BY_WORD[word], ""))

    def action_line(self, line: str) -> None:
        """A key that stands for what could be typed after ``:`` as well."""
        self._try(lambda: self._understand(line))

    def action_events(self) -> None:
        """Events about the selected object, as a table."""
        obj = self.pane.current()
        if obj is not None:
            ref = ref_of(obj)
            title = f"{ref.kind.lower()}/{ref.name}"
            self.pane.show(Query(kind="Event", about=ref, about_uid=obj.metadata.uid, title=title))

    def action_help(self) -> None:
        self.app.push_screen(help_screen(self, {**OWN_WORDS, **said(PLACES)}))

    def action_command(self) -> None:
        self.query_one(CommandLine).open(COMMAND)

    def action_filter(self) -> None:
        line = self.query_one(CommandLine)
        line.open(FILTER, complete=self.pane.completions)
        self.pane.read_ahead(lambda: line.is_open)

    def action_cancel(self) -> None:
        self._operator.cancel()
        self.on_state_changed()

    # Time

    def action_faster(self) -> None:
        travel.faster(self._client)
        self._show_surroundings()

    def action_slower(self) -> None:
        travel.slower(self._client)
        self._show_surroundings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual asks so
        """Rows of a recording need no marks: there the space bar is a player's."""
        return action != "play" or recording(self._client) is not None

    def action_pause(self) -> None:
        travel.pause_or_play(self._client)
        self._show_surroundings()

    action_play = action_pause

    def action_step(self, direction: int) -> None:
        self._try(lambda: travel.step(self._client, direction))

    def action_deed(self, direction: int) -> None:
        self._try(lambda: travel.to_deed(self._client, direction))

    def on_timeline_wanted(self, message: Timeline.Wanted) -> None:
        self._try(lambda: travel.to_time(self._client, message.moment))

    def _try(self, do: Callable[[], object]) -> None:
        """Does it, or tells why it was refused; then shows what is so now."""
        self._operator.trying(do)
        self.on_state_changed()

    # The command line

    def on_command_line_typed(self, message: CommandLine.Typed) -> None:
        if message.mode == COMMAND:
            self._show_surroundings()
            return
        self.pane.try_filter(message.text)
        self._show_footer()

    def on_command_line_closed(self, message: CommandLine.Closed) -> None:
        if message.mode == FILTER:
            self.pane.filter(Filter())
        self.pane.table.focus()
        self._show_surroundings()

    def on_command_line_entered(self, message: CommandLine.Entered) -> None:
        self.pane.table.focus()
        if message.mode == FILTER:
            self._try(lambda: self.pane.filter(Filter(message.text)))
        elif message.text:
            self._try(lambda: self._understand(message.text))

    def _understand(self, line: str) -> None:
        match understand(self._operator.settings.whole(line), self._client.state):
            case Show() as show:
                self.pane.show(show.query)
                if show.filter:
                    self.pane.filter(Filter(show.filter))
            case Own() as own:
                do(self, own)
            case Go() as go:
                self._go(go.place, go.rest)
            case Press(verb=name):
                self.action_verb(name)
            case Kubectl() as command:
                self._run(list(command.argv), command.into)

    def _go(self, place: Place, rest: str, refs: Sequence[Ref] | None = None) -> None:
        """Opens a place for the selection; where it leads to is shown when it closes. Raises K9liteError."""
        pane = self.pane
        here = Here(
            operator=self._operator,
            kind=pane.kind,
            namespace=pane.listing.query.namespace,
            refs=tuple(pane.selected() if refs is None else refs),
        )

        def closed(onward: Onward) -> None:
            if onward is None:
                self.desk.point_at(self._operator.trail.pointed_at(), self._client.state)
                self._operator.way_back.back(pane.listing)
            elif not isinstance(onward, Act):
                self._operator.way_back.note(pane.listing, closed)
            match onward:
                case str():
                    self._try(lambda: self._understand(onward))
                case Query():
                    self._try(lambda: self.pane.show(onward))
                case Act():
                    self._operator.verb(onward.verb, onward.refs, self.pane.table.clear_marks)

        place.open(here, rest, closed)

    def _run(self, argv: Sequence[str], into: Redirection | None = None) -> None:
        """Begins what a kubectl line stands for, or shows the rows it asks for."""
        namespace = self._operator.namespace_of_line(self.pane.listing.query.namespace)
        query = self._operator.run(argv, into, namespace=namespace)
        if query is not None:
            self.pane.show(query)

    def add_key(self, key: str, action: str, label: str) -> None:
        """Before the screen is shown."""
        self._bindings.bind(key, action, label, show=False)

    @property
    def is_typing(self) -> bool:
        return self.query_one(CommandLine).is_open

    def tour(self) -> None:
        """Begins it, or ends it."""
        from k9lite.touring import Guide

        self._guide = self._guide or Guide(self)
        (self._guide.end if self._guide.is_on else self._guide.begin)()

    def run_plugin(self, name: str) -> None:
        """On the selection. Raises K9liteError."""
        from k9lite.screens.plugin import run

        run(self._operator, self._operator.settings.plugin(name), self.pane.selected(), self._run)

    def action_plugin(self, name: str) -> None:
        self._try(lambda: self.run_plugin(name))

    def _completions(self, text: str) -> Sequence[str]:
        if text.startswith("sort "):
            return choices(self.pane.listing.resource.columns, text)
        return self._operator.completions(text, self.pane.listing.query.namespace)

    # What is shown around the panes

    def _show_surroundings(self) -> None:
        self.query_one(Header).summary = self._figures.summary(self._client)
        self.query_one(Timeline).course = course(self._client)
        self._tell_tabs()
        self._show_row()

    def _tell_tabs(self) -> None:
        strip = self.query_one(PaneStrip)
        strip.active = self.desk.active
        strip.tabs = tuple(pane.tab(self._client.state) for pane in self.desk.panes)

    def _show_row(self) -> None:
        """What is said elsewhere of the row that the cursor is on."""
        self._row_due = False
        self._show_footer()
        if self.desk.detail.display:
            self._want_detail()

    def _want_detail(self) -> None:
        """When the cursor rests: a key held down is never waited for by what it passes."""
        if self._highlight_changes:
            self._resting.at(self.pane.table.cursor_key)
        else:
            self.call_after_refresh(self._show_detail)  # where no time passes, nothing rests

    def _show_detail(self) -> None:
        obj, mode = self.pane.current(), self.desk.mode
        moment = (obj, mode, self._client.state.revision, self._client.now)
        if mode and moment != self._detailed:
            self._detailed = moment
            self.desk.detail.show(None if obj is None else detail(self._client, obj, mode), mode, MODES)

    def _show_footer(self) -> None:
        footer, line, obj = self.query_one(Footer), self.query_one(CommandLine), self.pane.current()
        offered = keys_of(obj, self._client.state, self._client.now, read_only=self._client.read_only)
        player = PLAYER_KEYS if recording(self._client) is not None else ()
        why = offered[: bool(offered) and offered[0][0] == "W"]
        keys = (*why, *player, *offered[len(why) :], ("/", "Filter"), (":", "Command"))
        footer.keys = self._operator.keys(keys, "main")
        footer.ends = self._operator.keys(ENDS, "main")
        if line.is_open:
            footer.reason = line.choices()
            line.note(self.pane.matches if line.mode == FILTER else "")
        else:
            footer.reason = "" if obj is None else remark(obj, self._client.state, self._client.now)
