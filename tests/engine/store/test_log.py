"""The log as its writer, its readers and the disk see it; its bytes are in tests/properties/test_log_bytes.py."""

import os
import re
import resource
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgpack
import pytest

from engine.errors import (
    K9liteError,
    LogDamaged,
    LogExists,
    LogFull,
    LogLocked,
    LogMissing,
    LogReplaced,
    LogTooNew,
    LogUnwritable,
    NotALog,
)
from engine.store import frames as format_module
from engine.store import log as log_module
from engine.store import packing as packing_module
from engine.store.frames import Cursor, encode_header, join
from engine.store.log import Entry, Frame, FrameType, Header, Log, LogReader

ROOT = Path(__file__).parents[3]
HEADER = Header(cluster="demo", seed="s", created=1)
FORMAT_1 = Header(cluster="demo", seed="s", created=1, format=1, oldest_reader=1)
UNKNOWN_OPTIONAL, UNKNOWN_REQUIRED = 0xF0, 0x70


def commit(revision: int, size: int = 10) -> Entry:
    """Bytes that nothing packs smaller."""
    return Entry(FrameType.COMMIT, Random(revision).randbytes(size), revision)


def groups(path: Path, *groups: list[Entry]) -> Path:
    """A log in which each group was appended by itself."""
    with Log.create(path, HEADER) as log:
        for group in groups:
            log.append(group)
    return path


def a_log(path: Path, *entries: Entry, header: Header = HEADER) -> Path:
    with Log.create(path, header) as log:
        log.append(entries)
    return path


def read_all(path: Path) -> list[Frame]:
    with LogReader.open(path) as reader:
        return list(reader.frames())


def revisions(path: Path) -> list[int]:
    return [frame.revision for frame in read_all(path)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "demo.k9log"


# -- writing and reading -----------------------------------------------------------------------------------


def test_what_was_appended_is_read_back_in_order_with_its_place(path: Path) -> None:
    note = Entry(FrameType.NOTE, b"cordon n1")
    with Log.create(path, HEADER) as log:
        first = log.append([commit(1), note])
        assert log.last_revision == 1
        second = log.append([commit(2)])
        end, last = log.end, log.last_revision

    frames = read_all(path)

    assert [Entry(frame.type, frame.payload, frame.revision) for frame in frames] == [commit(1), note, commit(2)]
    assert tuple(frame.place for frame in frames) == first + second
    assert (frames[-1].end, frames[-1].revision) == (end, last) == (path.stat().st_size, 2)


def test_a_reopened_log_goes_on_where_it_ended(path: Path) -> None:
    a_log(path, commit(1))
    with Log.open(path) as log:
        assert log.recovered is None
        assert log.last_revision == 1
        log.append([commit(2)])
    assert revisions(path) == [1, 2]


def test_an_empty_group_writes_nothing(path: Path) -> None:
    with Log.create(path, HEADER) as log:
        before = path.read_bytes()
        assert log.append([]) == ()
    assert path.read_bytes() == before


def test_frames_that_are_not_durable_yet_are_there_for_readers_and_can_be_synced_later(path: Path) -> None:
    with Log.create(path, HEADER) as log:
        log.append([commit(1)], durable=False)
        assert revisions(path) == [1]
        log.sync()


def test_one_frame_is_read_at_its_offset_without_reading_the_others(path: Path) -> None:
    with Log.create(path, HEADER) as log:
        places = log.append([commit(1), commit(2, size=3_000_000), commit(3, size=0)])
        places += log.append([commit(4)])
        with LogReader.open(path) as reader:
            assert [reader.read_at(place).revision for place in reversed(places)] == [4, 3, 2, 1]


def test_the_commits_of_a_group_are_one_frame_whole_or_absent(path: Path) -> None:
    whole = a_log(path, commit(1), commit(2), commit(3)).read_bytes()
    frames = read_all(path)
    assert len({frame.offset for frame in frames}) == 1
    assert [frame.index for frame in frames] == [0, 1, 2]
    path.write_bytes(whole[:-1])
    assert revisions(path) == []


def test_a_group_too_large_for_one_frame_takes_several(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing_module, "_GROUP_BYTES", 1000)
    with Log.create(path, HEADER) as log:
        places = log.append([commit(number, size=450) for number in (1, 2, 3)])
    assert [index for _, index in places] == [0, 1, 0]
    assert revisions(path) == [1, 2, 3]


def test_a_log_of_format_1_is_gone_on_with_in_format_1(path: Path) -> None:
    a_log(path, commit(1), commit(2), header=FORMAT_1)
    with Log.open(path) as log:
        log.append([commit(3), commit(4)])
    with LogReader.open(path) as reader:
        frames = reader.follow().poll_frames()
    assert [(frame.type, frame.revision) for frame in frames] == [(FrameType.COMMIT, each) for each in (1, 2, 3, 4)]


def test_a_log_is_unpacked_with_the_dictionary_it_was_begun_with(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "dictionary", lambda: b"words of another version, hello")
    a_log(path, Entry(FrameType.COMMIT, b"hello, words of another version", 1))
    monkeypatch.undo()
    assert [frame.payload for frame in read_all(path)] == [b"hello, words of another version"]


def test_reading_can_begin_at_any_frame(path: Path) -> None:
    groups(path, [commit(1)], [commit(2)], [commit(3)])
    with LogReader.open(path) as reader:
        frames = list(reader.frames())
        assert list(reader.frames(frames[0].end)) == frames[1:]
        assert list(reader.frames(reader.start)) == frames
        assert list(reader.frames(frames[-1].end)) == []


def test_an_offset_where_no_frame_begins_is_a_mistake_of_the_caller_and_not_damage(path: Path) -> None:
    groups(path, [commit(1)], [commit(2)])
    with LogReader.open(path) as reader:
        first, second = reader.frames()
        with pytest.raises(ValueError, match="no entry 1 in the frame"):
            reader.read_at((first.offset, 1))
        for offset in (1, first.offset + 1, second.end, second.end + 99, -5):
            with pytest.raises(ValueError, match=f"no frame begins at byte {offset}"):
                reader.read_at((offset, 0))
        with pytest.raises(ValueError, match="no frame begins"):
            list(reader.frames(first.offset + 1))


def test_the_header_is_kept_with_what_a_newer_version_put_in_it(path: Path) -> None:
    header = Header(
        cluster="demo",
        seed="tea",
        created=1_700_000_000,
        parent="mother.k9log",
        parent_revision=41,
        format=9,
        extra={"theme": {"dark": True}, "tags": ["a", b"b"]},
    )
    a_log(path, commit(1), header=header)
    with LogReader.open(path) as reader:
        assert reader.header == header
    with Log.open(path) as log:
        assert log.header == header
        assert encode_header(log.header) == encode_header(header)


def test_the_worked_example_in_the_docs_is_what_is_written(path: Path) -> None:
    a_log(path, Entry(FrameType.COMMIT, b"hello", 1), header=FORMAT_1)
    dump = re.findall(r"^ +[0-9a-f]{4}  ((?:[0-9a-f]{2} ?)+)", str(format_module.__doc__), re.MULTILINE)
    assert bytes.fromhex("".join(dump)) == path.read_bytes()


# -- following ---------------------------------------------------------------------------------------------


def test_a_follower_sees_what_is_appended_while_it_looks(path: Path) -> None:
    with Log.create(path, HEADER) as log, LogReader.open(path) as reader:
        follower = reader.follow()
        assert follower.poll() == ()
        log.append([commit(1), commit(2)])
        assert [frame.revision for frame in follower.poll()] == [1, 2]
        assert follower.poll() == ()
        log.append([commit(3)])
        assert [frame.revision for frame in follower.poll()] == [3]
        assert [frame.revision for frame in reader.follow(log.end).poll()] == []


def test_a_half_written_frame_is_not_there_yet_for_a_follower(path: Path, tmp_path: Path) -> None:
    whole = groups(path, [commit(1)], [commit(2)]).read_bytes()
    live = tmp_path / "live.k9log"
    seen: list[int] = []
    with LogReader.open(path) as reader:
        start, first = reader.start, next(reader.frames())
    live.write_bytes(whole[:start])
    with LogReader.open(live) as reader, live.open("ab", buffering=0) as writer:
        follower = reader.follow()
        for place in range(start, len(whole)):
            writer.write(whole[place : place + 1])
            seen += [frame.revision for frame in follower.poll()]
            assert seen == [1] * (place + 1 >= first.end) + [2] * (place + 1 >= len(whole))


def test_a_follower_is_told_when_frames_it_gave_out_were_cut_off_or_the_file_was_replaced(path: Path) -> None:
    groups(path, [commit(1)], [commit(2)])
    with LogReader.open(path) as reader:
        follower = reader.follow()
        last = follower.poll()[-1]
        os.truncate(path, last.offset)
        with pytest.raises(LogReplaced, match="open it again"):
            follower.poll()
        with Log.open(path) as log:
            log.append([commit(7)])
        with pytest.raises(LogReplaced):
            follower.poll()
    with LogReader.open(path) as reader:
        follower = reader.follow()
        path.unlink()
        with pytest.raises(LogReplaced, match=r"removed, replaced"):
            follower.poll()


def test_a_follower_gives_out_what_is_whole_before_it_reports_trouble_and_then_keeps_reporting(path: Path) -> None:
    a_log(path, commit(1), Entry(UNKNOWN_REQUIRED, b"?"), commit(2))
    with LogReader.open(path) as reader:
        follower = reader.follow()
        assert [frame.revision for frame in follower.poll()] == [1]
        for _ in range(2):
            with pytest.raises(LogTooNew):
                follower.poll()


# -- one writer --------------------------------------------------------------------------------------------


def test_a_second_writer_is_refused_in_one_line_that_names_the_file_and_the_first(path: Path) -> None:
    with Log.create(path, HEADER):
        with pytest.raises(LogLocked) as refused:
            Log.open(path)
        assert str(path) in str(refused.value)
        assert "\n" not in str(refused.value)
        if Path("/proc/locks").exists():
            assert f"process {os.getpid()}" in str(refused.value)
    Log.open(path).close()


def test_the_lock_holds_after_a_reopen_and_ends_with_the_process(path: Path) -> None:
    a_log(path)
    script = f"""
from pathlib import Path
from engine.store.log import Log
log = Log.open(Path({str(path)!r}))
print("held", flush=True)
input()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=-1, stdout=-1, cwd=ROOT) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(LogLocked):
            Log.open(path)
        assert revisions(path) == []
        other.kill()
    Log.open(path).close()


def test_a_new_log_never_overwrites_a_file(path: Path) -> None:
    path.write_text("mine")
    with pytest.raises(LogExists, match="choose another name"):
        Log.create(path, HEADER)
    assert path.read_text() == "mine"
    assert [child.name for child in path.parent.iterdir()] == [path.name]


def test_a_closed_log_takes_no_more(path: Path) -> None:
    log = Log.create(path, HEADER)
    log.close()
    log.close()
    with pytest.raises(LogUnwritable, match="it is closed"):
        log.append([commit(1)])


# -- torn and damaged --------------------------------------------------------------------------------------


def test_a_torn_tail_is_cut_off_and_kept_beside_the_log_and_the_user_is_told(path: Path) -> None:
    whole = groups(path, [commit(1)], [commit(2)]).read_bytes()
    first = read_all(path)[0]
    path.write_bytes(whole[:-3])
    torn = whole[first.end : -3]

    with Log.open(path) as log:
        recovered = log.recovered
        assert recovered is not None
        log.append([commit(3)])

    kept = path.with_name(f"demo.k9log.torn-{first.end}")
    assert (recovered.offset, recovered.torn_bytes, recovered.kept) == (first.end, len(torn), kept)
    assert kept.read_bytes() == torn
    assert str(kept) in str(recovered)
    assert "revision 1" in str(recovered)
    assert revisions(path) == [1, 3]


def test_kept_bytes_are_never_overwritten_by_a_later_recovery(path: Path) -> None:
    whole = a_log(path, commit(1)).read_bytes()
    kept = []
    for lost in (1, 2, 3):
        path.write_bytes(whole[:-lost])
        with Log.open(path) as log:
            assert log.recovered is not None
            kept.append(log.recovered.kept)
    assert len(set(kept)) == 3
    assert [len(file.read_bytes()) for file in kept] == [len(whole) - kept_from(path) - lost for lost in (1, 2, 3)]


def kept_from(path: Path) -> int:
    with LogReader.open(path) as reader:
        return reader.start


def test_a_reader_leaves_a_torn_tail_alone_and_can_tell_its_size(path: Path) -> None:
    whole = groups(path, [commit(1)], [commit(2)]).read_bytes()
    path.write_bytes(whole[:-3])
    with LogReader.open(path) as reader:
        (frame,) = reader.frames()
        assert reader.torn_bytes(frame.end) == len(whole) - 3 - frame.end
    assert path.read_bytes() == whole[:-3]


def test_a_last_frame_whose_sectors_never_reached_the_disk_is_a_torn_tail(path: Path) -> None:
    whole = groups(path, [commit(1)], [commit(2, size=3000)]).read_bytes()
    sector = sector_in(read_all(path)[1])
    path.write_bytes(whole[:sector] + bytes(len(whole) - sector))
    with Log.open(path) as log:
        assert log.recovered is not None
    assert revisions(path) == [1]


def sector_in(frame: Frame) -> int:
    """The first sector that begins inside the frame, behind its head."""
    return (frame.offset // 512 + 2) * 512


def test_zeros_that_do_not_reach_the_end_are_damage(path: Path) -> None:
    whole = groups(path, [commit(1)], [commit(2, size=3000)], [commit(3)]).read_bytes()
    sector = sector_in(read_all(path)[1])
    path.write_bytes(whole[:sector] + bytes(512) + whole[sector + 512 :])
    with pytest.raises(LogDamaged):
        Log.open(path)


def test_damage_is_refused_with_the_offset_the_last_whole_revision_and_a_command_that_saves_it(path: Path) -> None:
    whole = groups(path, [commit(1)], [commit(2)], [commit(3)]).read_bytes()
    first, second, _ = read_all(path)
    damaged = bytearray(whole)
    damaged[second.end + 1] ^= 1
    path.write_bytes(damaged)

    with pytest.raises(LogDamaged) as refused:
        Log.open(path)

    assert (refused.value.file, refused.value.offset, refused.value.last_revision) == (path, second.end, 2)
    assert path.read_bytes() == damaged
    command = shlex.split(str(refused.value).rsplit("copies it: ", 1)[1])
    assert command == ["k9lite", "log", "repair", str(path)]
    with LogReader.open(path) as reader:
        whole_frames = reader.frames()
        assert [next(whole_frames), next(whole_frames)] == [first, second]
        with pytest.raises(LogDamaged):
            next(whole_frames)


def test_damage_found_by_reading_one_frame_knows_its_revision(path: Path) -> None:
    whole = groups(path, [commit(1)], [commit(2)]).read_bytes()
    _, second = read_all(path)
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with LogReader.open(path) as reader:
        with pytest.raises(LogDamaged) as refused:
            reader.read_at(second.place)
        with pytest.raises(LogDamaged):
            list(reader.frames(second.offset))
    assert (refused.value.offset, refused.value.last_revision) == (second.offset, 1)


def test_a_frame_that_was_removed_repeated_or_swapped_is_noticed(path: Path) -> None:
    whole = groups(path, [commit(1)], [commit(2)], [commit(3)]).read_bytes()
    one, two, three = read_all(path)
    pieces = [whole[: one.offset]] + [whole[frame.offset : frame.end] for frame in (one, two, three)]
    for order in ([0, 2, 3], [0, 1, 3], [0, 1, 1, 2, 3], [0, 2, 1, 3], [0, 1, 3, 2]):
        path.write_bytes(b"".join(pieces[index] for index in order))
        with pytest.raises(LogDamaged):
            Log.open(path)


# -- other versions, other files ---------------------------------------------------------------------------


def test_an_unknown_optional_frame_is_skipped_but_comes_on_request_and_stays_in_the_chain(path: Path) -> None:
    a_log(path, commit(1), Entry(UNKNOWN_OPTIONAL, b"tea"), commit(2))
    assert revisions(path) == [1, 2]
    with LogReader.open(path) as reader:
        assert [frame.type for frame in reader.frames(with_unknown=True)] == [1, UNKNOWN_OPTIONAL, 1]
    with Log.open(path) as log:
        log.append([commit(3)])
    damaged = path.read_bytes().replace(b"tea", b"pea")
    path.write_bytes(damaged)
    with pytest.raises(LogDamaged):
        Log.open(path)


def test_an_unknown_required_frame_is_refused(path: Path) -> None:
    a_log(path, commit(1), Entry(UNKNOWN_REQUIRED, b"tea"))
    with pytest.raises(LogTooNew, match=r"type 112.*Update k9lite"):
        Log.open(path)
    with pytest.raises(LogTooNew):
        read_all(path)


def test_a_newer_format_is_refused_even_if_its_header_looks_different(path: Path) -> None:
    payload = msgpack.packb({"format": 3, "oldest_reader": 4, "cluster": ["not", "a", "name"]})
    data, _, _ = join([Entry(FrameType.HEADER, payload)], Cursor())
    path.write_bytes(format_module.MAGIC + data)
    for open_it in (Log.open, LogReader.open):
        with pytest.raises(LogTooNew, match="needs a reader of format 4 and this one reads up to 2"):
            open_it(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89K9", b"apiVersion: v1\nkind: Pod\n", format_module.MAGIC, format_module.MAGIC + bytes(900)],
)
def test_another_file_is_not_a_log(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for open_it in (Log.open, LogReader.open):
        with pytest.raises(NotALog, match="is not a k9lite log"):
            open_it(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("payload", [b"\xc1", b"\x01", msgpack.packb({"oldest_reader": 1, "format": 1})])
def test_a_whole_first_frame_that_is_no_header_is_not_a_log(path: Path, payload: bytes) -> None:
    for kind in (FrameType.HEADER, FrameType.COMMIT):
        data, _, _ = join([Entry(kind, payload)], Cursor())
        path.write_bytes(format_module.MAGIC + data)
        with pytest.raises(NotALog):
            LogReader.open(path)


def test_a_missing_file_and_a_folder_are_refused(path: Path) -> None:
    for open_it in (Log.open, LogReader.open):
        with pytest.raises(LogMissing, match="does not exist"):
            open_it(path)
        with pytest.raises(NotALog, match="it is not a file"):
            open_it(path.parent)


# -- the disk says no --------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    yield from mounted(tmp_path / "small", "size=64k")


def mounted(place: Path, options: str) -> Iterator[Path]:
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    mount = subprocess.run(command, capture_output=True, check=False)
    if mount.returncode:
        pytest.skip(f"needs root to mount a tmpfs: {mount.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_leaves_the_log_as_it_was_and_it_goes_on_when_there_is_room(small_disk: Path) -> None:
    path = small_disk / "demo.k9log"
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(30_000))
    with Log.create(path, HEADER) as log:
        log.append([commit(1)])
        before, end = path.read_bytes(), log.end
        for _ in range(2):
            with pytest.raises(LogFull, match=r"No space left on device.*Make room and try again"):
                log.append([commit(2, size=1000), commit(3, size=40_000)])
            assert path.read_bytes() == before
            assert (log.end, log.last_revision) == (end, 1)
        ballast.unlink()
        log.append([commit(2, size=1000), commit(3, size=40_000)])
    assert revisions(path) == [1, 2, 3]


def test_a_disk_without_room_for_zeros_is_filled_with_frames(small_disk: Path) -> None:
    path = small_disk / "demo.k9log"
    with Log.create(path, HEADER) as log:
        revision = 1
        with pytest.raises(LogFull):
            for revision in range(1, 99):
                log.append([commit(revision, size=1500)])
        assert 60_000 < log.end <= path.stat().st_size
        assert path.stat().st_size - log.end < 4096
    assert revisions(path) == list(range(1, revision))


def test_a_full_disk_makes_no_log_and_leaves_nothing_behind(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as fill, pytest.raises(OSError, match="No space"):
        while True:
            fill.write(bytes(4096))
    with pytest.raises(LogFull):
        Log.create(small_disk / "demo.k9log", HEADER)
    assert list(small_disk.iterdir()) == [ballast]


def test_a_torn_tail_is_not_cut_off_while_there_is_no_room_to_keep_it(small_disk: Path) -> None:
    path = a_log(small_disk / "demo.k9log", commit(1), commit(2, size=10_000))
    torn = path.read_bytes()[:-3]
    path.write_bytes(torn)
    with (small_disk / "ballast").open("wb", buffering=0) as fill, pytest.raises(OSError, match="No space"):
        while True:
            fill.write(bytes(4096))
    with pytest.raises(LogFull, match="torn"):
        Log.open(path)
    assert path.read_bytes() == torn


def test_a_file_size_limit_is_no_room_either(path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    script = f"""
from pathlib import Path
from random import Random
from engine.errors import LogFull
from engine.store.log import Entry, Header, Log
with Log.create(Path({str(path)!r}), Header(cluster="demo", seed="s", created=1)) as log:
    log.append([Entry(1, b"a" * 1000, 1)])
    try:
        log.append([Entry(1, Random(1).randbytes(5000), 2)])
    except LogFull as full:
        print(full)
    log.append([Entry(1, b"c" * 1000, 2)])
"""
    run = subprocess.run(
        [sys.executable, "-c", script], preexec_fn=limit, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "File too large" in run.stdout
    assert [frame.payload[:1] for frame in read_all(path)] == [b"a", b"c"]


def test_after_a_failed_sync_nothing_is_appended_until_the_log_is_opened_again(path: Path) -> None:
    log = Log.create(path, HEADER)
    log.append([commit(1)])
    with Path("/dev/null").open("r+b", buffering=0) as null:
        os.dup2(null.fileno(), log._fd)  # takes every write, and no sync
    with pytest.raises(LogUnwritable, match="a sync failed"):
        log.append([commit(2)])
    with pytest.raises(LogUnwritable, match="open it again"):
        log.append([commit(2)])
    assert log.last_revision == 1
    log.close()
    with Log.open(path) as log:
        log.append([commit(2)])
    assert revisions(path) == [1, 2]


def test_a_read_only_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    for folder in mounted(tmp_path / "read-only", "ro"):
        with pytest.raises(LogUnwritable) as refused:
            Log.create(folder / "demo.k9log", HEADER)
        assert "Read-only file system" in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_log_on_a_read_only_disk_can_be_read_but_not_opened_for_writing(small_disk: Path) -> None:
    path = a_log(small_disk / "demo.k9log", commit(1))
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert revisions(path) == [1]
    with pytest.raises(LogUnwritable, match="open it read-only"):
        Log.open(path)


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(K9liteError, match=r"No such file or directory.*check .* its folder"):
        Log.create(tmp_path / "no" / "demo.k9log", HEADER)
