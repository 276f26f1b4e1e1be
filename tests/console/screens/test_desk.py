"""Panes on the desk: the detail pane, splits that are moved, turned, closed, and arrangements kept by name."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.errors import UsageError
from k9lite.client import Client
from k9lite.preferences import Preferences
from k9lite.resource import Query
from k9lite.screens.main import MainScreen
from k9lite.splits import DETAIL, leaves
from k9lite.widgets.command_line import COMMAND, CommandLine
from k9lite.widgets.desk import DEFAULT, Desk
from tests.console.showing import NARROW, WIDE, lines, living, pass_time, recorded, show, shown, told, type_line


@pytest.fixture(params=["living", "recorded"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    return living() if request.param == "living" else recorded(tmp_path)


def desk(pilot: Pilot[int]) -> Desk:
    screen = pilot.app.screen
    assert isinstance(screen, MainScreen)
    return screen.desk


def test_a_wide_screen_shows_what_is_selected_beside_the_tables(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        assert "v describe pod/broken-" in shown(pilot)
        await pilot.press("1")
        await pilot.pause()
        assert "v describe node/w1" in shown(pilot) and "Name:               w1" in shown(pilot)
        await pilot.press("j")
        await pilot.pause()
        assert "v describe node/w2" in shown(pilot)

    show(client, story, WIDE)


def test_v_goes_from_describe_to_yaml_to_events_to_logs_to_nothing(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("j")
        seen = []
        for _ in range(5):
            await pilot.pause()
            seen.append(shown(pilot))
            await pilot.press("v")
        assert "v describe pod/web-" in seen[0]
        assert "v yaml pod/web-" in seen[1] and "apiVersion: v1" in seen[1]
        assert "v events pod/web-" in seen[2] and "Successfully assigned default/web-" in seen[2]
        assert "v logs pod/web-" in seen[3]
        assert " pod/web-" not in seen[4]

    show(client, story, WIDE)


def test_on_a_small_screen_the_detail_is_below_the_one_table_when_asked_for(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        assert "describe pod/" not in shown(pilot)
        await pilot.press("v")
        await pilot.pause()
        rows = lines(pilot)
        assert any("v describe pod/" in row for row in rows[10:]) and any("2 pods(all)" in row for row in rows[:4])

    show(client, story, NARROW)


def test_the_detail_keeps_up_with_its_object() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "v")
        await pilot.pause()
        assert "unschedulable: true" not in desk(pilot).detail.view.text()
        await type_line(pilot, "cordon w1")
        await pass_time(pilot, client, 1)
        assert "unschedulable: true" in desk(pilot).detail.view.text()

    show(client, story, WIDE)


def test_tab_leads_into_the_detail_and_out_again(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("4", "tab")
        assert desk(pilot).detail.has_focus_within
        await pilot.press("tab")
        assert desk(pilot).pane.number == 1 and desk(pilot).pane.has_focus_within

    show(client, story, WIDE)


def test_splits_are_moved_turned_and_sized_by_plain_keys(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        before = desk(pilot).pane.region
        await pilot.press("greater_than_sign")
        await pilot.pause()
        assert desk(pilot).pane.region.width > before.width
        await pilot.press("right_curly_bracket")
        await pilot.pause()
        assert desk(pilot).pane.region.height > before.height
        await pilot.press("backslash")
        await pilot.pause()
        assert desk(pilot).detail.region.y == desk(pilot).pane.region.y, "beside each other"
        await pilot.press("left_parenthesis")
        await pilot.pause()
        assert desk(pilot).pane.region.x == 0, "it changed places with the nodes"

    show(client, story, WIDE)


def test_another_pane_is_opened_and_closed(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "split rs below")
        await pilot.pause()
        assert "5 replicasets(all) [2]" in shown(pilot) and desk(pilot).active == 5
        await type_line(pilot, "close")
        await pilot.pause()
        assert "replicasets" not in shown(pilot)
        await pilot.press("5")
        assert told(pilot)[-1] == "there is no pane 5: :split KIND opens another"

    show(client, story, (160, 45))


def test_the_last_table_cannot_be_closed(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        for _ in range(4):
            await type_line(pilot, "close")
        assert told(pilot)[-1] == "this is the only table: q leaves the console"
        assert len(desk(pilot).panes) == 1

    show(client, story, WIDE)


def test_an_arrangement_is_kept_by_name_and_brought_back(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "split cm")
        await type_line(pilot, "layout save mine")
        part = desk(pilot).part
        await type_line(pilot, "layout reset")
        await pilot.pause()
        assert "configmaps" not in shown(pilot) and desk(pilot).part != part
        await type_line(pilot, "layout mine")
        await pilot.pause()
        assert desk(pilot).part == part and "5 configmaps(all)" in shown(pilot)
        await type_line(pilot, "layout")
        assert told(pilot)[-1] == "layouts: mine (:layout save NAME)"
        await type_line(pilot, "layout delete mine")
        await type_line(pilot, "layout mine")
        assert told(pilot)[-1] == 'there is no layout "mine"; kept: none (:layout save NAME keeps one)'

    show(client, story, (160, 45))


def test_a_zoomed_pane_is_alone_until_escape(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("z")
        await pilot.pause()
        assert [pane.number for pane in desk(pilot).panes if pane.display] == [2] and not desk(pilot).detail.display
        await pilot.press("escape")
        await pilot.pause()
        assert all(pane.display for pane in desk(pilot).panes) and desk(pilot).detail.display

    show(client, story, WIDE)


def test_a_kept_file_that_was_damaged_is_told_of_and_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "layouts.yaml"
    kept.write_text("mine:\n  panes: [\n")
    with pytest.raises(UsageError, match=r"layouts\.yaml, line 3: "):
        Preferences(tmp_path).save("layouts", {})
    assert kept.read_text() == "mine:\n  panes: [\n"
    kept.write_text("mine: {panes: {1: {kind: Nothing}}, detail: yaml, arrangement: {down: [{pane: 1}, {pane: 0}]}}")

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "layout mine")
        assert told(pilot)[-1] == "layout mine: pane 1 shows no kind that is known: {'kind': 'Nothing'}"

    show(living(), story, preferences=Preferences(tmp_path))


def test_what_is_kept_is_there_the_next_time(tmp_path: Path) -> None:
    Preferences(tmp_path).save("layouts", {"mine": {"panes": {}}})
    assert Preferences(tmp_path).load("layouts") == {"mine": {"panes": {}}}
    assert [path.name for path in tmp_path.iterdir()] == ["layouts.yaml"]


DOINGS: dict[str, Callable[[Desk], None]] = {
    "open": lambda made: made.open(Query(kind="ConfigMap"), down=False),
    "close": lambda made: made.close(),
    "reset": lambda made: made.restore(DEFAULT, {}),
}


@pytest.mark.parametrize(
    "doings", ["open reset", "open reset open", "close open", "close open reset", "close close open reset", "open open"]
)
def test_panes_that_come_and_go_in_one_breath_are_those_that_are_left(doings: str) -> None:
    """Lines that are pasted are done before the pane of the first has come, or gone."""

    async def story(pilot: Pilot[int]) -> None:
        made = desk(pilot)
        for each in doings.split():
            DOINGS[each](made)
        for _ in range(3):
            await pilot.pause()
        assert [pane.number for pane in made.panes] == sorted(set(leaves(made.part)) - {DETAIL})
        if doings.endswith("reset"):
            assert made.part == DEFAULT

    show(living(), story, WIDE)


@pytest.mark.parametrize("doing", ["open", "close", "reset"])
def test_a_line_that_is_opened_while_panes_are_divided_anew_keeps_the_keys(doing: str) -> None:
    """They would be commands to a table: x deletes."""

    async def story(pilot: Pilot[int]) -> None:
        DOINGS[doing](desk(pilot))
        line = pilot.app.screen.query_one(CommandLine)
        line.open(COMMAND)
        for _ in range(3):
            await pilot.pause()
        assert pilot.app.focused is line

    show(living(), story, WIDE)


@pytest.mark.parametrize("doing", ["open", "reset"])
def test_a_pane_that_is_chosen_while_panes_are_divided_anew_stays_chosen(doing: str) -> None:
    """The next key would hit a row of another table."""

    async def story(pilot: Pilot[int]) -> None:
        DOINGS[doing](desk(pilot))
        desk(pilot).activate(3)
        for _ in range(3):
            await pilot.pause()
        assert desk(pilot).active == 3 and pilot.app.focused is desk(pilot).pane.table

    show(living(), story, WIDE)
