"""A recording in the console: the same screens, seekable, and nothing in it can be changed."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.store.history import History
from k9lite.clients.recorded import RecordedClient
from k9lite.log_info import info_lines
from k9lite.screens.text import TextScreen
from k9lite.widgets.footer import Footer
from k9lite.widgets.timeline import Course, bar
from tests.console.showing import NARROW, WIDE, living, recorded, show, shown, told, type_line

DEEDS = ("cordon w1", "scale deploy web --replicas=5", "uncordon w1")


@pytest.fixture
def client(tmp_path: Path) -> RecordedClient:
    return recorded(tmp_path, deeds=DEEDS)


def test_a_recording_says_that_it_is_one_and_where_in_it_one_is(client: RecordedClient) -> None:
    async def story(pilot: Pilot[int]) -> None:
        text = shown(pilot)
        assert "REPLAY" in text and "■ end" in text
        assert f"rev {client.last_revision}/{client.last_revision}" in text
        assert "●" in text and "kubectl uncordon w1" in text

    show(client, story)


def test_brackets_go_from_one_deed_to_the_next(client: RecordedClient) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "left_square_bracket", "left_square_bracket")
        assert "kubectl scale deploy web --replicas=5" in shown(pilot)
        await pilot.press("left_square_bracket")
        assert "kubectl cordon w1" in shown(pilot) and "SchedulingDisabled" in shown(pilot)
        await pilot.press("comma")
        assert "SchedulingDisabled" not in shown(pilot)
        await pilot.press("full_stop")
        assert "SchedulingDisabled" in shown(pilot)
        await pilot.press("left_square_bracket")
        assert "the user did nothing more before this moment" in told(pilot)
        await pilot.press("right_square_bracket", "right_square_bracket")
        await pilot.pause()
        assert "SchedulingDisabled" not in shown(pilot)

    show(client, story)


def test_a_deed_of_many_commits_is_one_stop_and_one_line(tmp_path: Path) -> None:
    labels = "label nodes --all tier=one"
    client = recorded(tmp_path, deeds=(labels, *DEEDS, labels.replace("one", "two --overwrite")))
    assert [deed.deed for deed in client.deeds()] == [
        f"kubectl {line}" for line in (labels, *DEEDS, labels.replace("one", "two --overwrite"))
    ]
    nodes = client.state.count("Node")
    assert client.first_revision == client.deeds()[0].revision - 1
    listed = info_lines(History.open(tmp_path / "session.k9log"), 1)
    assert sum("label nodes" in line for line in listed) == 2
    assert next(line for line in listed if "tier=one" in line).endswith(f"tier=one  ({nodes} commits)")
    assert next(line for line in listed if "uncordon" in line).endswith("uncordon w1")


def test_a_line_typed_again_after_another_is_another_deed(tmp_path: Path) -> None:
    again = ("scale deploy web --replicas=5", "scale deploy web --replicas=4", "scale deploy web --replicas=5")
    assert len(recorded(tmp_path, deeds=again).deeds()) == 3


def test_every_pane_shows_the_moment(client: RecordedClient) -> None:
    async def story(pilot: Pilot[int]) -> None:
        assert "pods 6" in shown(pilot)
        await type_line(pilot, "seek 1")
        assert "rev 1/" in shown(pilot) and "pods 0" in shown(pilot) and "no pods here" in shown(pilot)
        await type_line(pilot, "seek 20:28:50")
        assert "20:28:50" in shown(pilot) and "pods 4" in shown(pilot)
        await type_line(pilot, "seek yesterday")
        assert any(line.startswith("seek yesterday: give a revision") for line in told(pilot))

    show(client, story)


def test_play_stops_at_the_end(client: RecordedClient) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "seek 20:28:40")
        await pilot.press("P", "plus")
        assert client.speed == 2
        for _ in range(100):
            client.advance(1)
        assert client.now == client.last_time
        await pilot.press("underscore", "P")
        assert "■ end" in shown(pilot)

    show(client, story)


def test_space_plays_and_pauses_a_recording_and_marks_nothing(client: RecordedClient) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "seek 20:28:40")
        await pilot.press("space")
        assert client.speed == 1
        await pilot.press("space", "V", "asterisk")
        assert client.speed == 0 and "marked" not in shown(pilot)
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, TextScreen)
        text = pilot.app.screen.view.text()
        assert "Play or pause" in text and "Mark all" not in text

    show(client, story)


def test_nothing_in_a_recording_can_be_changed(client: RecordedClient) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "c", "2", "x", "s")
        await type_line(pilot, "cordon w2")
        await type_line(pilot, "delete pod --all")
        assert len(told(pilot)) >= 4 and all("read-only" in line or "recording" in line for line in told(pilot))

    before = client.last_revision
    show(client, story)
    assert client.last_revision == before


def test_a_living_cluster_cannot_go_back() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("comma", "left_square_bracket")
        await type_line(pilot, "seek 3")
        assert len(told(pilot)) == 3 and all("recording" in line for line in told(pilot))

    show(living(), story)


def test_time_of_a_living_cluster_is_paused_stepped_and_sped_up() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("plus", "plus")
        assert client.speed == 4 and "▶ 4x" in shown(pilot)
        await pilot.press("P")
        assert "⏸ paused" in shown(pilot)
        before = client.now
        await pilot.press("full_stop")
        assert client.now > before and client.speed == 0
        await type_line(pilot, "speed 0.5")
        assert "▶ 0.5x" in shown(pilot)
        await type_line(pilot, "speed fast")
        assert any(line.startswith("speed fast: give cluster seconds") for line in told(pilot))

    show(client, story)


def test_the_line_marks_deeds_and_the_present() -> None:
    course = Course(first=100, last=200, now=150, start="", end="", deeds=(100, 160, 200, 990))
    assert bar(course, 11) == "◆━━━━●◆───◆"
    assert bar(Course(first=100, last=100, now=100, start="", end=""), 4) == "●───"


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_the_keys_of_a_player_are_shown_where_there_is_something_to_play(
    client: RecordedClient, size: tuple[int, int]
) -> None:
    async def story(pilot: Pilot[int]) -> None:
        keys = shown(pilot).splitlines()[-1]
        assert "Space Play  , . Step  [ ] Action  _ + Speed" in keys
        before = client.state.revision
        await pilot.click(Footer, offset=(keys.index(","), 1))
        await pilot.pause()
        assert client.state.revision == before - 1

    show(client, story, size)
