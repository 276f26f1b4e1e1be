"""Every screen at three sizes, in light and in dark: what it says word for word, and its colours by their sum.

A file of snapshots/text has, for each size, the lines as the terminal shows them, and below them a sum of the picture
in each look: a reviewer reads what a change does to a screen, and is told where only its colours are others.
``K9LITE_UPDATE_SNAPSHOTS=1`` writes them anew.
"""

import os
from collections.abc import Iterator
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, TextArea

import k9lite.screens
from k9lite.client import Client
from k9lite.screens.choose import ChooseScreen
from k9lite.screens.editor import EditorScreen
from k9lite.screens.form import FormScreen
from k9lite.screens.labels import LabelsScreen
from k9lite.screens.logs import LogsScreen
from k9lite.screens.main import MainScreen
from k9lite.screens.map import MapScreen
from k9lite.screens.place_screen import PlaceScreen
from k9lite.screens.plugin import OutputScreen
from k9lite.screens.review import ReviewScreen
from k9lite.screens.rows import RowsScreen
from k9lite.screens.shell import ShellScreen
from k9lite.screens.text import TextScreen
from tests.console.every_screen import OPENERS, home
from tests.console.pressing import settle
from tests.console.showing import lines, living, paint_what_is_looked_at, recorded, show, svg

TEXTS = Path(__file__).parent / "snapshots" / "text"
SIZES = ((80, 24), (120, 36), (200, 60))
LOOKS = ("dark", "light")
MOST_BYTES = 3_000_000


@pytest.fixture(autouse=True)
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose config file it is, is on a screen."""
    monkeypatch.setenv("XDG_CONFIG_HOME", "/home/somebody/.config")
    paint_what_is_looked_at(monkeypatch)


async def _drawn(pilot: Pilot[int], size: tuple[int, int]) -> tuple[list[str], dict[str, str]]:
    """The lines, and a sum for each look."""
    app = pilot.app
    await pilot.resize_terminal(*size)
    app.clear_notifications()
    for field in (*app.screen.query(Input), *app.screen.query(TextArea)):
        field.cursor_blink = False
    sums = {}
    for look in sorted(LOOKS, key=lambda look: look != app.theme):  # another theme has all styles read anew
        app.theme = look
        await settle(pilot)
        await pilot.pause()
        drawn = svg(pilot, look)
        sums[look] = blake2b(drawn.encode(), digest_size=5).hexdigest()
    return lines(pilot), {look: sums[look] for look in LOOKS}


def _checked(name: str, size: tuple[int, int], text: list[str], is_main: bool) -> Iterator[str]:
    """What is cut off that matters."""
    width, height = size
    for number, each in enumerate(text, 1):
        if len(each) > width:
            yield f"{name} at {size}: line {number} is longer than the screen: {each}"
    if len(text) > height:
        yield f"{name} at {size}: more lines than the screen has"
    if not any(letter in line for line in text for letter in "╭┏│┃"):
        yield f"{name} at {size}: nothing is framed"
    if is_main:
        heads = [each for each in text if "NAME" in each]
        if not text[0].startswith(" k9lite test"):
            yield f"{name} at {size}: the header does not name the cluster"
        if name.startswith("events"):
            heads = [each for each in text if "REASON" in each or "MESSAGE" in each]
        if (
            not heads
            or (name == "pane-node" and "STATUS" not in heads[0])
            or (name == "pane-pod" and not any("STATUS" in each for each in heads))
        ):
            yield f"{name} at {size}: NAME or STATUS is not there"
    if name.startswith(("pane", "place", "help", "verb-logs", "verb-describe")) and not text[-1].strip():
        yield f"{name} at {size}: the last line names no keys"


def _shown_everywhere(name: str, client: Client) -> None:
    written: list[str] = []
    troubles: list[str] = []

    async def story(pilot: Pilot[int]) -> None:
        for size in SIZES:
            await pilot.resize_terminal(*size)
            if size is not SIZES[0]:
                await home(pilot)
            await OPENERS[name].open(pilot)
            text, sums = await _drawn(pilot, size)
            troubles.extend(_checked(name, size, text, isinstance(pilot.app.screen, MainScreen)))
            told = "  ".join(f"{look} {each}" for look, each in sums.items())
            written.extend([f"=== {size[0]}x{size[1]}  {told}", *text, ""])

    show(client, story)
    assert not troubles, "\n".join(troubles)
    path = TEXTS / f"{name if not client.read_only else f'{name}-recorded'}.txt"
    if os.environ.get("K9LITE_UPDATE_SNAPSHOTS") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(written))
    assert path.exists(), "no such picture yet: K9LITE_UPDATE_SNAPSHOTS=1 draws it"
    assert "\n".join(written).splitlines() == path.read_text().splitlines(), "K9LITE_UPDATE_SNAPSHOTS=1 draws it anew"


@pytest.mark.parametrize("name", OPENERS)
def test_a_screen_at_every_size_in_every_look(name: str) -> None:
    _shown_everywhere(name, living())


@pytest.mark.parametrize("name", ["pane-pod", "place-map", "place-ledger"])
def test_a_screen_of_a_recording_at_every_size_in_every_look(name: str, tmp_path: Path) -> None:
    _shown_everywhere(name, recorded(tmp_path, deeds=("cordon w1", "scale deploy web --replicas=5")))


DRAWN: dict[type[Screen[Any]], str] = {
    MainScreen: "pane-pod", TextScreen: "help", RowsScreen: "place-why", MapScreen: "place-map",
    EditorScreen: "verb-edit", FormScreen: "verb-scale", LabelsScreen: "verb-label", LogsScreen: "verb-logs",
    ShellScreen: "verb-exec", ChooseScreen: "choice", ReviewScreen: "review",
}  # fmt: skip
"""In which picture each class of screens is."""


def test_every_class_of_screens_is_in_a_picture() -> None:
    found = []

    async def story(pilot: Pilot[int]) -> None:
        for name in DRAWN.values():
            await home(pilot)
            await OPENERS[name].open(pilot)
            found.append(type(pilot.app.screen))

    show(living(), story)
    assert found == list(DRAWN)
    for module in iter_modules(k9lite.screens.__path__, "k9lite.screens."):
        import_module(module.name)
    every = {each for each in _below(Screen) if each.__module__.startswith("k9lite.")}
    assert every - set(DRAWN) == {PlaceScreen, OutputScreen}, "what all places are, and a text that a program prints"


def _below(cls: type[Any]) -> Iterator[type[Any]]:
    for each in cls.__subclasses__():
        yield each
        yield from _below(each)


def test_the_pictures_are_no_burden_to_whoever_clones() -> None:
    assert sum(path.stat().st_size for path in TEXTS.parent.rglob("*") if path.is_file()) < MOST_BYTES


def test_no_picture_is_of_a_screen_that_is_gone() -> None:
    assert {path.stem.removesuffix("-recorded") for path in TEXTS.iterdir()} <= set(OPENERS)
