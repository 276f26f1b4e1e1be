"""The log screen at 100,000 lines, half of them JSON, beside Textual's own Log with the same lines, in one process.

A key's cost is the work from the keystroke's action to all lines of the view being rendered, without the wait for the
next frame. What a key leaves for later is done in slices: the longest of them is a row of its own, as is the time
until all is done. Run it with ``python -m tests.benchmarks.bench_logs``.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from statistics import median
from time import perf_counter

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Log

from engine.cluster import Cluster
from engine.kinds import Ref
from engine.kubelet.output import LogLine
from engine.store.frames import Header
from k9lite.clients.embedded import EmbeddedClient
from k9lite.printed.window import Shape
from k9lite.screens.log_feed import LogFeed
from k9lite.screens.logs import LogsScreen
from tests.benchmarks.scale import Row, seconds
from tests.builders import START, pod

LINES, ADDED = 100_000, 1_000
TIMES = 7
SIZE = (120, 36)


class _Printing(EmbeddedClient):
    """One container that has printed ``lines``."""

    lines: Sequence[LogLine] = ()

    def logs(
        self, ref: Ref, container: str, *, previous: bool = False, since: int = 0  # noqa: ARG002  # the port's
    ) -> Sequence[LogLine]:
        first = self.lines[0].time
        return self.lines[max(0, since - first) * ADDED :]


class _Timed(LogFeed):
    """Every slice is timed."""

    longest_seconds = 0.0

    def work(self) -> None:
        started = perf_counter()
        super().work()
        self.longest_seconds = max(self.longest_seconds, perf_counter() - started)


class _App(App[None]):
    def __init__(self, shown: Screen[None] | None = None, widget: Widget | None = None) -> None:
        super().__init__()
        self.animation_level = "none"
        self.shown, self.widget = shown, widget

    def compose(self) -> ComposeResult:
        if self.widget is not None:
            yield self.widget


def text(number: int) -> str:
    if number % 2:
        return f"10.244.0.{number % 250} GET /cart/{number} {503 if number % 97 == 0 else 200} {number % 89} ms"
    level = "error" if number % 1_000 == 0 else "info"
    return json.dumps({"ts": number, "level": level, "msg": f"order {number}", "status": 200 + number % 400})


def paint(widget: Widget) -> None:
    """Render every line, as the next frame would."""
    for strip in widget.render_lines(Region(0, 0, *widget.outer_size)):
        strip.render(widget.app.console)


async def ours() -> dict[str, float]:
    client = _Printing(Cluster(Header(cluster="bench", seed="bench", created=START)))
    begun = client.now - LINES // ADDED
    client.lines = [LogLine(begun + number // ADDED, text(number)) for number in range(LINES)]
    made = pod("web")
    took: dict[str, float] = {}
    screen = LogsScreen(client, "pod/web", lambda: [made])
    feed = screen._feed = _Timed(screen.view, client, lambda: [made], screen._show_modes, Shape())
    app = _App(screen)
    async with app.run_test(size=SIZE) as pilot:
        started = perf_counter()
        await app.push_screen(screen)
        view = screen.view
        paint(view)
        took["open"] = perf_counter() - started
        await _settled(pilot.pause, screen)
        took["open, until all is in view"] = perf_counter() - started
        assert view.line_count == LINES

        async def key(what: str, press: Callable[[int], object]) -> None:
            each, whole = [], []
            for turn in range(TIMES):
                started = perf_counter()
                press(turn)
                paint(view)
                each.append(perf_counter() - started)
                await _settled(pilot.pause, screen)
                whole.append(perf_counter() - started)
            took[what] = median(each)
            if median(whole) > 2 * median(each) + 0.05:
                took[f"{what}, until all is done"] = median(whole)

        await key("PageUp", lambda _turn: view.action_page(-1))
        await key("a letter of a filter by words", lambda turn: screen._filter_by("order 1"[: turn + 1]))
        await key("a letter of a filter by a field", lambda turn: screen._filter_by(f"status>={500 + turn}"))
        screen._filter_by("")
        await _settled(pilot.pause, screen)
        await key("a letter of a search", lambda turn: view.find(re.compile("order 77"[: turn + 2], re.IGNORECASE)))
        await key("next match", lambda _turn: view.action_next_match(1))
        await key("next error", lambda _turn: screen.action_trouble(1))
        await key("JSON folded, as it is", lambda _turn: screen.action_fold())
        await key("timestamps on, off", lambda _turn: screen.action_timestamps())
        await key("wrap on, off", lambda _turn: view.action_toggle_wrap())
        view.find(None)
        view.action_last()

        def printed(turn: int) -> None:
            fresh = range(LINES + turn * ADDED, LINES + (turn + 1) * ADDED)
            lines = [LogLine(client.now + turn, text(number)) for number in fresh]
            feed._take_in(feed.records.add([(next(iter(feed.reader.sources.values())), lines)]))
            feed.work()

        await key(f"{ADDED:,} lines more", printed)
    took["the longest slice"] = feed.longest_seconds
    return took


async def peer() -> dict[str, float]:
    """What Textual's Log can do of it: lines are added, and paged through."""
    log = Log()
    lines = [text(number) for number in range(LINES)]
    took: dict[str, float] = {}
    async with _App(widget=log).run_test(size=SIZE) as pilot:
        await pilot.pause()
        started = perf_counter()
        log.write_lines(lines)
        await pilot.pause()
        paint(log)
        took["open, until all is in view"] = perf_counter() - started
        each = []
        for _ in range(TIMES):
            started = perf_counter()
            log.scroll_page_up(animate=False, force=True)
            paint(log)
            each.append(perf_counter() - started)
        took["PageUp"] = median(each)
        each = []
        for _ in range(TIMES):
            started = perf_counter()
            log.write_lines(lines[:ADDED])
            paint(log)
            each.append(perf_counter() - started)
        took[f"{ADDED:,} lines more"] = median(each)
    return took


def rows() -> list[Row]:
    took, theirs = asyncio.run(ours()), asyncio.run(peer())
    found: list[Row] = []
    for what, each in took.items():
        other = theirs.get(what)
        goal = "" if "until" in what else "goal < 100 ms"
        compared = goal if other is None else f"{other / each:.1f}x"
        shown = "" if other is None else f"{seconds(other)} Log"
        found.append((f"logs of {LINES:,} lines: {what}", seconds(each), shown, compared))
    return found


async def _settled(pause: Callable[..., Awaitable[None]], screen: LogsScreen) -> None:
    await pause()
    while not (screen.is_settled and screen.view.is_searched):
        await pause(0.002)


if __name__ == "__main__":
    for line in rows():
        print("{:<70} {:>10} {:>20} {:>14}".format(*line))
