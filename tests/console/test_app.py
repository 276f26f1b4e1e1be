"""The wiring: time passes in the client, screens are told, and a log that cannot be written is told once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from engine.errors import LogError
from k9lite.app import ConsoleApp
from k9lite.clients.embedded import EmbeddedClient
from tests.builders import node
from tests.console.showing import living, recorded, shown, told


def test_time_passes_by_itself_and_shows() -> None:
    client = living(node("w1"))
    client.set_speed(50)

    async def story() -> None:
        app = ConsoleApp(client)
        async with app.run_test(size=(80, 24)) as pilot:
            before = client.now
            await pilot.pause(0.4)
            assert client.now > before
            assert "▶ 50x" in shown(pilot)

    asyncio.run(story())


def test_what_a_start_left_for_later_is_done_bit_by_bit_once_the_first_frame_is_shown() -> None:
    seen: list[str] = []

    def later() -> Iterator[None]:
        for bit in "abc":
            seen.append(f"{bit} {app.screen}")
            yield

    async def story() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause(0.3)
            assert seen == ["a MainScreen()", "b MainScreen()", "c MainScreen()"]
            assert len(app.screen_stack) == 1, "a start makes no screen that it does not show"

    app = ConsoleApp(living(node("w1")), frozen=True, later=later)
    asyncio.run(story())


class Full(EmbeddedClient):
    """A client whose disk is full."""

    def advance(self, elapsed_seconds: float) -> bool:  # noqa: ARG002  # the port's
        raise LogError("the log cannot be written (No space left on device).")


def test_a_log_that_cannot_be_written_is_told_once_in_one_line() -> None:
    async def story() -> None:
        app = ConsoleApp(Full(living(node("w1")).cluster))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause(0.5)
            assert told(pilot) == ["the log cannot be written (No space left on device). Cluster time is paused."]

    asyncio.run(story())


def test_a_recording_that_was_replaced_stands_still_and_says_so(tmp_path: Path) -> None:
    client = recorded(tmp_path)
    client.set_speed(1)

    async def story() -> None:
        async with ConsoleApp(client).run_test(size=(80, 24)) as pilot:
            log = next(tmp_path.glob("*.k9log"))
            log.unlink()
            await pilot.pause(0.5)
            assert told(pilot) == [
                f"{log} was removed, replaced or cut back while it was being read: open it again. "
                "The recording stands still."
            ]

    asyncio.run(story())
