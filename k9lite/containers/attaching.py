"""What ``attach`` and ``run -it`` do with a running container: its shell is talked to, other output is followed.

Follows kubectl's ``cmd/attach`` and ``cmd/run``. A container whose process is a shell with an open input ends with
the session that is attached to it, as a process one does at the end of its input.
"""

from collections.abc import Generator

from attrs import frozen

from engine.access.attributes import of_object
from engine.access.seen import behind, require
from engine.errors import UsageError
from engine.kinds import TERMINAL_PHASES, Container, Exec, Pod, Ref, ref_of
from engine.kubelet.catalog import Resolved, resolve
from engine.kubelet.logs import attached_output
from engine.kubelet.process import process_of, status_of
from engine.kubelet.typed_input import ATTACHED, argv_of, reads_typing
from engine.store.state import State
from k9lite.arguments.flags import seconds
from k9lite.containers.log_stream import LogStream, Source, still_runs
from k9lite.verb import Args, Say, Step, Talk, View, Wait

_RECORDED = (
    "All commands and output from this session will be recorded in container logs, including credentials and "
    "sensitive information passed through the command prompt."
)
_PRESS_ENTER = "If you don't see a command prompt, try pressing enter."


@frozen(kw_only=True)
class Attachment:
    """To which container, and how. ``jumps`` lets cluster time leap to the end of what is followed."""

    container: Container
    stdin: bool
    quiet: bool
    jumps: bool = False


def is_attached(state: State, talk: Talk) -> bool:
    """Whether its session has not been ended by a line of its own."""
    state = behind(state)
    pod = state.find(Pod, talk.pod.name, talk.pod.namespace)
    if pod is None:
        return False
    lines = [line for line in state.execs_of(pod.metadata.uid) if line.session == talk.session]
    return not _closed(lines)


def _closed(lines: list[Exec]) -> bool:
    return bool(lines) and lines[-1].closed


def await_running(view: View, ref: Ref, args: Args) -> Generator[Step, View, tuple[View, Pod]]:
    """Until the pod is ready or has run to its end. Raises UsageError after --pod-running-timeout."""
    deadline = view.now + int(seconds(args, "pod-running-timeout"))
    while True:
        pod = view.state.find(Pod, ref.name, ref.namespace)
        if pod is not None and (pod.status.phase in TERMINAL_PHASES or _is_ready(pod)):
            return view, pod
        if view.now >= deadline:
            raise UsageError("timed out waiting for the condition")
        view = yield Wait(1, f"pod {ref.name} to run")


def await_container(view: View, ref: Ref, name: str, args: Args) -> Generator[Step, View, tuple[View, Pod, bool]]:
    """Until the container runs or has run; whether it runs. Raises UsageError after --pod-running-timeout."""
    deadline = view.now + int(seconds(args, "pod-running-timeout"))
    while True:
        pod = view.state.find(Pod, ref.name, ref.namespace)
        status = None if pod is None else status_of(pod, name)
        if pod is not None and status is not None and status.state.running is not None:
            return view, pod, True
        if pod is not None and status is not None and status.state.terminated is not None:
            return view, pod, False
        if view.now >= deadline:
            raise UsageError("timed out waiting for the condition")
        view = yield Wait(1, f"container {name} of pod {ref.name} to run")


def attached(view: View, pod: Pod, how: Attachment) -> Generator[Step, View, View]:
    """Says what the container prints until it ends, or hands the operator its shell. Raises Forbidden."""
    require(view.state, of_object("create", ref_of(pod), "attach"))
    if not how.quiet:
        view = yield Say(_RECORDED, error=True)
        view = yield Say(_PRESS_ENTER, error=True)
    if how.stdin and has_shell(how.container) and reads_typing(how.container):
        session = f"{ATTACHED}{view.state.revision}"
        return (yield Talk(ref_of(pod), how.container.name, session, argv_of(how.container)))
    source = Source(pod, how.container)
    following = not (how.jumps and _ends_by_itself(view, source))
    waiting = Wait(1, f"container {how.container.name} to end", following=following)
    if attached_output(view.server, pod, how.container.name, view.now, view.now) is not None:
        return (yield from _as_it_comes(view, source, waiting))
    stream = LogStream(since=0, tail=-1, previous=False, prefix=False, timestamps=False)
    for text in stream.first(view, source):
        view = yield Say(text)
    while still_runs(view.state, source):
        view = yield waiting
        for text in stream.next(view, source):
            view = yield Say(text)
    return view


def _as_it_comes(view: View, source: Source, waiting: Wait) -> Generator[Step, View, View]:
    """What a script prints, second by second; lines that have no end yet are told as far as they are."""
    since, text = 0, ""
    while True:
        pod, runs = _newest(view, source), still_runs(view.state, source)
        if pod is not None:
            text = attached_output(view.server, pod, source.container.name, view.now, since) or ""
            since = view.now + 1
            *lines, rest = text.split("\n")
            for line in lines:
                view = yield Say(line)
            if rest:
                view = yield Say(rest, open=True)
        if pod is None or not runs:
            return view
        view = yield waiting


def _newest(view: View, source: Source) -> Pod | None:
    meta = source.pod.metadata
    pod = view.server.find(Pod, meta.name, meta.namespace)
    return pod if pod is not None and pod.metadata.uid == meta.uid else None


def _ends_by_itself(view: View, source: Source) -> bool:
    """As far as can be seen now: what only the network ends may go on for ever."""
    acts = process_of(view.server, source.pod, source.container, view.now)
    return acts.exits_after_seconds is not None


def printed(view: View, pod: Pod, container: Container) -> Generator[Step, View, View]:
    """All that a container has printed. Raises Forbidden."""
    require(view.state, of_object("get", ref_of(pod), "log"))
    stream = LogStream(since=0, tail=-1, previous=False, prefix=False, timestamps=False)
    for text in stream.first(view, Source(pod, container)):
        view = yield Say(text)
    return view


def has_shell(container: Container) -> bool:
    resolved = resolve(container.image)
    return isinstance(resolved, Resolved) and bool(resolved.entry.shell)


def _is_ready(pod: Pod) -> bool:
    return pod.status.phase == "Running" and any(
        each.type == "Ready" and each.status == "True" for each in pod.status.conditions
    )
