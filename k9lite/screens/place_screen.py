"""The screen of a place: the keys that act on the object under its cursor, a line for commands, and the way back.

It knows neither what it shows nor how: a table (rows.py) and a map (map.py) say which object has the cursor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from engine.kinds import Object, Ref
from k9lite.hints import keys_of, remark
from k9lite.own_keys import OWN_KEYS
from k9lite.place import Act, Here, Onward
from k9lite.places import BY_WORD
from k9lite.screens.help import help_screen
from k9lite.widgets.command_line import COMMAND, CommandBar, CommandLine
from k9lite.widgets.footer import ENDS, Footer, Key


class PlaceScreen(Screen[Onward]):
    """Around ``shown``, the widget with the cursor. It is left for where it leads: rows, a line, a deed; or back.

    ``own`` are the names of the keys of this one place; ``further`` come last in the footer.
    """

    DEFAULT_CSS = """
    PlaceScreen #shown { border: round $accent; border-title-color: $text-accent; border-title-style: bold; }
    PlaceScreen:ansi #shown { border: heavy $foreground; }
    """

    FOOTER: ClassVar[str] = "rows"
    """Whose keys the footer names."""
    enter = ""
    """What Enter does, where it opens no object."""

    def __init__(
        self, here: Here, shown: Widget, *, above: Widget | None, own: Sequence[str], further: Sequence[Key]
    ) -> None:
        super().__init__()
        self._here, self._above = here, above
        self._shown, self._shown.id = shown, "shown"
        made, name_of = ((name, OWN_KEYS[name]) for name in own), here.operator.key_name
        self._own = tuple((name_of(name, each.shown or each.key), each.label) for name, each in made)
        self._further = tuple(further)

    def compose(self) -> ComposeResult:
        if self._above is not None:
            yield self._above
        yield self._shown
        yield CommandBar(self._completions)
        yield Footer()

    def on_mount(self) -> None:
        self._shown.focus()

    @property
    def selected(self) -> Ref | None:
        """The object under the cursor."""
        raise NotImplementedError  # each place has its own; a Textual screen cannot be an ABC, its metaclass is taken

    def show_news(self) -> None:
        """The cluster is another now, or a deed got on."""
        raise NotImplementedError  # as above

    def on_state_changed(self) -> None:
        self.show_news()

    def action_verb(self, name: str) -> None:
        self._here.operator.verb(name, () if self.selected is None else (self.selected,))
        self.show_news()

    def action_place(self, word: str) -> None:
        """From here to another place; where one goes from there, one leaves this as well."""
        place, here = BY_WORD[word], self._here.on(self.selected)
        here.operator.trying(lambda: place.open(here, "", self.leave))

    def lead(self, onward: Onward) -> None:
        """To where Enter leads; Esc leads back here."""
        self._here.operator.way_back.leave(self)
        self.dismiss(onward)

    def leave(self, onward: Onward) -> None:
        """As a screen above it was left: for another table, or back to this one."""
        if isinstance(onward, Act):
            self._here.operator.verb(onward.verb, onward.refs)
        elif onward is not None:
            first = self._first
            first.pop_until_active()
            first.dismiss(onward)

    @property
    def _first(self) -> PlaceScreen:
        """The place from which the others were reached: they are left at once, and none is shown again."""
        first = self
        for screen in reversed(self.app.screen_stack):
            if not isinstance(screen, PlaceScreen):
                break
            first = screen
        return first

    def action_close(self) -> None:
        self.dismiss(None)

    def action_help(self) -> None:
        self.app.push_screen(help_screen(self))

    def action_command(self) -> None:
        """What is typed is done where one came from, unless it is about this screen."""
        self.query_one(CommandLine).open(COMMAND)

    def on_command_line_entered(self, message: CommandLine.Entered) -> None:
        self._shown.focus()
        word, _, rest = message.text.partition(" ")
        if message.mode == COMMAND and word and not self.does(word, rest):
            self.dismiss(message.text)

    def does(self, word: str, rest: str) -> bool:
        """Whether a line is about what is shown here; if so, it was done."""
        if word == "screenshot":
            self._here.operator.picture(rest.strip())
        return word == "screenshot"

    def on_command_line_closed(self, message: CommandLine.Closed) -> None:
        message.stop()
        self._shown.focus()

    def _completions(self, text: str) -> Sequence[str]:
        return self._here.operator.completions(text, self._here.namespace)

    def show_footer(self) -> None:
        client, footer, taken = self._here.client, self.query_one(Footer), {key for key, _ in self._own}
        obj = None if self.selected is None else client.state.get(self.selected)
        offered = keys_of(obj, client.state, client.now, read_only=client.read_only)
        others = ((key, self.enter or what) if key == "⏎" else (key, what) for key, what in offered if what != "Events")
        shown = self._here.operator.keys((*others, *self._further, ("Esc", "Back")), self.FOOTER)
        footer.keys = (*self._own, *(key for key in shown if key[0] not in taken))
        footer.ends = self._here.operator.keys(ENDS, self.FOOTER)
        footer.reason = self.reason(obj)

    def reason(self, obj: Object | None) -> str:
        """The line about the object under the cursor."""
        return "" if obj is None else remark(obj, self._here.client.state, self._here.client.now)
