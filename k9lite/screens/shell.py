"""A shell in a container: lines are typed, run by the client, and answered; all of it is in the session's log.

A command that takes time (``sleep 5``) takes cluster time: its answer is shown when that has passed, and what is
typed meanwhile waits for it, as in a terminal. A program with a prompt of its own (``mysql``, ``python3``) is talked
to in the same way, statement by statement.
"""

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from engine.errors import K9liteError
from engine.kinds import Exec, Pod, Ref
from k9lite.client import Client
from k9lite.screens.help import help_screen
from k9lite.widgets.pressing import Hint, KeyLine, key_name
from k9lite.widgets.safe import plain
from k9lite.widgets.text_view import TextView

if TYPE_CHECKING:
    from engine.kubelet.typed_input import Dialogue

HINTS: Sequence[Hint] = (
    ("ctrl+d", "Leave", "shell.end"), ("↑ ↓", "Lines before", "shell.earlier shell.later"),
    ("pgup pgdn", "Scroll", "shell.page_up shell.page_down"), ("ctrl+c", "Interrupt", "shell.interrupt"),
    ("f1", "Keys", "shell.help"),
)  # fmt: skip


class ShellScreen(Screen[None], inherit_bindings=False):
    """One session: its working directory and variables last as long as it, files as long as the container."""

    AUTO_FOCUS = "#line"
    DEFAULT_CSS = """
    ShellScreen TextView { border: round $success; border-title-style: bold; }
    ShellScreen #prompt { height: 1; padding: 0 1; }
    ShellScreen #where { width: auto; text-style: bold; }
    ShellScreen #line { width: 1fr; height: 1; border: none; padding: 0; }
    ShellScreen #keys { height: 1; background: $panel; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "end_of_input", "Leave, from an empty line", show=False, priority=True, id="shell.end"),
        Binding("escape", "close", "Leave the shell", show=False, id="shell.close"),
        Binding("ctrl+c", "interrupt", "Interrupt", show=False, priority=True, id="shell.interrupt"),
        Binding("ctrl+l", "clear", "Clear", show=False, priority=True, id="shell.clear"),
        Binding("up", "history(-1)", "Earlier line", show=False, id="shell.earlier"),
        Binding("down", "history(1)", "Later line", show=False, id="shell.later"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="shell.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="shell.page_down"),
        Binding("f1", "help", "What every key does", show=False, id="shell.help"),
    ]

    def __init__(
        self, client: Client, ref: Ref, container: str, session: str, argv: tuple[str, ...] = ("sh",)
    ) -> None:
        super().__init__()
        self._argv, self._dialogue, self._statement = argv, _dialogue_of(argv), ""
        self._client = client
        self._ref, self._container, self._session = ref, container, session
        self._cwd = "/"
        self._typed: list[str] = []
        self._place = 0
        self._busy_with: Exec | None = None
        self._queued: list[str] = []

    def compose(self) -> ComposeResult:
        view = TextView(follow=True, wrap=True)
        view.border_title = Content(plain(f"{self._ref.namespace}/{self._ref.name} ({self._container})"))
        view.can_focus = False
        yield view
        with Horizontal(id="prompt"):
            yield Static(id="where", markup=False)
            yield Input(id="line", compact=True)
        yield KeyLine(HINTS, id="keys")

    def on_mount(self) -> None:
        if self._dialogue is not None and self._dialogue.greeting:
            self._print(self._dialogue.greeting.removesuffix("\n"))
        self._show_prompt()

    def on_state_changed(self) -> None:
        """Shows an answer when its command has taken its time; leaves when the pod is gone."""
        running = self._busy_with
        if running is not None and self._client.now >= running.time + running.duration_seconds:
            self._busy_with = None
            self._answer(running)
            self._run_waiting()
        self._show_prompt()
        if self._client.state.find(Pod, self._ref.name, self._ref.namespace) is None:
            self.notify(f"pod {self._ref.name} is gone, and the shell with it", severity="warning", markup=False)
            self.dismiss()

    def action_close(self) -> None:
        self.dismiss()

    def action_help(self) -> None:
        self.app.push_screen(help_screen(self))

    def action_end_of_input(self) -> None:
        """As in a terminal: ends the shell from an empty line only."""
        if not self.query_one(Input).value:
            self.dismiss()

    def action_clear(self) -> None:
        self.query_one(TextView).set_lines(())

    def action_interrupt(self) -> None:
        """Leaves what runs and what waits for it; an unfinished line is dropped."""
        line = self.query_one(Input)
        self._print(f"{'' if self._busy_with else self._prompt() + line.value}^C")
        line.value = ""
        self._busy_with = None
        self._queued.clear()
        self._show_prompt()

    def action_page(self, direction: int) -> None:
        self.query_one(TextView).action_page(direction)

    def action_history(self, step: int) -> None:
        if self._typed:
            self._place = min(max(self._place + step, 0), len(self._typed))
            line = self.query_one(Input)
            line.value = self._typed[self._place] if self._place < len(self._typed) else ""
            line.cursor_position = len(line.value)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        line = message.value
        message.input.value = ""
        if line.strip():
            self._typed.append(line)
        self._place = len(self._typed)
        self._queued.append(line)
        self._run_waiting()

    def _run_waiting(self) -> None:
        while self._queued and self._busy_with is None:
            self._run_line(self._queued.pop(0))

    def _run_line(self, line: str) -> None:
        self._print(f"{self._prompt()}{line}")
        line = self._gathered(line)
        if not line.strip():
            self._show_prompt()
            return
        try:
            answer = self._client.exec(self._ref, self._container, self._session, line)
        except K9liteError as error:  # no shell in the image, or nothing runs there any more
            self._queued.clear()
            self.notify(str(error), severity="error", markup=False, timeout=8)
            self.dismiss()
            return
        if answer.duration_seconds:
            self._busy_with = answer
        else:
            self._answer(answer)
        self._show_prompt()

    def _gathered(self, line: str) -> str:
        """The line to run now, "" while a statement is not whole; a client's own end leaves."""
        dialogue = self._dialogue
        if dialogue is None:
            return line
        if not self._statement and dialogue.is_end(line):
            self.dismiss()
            return ""
        self._statement, is_whole = dialogue.gathered(self._statement, line)
        return f"printf '%s' {shlex.quote(self._statement)} | {shlex.join(self._argv)}" if is_whole else ""

    def _answer(self, answer: Exec) -> None:
        if self._dialogue is not None:
            if not answer.exit_code:
                self._argv = (*self._argv, *self._dialogue.choosing(self._statement))
            self._statement = ""
        for text in (answer.stdout, answer.stderr):
            if text:
                self._print(text.removesuffix("\n"))
        self._cwd = answer.cwd or self._cwd
        if answer.closed:
            self.dismiss()

    def _print(self, text: str) -> None:
        self.query_one(TextView).append_lines(text.split("\n"))

    def _prompt(self) -> str:
        if self._dialogue is not None:
            return self._dialogue.more if self._statement else self._dialogue.prompt
        return f"{plain(self._cwd)} $ "

    def _show_prompt(self) -> None:
        paused = "" if self._client.speed else ", and cluster time is paused"
        running = f"running{paused}: {key_name(self.app, 'shell.interrupt', 'ctrl+c')} leaves it  "
        self.query_one("#where", Static).update(Content(running if self._busy_with else self._prompt()))


def _dialogue_of(argv: tuple[str, ...]) -> "Dialogue | None":
    if argv == ("sh",):
        return None
    from engine.kubelet.typed_input import dialogue_of  # it brings all images; a shell's screen comes without

    return dialogue_of(argv)
