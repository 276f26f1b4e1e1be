"""Style sheets are read once, and whoever changes the theme sees what one sees who began with it."""

from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.pilot import Pilot

from k9lite.settings import Settings
from k9lite.themes import THEMES
from tests.console.pressing import hit
from tests.console.showing import WIDE, living, show, svg


def painted(theme: str, *, by_way_of: str) -> str:
    """The main screen and a dialog over it in one theme, after another."""
    seen = ""

    async def story(pilot: Pilot[int]) -> None:
        nonlocal seen
        await hit(pilot, "3")
        pilot.app.theme = theme
        await pilot.pause()
        seen = svg(pilot, "")
        await hit(pilot, "S")
        await pilot.pause()
        seen += svg(pilot, "")

    show(living(), story, WIDE, settings=Settings(theme=by_way_of))
    return seen


@pytest.mark.parametrize("theme", ["light", "high-contrast", "terminal"])
def test_a_theme_that_is_chosen_looks_as_the_theme_one_began_with(theme: str) -> None:
    assert painted(theme, by_way_of="dark") == painted(theme, by_way_of=theme)


def test_nothing_that_was_read_is_read_again() -> None:
    """But what a class was found to inherit deeper than before, and so weighs less."""

    async def story(pilot: Pilot[int]) -> None:
        dark = list(pilot.app.stylesheet.rules)
        await hit(pilot, "ctrl+t")
        light = list(pilot.app.stylesheet.rules)
        assert pilot.app.theme == "light" and len(light) == len(dark)
        await hit(pilot, "d")
        more = pilot.app.stylesheet.rules
        assert len(more) > len(light) and {*map(id, more)} >= {*map(id, light)}
        for _ in range(len(THEMES) - 1):
            await hit(pilot, "ctrl+t")
        assert pilot.app.theme == "dark" and len(pilot.app.stylesheet.rules) == len(more)
        assert {*map(id, pilot.app.stylesheet.rules)} >= {*map(id, dark)}

    show(living(), story, WIDE)


def test_what_was_out_of_sight_wears_the_theme_when_it_comes_up() -> None:
    pictures = []
    for theme, chosen in (("light", "light"), ("dark", "light")):

        async def story(pilot: Pilot[int], chosen: str = chosen) -> None:
            for key in "BNH":
                await hit(pilot, key)
            pilot.app.theme = chosen
            await pilot.pause()
            for _ in range(3):
                pictures.append(svg(pilot, ""))
                await hit(pilot, "escape")
                await pilot.pause()
            pictures.append(svg(pilot, ""))

        show(living(), story, WIDE, settings=Settings(theme=theme))
    assert pictures[:4] == pictures[4:]


def test_a_theme_is_put_on_what_is_in_sight_however_much_is_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    applied = 0
    apply = Stylesheet.apply

    def counting(sheet: Stylesheet, node: DOMNode, **how: Any) -> None:
        nonlocal applied
        applied += 1
        apply(sheet, node, **how)

    monkeypatch.setattr(Stylesheet, "apply", counting)
    counts = []

    async def story(pilot: Pilot[int]) -> None:
        nonlocal applied
        for _ in range(5):
            await hit(pilot, "H")
            applied = 0
            await hit(pilot, "ctrl+t")
            counts.append(applied)

    show(living(), story, WIDE)
    assert max(counts) == min(counts) > 0
