"""The console: wiring only. It lets time pass in the client and tells the screens when something changed."""

from collections.abc import Iterator, Sequence
from time import monotonic
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widgets import Input

from engine.errors import LogError
from k9lite.changes import StateChanged
from k9lite.client import Client, recording
from k9lite.kubeconfig import Kubeconfig
from k9lite.operator import Operator
from k9lite.preferences import Preferences
from k9lite.screens.main import MainScreen
from k9lite.starting import Later

_FRAME_SECONDS, _BREATH_SECONDS = 0.1, 0.005


class ConsoleApp(App[int]):
    """``frozen`` lets no time pass by itself and marks no changed cells: for tests and pictures.

    ``later`` begins when the first frame is on the screen.
    """

    TITLE = "k9lite"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    ToastRack { margin-bottom: 3; }
    Toast { padding: 0 1; margin-top: 0; width: auto; max-width: 70%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", "Quit", show=False)]

    def __init__(
        self,
        client: Client,
        *,
        notices: Sequence[str] = (),
        kubeconfig: Kubeconfig | None = None,
        preferences: Preferences | None = None,
        frozen: bool = False,
        later: Later = lambda: iter(()),
    ) -> None:
        super().__init__()
        self._client = client
        operator = Operator(self, client, kubeconfig or Kubeconfig(), preferences or Preferences())
        self._main = MainScreen(operator, notices=notices, highlight_changes=not frozen)
        self._frozen = frozen
        self._later = later
        self._last_frame = monotonic()
        self._shown = (-1, -1)
        self._trouble = ""

    def get_default_screen(self) -> MainScreen:
        """No empty screen is made, styled and laid out below it first."""
        return self._main

    def on_mount(self) -> None:
        if not self._frozen:
            self.set_interval(_FRAME_SECONDS, self.let_time_pass)

    def on_key(self, event: Key) -> None:
        """What was typed before a field had the focus is the field's: no key of a quick ``:delete`` is a command."""
        field = self.focused
        if isinstance(field, Input) and event.is_printable and event.character:
            field.insert_text_at_cursor(event.character)
            event.stop()
            event.prevent_default()

    def on_ready(self) -> None:
        self._go_on(self._later())

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
