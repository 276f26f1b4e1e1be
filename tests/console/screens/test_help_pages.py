"""Every key that a help page names does something where it says so, and no key does that the page does not name.

Keys are read off the page, pressed and looked at, on every screen that has a page. A key may do nothing in one place
(``g`` at the top), so each is tried after others. What counts as something: another screen, another focus, a message,
another clock, another cluster, another picture.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import StringIO

import pytest
from rich.segment import Segment
from textual.binding import Binding
from textual.pilot import Pilot
from textual.screen import Screen

from k9lite.client import Client
from k9lite.drive import run_command
from k9lite.screens.main import MainScreen
from k9lite.screens.text import TextScreen
from k9lite.strange_keys import SAID
from k9lite.widgets.pressing import written
from tests.builders import deployment, node
from tests.console.every_screen import OPENERS, Opener, home
from tests.console.pressing import hit, settle
from tests.console.showing import NARROW, WIDE, living, paint_what_is_looked_at, painted, shop, show

MAIN = (
    "", "j", "1 j", "3 j", "4", "slash w e b enter", "w", "space j", "z", "pagedown", "tab", "w right", "enter",
    "colon n s space d e f a u l t enter",
)  # fmt: skip
ROWS = ("", "j", "G", "right right", "w right", "slash w enter", "space j", "o")
TEXT = ("", "j", "G", "right", "slash a enter", "m")
TYPED = ("", *"ab", "left", "a b home", "a b left shift+right", "ctrl+z", "ctrl+k ctrl+z", "a enter b up")
FORM = ("", "tab", "tab tab", "tab tab tab", "5 6 left", "5 6", "5 6 home")
LABELS = ("", "down", "a equals_sign b left", "a b", "a b home")
SHELL = ("", *"ab", "l s enter", "l s enter up", "a b left", "a b home")
OTHERS: dict[str, Opener] = {
    "detail": Opener(("4", "v", "tab")),
    "line": Opener(("2", "colon", *"sca")),
}
"""Screens on screens."""
PAGES: dict[str, tuple[str, ...]] = {
    "pane-pod": MAIN,
    "detail": TEXT,
    "line": TYPED,
    **{name: ROWS for name in OPENERS if name.startswith("place-")},
    **dict.fromkeys(("verb-logs", "verb-describe", "verb-get--o-yaml", "help"), TEXT),
    "verb-edit": TYPED,
    "verb-scale": FORM,
    "verb-drain": FORM,
    "verb-label": LABELS,
    "verb-exec": SHELL,
    "choice": ("", "j"),
    "review": TEXT,
}
"""With what is pressed before a key, in turn, until it does something."""
THOROUGH = os.environ.get("K9LITE_THOROUGH") == "1"
LEFT_OUT = ("ctrl+q", "ctrl+c", "ctrl+z", "ctrl+p")
"""The end of the console, and Textual's own."""
EVERY_KEY = (
    *(chr(code) for code in range(33, 127)), *(f"f{number}" for number in range(1, 13)),
    *(f"ctrl+{chr(code)}" for code in range(ord("a"), ord("z") + 1) if chr(code) not in "himj"),
    "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "enter", "space", "tab", "shift+tab", "delete",
    "backspace", "escape", "insert",
)  # fmt: skip


def named(page: str) -> Iterator[tuple[str, str]]:
    """(a key as the page writes it, what it says it does), without what is typed after ``:``."""
    for text in page.partition("Typed after")[0].splitlines():
        if text.startswith("  "):
            found = re.match(r"  (.{22}) (\S.*)", text) or re.match(r"  (.+?) ([A-Z][a-z].*)", text)
            assert found is not None, text
            yield from ((key, found[2]) for key in found[1].split())


def facts(pilot: Pilot[int], client: Client) -> tuple[object, ...]:
    app = pilot.app
    told = tuple((each.message, each.raised_at) for each in app._notifications if SAID not in each.message)
    return (
        id(app.screen), id(app.focused), told, client.state.revision, client.now, client.speed,
        app.return_code is None, app.clipboard,
    )  # fmt: skip


def picture(pilot: Pilot[int]) -> list[list[Segment]]:
    """What would be sent to the terminal, line by line, colours and all."""
    return [[segment for strip in strips for segment in strip] for strips in painted(pilot).strips]


class Page:
    """One screen, opened again whenever it was left."""

    def __init__(self, pilot: Pilot[int], client: Client, name: str) -> None:
        self._pilot, self._client = pilot, client
        self._opener = OPENERS.get(name) or OTHERS[name]
        self.screen: Screen[object] = pilot.app.screen
        self._focus: object = None
        self.bindings: dict[str, Binding] = {}

    async def open(self) -> None:
        await home(self._pilot)
        await self._opener.open(self._pilot)
        await self._pilot.pause()
        self.screen, self._focus = self._pilot.app.screen, self._pilot.app.focused
        self.bindings = {key: active.binding for key, active in self.screen.active_bindings.items()}

    async def back(self) -> bool:
        """Whatever is over it is closed; False where it has been left."""
        app = self._pilot.app
        if self.screen not in app.screen_stack:
            return False
        while app.screen is not self.screen:
            app.screen.dismiss()
            await settle(self._pilot)
        return app.focused is self._focus

    async def does(self, *keys: str) -> bool:
        """Whether they do something now."""
        pilot, client = self._pilot, self._client
        pilot.app.clear_notifications()
        await settle(pilot)
        was, looked = facts(pilot, client), picture(pilot)
        for key in keys:
            await hit(pilot, key)
        if facts(pilot, client) != was:
            return True
        await pilot.pause()
        if any(SAID in each.message for each in pilot.app._notifications):
            pilot.app.clear_notifications()  # that a key does nothing is no deed of its
            await settle(pilot)
            await pilot.pause()
        return facts(pilot, client) != was or picture(pilot) != looked


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.timeout(300)
def test_every_key_of_a_help_page_does_something_and_no_other_does(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paint_what_is_looked_at(monkeypatch)
    client = living(*shop(), deployment("web-more", replicas=40), *(node(f"n{number}") for number in range(8)))
    for number in range(4):
        assert run_command(client, ["label", "node", "w1", f"l{number}=1"], out=StringIO()) == 0
        assert run_command(client, ["label", "pods", "--all", f"l{number}=1"], out=StringIO()) == 0
    show(client, lambda pilot: _pressed(pilot, client, name), WIDE if name in ("pane-pod", "detail") else NARROW)


async def _pressed(pilot: Pilot[int], client: Client, name: str) -> None:
    page = Page(pilot, client, name)
    await page.open()
    if isinstance(page.screen, MainScreen) and name.startswith("place-"):
        return  # it leads to a table, whose keys are pane-pod's
    bound = {written(key): key for key in page.bindings}
    await hit(pilot, "f1")
    assert isinstance(pilot.app.screen, TextScreen), "f1 opens no help"
    assert pilot.app.screen is not page.screen
    text = pilot.app.screen.view.text()
    assert not (classes := re.findall(r"^[A-Z][a-z]+[A-Z].*", text, re.MULTILINE)), f"no heading: {classes}"
    told = {key: what for key, what in named(text) if key not in LEFT_OUT}
    assert len(told) > 4, told
    assert not (lost := [key for key in told if key not in bound]), f"{lost} are on the page, and bound to nothing"
    idle = {key: told[key] for key in _pressed_of(page.bindings, name, told)}
    for before in PAGES[name]:
        for key in list(idle):
            if not await page.back() or before:
                await page.open()
                for each in before.split():
                    await hit(pilot, each)
            if pilot.app.screen is page.screen and await page.does(bound[key]):
                del idle[key]
    assert not idle, idle
    await page.open()
    types = [key for key in EVERY_KEY if not pilot.app.focused or not _types(pilot, key)]
    assert not (found := await _working(page, [key for key in types if key not in told])), f"not on the page: {found}"


def _pressed_of(bindings: Mapping[str, Binding], name: str, told: Collection[str]) -> Iterator[str]:
    """Not those of Textual's own fields; and what every list has alike, on one of them."""
    passed_over: tuple[str, ...] = ("app.quit", "main.quit")
    if name == "detail":
        passed_over += ("verb.", "place.", "main.", "desk.", "app.", "text.left", "text.right")
    elif name == "help":
        passed_over += ("text.left", "text.right", "text.wrap")  # it is folded to the width there is
    elif name.startswith("place-") and name not in ("place-map", "place-xray") and not THOROUGH:
        passed_over += ("verb.", "place.", "table.", "rows.")
    for key, binding in bindings.items():
        is_ours = bool(binding.id) or binding.action.startswith("own(")
        if is_ours and written(key) in told and not (binding.id or "").startswith(passed_over):
            yield written(key)


def _types(pilot: Pilot[int], key: str) -> bool:
    focused = pilot.app.focused
    character = " " if key == "space" else key if len(key) == 1 else None
    return focused is not None and focused.check_consume_key(key, character)


async def _working(page: Page, keys: Sequence[str]) -> list[str]:
    """Those that do something after all: pressed one after the other, and alone where that did anything."""
    wanted = [key for key in keys if key not in LEFT_OUT]
    if not await page.does(*wanted):
        return []
    found = []
    for key in wanted:
        await page.open()
        if await page.does(key):
            found.append(key)
    return found
