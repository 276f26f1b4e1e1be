"""Pulses: counts by health that are kept up chunk by chunk, samples over time, and the way to what is not well."""

from collections import Counter
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.kinds import Pod
from engine.printers.health import health
from k9lite.client import Client
from k9lite.clients.recorded import RecordedClient
from k9lite.drive import run_command
from k9lite.portions import at_least_once
from k9lite.pulse.history import History, restarted
from k9lite.pulse.tally import Tally
from k9lite.screens.main import MainScreen
from k9lite.widgets.plots import bars
from tests.builders import deployment, node, pod, pod_spec
from tests.console.showing import NARROW, WIDE, living, pass_time, recorded, show, shown, tell, type_line


@pytest.fixture(params=["living", "recorded"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    return living() if request.param == "living" else recorded(tmp_path, deeds=["scale deploy web --replicas=4"])


def test_a_tally_is_what_asking_each_object_would_say_at_any_time() -> None:
    bad = deployment("bad", template=pod_spec("nginx:no-such-tag"))
    client = living(node("w1"), deployment("web", replicas=5), bad)
    tally = Tally("Pod")
    for deed in ("", "scale deploy web --replicas=2", "set image deploy bad main=nginx:1.27", "cordon w1"):
        if deed:
            assert run_command(client, deed.split()) == 0
        for seconds in (1, 4, 30):
            client.cluster.advance(client.now + seconds)
            assert tally.take(client.state, client.now, lambda: True)
        expected = Counter(health(each, client.state, client.now).level for each in client.state.all(Pod))
        assert {level: tally.count(level) for level in expected} == expected and tally.seen == client.state.count("Pod")
    client.close()


def test_counting_goes_on_in_portions_and_says_how_far_it_is() -> None:
    client = living(*(pod(f"p{number}") for number in range(1300)), seconds=0)
    tally = Tally("Pod")
    rounds = 1
    assert not tally.take(client.state, client.now, lambda: False) and tally.seen == 0
    while not tally.take(client.state, client.now, at_least_once(lambda: False)):
        assert 0 < tally.seen < tally.total == 1300
        rounds += 1
    assert tally.seen == 1300 and rounds > 2
    client.close()


def test_restarts_are_counted_between_two_moments() -> None:
    crash = pod_spec("busybox", command=["sh", "-c", "exit 1"])
    client = living(node("w1"), pod("crash", **crash), seconds=30)
    before = client.state.table("Pod")
    client.cluster.advance(client.now + 120)
    assert restarted(before, client.state.table("Pod")) >= 1
    assert restarted(client.state.table("Pod"), client.state.table("Pod")) == 0
    client.close()


def test_samples_are_taken_as_cluster_time_passes_and_are_so_many_at_most() -> None:
    client = living(node("w1"), deployment("web"))
    history = History()
    for _ in range(25):
        history.take(client)
        client.cluster.advance(client.now + 4)
    assert len(history.moments) == 9
    assert all(later.time - each.time == 12 for each, later in zip(history.moments, history.moments[1:], strict=False))
    assert history.moments[-1].cpu is not None and 0 < history.moments[-1].cpu < 1
    client.close()


def test_of_a_recording_moments_are_looked_up_over_all_of_it(tmp_path: Path) -> None:
    client = recorded(tmp_path, deeds=["scale deploy web --replicas=4", "scale deploy web --replicas=1"])
    history = History()
    history.take(client)
    while history.look_up(client):
        pass
    times = [each.time for each in history.moments]
    assert times == sorted(times) and times[-1] == client.last_time and len(times) > 3
    assert len(history.until(times[1])) == 2
    client.close()


def test_bars_are_as_high_as_there_is_room_and_the_newest_is_at_the_right() -> None:
    assert bars((0, 1, 2, 4), 4, 1) == [" ▂▄█"]
    assert bars((0, 4), 4, 2) == ["   █", "   █"]
    assert bars((0.5,), 1, 1, top=1.0) == ["▄"] and bars((None, 0), 3, 1) == ["   "]
    assert bars((1, 9, 1, 1), 2, 1, top=9) == ["█▁"]


def test_each_kind_says_how_it_is_and_enter_leads_to_what_is_not_well(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "pulses")
        await pilot.pause(0.3)
        text = shown(pilot)
        row = next(line for line in text.splitlines() if " deployments " in line)
        assert row.split()[1:7] == ["✗", "deployments", "1", "0", "1", "0"], row
        assert "CPU" in text and "Memory" in text and "Restarts" in text and "Waiting 0" in text
        await pilot.press("slash", *"deployments", "enter", "enter")
        assert isinstance(pilot.app.screen, MainScreen)
        assert "deployments(all) [1/2]  /health:warn|bad" in shown(pilot) and "broken" in shown(pilot)

    show(client, story, NARROW)


def test_it_keeps_up_with_a_living_cluster() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("B")
        assert run_command(client, ["set", "image", "deploy", "broken", "main=nginx:1.27"]) == 0
        for _ in range(4):
            await pass_time(pilot, client, 15)
            await pilot.pause(0.2)
        row = next(line for line in shown(pilot).splitlines() if " deployments " in line)
        assert row.split()[1:5] == ["●", "deployments", "0", "0"]
        assert "▁" in shown(pilot) or "▂" in shown(pilot)

    show(client, story, WIDE)


def test_in_a_recording_it_says_what_was_so_then(tmp_path: Path) -> None:
    client = recorded(tmp_path, deeds=["set image deploy broken main=nginx:1.27", "cordon w1"])
    assert isinstance(client, RecordedClient)

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("B")
        await pilot.pause(0.3)
        client.seek(client.first_revision)
        await tell(pilot)
        await pilot.pause(0.5)
        await tell(pilot)
        row = next(line for line in shown(pilot).splitlines() if " deployments " in line)
        assert row.split()[1:4] == ["✗", "deployments", "1"]

    show(client, story, WIDE)
