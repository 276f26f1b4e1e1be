"""Keys and clicks as fast as the console takes them in: a pilot waits a twentieth of a second for each."""

import asyncio
from time import process_time

from textual.dom import DOMNode
from textual.events import Key, MouseDown, MouseUp
from textual.keys import key_to_character
from textual.pilot import Pilot

from k9lite.app import ConsoleApp
from k9lite.widgets.command_line import CommandLine

_LOOK_SECONDS = 0.001


async def hit(pilot: Pilot[int], key: str, character: str | None = None) -> float:
    """One key; returns the seconds of the processor until nothing is left to do for it but what a timer does."""
    app = pilot.app
    begun = process_time()
    app.post_message(Key(key, character or key_to_character(key)))
    await settle(pilot)
    return process_time() - begun


async def click(pilot: Pilot[int], x: int, y: int) -> float:
    begun = process_time()
    for event in (MouseDown, MouseUp):
        sent = event(
            widget=None, x=x, y=y, delta_x=0, delta_y=0, button=1, shift=False, meta=False, ctrl=False,
            screen_x=x, screen_y=y,
        )  # fmt: skip
        pilot.app.post_message(sent)
        await settle(pilot)
    return process_time() - begun


async def line(pilot: Pilot[int], text: str) -> float:
    """``:``, the line and Enter."""
    begun = process_time()
    await hit(pilot, "colon")
    pilot.app.screen.query_one(CommandLine).value = text
    await hit(pilot, "enter")
    return process_time() - begun


async def settle(pilot: Pilot[int]) -> None:
    """Until no key waits for its turn, and no message in the app, in the screen or in any widget of it; or it ended."""
    way, quiet = _way(pilot), 0
    while quiet < 3 and pilot.app.is_running:
        await asyncio.sleep(0)
        if isinstance(pilot.app, ConsoleApp) and not pilot.app.keys.at_rest:
            quiet = 0
            await asyncio.sleep(_LOOK_SECONDS)
        elif any(node.message_queue_size for node in way):
            quiet = 0
        elif (quiet := quiet + 1) == 3 and (now := _way(pilot)) != way:
            way, quiet = now, 0


def _way(pilot: Pilot[int]) -> list[DOMNode]:
    app = pilot.app
    return [app, *app.screen_stack, *app.screen.query("*")]
