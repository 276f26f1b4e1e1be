"""Damage in what only saves time takes no commit away: a log opens without that checkpoint, and says so."""

from contextlib import closing
from pathlib import Path

import pytest

from engine.api.writes import Create
from engine.cluster import Cluster
from engine.errors import LogDamaged
from engine.store.checkpoint import maps_of
from engine.store.frames import Frame, FrameType, Header
from engine.store.history import History
from engine.store.log import Log, LogReader
from engine.store.state import State
from engine.verify import verify
from k9lite.log_tools.repair import repair
from k9lite.sessions import open_for_reading
from tests.builders import START, deployment, namespace, node

DEEDS = ["create 0", "create 1", "create 2", "create last"]
HEADER = Header(cluster="damage", seed="damage", created=START)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sessions, each closed with a checkpoint, and some commits behind the last one."""
    path = tmp_path_factory.mktemp("whole") / "whole.k9log"
    for number in range(3):
        cluster = Cluster.reopen(Log.open(path)) if number else Cluster(HEADER, Log.create(path, HEADER))
        if not number:
            cluster.submit("bootstrap", [Create(namespace("default")), Create(node("w1"))])
        cluster.submit("user", [Create(deployment(f"web{number}", replicas=2))], f"create {number}")
        cluster.advance(START + 60 * (number + 1))
        cluster.close()
    cluster = Cluster.reopen(Log.open(path))
    cluster.submit("user", [Create(namespace("last"))], "create last")
    assert cluster._log is not None
    cluster._log.close()
    return path


def frames(path: Path, type_: FrameType) -> list[Frame]:
    with LogReader.open(path) as reader:
        return [frame for frame in reader.frames(with_unknown=True) if frame.type == type_]


def contents(state: State) -> dict[str, object]:
    return {name: list(each.items()) for name, each in maps_of(state).items()}


def states(path: Path) -> list[dict[str, object]]:
    with closing(History.open(path)) as history:
        return [contents(history.state_at(each)) for each in range(history.last_revision + 1)]


def flipped(whole: Path, path: Path, place: int) -> Path:
    data = bytearray(whole.read_bytes())
    data[place] ^= 0x10
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("which", [0, 1, 2])
def test_every_revision_is_told_whatever_byte_of_an_index_or_right_before_it_flips(
    whole: Path, tmp_path: Path, which: int
) -> None:
    index, expected = frames(whole, FrameType.INDEX)[which], states(whole)
    for place in (*range(index.offset - 4, index.offset + 19, 3), index.end - 20):
        path = flipped(whole, tmp_path / f"{place}.k9log", place)
        assert states(path) == expected
        with closing(History.open(path)) as history:
            assert "no commit but a checkpoint" in history.passed_over
            assert [each.deed for each in history.inputs() if each.actor == "user"] == DEEDS
            assert verify(history) is None


def test_who_goes_on_writes_a_checkpoint_that_is_whole_again(whole: Path, tmp_path: Path) -> None:
    index = frames(whole, FrameType.INDEX)[-1]
    path = flipped(whole, tmp_path / "damaged.k9log", index.offset - 1)
    assert open_for_reading(path).notices != ()
    cluster = Cluster.reopen(Log.open(path))
    for number in range(20):
        cluster.submit("user", [Create(namespace(f"n{number}"))])
    cluster.close()
    with closing(History.open(path)) as history:
        assert history.passed_over == ""
        assert history.newest_checkpoint is not None
        assert contents(history.state_at(history.last_revision)) == contents(cluster.state)
        assert verify(history) is None


def test_damage_in_a_commit_is_never_passed_over(whole: Path, tmp_path: Path) -> None:
    newest = frames(whole, FrameType.CHECKPOINT)[-1]
    index = frames(whole, FrameType.INDEX)[-1]
    with LogReader.open(whole) as reader:
        last = [frame for frame in reader.frames() if frame.offset < index.offset][-1]
    path = flipped(whole, tmp_path / "twice.k9log", index.offset + 3)
    flipped(path, path, last.end - 6)
    assert newest.revision == last.revision
    with pytest.raises(LogDamaged) as damaged:
        History.open(path)
    assert damaged.value.offset == last.offset


def test_who_finds_the_newest_checkpoint_damaged_is_told_that_a_repair_keeps_every_commit(
    whole: Path, tmp_path: Path
) -> None:
    newest = frames(whole, FrameType.CHECKPOINT)[-1]
    path = flipped(whole, tmp_path / "root.k9log", newest.end - 9)
    for open_it in (Log.open, History.open):
        with pytest.raises(LogDamaged) as damaged:
            open_it(path)
        assert str(damaged.value) == (
            f"{path} is damaged at byte {newest.offset}: the frame's payload fails its check. "
            f"No commit is there but a checkpoint, which this makes anew: k9lite log repair {path}"
        )
    assert len(list(repair(path))) == 2
    assert states(tmp_path / "root.repaired.k9log") == states(whole)
