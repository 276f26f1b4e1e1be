"""Runs kubectl lines against a State and the API server alone: no controller answers, time passes by waiting."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from engine.api.admit import admit
from engine.api.writes import Create
from engine.errors import ApiError, K9liteError, UsageError
from engine.kinds import Object
from engine.store.commit import Commit
from engine.store.state import State, fold
from k9lite.kubeconfig import first_config
from k9lite.kubectl import parse, split_line
from k9lite.verb import Configure, Edit, Save, Say, Submit, Talk, View, Wait
from k9lite.wording import error_text
from tests.builders import namespace

NOW = 1_780_000_000
INTERRUPTED = 130
_PATIENCE = 1000
"""Waits after which somebody presses ctrl-c."""


@frozen
class Outcome:
    out: str
    err: str
    code: int
    submitted: tuple[Submit, ...] = ()


def state_of(*objects: Object) -> State:
    """A State that holds ``objects`` as they are."""
    return fold(State(time=NOW), Commit(revision=1, time=NOW, actor="user", puts=objects))


def created(*objects: Object) -> State:
    """A State that holds ``objects`` as the API server makes them, in namespaces that exist."""
    session = Session(state_of(*(namespace(name) for name in ("default", "kube-system"))))
    for obj in objects:
        session.submit(Submit((Create(obj),)))
    return session.state


@define
class Session:
    """What a row of lines does, one after the other. ``files`` are those of the working folder."""

    state: State
    now: int = NOW
    namespace: str = "default"
    files: Mapping[str, str] = field(factory=dict)
    editor: Callable[[str], str] = str
    """What the operator's editor makes of a text; nothing, unless a test says otherwise."""
    saved: dict[str, bytes] = field(factory=dict)
    config: Mapping[str, Any] = field(factory=dict)

    def run(self, line: str) -> Outcome:
        out: list[str] = []
        err: list[str] = []
        submitted: list[Submit] = []
        try:
            code = self._drive(line, out, err, submitted)
        except K9liteError as error:
            err.append(error_text(error))
            code = 1
        return Outcome("\n".join(out), "\n".join(err), code, tuple(submitted))

    def _drive(self, line: str, out: list[str], err: list[str], submitted: list[Submit]) -> int:
        verb, args = parse(split_line(line), self.namespace)
        named = args.flags.get("filename", "").split("\n")
        files = {name: text for name, text in self.files.items() if name in named or "." in named}
        wanted = () if verb.reads is None else verb.reads(args)
        config = self.config or first_config("test", self.state)
        read = {path: self._read(path) for path in wanted}
        run = verb.run(View(self.state, self.now), evolve(args, files=files, read=read, config=config))
        waits = 0
        try:
            step = next(run)
            while True:
                match step:
                    case Say():
                        (err if step.error else out).append(step.text)
                    case Submit():
                        submitted.append(step)
                        try:
                            self.submit(step)
                        except ApiError as error:
                            step = run.throw(error)
                            continue
                    case Wait():
                        self.now += step.seconds
                        waits += 1
                        if waits > _PATIENCE:
                            run.close()
                            return INTERRUPTED
                    case Edit():
                        text = self.editor(step.text)
                        step = run.send(View(self.state, self.now, text))
                        continue
                    case Save():
                        self.saved[step.path] = step.content
                    case Talk():
                        pass
                    case Configure():
                        self.config = step.config
                step = run.send(View(self.state, self.now))
        except StopIteration as stop:
            return int(stop.value)

    def _read(self, path: str) -> Mapping[str, bytes]:
        """A file of ``files``, or those whose names begin with a folder's."""
        if path in self.files:
            return {path.rpartition("/")[2]: self.files[path].encode()}
        inside = {name: text for name, text in self.files.items() if name.startswith(f"{path.rstrip('/')}/")}
        if not inside:
            raise UsageError(f"error reading {path}: no such file or directory")
        return {name.rpartition("/")[2]: text.encode() for name, text in inside.items()}

    def submit(self, step: Submit) -> None:
        admitted = admit(self.state, step.writes, now=self.now, seed="test")
        if admitted.puts or admitted.removes:
            commit = Commit(
                revision=self.state.revision + 1,
                time=self.now,
                actor="user",
                puts=admitted.puts,
                removes=admitted.removes,
            )
            self.state = fold(self.state, commit)
