"""Titles of frames: what they say, and how little is painted for it."""

import asyncio
from typing import Any, Self

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.widgets import Static

from k9lite.widgets.frame_title import FrameTitle


class Framed(Static):
    DEFAULT_CSS = "Framed { border: round white; height: 10; }"

    def __init__(self) -> None:
        self.title = FrameTitle()
        self.painted: list[tuple[Region, ...]] = []
        super().__init__("content")

    def refresh(self, *regions: Region, **how: Any) -> Self:
        self.painted.append(regions or self.title.regions)
        return super().refresh(*(regions or self.title.regions), **how)


class FramedApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Framed()


def test_another_title_has_its_line_painted_and_the_same_one_nothing() -> None:
    async def run() -> None:
        app = FramedApp()
        async with app.run_test(size=(40, 12)) as pilot:
            framed = app.query_one(Framed)
            await pilot.pause()
            framed.painted.clear()
            framed.title.show(framed, "pods [1]", "yaml")
            framed.title.show(framed, "pods [1]", "yaml")
            assert framed.painted == [(Region(-1, -1, 40, 1),), (Region(-1, 8, 40, 1),)]
            await pilot.pause()
            shown = ["".join(segment.text for segment in line) for line in framed.render_lines(Region(0, 0, 40, 10))]
            assert "pods [1]" in shown[0] and "yaml" in shown[9]
            framed.title.show(framed, "pods [2]", "yaml")
            assert framed.painted[2:] == [(Region(-1, -1, 40, 1),)]

    asyncio.run(run())


def test_a_title_is_text_whatever_it_looks_like() -> None:
    async def run() -> None:
        app = FramedApp()
        async with app.run_test(size=(40, 12)) as pilot:
            framed = app.query_one(Framed)
            framed.title.show(framed, "[red]pods\x1b[2J")
            await pilot.pause()
            (line,) = framed.render_lines(Region(0, 0, 40, 1))
            assert "[red]pods␛[2J" in line.text

    asyncio.run(run())
