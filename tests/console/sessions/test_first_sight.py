"""What a first session shows before its cluster lives is what the manifests make of it, and nothing is kept of it."""

import asyncio
import shutil
from pathlib import Path

import pytest

from engine.errors import LogLocked
from engine.store.history import History
from engine.verify import verify
from k9lite.app import ConsoleApp
from k9lite.clients.embedded import EmbeddedClient
from k9lite.clients.opening import OpeningClient
from k9lite.sessions import log_path, open_console, open_session, sample_folder
from k9lite.sessions.first_sight import first_sight
from tests.console.showing import shown

WALL = 1_790_000_000
LATER_SECONDS = (0, 1, 59, 3600 * 5 + 17, 86400 * 400 + 3333)


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.mark.parametrize("later_seconds", LATER_SECONDS)
def test_it_is_the_cluster_that_the_manifests_make_whenever_it_is_begun(later_seconds: int) -> None:
    wall = WALL + later_seconds
    seen = first_sight(sample_folder(), wall)
    made = open_session(sample_folder(), wall, ephemeral=True).client
    assert seen is not None, "made from other manifests: python -m tests.scenarios.record"
    assert set(seen.tables) == set(made.state.tables)
    for kind in made.state.tables:
        assert list(seen.objects(kind)) == list(made.state.objects(kind)), "python -m tests.scenarios.record"
    assert (seen.revision, seen.time, wall) == (made.state.revision, made.state.time, made.now)


def test_manifests_that_were_changed_or_moved_are_not_taken_for_those_it_was_made_of(tmp_path: Path) -> None:
    same = tmp_path / "sample-cluster"
    shutil.copytree(sample_folder(), same)
    assert first_sight(same, WALL) is not None
    (same / "99-more.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: more}\n")
    assert first_sight(same, WALL) is None
    assert isinstance(open_console(same, WALL, ephemeral=True).client, EmbeddedClient)
    moved = shutil.copytree(sample_folder(), tmp_path / "moved")
    assert first_sight(moved, WALL) is None, "another name, other uids"
    assert first_sight(tmp_path, WALL) is None


def test_the_first_moments_that_pass_bring_the_cluster_from_its_manifests_bit_by_bit() -> None:
    session = open_console(sample_folder(), WALL)
    client = session.client
    assert isinstance(client, OpeningClient)
    seen = client.state
    with pytest.raises(LogLocked):
        open_session(sample_folder(), WALL)
    assert client.now == WALL
    bits = 0
    while not client.advance(0.0 if bits else 1.0):
        bits += 1
        assert (client.now, client.state) == (WALL, seen)
    assert bits, "keys are answered in between"
    assert (client.now, client.state.revision) == (WALL + 1, seen.revision)
    assert client.state is not seen
    client.close()
    history = History.open(log_path(sample_folder()))
    assert (history.commit(1).actor, verify(history)) == ("bootstrap", None)


def test_a_console_that_ends_with_its_first_frame_leaves_no_session(state_home: Path) -> None:
    open_console(sample_folder(), WALL).client.close()
    assert list(state_home.rglob("*.k9log")) == []
    client = open_console(sample_folder(), WALL).client
    assert client.state.revision > 100
    client.close()


def test_its_rows_are_on_the_screen_and_a_key_is_answered_before_the_cluster_lives() -> None:
    async def first_frame() -> None:
        client = open_console(sample_folder(), WALL).client
        assert isinstance(client, OpeningClient)
        seen = client.state
        async with ConsoleApp(client, frozen=True).run_test(size=(120, 36)) as pilot:
            assert "w1-k8s" in shown(pilot) and "toolbox" in shown(pilot)
            await pilot.press("2", "end")
            assert client.state is seen, "nothing had to live for it"
        client.close()

    asyncio.run(first_frame())
