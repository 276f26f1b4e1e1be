"""The main screen: panes of tables, the header above, the footer and the command line below.

It coordinates: keys become verbs' forms, answers and typed lines become kubectl lines, and those become deeds
or screens. What a kind looks like, what a verb does and where the cluster is, others know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import ClassVar

from attrs import evolve
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.screen import Screen

from engine.errors import K9liteError
from engine.kinds import Ref, ref_of
from engine.printers.health import health
from k9lite.client import Client, recording
from k9lite.commands import OWN_WORDS, Kubectl, Own, Show, understand
from k9lite.deeds import Deed, Deeds
from k9lite.drive import read_files
from k9lite.filters import Filter
from k9lite.kubectl import deed_of, parse
from k9lite.looks import look_of
from k9lite.prompt import complete
from k9lite.resource import Query
from k9lite.screens.form import FormScreen
from k9lite.screens.help import help_screen
from k9lite.screens.text import TextScreen
from k9lite.summary import summarise, usage_text
from k9lite.travel import seek, speed_of
from k9lite.verb import Verb, View
from k9lite.verbs import VERBS
from k9lite.widgets.command_line import COMMAND, FILTER, CommandLine
from k9lite.widgets.deed_panel import DeedPanel
from k9lite.widgets.footer import Footer, Key
from k9lite.widgets.header import Header
from k9lite.widgets.pane import Pane
from k9lite.widgets.safe import plain

WIDE_CELLS = 120
"""From this width on all panes are shown side by side."""

PANES = ("Node", "Pod", "Deployment", "Service")


_MODES = (*range(1, len(PANES) + 1),)


class MainScreen(Screen[None]):
    """``refresh_cluster`` is called by StateChanged; every key leads to an ``action_``."""

    DEFAULT_CSS = """
    MainScreen { layout: vertical; }
    #panes { height: 1fr; }
    #side { width: 6fr; height: 1fr; }
    #pane-2 { width: 7fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(number), f"pane({number})", f"Pane {number}", show=False) for number in _MODES),
        Binding("tab", "next_pane(1)", "Next pane", show=False, priority=False),
        Binding("shift+tab", "next_pane(-1)", "Pane before", show=False),
        Binding("colon", "command", "Command", key_display=":"),
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("escape", "back", "Back", show=False),
        Binding("z", "zoom", "Zoom the pane", show=False),
        Binding("e", "events", "Events of the object", show=False),
        Binding("plus", "faster", "Time runs faster", show=False, key_display="+"),
        Binding("minus", "slower", "Time runs slower", show=False, key_display="-"),
        Binding("P", "pause", "Pause or play time", show=False),
        Binding("full_stop", "step(1)", "Step to the next change", show=False, key_display="."),
        Binding("comma", "step(-1)", "Step back (recordings)", show=False, key_display=","),
        Binding("left_square_bracket", "deed(-1)", "The user's action before", show=False, key_display="["),
        Binding("right_square_bracket", "deed(1)", "The user's next action", show=False, key_display="]"),
        Binding("X", "cancel", "Cancel what is under way", show=False),
        Binding("q", "app.quit", "Quit"),
        *(
            Binding(verb.key, f"verb({name!r})", verb.summary, show=False)
            for name, verb in VERBS.items()
            if verb.key
        ),
    ]

    def __init__(self, client: Client, *, notices: Sequence[str] = (), highlight_changes: bool = True) -> None:
        super().__init__()
        self._client = client
        self._notices = notices
        self._highlight_changes = highlight_changes
        self._deeds = Deeds()
        self._zoomed = False
        self._active = 2
        self._usage = ("", -1)

    def compose(self) -> ComposeResult:
        yield Header()
        panes = [
            Pane(number, Query(kind=kind), highlight_changes=self._highlight_changes)
            for number, kind in enumerate(PANES, 1)
        ]
        with Horizontal(id="panes"):
            with Vertical(id="side"):
                yield panes[0]
                yield from panes[2:]
            yield panes[1]
        yield DeedPanel()
        yield Footer()
        yield CommandLine(self._completions)

    # What the cluster does

    def on_mount(self) -> None:
        self.on_state_changed()
        self.action_pane(self._active)
        for notice in self._notices:
            self._tell(notice)

    def on_state_changed(self) -> None:
        """Takes the newest State in; panes that are not shown cost nothing."""
        for deed in self._deeds.proceed():
            self._report(deed)
        state, now = self._client.state, self._client.now
        for pane in self.query(Pane):
            if pane.display and pane.parent is not None and getattr(pane.parent, "display", True):
                pane.refresh_from(state, now)
        self._show_header()
        self._show_footer()
        panel = self.query_one(DeedPanel)
        if self._deeds.running:
            panel.show(self._deeds.running[-1])

    def on_screen_resume(self) -> None:
        self.on_state_changed()

    def on_resize(self, event: Resize) -> None:
        self._arrange(event.size.width)

    # Panes

    @property
    def pane(self) -> Pane:
        """The pane that has, or last had, the focus."""
        return self.query_one(f"#pane-{self._active}", Pane)

    def action_pane(self, number: int) -> None:
        self._active = number
        self._arrange(self.size.width)
        self.pane.table.focus()
        self.pane.refresh_from(self._client.state, self._client.now)
        self._show_footer()

    def action_next_pane(self, step: int) -> None:
        self.action_pane((self._active - 1 + step) % len(PANES) + 1)

    def action_zoom(self) -> None:
        self._zoomed = not self._zoomed
        self._arrange(self.size.width)
        self.on_state_changed()

    def action_back(self) -> None:
        if not self.query_one(DeedPanel).dismiss():
            self.pane.back()

    def on_pane_changed(self, message: Pane.Changed) -> None:
        message.stop()
        if message.pane.has_focus_within:
            self._active = int((message.pane.id or "pane-2").rpartition("-")[2])
        self._show_footer()

    def on_pane_opened(self, message: Pane.Opened) -> None:
        """Enter where there is nothing to drill into: the object is described."""
        message.stop()
        self.action_verb("describe")

    def _arrange(self, width: int) -> None:
        """All panes side by side where there is room, else only the active one."""
        alone = width < WIDE_CELLS or self._zoomed
        for number, pane in enumerate((self.query_one(f"#pane-{each}", Pane) for each in _MODES), 1):
            pane.display = not alone or number == self._active
        self.query_one("#side").display = not alone or self._active != 2

    # Keys

    def action_verb(self, name: str) -> None:
        """Asks what the verb needs to know of the selection, then runs it."""
        verb, refs = VERBS[name], self.pane.selected()
        if not refs:
            self._tell("nothing is selected: move the cursor to a row first", failed=True)
        elif verb.kinds and self.pane.kind not in verb.kinds:
            self._tell(f"{verb.name} works on {', '.join(verb.kinds)}, not on {self.pane.kind}", failed=True)
        elif verb.writes and self._client.read_only:
            self._tell(f"{verb.name}: this cluster is read-only here, nothing was changed", failed=True)
        else:
            self._ask(verb, refs)

    def _ask(self, verb: Verb, refs: Sequence[Ref]) -> None:
        look = look_of(verb.name, self._client, refs)
        if look is not None:
            self.app.push_screen(look)
            return
        form = None if verb.form is None else verb.form(self._client.state, refs)

        def answered(answers: Mapping[str, str] | None) -> None:
            if answers is not None and verb.argv is not None:
                self._run(verb.argv(refs, answers))

        if form is None:
            answered({})
        else:
            self.app.push_screen(FormScreen(form), answered)

    def action_events(self) -> None:
        """Events about the selected object, as a table."""
        refs = self.pane.selected()
        obj = self._client.state.get(refs[0]) if refs else None
        if obj is not None:
            ref = ref_of(obj)
            query = Query(kind="Event", about_uid=obj.metadata.uid, title=f"{ref.kind.lower()}/{ref.name}")
            self.pane.show(query)

    def action_help(self) -> None:
        self.app.push_screen(help_screen((self.pane.table, self.pane, self), OWN_WORDS))

    def action_command(self) -> None:
        self.query_one(CommandLine).open(COMMAND)

    def action_filter(self) -> None:
        self.query_one(CommandLine).open(FILTER, self.pane.listing.filter.text)

    def action_cancel(self) -> None:
        for deed in self._deeds.running[-1:]:
            deed.cancel()
            self.on_state_changed()

    # Time

    def action_faster(self) -> None:
        self._set_speed(min(64.0, max(self._client.speed, 0.5) * 2))

    def action_slower(self) -> None:
        self._set_speed(max(0.25, self._client.speed / 2))

    def action_pause(self) -> None:
        self._set_speed(0.0 if self._client.speed else 1.0)

    def action_step(self, direction: int) -> None:
        recorded = recording(self._client)
        self._client.set_speed(0.0)
        if direction > 0:
            self._client.step()
        elif recorded is not None:
            recorded.seek(recorded.state.revision - 1)
        self.on_state_changed()

    def action_deed(self, direction: int) -> None:
        """To the user's action before or after the present moment of a recording, and says what it was."""
        recorded = recording(self._client)
        if recorded is None:
            return
        here = recorded.state.revision
        deeds = [deed for deed in recorded.deeds() if (deed.revision - here) * direction > 0]
        if not deeds:
            self._tell("no further action of the user in this direction")
            return
        deed = deeds[0] if direction > 0 else deeds[-1]
        recorded.set_speed(0.0)
        recorded.seek(deed.revision)
        self._tell(deed.deed or f"revision {deed.revision}")
        self.on_state_changed()

    def _set_speed(self, speed: float) -> None:
        self._client.set_speed(speed)
        self._show_header()

    # The command line

    def on_command_line_typed(self, message: CommandLine.Typed) -> None:
        try:
            self.pane.filter(Filter(message.text))
        except K9liteError:
            return  # half-typed; Enter says what is wrong

    def on_command_line_closed(self, message: CommandLine.Closed) -> None:
        if message.mode == FILTER:
            self.pane.filter(Filter())
        self.pane.table.focus()

    def on_command_line_entered(self, message: CommandLine.Entered) -> None:
        self.pane.table.focus()
        try:
            if message.mode == FILTER:
                self.pane.filter(Filter(message.text))
            elif message.text:
                self._understand(message.text)
        except K9liteError as error:
            self._tell(str(error), failed=True)

    def _understand(self, line: str) -> None:
        match understand(line):
            case Show() as show:
                self.pane.show(show.query)
            case Own() as own:
                self._do(own)
            case Kubectl() as command:
                self._run(list(command.argv))

    def _do(self, own: Own) -> None:
        match own.word:
            case "quit":
                self.app.exit()
            case "help":
                self.action_help()
            case "pause":
                self.action_pause()
            case "step":
                self.action_step(1)
            case "ns":
                namespace = "" if own.rest in ("all", "-A", "") else own.rest
                self.pane.show(Query(kind=self.pane.kind, namespace=namespace), keep=False)
            case "speed":
                self._set_speed(speed_of(own.rest))
            case "seek":
                seek(self._client, own.rest)
                self.on_state_changed()

    def _run(self, argv: Sequence[str]) -> None:
        """Begins a deed for a kubectl line; what ends at once is told at once."""
        namespace = self.pane.listing.query.namespace or "default"
        try:
            verb, args = parse(argv, namespace)
            args = evolve(args, files=read_files(verb, args, StringIO()))
            if verb.writes and self._client.read_only:
                self._tell(f"{verb.name}: this cluster is read-only here, nothing was changed", failed=True)
                return
            deed = Deed(deed_of(argv), verb.run(View(self._client.state, self._client.now), args), self._client)
            self._deeds.begin(deed)
        except K9liteError as error:
            self._tell(str(error), failed=True)
            return
        if deed.running:
            self.query_one(DeedPanel).show(deed)
        else:
            self._report(deed)
        self.on_state_changed()

    def _report(self, deed: Deed) -> None:
        panel = self.query_one(DeedPanel)
        if deed.waited:
            panel.show(deed)
        elif len(deed.lines) <= 3:
            self._tell("\n".join(deed.lines) or f"{deed.line}: nothing to do", failed=deed.failed)
        else:
            self.app.push_screen(TextScreen(deed.line, lambda: deed.lines))

    def _completions(self, text: str) -> Sequence[str]:
        return complete(self._client.state, text, self.pane.listing.query.namespace or "default")

    # What is shown around the panes

    def _show_header(self) -> None:
        if self._client.now - self._usage[1] >= 5 or self._client.now < self._usage[1]:
            self._usage = (usage_text(self._client), self._client.now)
        self.query_one(Header).summary = summarise(self._client, self._usage[0])

    def _show_footer(self) -> None:
        footer = self.query_one(Footer)
        obj = self.pane.current()
        footer.keys = self._keys() if obj is not None else ()
        if obj is None:
            footer.reason = ""
            return
        found = health(obj, self._client.state, self._client.now)
        footer.reason = f"{found.glyph} {obj.metadata.name}: {found.reason}" if found.reason else ""

    def _keys(self) -> tuple[Key, ...]:
        kind = self.pane.kind
        verbs = [verb for verb in VERBS.values() if verb.key and (not verb.kinds or kind in verb.kinds)]
        if self._client.read_only:
            verbs = [verb for verb in verbs if not verb.writes]
        own = sorted(verbs, key=lambda verb: not verb.kinds)
        return (
            ("enter", "Open"),
            *((verb.key, verb.name.partition(" ")[0].capitalize()) for verb in own),
            ("/", "Filter"),
            (":", "Command"),
        )

    def _tell(self, text: str, *, failed: bool = False) -> None:
        self.notify(plain(text), severity="error" if failed else "information", markup=False)
