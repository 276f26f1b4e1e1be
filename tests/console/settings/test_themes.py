"""Every theme is measured as it is painted: each meaning on each background, and what colours tell apart."""

from collections.abc import Mapping
from itertools import combinations

import pytest
from rich.color import ColorSystem
from rich.style import Style
from textual.pilot import Pilot

from k9lite.themes import COLOURS
from k9lite.widgets.looks import Looks
from k9lite.widgets.node_map import NodeMap
from k9lite.widgets.strips import MEANINGS
from k9lite.widgets.table import PREFIX, ObjectTable
from k9lite.widgets.text_strips import MEANINGS as TEXT_MEANINGS
from k9lite.widgets.text_view import TextView
from tests.console.contrast import DEUTERANOPIA, TRITANOPIA, colours, contrast, distance, painted, seen
from tests.console.showing import WIDE, living, show, type_line

TEXT, DIM, HIGH, DIM_HIGH, LINES = 4.5, 3.0, 7.0, 4.5, 1.5
NAMES = [each.name for each in COLOURS]
COARSE = 0.6
"""What may be left of it where each colour becomes the nearest of 256."""
STATES: tuple[tuple[str, ...], ...] = ((), ("marked",), ("cursor",), ("marked", "cursor"))
SCREENS = {
    "main": ((), ()),
    "marked": (("space", "space"), ("escape",)),
    "search": (("d", "slash", "w", "e", "b", "enter"), ("escape",)),
    "form": (("3", "S"), ("escape",)),
    "danger form": (("x",), ("escape",)),
    "command": (("colon", "p", "o"), ("escape",)),
    "ledger": (("H",), ("escape",)),
    "pulses": (("B",), ("escape",)),
    "xray": (("T",), ("escape",)),
    "labels": (("L",), ("escape",)),
}
"""The keys that lead there, and back."""
MODAL = {"form": "#form", "danger form": "#form", "labels": "#labels"}
"""What is behind them is dimmed on purpose."""

Seen = Mapping[str, Style]
"""Styles as they are painted, by what they are for."""


def least(theme: str, *, dim: bool) -> float:
    if theme.startswith("high-contrast"):
        return DIM_HIGH if dim else HIGH
    return DIM if dim else TEXT


async def wear(pilot: Pilot[int], theme: str) -> None:
    pilot.app.theme = theme
    await pilot.pause()


def in_tables(pilot: Pilot[int], found: dict[str, Style]) -> None:
    table, view = pilot.app.screen.query(ObjectTable).first(), pilot.app.screen.query(TextView).first()
    of_table, of_text = Looks(table, PREFIX), Looks(view, "text-view--")
    focus = "focused" if table.has_focus else "blur"
    for states in STATES:
        for meaning in ((), *((name,) for name in sorted(MEANINGS))):
            for changed in ((), ("changed",)):
                names = (*states, *meaning, *changed)
                found[" ".join(("table", focus, *names))] = of_table.of(*names)
        for meaning in ((), *((name,) for name in sorted(TEXT_MEANINGS))):
            for match in ((), ("match",), ("current-match",)):
                names = (*states, *meaning, *match)
                found[" ".join(("text", focus, *names))] = of_text.of(*names)
    found["table header"] = of_table.of("header")
    found["table header sorted"] = of_table.of("header", "sorted")
    found["table dim empty"] = of_table.of("empty")
    found["text dim notice"] = of_text.of("notice")


def in_map(pilot: Pilot[int], found: dict[str, Style]) -> None:
    of_map = Looks(pilot.app.screen.query_one(NodeMap), "node-map--")
    for meaning in ((), *((name,) for name in ("ok", "warn", "bad", "dim", "accent"))):
        for more in ((), ("cursor",), ("changed",)):
            found[" ".join(("map", *meaning, *more))] = of_map.of(*meaning, *more)


@pytest.fixture(scope="module")
def looks() -> Mapping[str, Seen]:
    """Of each theme, every style that the tables, the texts and the map can give a piece of text."""
    found: dict[str, dict[str, Style]] = {name: {} for name in NAMES}

    async def story(pilot: Pilot[int]) -> None:
        for focused in (ObjectTable, TextView):
            pilot.app.screen.query(focused).first().focus()
            await pilot.pause()
            for theme in NAMES:
                await wear(pilot, theme)
                in_tables(pilot, found[theme])
        await type_line(pilot, "map")
        for theme in NAMES:
            await wear(pilot, theme)
            in_map(pilot, found[theme])

    show(living(), story, WIDE)
    return found


@pytest.fixture(scope="module")
def screens() -> Mapping[str, Seen]:
    """Of each theme, every style that is on one of these screens."""
    found: dict[str, dict[str, Style]] = {name: {} for name in NAMES}

    async def story(pilot: Pilot[int]) -> None:
        for where, (there, back) in SCREENS.items():
            await pilot.press(*there)
            await pilot.pause()
            for theme in NAMES:
                await wear(pilot, theme)
                for segment in painted(pilot, of=MODAL.get(where, "")):
                    assert segment.style is not None
                    if any(char.isalnum() for char in segment.text):
                        found[theme].setdefault(f"{where}, text {segment.style}", segment.style)
                    elif set(segment.text.strip()) <= set("╭╮╰╯─│━┃"):
                        found[theme].setdefault(f"{where}, lines {segment.style}", segment.style)
            await pilot.press(*back)

    show(living(), story, WIDE)
    return found


@pytest.mark.parametrize("theme", NAMES)
def test_every_meaning_can_be_read_on_every_background(theme: str, looks: Mapping[str, Seen]) -> None:
    poor = {}
    for name, style in looks[theme].items():
        ratio, coarse = contrast(style), contrast(style, ColorSystem.EIGHT_BIT)
        enough = least(theme, dim="dim" in name.split())
        if ratio < enough or coarse < enough * COARSE:
            poor[name] = f"{ratio:.2f}, of 256 colours {coarse:.2f}: {style}"
    assert poor == {}


@pytest.mark.parametrize("theme", NAMES)
def test_whatever_is_painted_can_be_read(theme: str, screens: Mapping[str, Seen]) -> None:
    poor = {}
    for name, style in screens[theme].items():
        ratio = contrast(style)
        if ratio < (least(theme, dim=True) if ", text" in name else LINES):
            poor[name] = f"{ratio:.2f}"
    assert poor == {}


@pytest.mark.parametrize("theme", [name for name in NAMES if name.startswith(("deuteranopia", "tritanopia"))])
def test_well_warning_and_bad_differ_for_the_eyes_that_a_theme_is_for(
    theme: str, looks: Mapping[str, Seen]
) -> None:
    matrix = DEUTERANOPIA if theme.startswith("deuteranopia") else TRITANOPIA
    for first, second in combinations(("ok", "warn", "bad", ""), 2):
        one, other = (colours(looks[theme][f"table focused {name}".rstrip()])[0] for name in (first, second))
        apart = distance(seen(one, matrix), seen(other, matrix))
        assert apart > (20 if first and second else 10), f"{first} and {second or 'text'}: {apart:.0f}"
