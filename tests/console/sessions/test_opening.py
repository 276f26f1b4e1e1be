"""A session that was closed at rest is seen as it was left, then gone on with; what cannot be is told, and whole."""

import asyncio
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.errors import LogDamaged, LogLocked
from engine.kinds import Node, Ref
from engine.store.history import History
from k9lite.app import ConsoleApp
from k9lite.client import NotOpened
from k9lite.clients.opening import OpeningClient
from k9lite.sessions import log_path, open_console, open_session, sample_folder

WALL = 1_790_000_000
NODE = (
    "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nstatus: {capacity: {cpu: '2', memory: 4Gi, pods: '10'}}\n"
)
CRASHING = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: crash}\n"
    "spec: {containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 2; exit 1']}]}\n"
)
FIRST_FRAME = """
import asyncio, sys
from pathlib import Path
from engine.store.history import History
from k9lite.app import ConsoleApp
from k9lite.clients.recorded import RecordedClient
from k9lite.sessions import open_console, sample_folder

async def first_frame():
    if recording := sys.argv[1:]:
        client = RecordedClient(History.open(Path(recording[0])))
    else:
        client = open_console(sample_folder(), {wall}).client
    async with ConsoleApp(client, frozen=True).run_test(size=(120, 36)):
        print(*sys.modules)

asyncio.run(first_frame())
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = tmp_path / "lab"
    made.mkdir()
    (made / "nodes.yaml").write_text(NODE)
    (made / "crash.yaml").write_text(CRASHING)
    return made


@contextmanager
def no_room_behind(path: Path) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def left(folder: Path) -> int:
    """Begins a session and closes it at rest; returns its last revision."""
    session = open_session(folder, WALL)
    session.client.close()
    os.utime(log_path(folder), (WALL, WALL))
    return session.client.state.revision


def test_it_is_seen_as_it_was_left_and_the_time_away_is_made_up_for_with_the_first_moments_that_pass(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = left(folder)
    seen, other = open_console(folder, WALL + 1500).client, folder.parent / "other"
    assert isinstance(seen, OpeningClient)
    assert (seen.name, seen.state.revision, seen.now, seen.read_only) == ("lab", revision, WALL, False)
    assert seen.state.find(Node, "n1") is not None
    shutil.copytree(folder.parent / "state", other)
    while not seen.advance(0):
        assert seen.now == WALL, "all at once, when it lives"
    assert seen.now == WALL + 1500
    seen.close()
    with_it = History.open(log_path(folder))
    os.utime(next((other / "k9lite").glob("*.k9log")), (WALL, WALL))
    monkeypatch.setenv("XDG_STATE_HOME", str(other))
    open_session(folder, WALL + 1500).client.close()
    without = History.open(log_path(folder))
    assert with_it.last_revision == without.last_revision > revision + 4, "a crash loop restarts every five minutes"
    for each in range(revision, without.last_revision):
        assert with_it.commit(each + 1) == without.commit(each + 1)


def test_whatever_is_asked_before_time_passes_brings_the_cluster(folder: Path) -> None:
    revision = left(folder)
    seen = open_console(folder, WALL).client
    seen.set_speed(0)
    assert (seen.speed, seen.state.revision) == (0, revision + 1)
    assert [commit.actor for commit in seen.done()] == []
    seen.close()


def test_nobody_else_writes_while_it_is_only_seen(folder: Path) -> None:
    left(folder)
    seen = open_console(folder, WALL).client
    with pytest.raises(LogLocked):
        open_session(folder, WALL)
    with pytest.raises(LogLocked):
        open_console(folder, WALL)
    seen.close()
    open_session(folder, WALL).client.close()


def test_what_was_only_seen_is_closed_as_it_was(folder: Path) -> None:
    left(folder)
    before = log_path(folder).read_bytes()
    open_console(folder, WALL + 5).client.close()
    assert log_path(folder).read_bytes() == before


def test_what_was_killed_or_may_not_be_changed_is_opened_at_once(folder: Path) -> None:
    left(folder)
    looked_at = open_console(folder, WALL + 5, read_only=True).client
    assert not isinstance(looked_at, OpeningClient)
    assert looked_at.now == WALL + 5
    killed = log_path(folder).read_bytes()
    looked_at.close()
    log_path(folder).write_bytes(killed)
    again = open_console(folder, WALL + 5).client
    assert not isinstance(again, OpeningClient)
    again.close()


def test_a_session_killed_before_anything_happened_comes_back_no_younger(folder: Path) -> None:
    (folder / "crash.yaml").unlink()
    begun = open_session(folder, WALL)
    path = log_path(folder)
    as_killed = path.read_bytes()
    assert begun.client.state.time < WALL, "nothing was written when it was first seen"
    begun.client.close()
    for later_seconds in (70, 7200):
        path.write_bytes(as_killed)
        os.utime(path, (WALL, WALL))
        again = open_session(folder, WALL + later_seconds).client
        assert again.now == WALL + later_seconds
        again.close()


def test_damage_is_told_before_there_is_a_console(folder: Path) -> None:
    left(folder)
    path = log_path(folder)
    damaged = bytearray(path.read_bytes())
    damaged[200] ^= 1  # in what the log opens with
    path.write_bytes(damaged)
    with pytest.raises(LogDamaged):
        open_console(folder, WALL)
    path.write_bytes(damaged)
    with pytest.raises(LogDamaged):
        open_console(folder, WALL)  # and the lock was given back


def test_where_it_cannot_be_gone_on_with_the_console_ends_and_nothing_is_lost(folder: Path) -> None:
    left(folder)
    before = log_path(folder).read_bytes()
    client = open_console(folder, WALL + 5).client
    app = ConsoleApp(client)

    async def watch() -> None:
        async with app.run_test(size=(120, 36)) as pilot:
            while app.refusal is None:
                await pilot.pause(0.05)

    with no_room_behind(log_path(folder)):
        asyncio.run(watch())
    assert app.return_value == 1
    assert "No room to write" in str(app.refusal)
    with pytest.raises(NotOpened, match="No room to write"):
        client.submit([], "")
    client.close()
    assert log_path(folder).read_bytes() == before
    again = open_console(folder, WALL + 5).client
    again.advance(0)
    assert again.state.get(Ref("Node", "", "n1")) is not None
    again.close()


@pytest.mark.parametrize("recorded", [False, True])
def test_its_first_frame_and_a_recordings_need_no_engine_that_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recorded: bool
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    open_session(sample_folder(), WALL).client.close()
    words = [str(log_path(sample_folder()))] if recorded else []
    script = FIRST_FRAME.format(wall=WALL)
    found = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)
    imported = set(found.stdout.split())
    living = {
        "engine.cluster", "engine.scheduler", "engine.controllers", "engine.kubelet.life", "engine.api.admit",
        "engine.api.validation", "k9lite.sessions.living", "k9lite.clients.embedded",
    }  # fmt: skip
    assert not living & imported
    screens = {"k9lite.screens.logs", "k9lite.screens.editor", "k9lite.screens.shell", "k9lite.screens.form"}
    assert not (screens | {"engine.printers.describe", "engine.kubelet.logs", "k9lite.typed_lines"}) & imported
