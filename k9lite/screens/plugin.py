"""Runs a plugin on the selection: a kubectl line inside the console, any other command as a process of its own.

Nothing waits for a process: what it prints is read between keys into a text, and its end is told there. Closing the
text ends the process, and whatever that has begun.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from engine.errors import UsageError
from engine.kinds import KINDS, Ref
from k9lite.meant import meant
from k9lite.plugins import Plugin, fields_of, filled
from k9lite.screens.text import TextScreen
from k9lite.verb import Form

if TYPE_CHECKING:
    from k9lite.operator import Operator

_POLL_SECONDS, _GRACE_SECONDS, _MOST_BYTES, _MOST_LINES = 0.05, 1, 65_536, 20_000


def run(operator: Operator, plugin: Plugin, refs: Sequence[Ref], kubectl: Callable[[Sequence[str]], object]) -> None:
    """``kubectl`` takes a line that runs inside. Raises UsageError where the plugin is not for the selection."""
    if not refs:
        raise UsageError("nothing is selected: move the cursor to a row first")
    if plugin.kinds and refs[0].kind not in plugin.kinds:
        kinds = ", ".join(KINDS[kind].plural for kind in plugin.kinds)
        raise UsageError(f"plugin {plugin.name} is for {kinds}, not for {KINDS[refs[0].kind].plural}")
    if operator.client.read_only and not plugin.inside:
        raise UsageError(f"plugin {plugin.name} runs a program, which nobody keeps from changing things: not read-only")
    lines = [
        filled(plugin.command, fields_of(ref, operator.client.state.get(ref), operator.client.name)) for ref in refs
    ]

    def go_on() -> None:
        if plugin.inside:
            for words in lines:
                operator.trying(partial(kubectl, words[1:]))
        else:
            operator.trying(lambda: operator.show(OutputScreen(lines[0])))

    if not plugin.confirm:
        go_on()
        return
    asked_about = meant(refs, operator.client.state)

    def go_on_with_them() -> None:
        asked_about.check(operator.client.state)
        go_on()

    shown = "\n".join(" ".join(words) for words in (lines if plugin.inside else lines[:1]))
    form = Form(title=f"Plugin {plugin.name}", message=shown, dangerous=True)
    operator.ask(form, lambda: operator.trying(go_on_with_them))


class OutputScreen(TextScreen):
    """What a process prints, as it prints it. Raises UsageError where there is no such program."""

    def __init__(self, words: Sequence[str]) -> None:
        try:
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise UsageError(f"{words[0]} cannot be run: {(error.strerror or str(error)).lower()}") from None
        assert self._process.stdout is not None
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._output, False)
        self._said: list[str] = []
        self._rest = b""
        super().__init__(" ".join(words), lambda: self._said)

    def on_mount(self) -> None:
        super().on_mount()
        self._polling = self.set_interval(_POLL_SECONDS, self._read)

    def on_unmount(self) -> None:
        if self._process.poll() is None:
            threading.Thread(target=_end, args=(self._process,), daemon=True).start()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        """What there is by now; a program that prints faster than anybody reads waits for the next time."""
        try:
            read = os.read(self._output, _MOST_BYTES)
        except BlockingIOError:
            return
        *whole, self._rest = (self._rest + read).split(b"\n")
        if not read:
            whole = [self._rest] if self._rest else []
            self._polling.stop()
        self._said = [*self._said, *(line.decode("utf-8", "replace").rstrip("\r") for line in whole)][-_MOST_LINES:]
        if not read:
            self._end()
        self.on_state_changed()

    def _end(self) -> None:
        try:
            code = self._process.wait(timeout=0)
        except subprocess.TimeoutExpired:  # it has closed its output and goes on
            self._said = [*self._said, "(it prints no more)"]
            return
        self._said = [*self._said, f"(it ended with exit code {code})"]


def _end(process: subprocess.Popen[bytes]) -> None:
    """With all it has begun; what does not hear is ended for it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        os.killpg(process.pid, number)
        try:
            process.wait(timeout=_GRACE_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue
