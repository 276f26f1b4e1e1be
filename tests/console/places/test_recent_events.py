"""Recent Events: those of one object and reason together, the newest first, live; or of each reason."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.kinds import Event
from k9lite.client import Client
from k9lite.drive import run_command
from k9lite.pulse.events import Groups
from k9lite.screens.main import MainScreen
from k9lite.widgets import pane
from tests.console.showing import NARROW, WIDE, lines, living, pass_time, recorded, show, shown, type_line


@pytest.fixture(params=["living", "recorded"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    return living() if request.param == "living" else recorded(tmp_path)


def test_every_event_counts_once_and_the_newest_comes_first(client: Client) -> None:
    groups = Groups()
    assert groups.take(client.state, lambda: True)
    found = groups.newest()
    assert sum(group.count for group in found) == sum(max(1, each.count) for each in client.state.all(Event))
    assert [group.last for group in found] == sorted((group.last for group in found), reverse=True)
    keys = [(group.type, group.reason, group.ref) for group in found]
    assert len(keys) == len(set(keys))
    groups.toggle()
    groups.take(client.state, lambda: True)
    by_reason = {(group.reason, group.ref.kind): group for group in groups.newest()}
    assert by_reason["Scheduled", "Pod"].objects == 4 and len(by_reason) < len(found)
    client.close()


def test_what_happens_comes_to_the_top_and_enter_leads_to_the_object() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("N")
        assert "recent events(all)" in shown(pilot)
        assert run_command(client, ["scale", "deploy", "web", "--replicas=4"]) == 0
        await pass_time(pilot, client, 1)
        assert any("ScalingReplicaSet" in line for line in shown(pilot).splitlines()[2:8])
        await pilot.press("slash", *"ScalingReplicaSet", "enter")
        await pilot.press("slash", *"deployment/web", "enter", "enter")
        assert isinstance(pilot.app.screen, MainScreen) and "deployments(default) [1]" in shown(pilot)

    show(client, story, WIDE)


def test_by_reason_many_objects_are_one_line_that_leads_to_the_events(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "recent-events")
        await pilot.press("t")
        row = next(line for line in shown(pilot).splitlines() if " Scheduled " in line)
        assert "and 3 more" in row and " x4 " in row
        await pilot.press("slash", *"Scheduled", "enter", "enter")
        assert "events(all) [4/" in shown(pilot) and "/reason:Scheduled" in shown(pilot)

    show(client, story, WIDE)


def test_a_namespace_narrows_it(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "recent-events nowhere")
        assert "recent events(nowhere) [0]" in shown(pilot) and "nothing happened" in shown(pilot)

    show(client, story, WIDE)


def test_the_table_of_events_has_the_newest_on_top_with_its_object_and_its_whole_message_below() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "events")
        heads, first, *_ = (line for line in shown(pilot).splitlines() if "│" in line)
        assert all(name in heads for name in ("LAST SEEN", "REASON", "OBJECT", "MESSAGE"))
        assert "BackOff" in first and "pod/broken" in first
        assert 'Back-off pulling image "nginx:no-such-tag"' in lines(pilot)[-2]

    show(living(), story, NARROW)


def test_the_cursor_is_on_top_of_a_table_that_took_its_time_to_be_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pane, "AT_ONCE_SECONDS", 0)

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "events")
        for _ in range(50):
            if not pilot.app.screen.query_one("#pane-2", pane.Pane).listing.unfinished:
                break
            await pilot.pause(0.02)
        table = pilot.app.screen.query_one("#pane-2", pane.Pane).table
        assert table.row_count > 9 and table.cursor_row == 0

    show(living(), story, NARROW)
