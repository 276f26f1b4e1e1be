"""Every key that a help page names does something where it says so: it is read off the page, pressed, and looked at.

A key may do nothing in one place (``g`` at the top); so each is tried in several. What counts as something: another
picture, another focus, another screen, a message, another clock, or another cluster.
"""

import os
import re
from collections.abc import Iterator

import pytest
from textual.pilot import Pilot

from k9lite.client import Client
from k9lite.drive import run_command
from k9lite.screens.help import written
from k9lite.screens.text import TextScreen
from tests.builders import deployment, node
from tests.console.every_screen import OPENERS, bound_keys, home
from tests.console.pressing import hit
from tests.console.showing import NARROW, WIDE, living, shop, show
from tests.screens.picture import without_lots

MAIN = ("j", "1 j", "3 j", "4", "slash w e b enter", "w", "space j", "z", "enter", "pagedown", "tab", "g", "w right")
ROWS = ("j", "g", "right right", "w right", "slash e enter")
"""What is pressed before the key, in turn, until it does something."""
PAGES: tuple[str, ...] = ("place-map", "place-ledger")
if os.environ.get("K9LITE_THOROUGH") == "1":  # minutes
    PAGES = (*PAGES, "pane-pod", "verb-logs")
ENDS = ("q", "ctrl+q")
"""Of the main screen: the console is left."""


def named(page: str) -> Iterator[tuple[str, str]]:
    """(a key as the page writes it, what it says it does), without what is typed after ``:``."""
    for text in page.partition("Typed after")[0].splitlines():
        if text.startswith("  "):
            keys, what = text[2:24], text[24:]
            if keys.strip() and "  " in text[2:].strip():
                yield from ((key, what.strip()) for key in re.split(r"\s+", keys.strip()))


def seen(pilot: Pilot[int], client: Client) -> tuple[object, ...]:
    """All that a key could have changed."""
    app = pilot.app
    picture = without_lots(app.export_screenshot(simplify=False))
    told = tuple((each.message, each.raised_at) for each in app._notifications)
    return (
        picture, id(app.screen), id(app.focused), told, client.state.revision, client.now, client.speed,
        app.return_code is None, app.clipboard,
    )  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.timeout(600)
def test_every_key_of_a_help_page_does_something(name: str) -> None:
    client = living(*shop(), deployment("web-more", replicas=40), *(node(f"n{number}") for number in range(8)))
    for number in range(4):
        assert run_command(client, ["label", "node", "w1", f"l{number}=1"]) == 0

    async def does_something(pilot: Pilot[int], key: str) -> bool:
        for before in MAIN if name.startswith("pane") else ROWS:
            await home(pilot)
            await OPENERS[name].open(pilot)
            await pilot.pause()
            screen = pilot.app.screen
            for each in before.split():
                await hit(pilot, each)
            if pilot.app.screen is not screen or key not in bound_keys(pilot):
                continue
            pilot.app.clear_notifications()
            await pilot.pause()
            was = seen(pilot, client)
            await hit(pilot, key)
            await pilot.pause()
            if seen(pilot, client) != was:
                return True
        return False

    async def story(pilot: Pilot[int]) -> None:
        await home(pilot)
        await OPENERS[name].open(pilot)
        bound = {written(key): key for key in pilot.app.screen.active_bindings}
        await hit(pilot, "question_mark")
        assert isinstance(pilot.app.screen, TextScreen)
        page = dict(named(pilot.app.screen.view.text()))
        assert len(page) > 15, page
        idle = []
        for key, what in page.items():
            assert key in bound, f"{key} ({what}) is on the page, and bound to nothing"
            if not (key in ENDS and name.startswith("pane")) and not await does_something(pilot, bound[key]):
                idle.append(f"{key}: {what}")
        assert not idle, idle

    show(client, story, WIDE if name.startswith("pane") else NARROW)
