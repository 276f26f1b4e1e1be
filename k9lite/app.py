"""The console: wiring only. It lets time pass in the client and tells the screens when something changed."""

from asyncio import get_running_loop
from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakSet

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.events import Event, InputEvent, Key, Paste
from textual.filter import LineFilter
from textual.screen import Screen

from engine.errors import LogError
from k9lite.changes import DeedRefused, StateChanged
from k9lite.client import Client, NotOpened, recording
from k9lite.keys_in_turn import KeysInTurn
from k9lite.kubeconfig import Kubeconfig
from k9lite.operator import Operator
from k9lite.pauses import Pauses
from k9lite.preferences import Preferences
from k9lite.screens.main import MainScreen
from k9lite.screens.place_screen import PlaceScreen
from k9lite.settings import Settings
from k9lite.sheets import ReadOnce, Sheets
from k9lite.starting import Later
from k9lite.strange_keys import ELSEWHERE, answer
from k9lite.themes import TERMINAL, after, themes
from k9lite.widgets.ascii import AsciiFilter

if TYPE_CHECKING:
    from k9lite.clients.door import Door
    from k9lite.config.file import Config
    from k9lite.linear import Linear

_WORD_SECONDS = 1.0
"""Letters of a word that is typed where nothing is to be typed: one answer is enough."""
_FRAME_SECONDS, _BREATH_SECONDS, _PAUSE_SECONDS = 0.1, 0.005, 0.25


class ConsoleApp(App[int]):
    """``frozen`` lets no time pass by itself and marks no changed cells: for tests and pictures.

    When the first frame is on the screen ``later`` begins, and the ``door`` for other processes is opened.
    """

    TITLE = "k9lite"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    ToastRack { margin-bottom: 2; overflow: hidden; }
    Toast { padding: 0 1; margin-top: 0; width: auto; max-width: 100%; }
    ModalScreen Toast { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, id="app.quit"),
        Binding("ctrl+t", "next_theme", "Next theme", show=False, id="app.theme"),
        Binding("colon", "type_command", "Leave this and type a command", show=False, id="app.command"),
        Binding("ctrl+p", "picture", "What is on the screen as a file", show=False, id="app.picture"),
    ]

    _restyled: list[Screen[Any]] | None = None

    def __init__(
        self,
        client: Client,
        *,
        notices: Sequence[str] = (),
        kubeconfig: Kubeconfig | None = None,
        preferences: Preferences | None = None,
        settings: Settings | None = None,
        frozen: bool = False,
        tour: bool = False,
        door: "Callable[[], Door] | None" = None,
        later: Later = lambda: iter(()),
    ) -> None:
        settings = settings or Settings()
        super().__init__(ansi_color=_own_colours(settings, settings.theme))
        self._settings = settings
        self._edge = [AsciiFilter()] if settings.ascii else []
        self._begin_with(settings.theme)
        self.keys = KeysInTurn(self)
        self._pauses = Pauses()
        self._client = client
        self._operator = operator = Operator(
            self, client, kubeconfig or Kubeconfig(), preferences or Preferences(), settings
        )
        self._main = MainScreen(operator, notices=notices, highlight_changes=not frozen)
        self._linear = self._in_line() if settings.linear else None
        if settings.config is not None:
            self._take(settings.config)
        self._frozen = frozen
        self._later = later
        self._tour = tour
        self._open_door = door
        self._door: Door | None = None
        self._last_frame, self._answered = monotonic(), -_WORD_SECONDS
        self._shown = (-1, -1)
        self._trouble = ""
        self.refusal: NotOpened | None = None
        """Why it ended by itself."""

    def get_default_screen(self) -> MainScreen:
        """No empty screen is made, styled and laid out below it first."""
        return self._main

    def key_name(self, action: str, default: str) -> str:
        """What is written on the key of an action."""
        return self._operator.key_name(action, default)

    def on_mount(self) -> None:
        if self._linear is not None:
            self._linear.begin()
        if self._operator.keymap:
            self.set_keymap(dict(self._operator.keymap))

    def on_deed_refused(self, message: DeedRefused) -> None:
        self._operator.deeds.refuse(message.line, message.said, self._client)

    def on_unmount(self) -> None:
        if self._door is not None:
            get_running_loop().remove_reader(self._door.fileno())
            self._door.close()
        self._operator.deeds.close()

    async def on_event(self, event: Event) -> None:
        """No key goes where the focus was before the last one: none of a quick ``:delete`` is a command."""
        if isinstance(event, InputEvent):
            self._pauses.pressed()
        if not (isinstance(event, Key | Paste) and not event.is_forwarded and self.keys.waits(event)):
            await super().on_event(event)

    def on_key(self, event: Key) -> None:
        """Before the app looks whether anybody has the key: it has come all the way up."""
        if said := answer(self.screen, event):
            before, self._answered = self._answered, monotonic()
            if event.key in ELSEWHERE or self._answered - before > _WORD_SECONDS:
                self._operator.tell(said)

    def action_type_command(self) -> None:
        """Wherever one is: texts and logs are left for the screen that has the line for it."""
        below = next(screen for screen in reversed(self.screen_stack) if isinstance(screen, MainScreen | PlaceScreen))
        below.pop_until_active()
        below.action_command()

    def _begin_with(self, theme: str) -> None:
        """Before the style sheet is read: a theme that is set later has it read twice."""
        for each in themes():
            self.register_theme(each)
        self.set_reactive(App.theme, theme)
        self.set_class(self.current_theme.dark, "-dark-mode")
        self.set_class(not self.current_theme.dark, "-light-mode")
        self.stylesheet = first = ReadOnce(self.get_css_variables())
        self._sheets = Sheets(first)
        self._undressed: WeakSet[Screen[Any]] = WeakSet()
        """Screens that a theme was not put on yet, as others hid them."""

    def _take(self, config: "Config") -> None:
        """The keys of a config file, which are checked."""
        from k9lite.config.keys import keymap, renamed
        from k9lite.widgets.pressing import key_of

        self._operator.keymap = keymap(config)
        self._operator.key_names = renamed(config)
        for plugin in config.plugins:
            self._main.add_key(key_of(plugin.key), f"plugin({plugin.name!r})", plugin.name)

    def _in_line(self) -> "Linear":
        from k9lite.linear import Linear

        return Linear(self)

    def notify(self, message: str, **how: Any) -> None:
        """In the linear mode nothing floats over the rest."""
        if self._linear is not None:
            self._linear.tell(message)
        super().notify(message, **how)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """All that is sent to the terminal passes through these."""
        return [*super().get_line_filters(), *self._edge]

    def watch_theme(self, theme: str) -> None:
        self.ansi_color = _own_colours(self._settings, theme)

    def refresh_css(self, animate: bool = True) -> None:
        """Of the screens only those in sight: of fifteen on top of each other, all took longer than a key may take."""
        self.stylesheet = self._sheets.with_variables(self.get_css_variables(), self.stylesheet)
        stack = self.screen_stack
        in_sight = seen(stack)
        self._undressed.update(stack[: -len(in_sight)])
        self._restyled = in_sight
        try:
            super().refresh_css(animate)
        finally:
            self._restyled = None

    @property
    def screen_stack(self) -> list[Screen[Any]]:
        """From the lowest on; while a theme is put on, those that wear it at once."""
        return super().screen_stack if self._restyled is None else self._restyled

    def pop_screen(self) -> AwaitComplete:
        """What comes into sight wears the theme."""
        popped = super().pop_screen()
        self.call_next(self._dress)
        return popped

    def _dress(self) -> None:
        for screen in seen(self.screen_stack):
            if screen in self._undressed:
                self._undressed.discard(screen)
                self.update_styles(screen, animate=False)

    def action_next_theme(self) -> None:
        self._operator.trying(lambda: self._operator.wear(after(self.theme)))

    def action_picture(self) -> None:
        self._operator.picture()

    def on_ready(self) -> None:
        """The first frame is shown: time passes from here on, and what it did not need is done."""
        if not self._frozen:
            self.set_interval(_FRAME_SECONDS, self.let_time_pass)
            self.set_interval(_PAUSE_SECONDS, self._pauses.look)
        self._go_on(self._later())
        if self._open_door is not None:
            self._door = self._open_door()
            get_running_loop().add_reader(self._door.fileno(), self._serve, self._door)
        if self._tour:
            self._main.tour()

    def _serve(self, door: "Door") -> None:
        """Another process asks something; what it has changed is shown at once."""
        if door.poll():
            self.let_time_pass()

    def _go_on(self, later: Iterator[None]) -> None:
        if next(later, self) is None:
            self.set_timer(_BREATH_SECONDS, lambda: self._go_on(later))

    def let_time_pass(self) -> None:
        """One frame: the client advances by the time since the last one."""
        now = monotonic()
        elapsed, self._last_frame = now - self._last_frame, now
        try:
            self._client.advance(elapsed)
            self._trouble = ""
        except NotOpened as refusal:
            self.refusal = refusal
            self.exit(1)
            return
        except LogError as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                stands = "The recording stands still." if recording(self._client) else "Cluster time is paused."
                self.notify(f"{error} {stands}", severity="error", markup=False, timeout=30)
        self.tell_screens()

    def tell_screens(self) -> None:
        """The screen on top shows what is new; the main one goes on with what is under way."""
        moment = (self._client.state.revision, self._client.now)
        if moment != self._shown:
            self._shown = moment
            self._main.post_message(StateChanged())
            if self.screen is not self._main:
                self.screen.post_message(StateChanged())


def seen(stack: Sequence[Screen[Any]]) -> list[Screen[Any]]:
    """The one on top, and those below it as far as one sees through."""
    first = len(stack) - 1
    while first > 0 and stack[first].styles.background.a < 1:
        first -= 1
    return list(stack[first:])


def _own_colours(settings: Settings, theme: str) -> bool | None:
    """Whether the terminal's own colours are sent as they are; None leaves it to the theme."""
    return True if settings.colourless or theme == TERMINAL else None
