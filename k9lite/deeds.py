"""A deed: a verb under way in the console. It is taken on a bit at a time, so that nothing ever waits for it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from attrs import evolve

from engine.errors import ApiError, K9liteError, UsageError
from k9lite.client import Client
from k9lite.files.local import save
from k9lite.verb import Configure, Edit, Listen, Run, Save, Say, Step, Submit, Talk, View, Wait
from k9lite.viewing import view_of
from k9lite.wording import error_text

if TYPE_CHECKING:
    from k9lite.forwarding import Forwarding


_CANCELLED = 130
"""The exit code of a command that Ctrl+C ended."""


class TerminalHands(Protocol):
    """What only whoever owns the terminal can do."""

    def edit(self, step: Edit) -> str:
        """What the operator's editor left of the text. Raises UsageError."""
        ...

    def talk(self, step: Talk, ended: Callable[[], None]) -> None: ...

    def configure(self, step: Configure) -> None: ...

    def config(self) -> Mapping[str, Any]:
        """The kubeconfig as it is."""
        ...


class Deed:
    """``line`` is the kubectl line it stands for. ``lines`` grow as it goes; ``code`` is None until it ends."""

    def __init__(
        self, line: str, run: Run, client: Client, hands: TerminalHands | None = None, *, writes: bool = True
    ) -> None:
        self.line = line
        self.writes = writes
        self.begun = client.now
        """In cluster time."""
        self.revision = client.state.revision
        """What it began with."""
        self._hands = hands
        self._talk: Talk | None = None
        self._forwarding: Forwarding | None = None
        self.last_revision: int | None = None
        """What the cluster was at when it ended."""
        self.lines: list[str] = []
        self.code: int | None = None
        self.waited = False
        """It did not end at once: its progress is worth a pane."""
        self._run = run
        self._client = client
        self._step: Step | None = None
        self._seen = client.state
        self._wake_at = 0

    @property
    def running(self) -> bool:
        return self.code is None

    @property
    def progress(self) -> tuple[int, int]:
        """How much is done, of how much; (0, 0) where nobody can count it."""
        step = self._step
        return (step.done, step.total) if isinstance(step, Wait) else (0, 0)

    @property
    def failed(self) -> bool:
        """By its exit code alone: a warning is no failure."""
        return bool(self.code)

    @property
    def cancelled(self) -> bool:
        return self.code == _CANCELLED

    @property
    def outcome(self) -> str:
        """In a word, once it is over."""
        return "cancelled" if self.cancelled else "failed" if self.failed else "done"

    def proceed(self) -> None:
        """Goes on until it has to wait, or ends. Does nothing while what it waits for has not come."""
        if not self.running or self._talk is not None or (isinstance(self._step, Wait) and not self._is_due()):
            return
        answer: View | None = None if self._step is None else self._view()
        error: K9liteError | None = None
        if self._forwarding is not None and self._forwarding.lost:
            error = UsageError(self._forwarding.lost)
        try:
            while True:
                self._step = self._advance(answer, error)
                answer, error = None, None
                if isinstance(self._step, Wait):
                    self.waited = True
                    self._seen, self._wake_at = self._client.state, self._client.now + self._step.seconds
                    return
                text = ""
                match self._step:
                    case Say():
                        self.lines.append(self._step.text)
                    case Submit():
                        error = self._submit(self._step)
                    case Edit():
                        text, error = self._edited(self._step)
                    case Save():
                        error = _saved(self._step)
                    case Talk():
                        self._begin_talk(self._step)
                        return
                    case Configure():
                        error = self._configured(self._step)
                    case Listen():
                        text, error = self._listening(self._step)
                answer = evolve(self._view(), text=text)
        except StopIteration as stop:
            self.code = int(stop.value or 0)
        except K9liteError as refused:
            self.lines.extend(error_text(refused).splitlines())
            self.code = 1
        if not self.running:
            self.close()

    def cancel(self) -> None:
        """Stops where it is; what was done stays done."""
        if self.running:
            self._run.close()
            self.close()
            self.code = _CANCELLED
            self.lines.append("cancelled; what was done so far stays done")

    @property
    def forwarding(self) -> "Forwarding | None":
        """The ports of this machine that it holds open."""
        return self._forwarding

    def serve(self) -> None:
        """Answers who has connected to its ports."""
        if self._forwarding is not None:
            self._forwarding.poll()

    def close(self) -> None:
        """Gives back what it holds of the machine."""
        self.last_revision = self._client.state.revision
        if self._forwarding is not None:
            self._forwarding.close()
            self._forwarding = None

    def _advance(self, answer: View | None, error: K9liteError | None) -> Step:
        if error is not None:
            return self._run.throw(error)
        return next(self._run) if answer is None else self._run.send(answer)

    def _submit(self, step: Submit) -> ApiError | None:
        try:
            self._client.submit(step.writes, self.line)
        except ApiError as error:
            return error
        return None

    def _edited(self, step: Edit) -> tuple[str, K9liteError | None]:
        try:
            if self._hands is None:
                raise UsageError("there is no editor here")
            return self._hands.edit(step), None
        except UsageError as error:
            return "", error

    def _configured(self, step: Configure) -> K9liteError | None:
        try:
            if self._hands is not None:
                self._hands.configure(step)
        except UsageError as error:
            return error
        return None

    def _listening(self, step: Listen) -> tuple[str, K9liteError | None]:
        """Ports that stay open until the deed is cancelled."""
        from k9lite.forwarding import Forwarding  # hardly a deed needs it

        forwarding = Forwarding(self._client, step, lambda text, _is_error: self.lines.append(text), self.line)
        try:
            forwarding.open()
        except UsageError as error:
            forwarding.close()
            return "", error
        self._forwarding = forwarding
        return forwarding.ports, None

    def _begin_talk(self, step: Talk) -> None:
        """The deed goes on when the shell is closed."""
        if self._hands is not None:
            self._talk, self.waited = step, True
            self._hands.talk(step, self._end_talk)

    def _end_talk(self) -> None:
        """The end of its input ends the shell, whoever closed it."""
        from k9lite.containers.attaching import (
            is_attached,  # it brings the containers' programs, which hardly a deed runs
        )

        talk, self._talk = self._talk, None
        if talk is not None and is_attached(self._client.state, talk):
            with suppress(ApiError):
                self._client.exec(talk.pod, talk.container, talk.session, "exit")

    def _is_due(self) -> bool:
        return self._client.state is not self._seen or self._client.now >= self._wake_at

    def _view(self) -> View:
        return view_of(self._client)


def _failing(said: Sequence[str]) -> Run:
    for text in said:
        yield Say(text, error=True)
    return 1


def _saved(step: Save) -> K9liteError | None:
    try:
        save(step.path, step.content, append=step.append)
    except UsageError as error:
        return error
    return None


class Deeds:
    """Those under way, in the order they were begun, and those that came to nothing."""

    def __init__(self) -> None:
        self.running: list[Deed] = []
        self.refused: list[Deed] = []
        """Those that would have changed something and failed, or were cancelled: the log knows only what was done."""

    def begin(self, deed: Deed) -> None:
        deed.proceed()
        if deed.running:
            self.running.append(deed)
        else:
            self._note(deed)

    def refuse(self, line: str, said: Sequence[str], client: Client) -> None:
        """Notes what was asked of the cluster elsewhere, and came to nothing."""
        self.begin(Deed(line, _failing(said), client))

    def serve(self) -> None:
        for deed in self.running:
            deed.serve()

    def close(self) -> None:
        """The console ends: the machine gets its ports back."""
        for deed in self.running:
            deed.close()

    def proceed(self) -> Sequence[Deed]:
        """Takes all on; returns those that ended."""
        for deed in self.running:
            deed.proceed()
        ended = [deed for deed in self.running if not deed.running]
        self.running = [deed for deed in self.running if deed.running]
        for deed in ended:
            self._note(deed)
        return ended

    def _note(self, deed: Deed) -> None:
        if deed.failed and deed.writes:
            self.refused.append(deed)
