"""Places: the screens about more than one kind, and the generic screen of rows that they are made of."""

import pytest
from textual.pilot import Pilot

from engine.kinds import KINDS
from k9lite.client import Client
from k9lite.commands import OWN_WORDS
from k9lite.drive import run_command
from k9lite.places import PLACES
from k9lite.screens.main import MainScreen
from k9lite.screens.rows import RowsScreen
from k9lite.screens.text import TextScreen
from tests.builders import node, pod
from tests.console.pressing import hit
from tests.console.showing import NARROW, living, pass_time, shop, show, shown, told, type_line


@pytest.fixture
def client() -> Client:
    return living(*shop(), pod("alone"))


def rows(pilot: Pilot[int]) -> RowsScreen:
    screen = pilot.app.screen
    assert isinstance(screen, RowsScreen)
    return screen


def test_no_word_of_a_place_means_anything_else() -> None:
    words = [word for place in PLACES for word in (place.word, *place.aliases)]
    kinds = {word for kind in KINDS.values() for word in (kind.plural, kind.singular, *kind.short_names, *kind.aliases)}
    assert len(words) == len(set(words))
    assert not set(words) & (kinds | set(OWN_WORDS))


STRAIGHT_ON = ("owner",)
"""Places that have no screen of their own: they lead right to a table."""


@pytest.mark.parametrize("word", [place.word for place in PLACES if place.word not in STRAIGHT_ON])
def test_every_place_opens_by_its_word_and_esc_leads_back(client: Client, word: str) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, word)
        assert not isinstance(pilot.app.screen, MainScreen), shown(pilot)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, MainScreen)

    show(client, story, NARROW)


def test_workloads_are_those_that_belong_to_no_other(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "wk")
        text = shown(pilot)
        assert "workloads(all) [3]" in text
        assert all(f" {name} " in text for name in ("web", "broken", "alone"))
        assert "replicaset" not in text

    show(client, story, NARROW)


def test_enter_on_a_workload_leads_to_what_it_made(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "workloads")
        await pilot.press("slash", *"web", "enter")
        assert "[1/3]" in shown(pilot)
        await pilot.press("enter")
        assert "deployment/web" in shown(pilot) and isinstance(pilot.app.screen, MainScreen)

    show(client, story, NARROW)


def test_keys_of_verbs_act_on_the_object_of_a_row(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "workloads")
        await pilot.press("d")
        assert isinstance(pilot.app.screen, TextScreen) and "Describe Deployment default/broken" in shown(pilot)
        await pilot.press("escape")
        await pilot.press("c")
        assert told(pilot) == ["cordon is for nodes, not for deployments"]

    show(client, story, NARROW)


def test_the_cursor_stays_with_its_row_while_others_come() -> None:
    client = living(node("w1"), pod("m"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "workloads")
        line = rows(pilot).line
        assert line is not None and line.ref is not None and line.ref.name == "m"
        await type_line_behind(client, "run a --image=nginx")
        rows(pilot)._rest_until = 0.0
        await pass_time(pilot, client, 10)
        line = rows(pilot).line
        assert "workloads(all) [2]" in shown(pilot)
        assert line is not None and line.ref is not None and line.ref.name == "m"

    show(client, story, NARROW)


def test_a_command_can_be_typed_over_rows_as_well(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "workloads")
        await type_line(pilot, "svc default")
        assert isinstance(pilot.app.screen, MainScreen) and "services(default) [1]" in shown(pilot)
        await type_line(pilot, "workloads")
        await pilot.press("slash", *"web", "enter", "colon", "escape")
        assert "/web" in shown(pilot), "the filter stays where nothing was typed"

    show(client, story, NARROW)


async def type_line_behind(client: Client, line: str) -> None:
    assert run_command(client, line.split()) == 0


def test_aliases_lead_to_tables_and_to_places(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "aliases")
        await pilot.press("slash", *"configmaps", "enter", "enter")
        assert "configmaps(all)" in shown(pilot)
        await type_line(pilot, "a")
        await pilot.press("slash", *"workloads", "enter", "enter")
        assert "workloads(all) [3]" in shown(pilot)

    show(client, story, NARROW)


def test_only_faults_are_left_of_a_place_and_a_line_about_it_does_not_leave_it(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "wk")
        await pilot.press("f")
        assert "/3]  /health:warn|bad" in shown(pilot)
        assert " broken " in shown(pilot) and " web " not in shown(pilot)
        await type_line(pilot, "faults")
        assert "workloads(all) [3]" in shown(pilot)

    show(client, story, NARROW)


def test_a_place_that_shows_no_objects_has_no_faults_to_leave(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "aliases")
        await pilot.press("f")
        assert "health" not in shown(pilot)
        await type_line(pilot, "faults")
        assert "/health:warn|bad" in shown(pilot)

    show(client, story, NARROW)


def test_the_map_has_a_line_for_commands(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("m")
        await type_line(pilot, "deployments")
        assert isinstance(pilot.app.screen, MainScreen) and pilot.app.screen.pane.kind == "Deployment"

    show(client, story, NARROW)


def test_however_many_places_deep_one_is_back_at_once(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        for key in "BNBNBNB":
            await hit(pilot, key)
        main, *places = pilot.app.screen_stack
        assert len(places) == 7
        await hit(pilot, "enter")
        await pilot.pause()
        assert pilot.app.screen_stack == [main]
        assert not any(place.is_running for place in places[:-1])
        await hit(pilot, "escape")
        await pilot.pause()
        assert pilot.app.screen_stack == [main, places[-1]], "the one it was entered from is as it was"
        await hit(pilot, "escape")
        assert pilot.app.screen_stack == [main]

    show(client, story, NARROW)
