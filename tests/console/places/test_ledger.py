"""The ledger: who did what, what it changed, with which line, whether it worked; what is under way can be watched."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.api.writes import Create
from engine.cluster import Cluster
from engine.kinds import Deployment, Node, with_metadata
from engine.store.commit import Commit
from engine.store.frames import Header
from engine.store.log import Log
from engine.store.state import State, fold
from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from k9lite.effects import effects
from k9lite.screens.main import MainScreen
from k9lite.screens.text import TextScreen
from k9lite.widgets.deed_panel import DeedPanel
from tests.builders import START, deployment, namespace, node, pod
from tests.console.showing import NARROW, WIDE, living, recorded, shop, show, shown, tell, told, type_line

LARGE = (160, 30)
HEADER = Header(cluster="test", seed="test", created=START)


def test_an_effect_is_told_in_a_few_words() -> None:
    old = node("w1")
    labelled = with_metadata(old, labels={**old.metadata.labels, "env": "prod"})
    assert effects(old, labelled) == ["label env=prod"]
    assert effects(labelled, old) == ["label env removed"]
    assert effects(labelled, with_metadata(old, labels={**old.metadata.labels, "env": "dev"})) == [
        "label env=dev (was prod)"
    ]
    assert effects(None, old) == ["created"] and effects(old, None) == ["gone"] and effects(old, old) == []
    assert effects(old, with_metadata(old, deletion_timestamp=START)) == ["deleted"]


def test_an_effect_names_the_field_and_both_values() -> None:
    three, five = deployment("web", replicas=3), deployment("web", replicas=5)
    assert effects(three, five) == ["spec.replicas 3 → 5"]
    assert isinstance(three, Deployment)


def test_a_deed_is_noted_with_what_it_changed_and_its_line() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "scale deploy web --replicas=5")
        await type_line(pilot, "cordon w1")
        await pilot.press("H")
        rows = [line for line in shown(pilot).splitlines() if "kubectl" in line]
        assert "node/w1" in rows[0] and "spec.unschedulable = true" in rows[0] and "kubectl cordon w1" in rows[0]
        assert "deployment/web" in rows[1] and "spec.replicas 3 → 5" in rows[1] and "done" in rows[1]

    show(living(), story, LARGE)


def test_the_deeds_on_a_screen_are_looked_up_from_the_oldest_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = Cluster(HEADER, Log.create(tmp_path / "test.k9log", HEADER))
    for number in range(120):
        cluster.submit("user", [Create(namespace(f"team-{number:03}"))], f"kubectl create namespace team-{number:03}")
        cluster.advance(cluster.now + 1)
    folded: list[int] = []

    def counted(state: State, commit: Commit) -> State:
        folded.append(commit.revision)
        return fold(state, commit)

    monkeypatch.setattr("engine.store.history.fold", counted)

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("H")
        assert "namespace/team-119" in shown(pilot) and "namespace/team-100" in shown(pilot)
        assert len(folded) == len(set(folded)), "no commit is folded for one row and again for the next"

    show(EmbeddedClient(cluster), story, LARGE)


def test_enter_shows_what_was_before_and_after() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "scale deploy web --replicas=5")
        await pilot.press("H", "enter")
        text = shown(pilot)
        assert "-  replicas: 3" in text and "+  replicas: 5" in text and "by user at" in text
        assert "resourceVersion" not in text

    show(living(), story, LARGE)


def test_what_was_refused_is_noted_with_its_reason() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "scale deploy nowhere --replicas=5")
        await pilot.press("H")
        row = next(line for line in shown(pilot).splitlines() if "kubectl scale" in line)
        assert "✗" in row and "Error from server (NotF" in row

    show(living(), story, LARGE)


def test_a_deed_that_failed_half_way_is_one_row_with_what_it_changed_and_why_it_failed() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "drain w1")
        await pilot.press("escape")
        await pilot.press("H")
        (row,) = (line for line in shown(pilot).splitlines() if "kubectl drain w1" in line)
        assert "✗" in row and "node/w1" in row and "done" not in row and "cannot delete" in row
        await pilot.press("enter")
        assert "+  unschedulable: true" in shown(pilot) and "cannot delete Pods" in shown(pilot)
        await pilot.press("escape", "escape")
        await type_line(pilot, "drain w1 --force")
        await pilot.press("H")
        rows = [line for line in shown(pilot).splitlines() if "kubectl drain w1" in line]
        assert [("✗" in row, "--force" in row) for row in rows] == [(False, True), (True, False)]

    show(living(*shop(), pod("alone", node="w1")), story, LARGE)


def test_the_same_line_typed_again_and_done_is_not_what_failed_before() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "scale deploy new --replicas=5")
        await type_line(pilot, "create deployment new --image=nginx")
        await type_line(pilot, "scale deploy new --replicas=5")
        await pilot.press("H")
        rows = [line for line in shown(pilot).splitlines() if "kubectl scale" in line]
        assert [("✓" in row, "✗" in row) for row in rows] == [(True, False), (False, True)]

    show(living(), story, LARGE)


def test_before_and_after_are_told_at_a_hundred_and_twenty_columns() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "scale deployment web --replicas=5")
        await pilot.press("H")
        row = next(line for line in shown(pilot).splitlines() if "kubectl scale" in line)
        assert "spec.replicas 3 → 5" in row and "deployment/web" in row and "user" in row

    show(living(), story, WIDE)


def test_a_line_is_copied_for_the_terminal_next_door() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "cordon w1")
        await pilot.press("H", "Y")
        assert pilot.app.clipboard == "kubectl cordon w1"
        assert told(pilot)[-1] == "copied: kubectl cordon w1"

    show(living(), story, NARROW)


def test_a_deed_under_way_shows_how_far_it_is_and_can_be_cancelled() -> None:
    client = living(*shop(), deployment("more", replicas=6))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "drain w1")
        await tell(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
        assert "░" in str(pilot.app.screen.query_one(DeedPanel).render()) and "0/" in shown(pilot)
        await pilot.press("j", "H")
        row = next(line for line in shown(pilot).splitlines() if "kubectl drain w1" in line)
        assert "▶" in row and "under way" in row
        await pilot.press("X")
        row = next(line for line in shown(pilot).splitlines() if "kubectl drain w1" in line)
        assert "under way" not in shown(pilot) and "cancelled" in row and "done" not in row
        await pilot.press("escape")
        assert "(cancelled, Esc closes)" in shown(pilot)
        assert "cancelled; what was done so far stays done" in shown(pilot)

    show(client, story, WIDE)


def test_a_recording_knows_what_is_still_to_come_and_travels_there(tmp_path: Path) -> None:
    client = recorded(tmp_path, deeds=("cordon w1", "scale deploy web --replicas=5"))
    client.seek(client.deeds()[0].revision)

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "ledger")
        rows = [line for line in shown(pilot).splitlines() if "kubectl" in line]
        assert "still to come" in rows[0] and "done" in rows[1]
        await pilot.press("t", "escape")
        assert client.state.revision == client.deeds()[1].revision - 1

    show(client, story, LARGE)


def test_the_ledger_goes_back_to_the_beginning_of_a_session_that_was_left(tmp_path: Path) -> None:
    path = tmp_path / "session.k9log"
    client = EmbeddedClient(Cluster(HEADER, Log.create(path, HEADER)))
    client.cluster.submit("bootstrap", [])
    run_command(client, ["create", "namespace", "shop"])
    client.close()
    again = EmbeddedClient(Cluster.reopen(Log.open(path)))
    run_command(again, ["create", "namespace", "bank"])
    assert [commit.deed.split()[-1] for commit in again.done()] == ["shop", "bank"]
    assert again.state_before(again.done()[1].revision).count("Namespace") == 1
    again.close()


@pytest.mark.parametrize("read_only", [True, False])
def test_the_ledger_of_a_session_that_is_kept_nowhere_is_remembered(read_only: bool) -> None:
    client = living(node("w1"))
    if not read_only:
        run_command(client, ["cordon", "w1"])
    assert [commit.deed for commit in client.done()] == ([] if read_only else ["kubectl cordon w1"])
    for commit in client.done():
        before = client.state_before(commit.revision).find(Node, "w1")
        assert before is not None and not before.spec.unschedulable


def test_enter_travels_in_a_recording_and_shows_the_moment(tmp_path: Path) -> None:
    client = recorded(tmp_path, deeds=("cordon w1", "scale deploy web --replicas=5"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "ledger")
        assert "⏎ Go" in shown(pilot)
        await pilot.press("v")
        assert isinstance(pilot.app.screen, TextScreen) and "+  replicas: 5" in shown(pilot)
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MainScreen)
        assert client.state.revision == client.deeds()[1].revision - 1

    show(client, story, LARGE)


def test_a_living_session_says_where_enter_travels() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "cordon w1")
        await pilot.press("H")
        assert "⏎ What it changed" in shown(pilot)
        await pilot.press("enter")
        assert "This session is live: in its recording (k9lite replay) Enter travels there." in shown(pilot)

    show(living(), story, LARGE)
