"""The table against Textual's DataTable, both headless in one process and one run.

Prints medians: `python -m tests.benchmarks.bench_table`. A key's cost is the work from the keystroke's action to
all lines of the table being rendered, without the wait for the next frame and the terminal.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Callable

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import DataTable

from k9lite.widgets.table import Cell, Column, ObjectTable

NAMES = ("NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "CPU", "MEM", "IP", "NODE", "AGE")
PAGES = 30
REFRESHES = 20
SIZE = (120, 36)


class _TableApp(App[None]):
    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.animation_level = "none"
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


def texts(key: str, cpu: str = "12") -> tuple[str, ...]:
    """What both tables show for a pod."""
    node = f"node-{int(key[4:]) % 5000:04}"
    return "shop", key, "1/1", "● Running", "0", cpu, "64Mi", "10.244.12.7", node, "3d4h"


def paint(widget: Widget) -> None:
    """Render every line, as the next frame would."""
    for strip in widget.render_lines(Region(0, 0, *widget.outer_size)):
        strip.render(widget.app.console)


async def ours(count: int) -> dict[str, float]:
    """Seconds to fill the table, and of a PageDown, a cursor step and a refresh with 100 changed rows."""
    keys = [f"pod-{i:06}" for i in range(count)]
    changed = set(keys[:100])
    table = ObjectTable([Column(name, flexible=name == "NAME") for name in NAMES])
    cpu = itertools.cycle(("12", "13"))
    shown_cpu = {"cpu": next(cpu)}

    def cells(key: str) -> tuple[Cell, ...]:
        return tuple(Cell(text) for text in texts(key, shown_cpu["cpu"]))

    async with _TableApp(table).run_test(size=SIZE) as pilot:
        await pilot.pause()

        start = time.perf_counter()
        table.set_rows(keys, cells)
        await pilot.pause()
        paint(table)
        took = {"fill": time.perf_counter() - start}

        def page() -> None:
            table.action_page(1)
            paint(table)

        def step() -> None:
            table.action_move(1)
            paint(table)

        def refresh() -> None:
            shown_cpu["cpu"] = next(cpu)
            table.update_rows(list(keys), changed)
            paint(table)

        took["PageDown"] = _median(page, PAGES)
        took["cursor down"] = _median(step, PAGES)
        table.action_first()
        took["refresh, 100 changed"] = _median(refresh, REFRESHES)
    return took


async def peer(count: int) -> dict[str, float]:
    """The same with a DataTable; in both, a refresh changes one cell in each of 100 rows."""
    keys = [f"pod-{i:06}" for i in range(count)]
    table: DataTable[str] = DataTable(cursor_type="row")
    async with _TableApp(table).run_test(size=SIZE) as pilot:
        table.add_columns(*((name, name) for name in NAMES))
        await pilot.pause()
        start = time.perf_counter()
        for key in keys:
            table.add_row(*texts(key), key=key)
        await pilot.pause()
        paint(table)
        took = {"fill": time.perf_counter() - start}

        def page() -> None:
            table.action_page_down()
            paint(table)

        def step() -> None:
            table.action_cursor_down()
            paint(table)

        cpu = itertools.cycle(("13", "12"))

        def refresh() -> None:
            text = next(cpu)
            for key in keys[:100]:
                table.update_cell(key, "CPU", text)
            paint(table)

        took["PageDown"] = _median(page, PAGES)
        took["cursor down"] = _median(step, PAGES)
        table.move_cursor(row=0)
        took["refresh, 100 changed"] = _median(refresh, REFRESHES)
    return took


def rows() -> list[tuple[str, str, str, str]]:
    """(what, ours, DataTable's at 10,000 rows, how many times faster), as text."""
    small, large = asyncio.run(ours(10_000)), asyncio.run(ours(150_000))
    theirs = asyncio.run(peer(10_000))
    return [
        (
            f"table of {count}: {what}",
            _ms(took[what]),
            f"{_ms(theirs[what])} DataTable of 10,000",
            f"{theirs[what] / took[what]:.0f}x",
        )
        for count, took in (("10,000", small), ("150,000", large))
        for what in took
    ]


def _median(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


if __name__ == "__main__":
    for line in rows():
        print("{:<40} {:>12} {:>32} {:>6}".format(*line))
