"""A shell in a container: lines are typed, run by the client, and answered; all of it is in the session's log."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from engine.errors import K9liteError
from engine.kinds import Exec, Pod, Ref
from k9lite.client import Client
from k9lite.widgets.safe import plain
from k9lite.widgets.text_view import TextView


class ShellScreen(Screen[None]):
    """One session: its working directory and variables last as long as it, files as long as the container."""

    DEFAULT_CSS = """
    ShellScreen TextView { border: round $success; }
    ShellScreen #line { dock: bottom; height: 1; border: none; padding: 0 1; }
    ShellScreen #keys { dock: bottom; height: 1; background: $panel; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Leave the shell"),
        Binding("ctrl+d", "close", "Leave the shell", show=False, priority=True),
        Binding("ctrl+l", "clear", "Clear", show=False, priority=True),
        Binding("ctrl+c", "interrupt", "Interrupt", show=False, priority=True),
        Binding("up", "history(-1)", "Earlier line", show=False),
        Binding("down", "history(1)", "Later line", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
    ]

    def __init__(self, client: Client, ref: Ref, container: str, session: str) -> None:
        super().__init__()
        self._client = client
        self._ref, self._container, self._session = ref, container, session
        self._cwd = "/"
        self._typed: list[str] = []
        self._place = 0
        self._waiting: Exec | None = None

    def compose(self) -> ComposeResult:
        view = TextView(follow=True, wrap=True)
        view.border_title = Content(plain(f"{self._ref.namespace}/{self._ref.name} ({self._container})"))
        view.can_focus = False
        yield Static(
            "Esc Leave  up down Lines before  pgup pgdn Scroll  ctrl+l Clear  exit", id="keys", markup=False
        )
        yield Input(id="line", compact=True)
        yield view

    def on_mount(self) -> None:
        self._show_prompt()
        self.query_one("#line").focus()

    def on_state_changed(self) -> None:
        """Shows an answer when its command has taken its time; says when the container is gone."""
        waiting = self._waiting
        if waiting is not None and self._client.now >= waiting.time + waiting.duration_seconds:
            self._waiting = None
            self._show_answer(waiting)
        pod = self._client.state.find(Pod, self._ref.name, self._ref.namespace)
        if pod is None:
            self.notify(f"pod {self._ref.name} is gone, and the shell with it", severity="warning", markup=False)
            self.dismiss()

    def action_close(self) -> None:
        self.dismiss()

    def action_clear(self) -> None:
        self.query_one(TextView).set_lines(())

    def action_interrupt(self) -> None:
        if self._waiting is not None:
            self._print("^C")
            self._waiting = None
            self._show_prompt()

    def action_page(self, direction: int) -> None:
        self.query_one(TextView).action_page(direction)

    def action_history(self, step: int) -> None:
        if self._typed:
            self._place = min(max(self._place + step, 0), len(self._typed))
            line = self.query_one("#line", Input)
            line.value = self._typed[self._place] if self._place < len(self._typed) else ""
            line.cursor_position = len(line.value)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        line = message.value
        message.input.value = ""
        if self._waiting is not None:
            return
        self._print(f"{self._prompt()}{line}")
        if not line.strip():
            return
        self._typed.append(line)
        self._place = len(self._typed)
        try:
            answer = self._client.exec(self._ref, self._container, self._session, line)
        except K9liteError as error:
            self._print(str(error))
            return
        if answer.duration_seconds:
            self._waiting = answer
            self.query_one("#line", Input).placeholder = "running… ctrl+c leaves it"
        else:
            self._show_answer(answer)

    def _show_answer(self, answer: Exec) -> None:
        for text in (answer.stdout, answer.stderr):
            if text:
                self._print(text.removesuffix("\n"))
        self._cwd = answer.cwd or self._cwd
        self._show_prompt()
        if answer.closed:
            self.dismiss()

    def _print(self, text: str) -> None:
        self.query_one(TextView).append_lines(text.split("\n"))

    def _prompt(self) -> str:
        return f"{self._cwd} $ "

    def _show_prompt(self) -> None:
        self.query_one("#line", Input).placeholder = f"{self._prompt()}type a command"
