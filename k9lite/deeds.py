"""A deed: a verb under way in the console. It is taken on a bit at a time, so that nothing ever waits for it."""

from collections.abc import Sequence

from engine.errors import ApiError, K9liteError
from k9lite.client import Client
from k9lite.verb import Run, Say, Step, Submit, View, Wait
from k9lite.wording import error_text


class Deed:
    """``line`` is the kubectl line it stands for. ``lines`` grow as it goes; ``code`` is None until it ends."""

    def __init__(self, line: str, run: Run, client: Client) -> None:
        self.line = line
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
    def failed(self) -> bool:
        """By its exit code alone: a warning is no failure."""
        return bool(self.code)

    def proceed(self) -> None:
        """Goes on until it has to wait, or ends. Does nothing while what it waits for has not come."""
        if not self.running or (isinstance(self._step, Wait) and not self._is_due()):
            return
        answer: View | None = None if self._step is None else self._view()
        error: ApiError | None = None
        try:
            while True:
                self._step = self._advance(answer, error)
                answer, error = None, None
                if isinstance(self._step, Wait):
                    self.waited = True
                    self._seen, self._wake_at = self._client.state, self._client.now + self._step.seconds
                    return
                if isinstance(self._step, Say):
                    self.lines.append(self._step.text)
                else:
                    error = self._submit(self._step)
                answer = self._view()
        except StopIteration as stop:
            self.code = int(stop.value or 0)
        except K9liteError as refused:
            self.lines.extend(error_text(refused).splitlines())
            self.code = 1

    def cancel(self) -> None:
        """Stops where it is; what was done stays done."""
        if self.running:
            self._run.close()
            self.code = 130
            self.lines.append("cancelled; what was done so far stays done")

    def _advance(self, answer: View | None, error: ApiError | None) -> Step:
        if error is not None:
            return self._run.throw(error)
        return next(self._run) if answer is None else self._run.send(answer)

    def _submit(self, step: Submit) -> ApiError | None:
        try:
            self._client.submit(step.writes, self.line)
        except ApiError as error:
            return error
        return None

    def _is_due(self) -> bool:
        return self._client.state is not self._seen or self._client.now >= self._wake_at

    def _view(self) -> View:
        return View(self._client.state, self._client.now)


class Deeds:
    """Those under way, in the order they were begun, and the last that ended."""

    def __init__(self) -> None:
        self.running: list[Deed] = []

    def begin(self, deed: Deed) -> None:
        deed.proceed()
        if deed.running:
            self.running.append(deed)

    def proceed(self) -> Sequence[Deed]:
        """Takes all on; returns those that ended."""
        for deed in self.running:
            deed.proceed()
        ended = [deed for deed in self.running if not deed.running]
        self.running = [deed for deed in self.running if deed.running]
        return ended
