"""A process is killed at every file call it makes, and at random moments: what is acknowledged is there, and goes on.

What 'goes on' means. Whoever opens a log writes a commit that says so, as an input: a leap of the clock, after
which everything that waits is found anew, or where the log was closed at a checkpoint a resumption. So a session
that was killed and gone on with is held to three laws:

    1  What the log holds at its reopening is, byte for byte, the beginning of the log of the same session when
       nobody kills it: all that is acknowledged, perhaps what was on its way, nothing else, no commit in part.
    2  The whole log, from before the death to behind it, is byte for byte what a cluster that never died
       writes when it is given the same inputs, that leap or resumption among them (`verify`).
    3  Once the rest of the session is done the operator has what they have when nobody is killed: the same
       objects, images, phases and replicas. Uids and random names hang on revisions, so those may differ.

Each death is checked by itself. K9LITE_CRASHES=all tries all of them, else some of them, evenly chosen.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
from attrs import frozen

from engine.cluster import Cluster
from engine.store.commit import encode_commit
from engine.store.frames import FrameType
from engine.store.history import History
from engine.store.log import Log, LogReader
from engine.verify import verify
from tests.crash.dying_disk import Death, ways
from tests.crash.mother import KILLED, Life, Mother
from tests.crash.session import END, LOAD, LOAD_END, STEPS, Step, drive, opened, seen

ALL = os.environ.get("K9LITE_CRASHES") == "all"
SOME_CRASHES = 30
SOME_KILLS = 8
MANY_KILLS = 200

Each = TypeVar("Each")


@frozen
class Unhurt:
    """The session that nobody kills: its commits as bytes, what it comes to, and the file calls it makes."""

    commits: tuple[bytes, ...]
    seen: tuple[str, ...]
    calls: tuple[str, ...]


@pytest.fixture(scope="module")
def mother() -> Iterator[Mother]:
    with Mother() as made:
        yield made


@pytest.fixture(scope="module")
def unhurt(mother: Mother, tmp_path_factory: pytest.TempPathFactory) -> Unhurt:
    file = tmp_path_factory.mktemp("unhurt") / "demo.k9log"
    life = mother.life("session", file)
    assert life.ended == 0
    return known(file, life)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """In memory if there is such a place: what a lost sync costs is acted out, and real ones only take time."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as made:
        yield Path(made)


def known(file: Path, life: Life) -> Unhurt:
    commits = commits_of(file)
    assert life.acknowledged == len(commits)
    with closing(opened(file)) as cluster:
        return Unhurt(commits, tuple(seen(cluster)), life.calls)


def commits_of(file: Path) -> tuple[bytes, ...]:
    """Of whole frames only, folded or not."""
    if not file.exists():
        return ()
    with closing(History.open(file)) as history:
        return tuple(encode_commit(history.commit(each)) for each in range(1, history.last_revision + 1))


def some(each: Sequence[Each], most: int) -> list[Each]:
    if ALL or len(each) <= most:
        return list(each)
    return [each[number * (len(each) - 1) // (most - 1)] for number in range(most)]


def goes_on(file: Path, life: Life, unhurt: Unhurt, steps: Sequence[Step], until: int) -> None:
    """The three laws."""
    left = commits_of(file)
    assert len(left) >= life.acknowledged, "an acknowledged commit is lost"
    assert left == unhurt.commits[: len(left)]
    cluster = recovered(file)
    drive(cluster, steps, until, lambda _: None)
    assert tuple(seen(cluster)) == unhurt.seen
    cluster.close()
    with closing(History.open(file)) as history:
        assert history.commit(len(left) + 1).is_input, "the log does not show where it was opened again"
        assert verify(history) is None


def recovered(file: Path) -> Cluster:
    """The log opened anew; what was no whole commit is kept beside it, byte for byte, but for zeros at the end."""
    if not file.exists():
        return opened(file)
    before = file.read_bytes()
    log = Log.open(file)
    cut = log.recovered.kept.read_bytes() if log.recovered else b""
    left = file.read_bytes() + cut
    assert left + bytes(len(before) - len(left)) == before
    assert not list(file.parent.glob(".*")), "what the dead one was making is removed"
    return Cluster.reopen(log)


def test_a_session_killed_at_any_file_call_goes_on(mother: Mother, unhurt: Unhurt, folder: Path) -> None:
    deaths = [Death(number, way) for number, call in enumerate(unhurt.calls, start=1) for way in ways(call)]
    assert len(deaths) > 150
    for death in some(deaths, SOME_CRASHES):
        file = new_file(folder, f"{death.call}-{death.way}")
        life = mother.life("session", file, death)
        assert life.ended == KILLED, death
        goes_on(file, life, unhurt, STEPS, END)


def test_a_recovery_killed_at_any_file_call_is_done_by_the_next_one(mother: Mother, folder: Path) -> None:
    whole = new_file(folder, "whole")
    assert mother.life("session", whole).ended == 0
    with LogReader.open(whole) as reader:
        frames = list(reader.frames())
    torn = whole.read_bytes()[: frames[len(frames) // 2].end - 3]
    file = new_file(folder, "unhurt")
    file.write_bytes(torn)
    unhurt = known(file, mother.life("session", file))
    recovering = unhurt.calls[: unhurt.calls.index("pwrite", unhurt.calls.index("ftruncate")) + 2]
    assert {"open", "pwrite", "ftruncate", "fsync", "fdatasync"} == set(recovering)
    deaths = [Death(number, way) for number, call in enumerate(recovering, start=1) for way in ways(call)]
    for death in some(deaths, SOME_CRASHES // 3):
        file = new_file(folder, f"{death.call}-{death.way}")
        file.write_bytes(torn)
        life = mother.life("session", file, death)
        assert life.ended == KILLED, death
        goes_on(file, life, unhurt, STEPS, END)


def test_a_loaded_session_killed_at_random_moments_goes_on(mother: Mother, folder: Path) -> None:
    file = new_file(folder, "unhurt")
    begun = time.monotonic()
    life = mother.life("load", file)
    lasts_seconds = time.monotonic() - begun
    unhurt = known(file, life)
    random = Random(3)
    killed = 0
    for number in range(MANY_KILLS if ALL else SOME_KILLS):
        file = new_file(folder, f"{number}")
        life = mother.life("load", file, kill_after_seconds=random.uniform(0, lasts_seconds))
        killed += life.ended == KILLED
        goes_on(file, life, unhurt, LOAD, LOAD_END)
    assert killed


def test_a_compaction_killed_at_any_file_call_leaves_the_old_log_or_the_new_one(mother: Mother, folder: Path) -> None:
    file = new_file(folder, "unhurt")
    assert mother.life("session", file).ended == 0
    old = file.read_bytes()
    life = mother.life("compact", file)
    new = file.read_bytes()
    assert life.ended == 0
    assert len(new) < len(old)
    deaths = [Death(number, way) for number, call in enumerate(life.calls, start=1) for way in ways(call)]
    around_the_rename = len(life.calls[life.calls.index("replace") - 1 :]) * 4
    found = set()
    for death in some(deaths[:-around_the_rename], SOME_CRASHES // 3) + deaths[-around_the_rename:]:
        file = new_file(folder, f"{death.call}-{death.way}")
        file.write_bytes(old)
        assert mother.life("compact", file, death).ended == KILLED, death
        left = file.read_bytes()
        assert left in (old, new), death
        found.add(left)
        assert mother.life("compact", file).ended == 0
        assert file.read_bytes() == new
        assert list(file.parent.iterdir()) == [file], "what the killed one left is removed by the next"
    assert found == {old, new}
    cluster = recovered(file)
    cluster.advance(END + 100)
    cluster.close()
    with closing(History.open(file)) as history:
        assert history.first_revision > 0
        assert verify(history) is None


@pytest.mark.parametrize("damaged_type", [FrameType.PACKED, FrameType.PAGE])
def test_a_repair_killed_at_any_file_call_is_done_by_the_next_one(
    mother: Mother, folder: Path, damaged_type: FrameType
) -> None:
    """The first is copied up to the damage, of the other everything is kept: its checkpoints are made anew."""
    file = new_file(folder, "unhurt")
    assert mother.life("session", file).ended == 0
    with LogReader.open(file) as reader:
        offsets = [each.offset for each in reader.frames_and_holes() if getattr(each, "type", 0) == damaged_type]
    damaged = bytearray(file.read_bytes())
    damaged[offsets[len(offsets) // 2] + 30] ^= 1
    file.write_bytes(damaged)
    life = mother.life("repair", file)
    assert life.ended == 0
    mended = file.with_name("demo.repaired.k9log").read_bytes()
    deaths = [Death(number, way) for number, call in enumerate(life.calls, start=1) for way in ways(call)]
    for death in some(deaths, SOME_CRASHES // 3):
        file = new_file(folder, f"{death.call}-{death.way}")
        file.write_bytes(damaged)
        assert mother.life("repair", file, death).ended == KILLED, death
        assert file.read_bytes() == damaged, death
        repaired = file.with_name("demo.repaired.k9log")
        if repaired.exists():
            assert repaired.read_bytes() == mended, death
            repaired.unlink()
        assert mother.life("repair", file).ended == 0, death
        assert repaired.read_bytes() == mended
        assert {*file.parent.iterdir()} == {file, repaired}, "what the killed one left is removed by the next"


def new_file(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name / "demo.k9log"
