"""The filter line on a pilot: what passes is counted as it is typed, on living and recorded clusters alike."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from textual.pilot import Pilot

from engine.kinds import Pod
from engine.store.commit import Commit
from engine.store.state import fold
from k9lite.client import Client
from k9lite.clients.embedded import EmbeddedClient
from k9lite.screens.main import MainScreen
from k9lite.widgets.command_line import CommandLine
from tests.builders import deployment, node
from tests.console.showing import living, pass_time, recorded, show, shown, tell, told, type_line


@pytest.fixture(params=["living", "recorded"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    yield living() if request.param == "living" else recorded(tmp_path)


def main(pilot: Pilot[int]) -> MainScreen:
    assert isinstance(pilot.app.screen, MainScreen)
    return pilot.app.screen


async def type_filter(pilot: Pilot[int], text: str) -> None:
    """Each letter is a key, as on a keyboard."""
    await pilot.press("slash")
    for letter in text:
        pilot.app.screen.query_one(CommandLine).insert_text_at_cursor(letter)
        await pilot.pause()
    await pilot.pause()


def crowded(count: int) -> EmbeddedClient:
    """So many pods beside the one of a deployment."""
    client = living(node("w1"), deployment("web"))
    state = client.cluster.state
    one = next(state.all(Pod))
    many = [
        evolve(one, metadata=evolve(one.metadata, name=f"web-{number:05}", uid=f"uid-{number:05}"))
        for number in range(count)
    ]
    client.cluster.state = fold(
        state, Commit(revision=state.revision + 1, time=state.time, actor="user", puts=tuple(many))
    )
    return client


async def settled(pilot: Pilot[int]) -> None:
    while main(pilot).pane.listing.unfinished:
        await pilot.pause(0.01)
    await pilot.pause(0.15)


def test_matches_are_counted_while_the_filter_is_typed(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_filter(pilot, "web status:Run")
        assert "3 of 4" in shown(pilot) and "[3/4]" in shown(pilot)
        await pilot.press("enter")
        await type_filter(pilot, "!web age>1s")
        await pilot.press("enter")
        assert "[1/4]  /!web age>1s" in shown(pilot) and " of 4" not in shown(pilot)

    show(client, story)


def test_a_filter_with_a_space_stays_and_escape_clears_it(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_filter(pilot, "node:w1 ready:1/1")
        await pilot.press("enter")
        assert "/node:w1 ready:1/1" in shown(pilot)
        await pilot.press("escape")
        assert "pods(all) [4]" in shown(pilot)

    show(client, story)


def test_what_cannot_be_read_is_said_at_the_line_and_what_was_shown_stays(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_filter(pilot, "web age<5x")
        assert "5x is no duration" in shown(pilot) and "/web age<5 " in shown(pilot)
        await pilot.press("enter")
        assert any("5x is no duration" in line and "(at character 5)" in line for line in told(pilot))

    show(client, story)


def test_tab_completes_the_name_of_a_field(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_filter(pilot, "web sta")
        await pilot.press("tab", *"Run")
        await pilot.pause()
        assert pilot.app.screen.query_one(CommandLine).value == "web status:Run" and "3 of 4" in shown(pilot)

    show(client, story)


def test_ages_come_and_go_while_nothing_else_happens() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await type_filter(pilot, "age<3m")
        await pilot.press("enter")
        assert "pods(all) [4/4]" in shown(pilot)
        await pass_time(pilot, client, 90)
        assert "pods(all) [0/4]" in shown(pilot) and "nothing matches" in shown(pilot)

    show(client, story)


def test_a_large_table_is_filtered_and_sorted_between_the_keys() -> None:
    client = crowded(3_000)

    async def story(pilot: Pilot[int]) -> None:
        await type_filter(pilot, "web-0123")
        await settled(pilot)
        assert "10 of 3,001" in shown(pilot) and "[10/3001]" in shown(pilot)
        await pilot.press("enter", "escape", "o", "o", "O")
        await settled(pilot)
        assert main(pilot).pane.table.columns[2].name == "NAME" and "NAME↓" in shown(pilot)
        keys = main(pilot).pane.listing.keys
        assert [key for key in keys if key.startswith("uid-")][:2] == ["uid-02999", "uid-02998"]

    show(client, story)


def test_a_key_while_rows_are_looked_through_starts_anew_and_the_cursor_stays() -> None:
    client = crowded(3_000)

    async def story(pilot: Pilot[int]) -> None:
        pane = main(pilot).pane
        await pilot.press("G")
        await type_filter(pilot, "web-0299")
        await settled(pilot)
        current = pane.current()
        assert current is not None and current.metadata.name == "web-02999" and len(pane.listing.keys) == 10
        await tell(pilot)
        assert pane.current() is not None

    show(client, story)


def test_rows_of_a_place_are_filtered_in_the_same_language() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "aliases")
        await type_filter(pilot, "word:pods count>=4 | word=deployments")
        assert "[2/" in shown(pilot) and "2 of " in shown(pilot)
        await pilot.press("enter", "slash", *"-l a=b", "enter")
        assert told(pilot)[-1].startswith("/-l a=b: these rows have no labels")

    show(living(), story)


def test_marked_rows_are_found_without_walking_all_of_them() -> None:
    client = crowded(2_000)

    async def story(pilot: Pilot[int]) -> None:
        pane = main(pilot).pane
        await pilot.press("G", "space", "up", "up", "space", "g", "down")
        keys = pane.listing.keys
        marked = pane.table.marked
        assert marked == (keys[-3], keys[-1]) and pane.table.marked is marked
        assert len(pane._way[-1]._names) < 300, "nobody asked for the others"
        await pilot.press("asterisk")
        assert len(pane.table.marked) == 2_001

    show(client, story)
