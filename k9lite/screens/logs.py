"""Logs of one container, or of all the pods of a workload merged by time: followed, searched, filtered."""

import re
from collections.abc import Callable, Sequence
from typing import ClassVar

from attrs import define
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from engine.errors import K9liteError
from engine.kinds import Pod, Ref, format_time
from engine.kubelet.output import LogLine
from k9lite.client import Client
from k9lite.screens.text import search_in
from k9lite.widgets.safe import plain
from k9lite.widgets.text_view import HUES, Span, TextView

_MOST_LINES = 100_000


@define
class _Source:
    """One container's output: how far it has been read."""

    ref: Ref
    container: str
    label: str
    read_to: int = 0
    seen_at_end: int = 0
    trouble: str = ""


class LogsScreen(Screen[None]):
    """``pods`` gives the pods of the moment, so that a workload's new ones join in."""

    DEFAULT_CSS = """
    LogsScreen TextView { border: round $accent; }
    LogsScreen #ask { height: 1; border: none; display: none; }
    LogsScreen #ask.-open { display: block; }
    LogsScreen #keys { height: 1; background: $panel; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "Back"),
        Binding("slash", "ask('search')", "Search", key_display="/"),
        Binding("ampersand", "ask('filter')", "Show only matching lines (! for the others)", key_display="&"),
        Binding("t", "timestamps", "Timestamps"),
        Binding("p", "previous", "The container before its last restart"),
        Binding("C", "container", "Next container"),
        Binding("1", "since(60)", "The last minute", show=False),
        Binding("2", "since(300)", "The last 5 minutes", show=False),
        Binding("3", "since(900)", "The last 15 minutes", show=False),
        Binding("4", "since(3600)", "The last hour", show=False),
        Binding("0", "since(0)", "From the start", show=False),
    ]

    def __init__(
        self, client: Client, title: str, pods: Callable[[], Sequence[Pod]], *, container: str = "",
        previous: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self._client = client
        self._title_text = title
        self._pods = pods
        self._container = container
        self._previous = previous
        self._timestamps = False
        self._since = 0
        self._sources: dict[tuple[str, str], _Source] = {}
        self._asked = "search"
        self._filter_text = ""
        self._last = (0, 0)

    def compose(self) -> ComposeResult:
        yield TextView(
            follow=True, max_lines=_MOST_LINES, highlight=self._highlight, empty_text="nothing printed yet"
        )
        yield Input(placeholder="regular expression", id="ask", compact=True)
        keys = "Esc Back / Search & Filter f Follow w Wrap t Time p Previous C Container 0-4 Since"
        yield Static(keys, id="keys", markup=False)

    @property
    def view(self) -> TextView:
        return self.query_one(TextView)

    def on_mount(self) -> None:
        self._read_anew()
        self.view.focus()

    def on_state_changed(self) -> None:
        moment = (self._client.state.revision, self._client.now)
        if moment < self._last:
            self._read_anew()  # a recording went back in time
        elif moment != self._last:
            self._read()
        self._last = moment

    def action_close(self) -> None:
        """Closes the line where something is asked, else the screen."""
        ask = self.query_one("#ask", Input)
        if ask.has_class("-open"):
            ask.remove_class("-open")
            self.view.focus()
        else:
            self.dismiss()

    def action_timestamps(self) -> None:
        self._timestamps = not self._timestamps
        self._read_anew()

    def action_previous(self) -> None:
        self._previous = not self._previous
        self._read_anew()

    def action_since(self, seconds: int) -> None:
        self._since = seconds
        self._read_anew()

    def action_container(self) -> None:
        """The next of the containers, then all of them together."""
        names = list(dict.fromkeys(each.name for pod in self._pods() for each in pod.spec.containers))
        choices = ["", *names]
        at = choices.index(self._container) if self._container in choices else 0
        self._container = choices[(at + 1) % len(choices)]
        self._read_anew()

    def action_ask(self, what: str) -> None:
        self._asked = what
        ask = self.query_one("#ask", Input)
        ask.value = ""
        ask.add_class("-open")
        ask.focus()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.query_one("#ask").remove_class("-open")
        self.view.focus()
        if self._asked == "search":
            search_in(self.view, message.value)
        else:
            self._filter(message.value)

    def _filter(self, text: str) -> None:
        inverse = text.startswith("!")
        try:
            pattern = re.compile(text[inverse:], re.IGNORECASE)
        except re.error as error:
            self.notify(f"&{text} is no regular expression: {error}", severity="error", markup=False)
            return
        self._filter_text = text
        self.view.set_filter((lambda line: (pattern.search(line) is None) == inverse) if text else None)
        self._show_modes()

    def on_text_view_mode_changed(self) -> None:
        self._show_modes()

    def _show_modes(self) -> None:
        """What shapes what is seen, in the frame below it."""
        view = self.view
        found = f"match {view.match_number} of {view.match_count}" if view.match_count else ""
        modes = (
            "following" if view.follow else "f follows",
            "wrapped" if view.wrap else "",
            f"last {self._since // 60} min" if self._since else "",
            f"&{self._filter_text}" if self._filter_text else "",
            found,
        )
        view.border_subtitle = Content(plain("  ".join(mode for mode in modes if mode)))

    def _read_anew(self) -> None:
        self._sources = {}
        self.view.set_lines(())
        shown = self._container or "all containers"
        state = ", previous" if self._previous else ""
        self.view.border_title = Content(plain(f"Logs {self._title_text} ({shown}{state})"))
        self._read()
        self._show_modes()
        self._last = (self._client.state.revision, self._client.now)

    def _read(self) -> None:
        """Takes in what was printed since the last reading, of all containers, oldest first."""
        pods = self._pods()
        several = len(pods) > 1 or any(len(pod.spec.containers) > 1 for pod in pods)
        fresh: list[tuple[int, str]] = []
        for pod in pods:
            for container in pod.spec.containers:
                if self._container in ("", container.name):
                    source = self._source(pod, container.name, several)
                    fresh += [(line.time, self._written(source, line)) for line in self._new_lines(source)]
        fresh.sort(key=lambda pair: pair[0])
        self.view.append_lines(text for _, text in fresh)
        troubles = [source.trouble for source in self._sources.values() if source.trouble]
        self.view.empty_text = troubles[0] if troubles else "nothing printed yet"

    def _source(self, pod: Pod, container: str, several: bool) -> _Source:
        key = (pod.metadata.uid, container)
        if key not in self._sources:
            meta = pod.metadata
            name = meta.name if len(pod.spec.containers) == 1 else f"{meta.name}/{container}"
            start = self._client.now - self._since if self._since else 0
            ref = Ref("Pod", meta.namespace, meta.name)
            self._sources[key] = _Source(ref, container, f"[{name}] " if several else "", start)
        return self._sources[key]

    def _new_lines(self, source: _Source) -> Sequence[LogLine]:
        try:
            lines = self._client.logs(source.ref, source.container, previous=self._previous, since=source.read_to)
        except K9liteError as error:
            source.trouble = str(error)
            return ()
        source.trouble = ""
        fresh = lines[source.seen_at_end :]
        if lines:
            end = lines[-1].time
            source.seen_at_end = sum(line.time == end for line in lines)
            source.read_to = end
        return fresh

    def _written(self, source: _Source, line: LogLine) -> str:
        stamp = f"{format_time(line.time)} " if self._timestamps else ""
        return f"{source.label}{stamp}{line.text}"

    def _highlight(self, line: str) -> list[Span]:
        spans: list[Span] = []
        if line.startswith("[") and (end := line.find("] ")) > 0:
            spans.append((0, end + 1, f"hue{sum(map(ord, line[:end])) % HUES}"))
        spans += [(match.start(), match.end(), _TROUBLE[match[0].lower()]) for match in _WORDS.finditer(line)]
        return spans


_TROUBLE = {"error": "bad", "fatal": "bad", "panic": "bad", "exception": "bad", "warn": "warn", "warning": "warn"}
_WORDS = re.compile(r"\b(?:error|fatal|panic|exception|warning|warn)\b", re.IGNORECASE)
