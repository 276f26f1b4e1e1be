"""What a process that died left under a hidden name goes when the next one comes by; what a living one has stays."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.errors import LogExists, LogLocked, LogUnwritable
from engine.store import disk
from engine.store.compaction import compact
from engine.store.log import Entry, FrameType, Header, Log

ROOT = Path(__file__).parents[3]
HEADER = Header(cluster="demo", seed="s", created=1)
LEFTOVERS = (".demo.k9log.new", ".demo.k9log.compacted", "..demo.k9log.compacted.new")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "demo.k9log"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def names(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


def test_what_a_dead_process_was_making_goes_at_the_next_creation(path: Path) -> None:
    path.with_name(LEFTOVERS[0]).write_bytes(b"\x89K9LOG")
    Log.create(path, HEADER).close()
    assert names(path) == ["demo.k9log"]


def test_what_dead_processes_were_making_goes_at_the_next_opening(path: Path) -> None:
    Log.create(path, HEADER).close()
    others = (".other.k9log.new", "demo.k9log.new")
    for name in (*LEFTOVERS, *others):
        path.with_name(name).write_bytes(b"half")
    Log.open(path).close()
    assert names(path) == sorted(["demo.k9log", *others])


def test_the_hidden_name_of_a_log_whose_maker_died_before_it_was_removed_goes_at_the_next_opening(path: Path) -> None:
    Log.create(path, HEADER).close()
    path.with_name(LEFTOVERS[0]).hardlink_to(path)
    Log.open(path).close()
    assert names(path) == ["demo.k9log"]


def test_what_a_living_process_is_making_stays(path: Path) -> None:
    with locked(path.with_name(LEFTOVERS[0])):
        with pytest.raises(LogLocked, match=f"being written by process {os.getpid()}"):
            Log.create(path, HEADER)
        assert names(path) == [LEFTOVERS[0]]
    Log.create(path, HEADER).close()
    with locked(path.with_name(LEFTOVERS[1])):
        Log.open(path).close()
        assert names(path) == [LEFTOVERS[1], "demo.k9log"]


def test_who_loses_its_new_file_between_opening_and_locking_it_makes_another(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = disk.lock
    taken: list[int] = []

    def lock_late(fd: int) -> None:
        if not taken:
            taken.append(fd)
            path.with_name(LEFTOVERS[0]).unlink()
        real(fd)

    monkeypatch.setattr(disk, "lock", lock_late)
    with Log.create(path, HEADER) as log:
        log.append([Entry(FrameType.COMMIT, b"one", 1)])
    assert names(path) == ["demo.k9log"]
    with Log.open(path) as log:
        assert log.last_revision == 1


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_is_no_file_is_left_alone_and_named(path: Path, kind: str) -> None:
    hidden, kept = path.with_name(LEFTOVERS[0]), path.with_name("kept")
    kept.write_bytes(b"somebody's")
    hidden.mkdir() if kind == "folder" else hidden.symlink_to(kept)
    with pytest.raises(LogUnwritable, match=r"\.demo\.k9log\.new is in the way"):
        Log.create(path, HEADER)
    assert kept.read_bytes() == b"somebody's"
    hidden.rename(path.with_name("away"))
    Log.create(path, HEADER).close()
    path.with_name("away").rename(hidden)
    Log.open(path).close()
    compact(path, 0)
    assert kept.read_bytes() == b"somebody's"


def test_of_many_processes_that_make_one_log_at_once_one_does(path: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from engine.errors import LogExists, LogLocked
from engine.store.log import Header, Log
sys.stdin.read()
try:
    log = Log.create(Path({str(path)!r}), Header(cluster="demo", seed="s", created=1))
    print("made")
except (LogExists, LogLocked):
    print("refused")
"""
    command = [sys.executable, "-c", script]
    running = [subprocess.Popen(command, stdin=-1, stdout=-1, text=True, cwd=ROOT) for _ in range(6)]
    for each in running:
        assert each.stdin is not None
        each.stdin.close()
        each.stdin = None
    said = [each.communicate(timeout=30)[0].strip() for each in running]
    assert sorted(said) == ["made", *["refused"] * 5]
    assert names(path) == ["demo.k9log"]
    with pytest.raises(LogExists):
        Log.create(path, HEADER)
    Log.open(path).close()
