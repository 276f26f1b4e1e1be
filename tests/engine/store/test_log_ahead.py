"""Zeros that a log's writer keeps ahead of its frames: who reads, closes, kills or opens it mistakes no commit."""

import os
from pathlib import Path
from random import Random
from zlib import crc32

import pytest

from engine.errors import LogDamaged
from engine.store import disk, tail
from engine.store import log as log_module
from engine.store import reader as reader_module
from engine.store.frames import Broken, Cursor, split
from engine.store.log import Entry, Log, LogReader
from tests.engine.store.test_log import HEADER, a_log, commit, groups, read_all, revisions


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "demo.k9log"


def killed(path: Path, *groups: list[Entry]) -> bytes:
    """The bytes of a log whose writer died behind these."""
    log = Log.create(path, HEADER)
    for group in groups:
        log.append(group)
    left = path.read_bytes()
    log.close()
    path.write_bytes(left)
    return left


def test_a_log_that_is_closed_is_cut_to_its_frames_and_one_that_was_killed_by_who_opens_it(path: Path) -> None:
    left = killed(path, [commit(1)], [commit(2)])
    whole = left.rstrip(b"\0")
    assert len(left) - len(whole) >= 512
    assert revisions(path) == [1, 2]
    with LogReader.open(path) as reader:
        assert reader.torn_bytes(len(whole)) == 0
    with Log.open(path) as log:
        assert log.recovered is None
        assert path.read_bytes() == whole
        log.append([commit(3)])
        assert path.stat().st_size > log.end
    assert path.stat().st_size == log.end
    assert revisions(path) == [1, 2, 3]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("zeros", [1, 16, 17, 600, 5000])
def test_zeros_behind_the_last_frame_are_cut_off_silently(path: Path, zeros: int) -> None:
    whole = a_log(path, commit(1)).read_bytes()
    path.write_bytes(whole + bytes(zeros))
    with Log.open(path) as log:
        assert log.recovered is None
    assert path.read_bytes() == whole
    assert list(path.parent.iterdir()) == [path]


def test_most_appends_do_not_make_the_file_longer_and_a_sector_of_zeros_stays_behind_each(path: Path) -> None:
    sizes = []
    with Log.create(path, HEADER) as log:
        for revision in range(1, 400):
            log.append([commit(revision, size=revision % 7 * 300)], durable=revision % 3 == 0)
            sizes.append(path.stat().st_size)
            assert sizes[-1] >= log.end + 512
        assert len(set(sizes)) < 8
        log.append([commit(400, size=300_000)])
        log.append([commit(401)])
    assert revisions(path) == list(range(1, 402))


def test_what_is_torn_before_zeros_is_kept_without_them(path: Path) -> None:
    left = killed(path, [commit(1)], [commit(2, size=3000)])
    first, second = read_all(path)
    half = left[: second.end - 1000] + bytes(len(left) - second.end + 1000)
    path.write_bytes(half)
    with LogReader.open(path) as reader:
        assert reader.torn_bytes(first.end) == len(half.rstrip(b"\0")) - first.end
    with Log.open(path) as log:
        assert log.recovered is not None
        assert log.recovered.kept.read_bytes() == half[first.end :].rstrip(b"\0")
    assert path.read_bytes() == left[: first.end]


def test_damage_with_a_commit_behind_it_is_damage_before_zeros_too(path: Path) -> None:
    left = killed(path, [commit(1)], [commit(2, size=3000)], [commit(3)])
    _, second, _ = read_all(path)
    for bad in (bytes(512), b"\xff"):
        path.write_bytes(left[: second.offset] + bad + left[second.offset + len(bad) :])
        with pytest.raises(LogDamaged) as refused:
            Log.open(path)
        assert refused.value.offset == second.offset
        with LogReader.open(path) as reader, pytest.raises(LogDamaged):
            list(reader.frames())


def test_a_flip_in_zeros_written_ahead_is_reported_and_harms_no_commit(path: Path) -> None:
    left = bytearray(killed(path, [commit(1)]))
    (frame,) = read_all(path)
    for place in (frame.end, frame.end + 4, frame.end + 300, len(left) - 1):
        flipped = bytearray(left)
        flipped[place] = 1
        path.write_bytes(flipped)
        assert revisions(path) == [1]
        with Log.open(path) as log:
            assert log.recovered is not None
            assert log.recovered.kept.read_bytes() == flipped[frame.end : place + 1]
            log.append([commit(2)])
        assert revisions(path) == [1, 2]


def test_what_is_to_be_durable_is_written_when_all_before_it_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def noted_sync(fd: int) -> None:
        done.append("sync")
        disk.sync_data(fd)

    def noted_write(fd: int, data: bytes, offset: int) -> None:
        done.append("write" if any(data) else "zeros")
        disk.write(fd, data, offset)

    monkeypatch.setattr(log_module, "sync_data", noted_sync)
    monkeypatch.setattr(log_module, "write", noted_write)
    with Log.create(path, HEADER) as log:
        done.clear()
        log.append([commit(1)], durable=False)
        log.append([commit(2)], durable=False)
        log.append([commit(3)])
        log.append([commit(4)])
    assert done == ["zeros", "write", "write", "sync", "write", "sync", "write", "sync"]


def test_zeros_are_no_frame_even_where_their_check_would_be_right() -> None:
    table = [crc32(bytes((0xFF ^ each,))) ^ 0xFF000000 for each in range(256)]
    register = 0xFFFFFFFF  # of a CRC that is 0
    for _ in range(13):
        (index,) = [each for each in range(256) if (register ^ table[each]) >> 24 == 0]
        register = (register ^ table[index]) << 8 | index
    chain = register ^ 0xFFFFFFFF
    assert crc32(bytes(13), chain) == 0
    assert list(split(bytes(600), Cursor(8, chain))) == []


# -- readers of a log that is being written ----------------------------------------------------------------


@pytest.mark.parametrize("in_order", [True, False])
def test_a_frame_half_written_over_zeros_is_not_there_yet_for_a_follower(path: Path, *, in_order: bool) -> None:
    whole = groups(path, [commit(1), commit(2, size=600)], [commit(3)]).read_bytes()
    with LogReader.open(path) as reader:
        start, frames = reader.start, list(reader.frames())
    path.write_bytes(whole[:start] + bytes(5000))
    first, second = range(start, frames[0].end), range(frames[0].end, len(whole))
    seen: list[int] = []
    with LogReader.open(path) as reader, path.open("r+b", buffering=0) as writer:
        follower = reader.follow()
        for frame, revisions in ((first, [1, 2]), (second, [3])):
            missing = [place for place in frame if whole[place]]  # zeros are there already
            for place in missing if in_order else Random(1).sample(missing, len(missing)):
                assert follower.poll() == ()
                assert [each.revision for each in reader.frames()] == seen
                writer.seek(place)
                writer.write(whole[place : place + 1])
            seen += [each.revision for each in follower.poll()]
            assert seen[-len(revisions) :] == revisions
        os.truncate(path, len(whole))
        assert follower.poll() == ()


def test_a_follower_that_reads_half_a_frame_and_then_sees_the_next_one_looks_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = groups(path, [commit(1)], [commit(2)]).read_bytes()
    with LogReader.open(path) as reader:
        first = next(reader.frames())
    path.write_bytes(whole[: first.end - 9] + bytes(5000))

    def is_torn_late(fd: int, file: Path, broken: Broken) -> bool:
        file.write_bytes(whole + bytes(5000))
        return tail.is_torn(fd, file, broken)

    monkeypatch.setattr(reader_module, "is_torn", is_torn_late)
    with LogReader.open(path) as reader:
        assert [frame.revision for frame in reader.follow().poll()] == [1, 2]
