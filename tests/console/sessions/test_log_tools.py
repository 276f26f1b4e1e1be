"""The tools for a recording as a file: what is whole, what of it can be saved, what is in it."""

import json
import os
import resource
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from engine.api.writes import Create, Patch
from engine.cluster import Cluster
from engine.kinds import Ref, format_time, to_manifest
from engine.store.checkpoint import Checkpoint, encode_checkpoint
from engine.store.commit import Commit, encode_commit
from engine.store.frames import IN_A_CHECKPOINT, MAGIC, Cursor, Entry, FrameType, Header, encode_header, join
from engine.store.history import History
from engine.store.log import Log, LogReader
from engine.verify import verify
from k9lite.cli import main
from tests.builders import START, deployment, namespace, node

SAMPLE = Path(__file__).parents[3] / "sample-cluster/incident.k9log"
WEB = Ref("Deployment", "default", "web")
HEADER = Header(cluster="tools", seed="tools", created=START)
TOOLS = ("fsck", "repair", "export", "stats")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A session that was closed in between, so that there are checkpoints in it."""
    path = tmp_path / "demo.k9log"
    cluster = Cluster(HEADER, Log.create(path, HEADER))
    cluster.submit("user", [Create(namespace("default")), Create(node("w1")), Create(deployment(replicas=2))], "begin")
    cluster.advance(START + 60)
    cluster.close()
    cluster = Cluster.reopen(Log.open(path))
    cluster.submit("user", [Patch(WEB, {"spec": {"replicas": 4}}, "merge")], "scale\x1b[2J\x7f")
    cluster.advance(START + 120)
    cluster.close()
    return path


def commits_of(path: Path) -> list[Commit]:
    with closing(History.open(path)) as history:
        return [history.commit(each) for each in range(1, history.last_revision + 1)]


def frame_ends(path: Path) -> list[int]:
    with LogReader.open(path) as reader:
        return [reader.start, *dict.fromkeys(frame.end for frame in reader.frames(with_unknown=True))]


def told(capsys: pytest.CaptureFixture[str], tool: str, path: Path) -> str:
    assert main(["log", tool, str(path)]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    return shown.out


def refused(capsys: pytest.CaptureFixture[str], tool: str, path: Path) -> str:
    assert main(["log", tool, str(path)]) == 1
    shown = capsys.readouterr()
    assert len(shown.err.splitlines()) == 1, shown.err
    return shown.err


def log_of(path: Path, commits: Sequence[Commit]) -> Path:
    """A log whose frames are fine, whatever the commits are."""
    with Log.create(path, HEADER) as made:
        for commit in commits:
            made.append([Entry(FrameType.COMMIT, encode_commit(commit), commit.revision)])
    return path


# -- fsck --------------------------------------------------------------------------------------------------


def test_fsck_counts_a_whole_log(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "fsck", log) == f"{len(commits_of(log))} commits, {log.stat().st_size} bytes, whole\n"
    assert told(capsys, "fsck", SAMPLE).endswith("bytes, whole\n")


def test_fsck_finds_a_flipped_bit_anywhere_and_says_what_is_whole_before_it(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, ends = log.read_bytes(), frame_ends(log)
    for place in range(ends[0], len(whole), 997):
        damaged = bytearray(whole)
        damaged[place] ^= 4
        log.write_bytes(damaged)
        offset = max(end for end in ends if end <= place)
        assert f"is damaged at byte {offset} of {len(whole)}: " in refused(capsys, "fsck", log)


def test_fsck_and_repair_tell_a_torn_tail(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, ends = log.read_bytes(), frame_ends(log)
    log.write_bytes(whole[: ends[5] + 9])
    assert f"at byte {ends[5]} of {ends[5] + 9}: it ends in the middle of a write." in refused(capsys, "fsck", log)
    assert "not kept: 9 bytes" in told(capsys, "repair", log)
    assert log.with_name("demo.repaired.k9log").read_bytes() == whole[: ends[5]]


def test_fsck_finds_what_no_check_of_a_frame_can(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = Commit(revision=1, time=START, actor="user", puts=(namespace("default"),))
    gap = Commit(revision=3, time=START, actor="user")
    removes = Commit(revision=2, time=START, actor="user", removes=(WEB,))
    assert "revision 3 follows 1" in refused(capsys, "fsck", log_of(tmp_path / "gap.k9log", [first, gap]))
    line = refused(capsys, "fsck", log_of(tmp_path / "removes.k9log", [first, removes]))
    assert "revision 2 removes Deployment" in line
    assert "1 commits, up to revision 1, are whole" in line
    garbled = log_of(tmp_path / "garbled.k9log", [first])
    with Log.open(garbled) as log:
        log.append([Entry(FrameType.COMMIT, b"\xc1", 2)])
    assert "a commit in the log cannot be read" in refused(capsys, "fsck", garbled)


def test_fsck_holds_the_newest_checkpoint_against_the_commits(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, last = log.stat().st_size, commits_of(log)[-1]
    with Log.open(log) as made:
        assert made.packer is not None
        empty = Checkpoint(revision=last.revision, time=last.time, index_offset=0, size_bytes=0, maps={})
        payload = encode_checkpoint(empty, made.end, made.packer)
        made.append([Entry(FrameType.CHECKPOINT, payload, last.revision)])
    line = refused(capsys, "fsck", log)
    assert f"at byte {whole} of {log.stat().st_size}: the checkpoint of revision {last.revision} is not what" in line
    told(capsys, "repair", log)
    assert told(capsys, "fsck", log.with_name("demo.repaired.k9log")).endswith(f"{whole} bytes, whole\n")


# -- repair ------------------------------------------------------------------------------------------------


def test_repair_keeps_what_is_whole_in_a_new_log_that_goes_on(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commits, damaged = commits_of(log), bytearray(log.read_bytes())
    with LogReader.open(log) as reader:
        offsets = [frame.offset for frame in reader.frames() if frame.offset > len(damaged) // 2]
    damaged[offsets[0] + 30] ^= 1
    log.write_bytes(damaged)
    out = told(capsys, "repair", log)
    repaired = log.with_name("demo.repaired.k9log")
    kept = commits_of(repaired)
    assert log.read_bytes() == damaged
    assert kept == commits[: len(kept)]
    assert f"{repaired}: {len(kept)} commits kept, up to revision {len(kept)} at {format_time(kept[-1].time)}" in out
    assert f"not kept: {len(damaged) - repaired.stat().st_size} bytes" in out
    cluster = Cluster.reopen(Log.open(repaired))
    cluster.advance(START + 300)
    cluster.close()
    with closing(History.open(repaired)) as history:
        assert verify(history) is None


def test_repair_keeps_every_commit_whatever_of_a_checkpoint_is_damaged(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commits, whole = commits_of(log), log.read_bytes()
    with LogReader.open(log) as reader:
        parts = [frame for frame in reader.frames(with_unknown=True) if frame.type in IN_A_CHECKPOINT]
    repaired = log.with_name("demo.repaired.k9log")
    for part in (parts[0], parts[len(parts) // 3], parts[-2]):
        for place in (part.offset - 2, part.offset + 1, part.offset + 30, part.end - 2):
            damaged = bytearray(whole)
            damaged[place] ^= 8
            log.write_bytes(damaged)
            if part.type == FrameType.PAGE and place > part.offset:
                are_whole = f". {len(commits)} commits, up to revision {len(commits)}, are whole"
                assert are_whole in refused(capsys, "fsck", log)
            out = told(capsys, "repair", log)
            assert f"{len(commits)} commits kept" in out
            assert "no commit was there" in out and "not kept" not in out
            assert commits_of(repaired) == commits
            assert told(capsys, "fsck", repaired).endswith("bytes, whole\n")
            with closing(History.open(repaired)) as history:
                assert verify(history) is None
            repaired.unlink()


def test_repair_keeps_what_is_between_a_damaged_checkpoint_and_a_damaged_commit(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commits, damaged = commits_of(log), bytearray(log.read_bytes())
    with LogReader.open(log) as reader:
        frames = list(reader.frames(with_unknown=True))
    page = next(frame for frame in frames if frame.type == FrameType.PAGE)
    later = [frame for frame in frames if frame.type == FrameType.COMMIT and frame.offset > page.offset]
    last = later[-1].offset
    kept = max(frame.revision for frame in frames if frame.type == FrameType.COMMIT and frame.offset < last)
    damaged[page.offset + 40] ^= 1
    damaged[last + 40] ^= 1
    log.write_bytes(damaged)
    out = told(capsys, "repair", log)
    assert f"{kept} commits kept, up to revision {kept} at" in out
    assert f"from byte {last} on (what stood up to byte" in out
    repaired = log.with_name("demo.repaired.k9log")
    assert commits_of(repaired) == commits[:kept]
    assert told(capsys, "fsck", repaired).startswith(f"{kept} commits, ")
    Cluster.reopen(Log.open(repaired)).close()
    with closing(History.open(repaired)) as history:
        assert verify(history) is None


def test_repair_of_a_compacted_log_needs_what_that_begins_with(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "compact", "--keep", "30s", str(log)]) == 0
    capsys.readouterr()
    whole = log.read_bytes()
    with closing(History.open(log)) as history:
        first, last = history.first_revision, history.last_revision
    assert 0 < first < last
    with LogReader.open(log) as reader:
        pages = [frame.offset for frame in reader.frames(with_unknown=True) if frame.type == FrameType.PAGE]
    repaired = log.with_name("demo.repaired.k9log")
    for page in (pages[-1], pages[0]):
        damaged = bytearray(whole)
        damaged[page + 30] ^= 1
        log.write_bytes(damaged)
        if page == pages[0]:
            refused(capsys, "repair", log)
            break
        assert f"{last - first} commits kept, up to revision {last}" in told(capsys, "repair", log)
        assert told(capsys, "fsck", repaired).startswith(f"{last - first} commits, ")
        with closing(History.open(repaired)) as history:
            assert history.first_revision == first
            assert verify(history) is None
        repaired.unlink()


def test_repair_overwrites_nothing(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.write_bytes(log.read_bytes()[:-1])
    repaired = log.with_name("demo.repaired.k9log")
    repaired.write_text("mine")
    assert f"{repaired} already exists" in refused(capsys, "repair", log)
    assert repaired.read_text() == "mine"


def test_repair_leaves_a_whole_log_alone(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is nothing to repair" in told(capsys, "repair", log)
    assert list(log.parent.iterdir()) == [log]


def test_repair_says_where_nothing_can_be_saved(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, start = log.read_bytes(), frame_ends(log)[0]
    for place in (start + 3, start - 50, 30, 3):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        log.write_bytes(damaged)
        refused(capsys, "repair", log)
    assert list(log.parent.iterdir()) == [log]


def test_repair_without_room_leaves_nothing_behind(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.write_bytes(log.read_bytes()[:-1])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))
    try:
        assert "No room to write" in refused(capsys, "repair", log)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(log.parent.iterdir()) == [log]


# -- export ------------------------------------------------------------------------------------------------


def test_export_prints_every_commit_as_a_line_of_json(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, "export", log)
    assert [json.loads(line) for line in out.splitlines()] == [
        {
            "revision": commit.revision,
            "time": format_time(commit.time),
            "actor": commit.actor,
            "cause": commit.cause,
            "deed": commit.deed,
            "puts": [to_manifest(each) for each in commit.puts],
            "removes": [dict(zip(("kind", "namespace", "name"), ref, strict=True)) for ref in commit.removes],
        }
        for commit in commits_of(log)
    ]
    assert out.replace("\n", "").isprintable()
    assert out.isascii()


def test_export_of_a_damaged_log_prints_what_is_before_the_damage(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = bytearray(log.read_bytes())
    damaged[len(damaged) * 2 // 3] ^= 1
    log.write_bytes(damaged)
    assert main(["log", "export", str(log)]) == 1
    shown = capsys.readouterr()
    assert [json.loads(line)["revision"] for line in shown.out.splitlines()] == list(
        range(1, len(shown.out.splitlines()) + 1)
    )
    assert "is damaged at byte" in shown.err


# -- stats -------------------------------------------------------------------------------------------------


def numbers(out: str, title: str) -> dict[str, tuple[int, int]]:
    """Count and bytes of each line of a table."""
    lines = out[out.index(title) :].split("\n\n")[0].splitlines()[1:]
    rows = [line[:24].split() + line[24:52].replace(",", "").split() for line in lines if line[:1].strip()]
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def test_stats_account_for_every_byte_and_every_object(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, commits = told(capsys, "stats", log), commits_of(log)
    frames = numbers(out, "Frame ")
    assert {"packed", "page", "index", "checkpoint"} == frames.keys()
    assert frame_ends(log)[0] + sum(size for _, size in frames.values()) == log.stat().st_size
    assert sum(count for count, _ in frames.values()) == len(frame_ends(log)) - 1
    puts = [each for commit in commits for each in commit.puts]
    objects = numbers(out, "Object put")
    assert objects["Pod"][0] == sum(to_manifest(each)["kind"] == "Pod" for each in puts)
    assert sum(count for count, _ in objects.values()) == len(puts)
    assert f"{len(commits)} commits: " in out
    exported = sum(map(len, told(capsys, "export", log).splitlines()))
    assert f": {exported:,} bytes of JSON in {frames['packed'][1]:,} bytes, 1/" in out
    assert f"; the whole file 1/{exported / log.stat().st_size:.1f}\n" in out
    assert " commits a minute of cluster time; " in out
    largest = max(len(json.dumps(to_manifest(each), separators=(",", ":"))) for each in puts)
    assert out.split("Largest objects")[1].splitlines()[1].split()[0] == f"{largest:,}"


def test_stats_and_info_say_what_was_passed_over(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with LogReader.open(log) as reader:
        index = [frame for frame in reader.frames(with_unknown=True) if frame.type == FrameType.INDEX][-1]
    assert "passed over" not in told(capsys, "stats", log) + told(capsys, "info", log)
    damaged = bytearray(log.read_bytes())
    damaged[index.offset + 20] ^= 1
    log.write_bytes(damaged)
    out = told(capsys, "stats", log)
    assert f"{index.end - index.offset:,}  from byte {index.offset} on, passed over" in out
    assert bytes_told(out) + index.end - index.offset == len(damaged)
    assert f"Damage:   {log} is damaged at byte {index.offset}, where there is no commit" in told(capsys, "info", log)


def bytes_told(out: str) -> int:
    """Of all frames and what is before the first one."""
    before = next(line for line in out.splitlines() if line.endswith("before the first one"))
    return int(before.split()[0].replace(",", "")) + sum(size for _, size in numbers(out, "Frame ").values())


def test_stats_of_a_log_without_commits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Log.create(tmp_path / "empty.k9log", HEADER).close()
    assert "0 commits: 0 bytes of JSON in 0 bytes" in told(capsys, "stats", tmp_path / "empty.k9log")
    assert told(capsys, "fsck", tmp_path / "empty.k9log").startswith("0 commits, ")
    assert told(capsys, "export", tmp_path / "empty.k9log") == ""


# -- compact -----------------------------------------------------------------------------------------------


def test_compact_forgets_the_beginning_and_keeps_the_rest(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, size = commits_of(log), log.stat().st_size
    assert main(["log", "compact", "--keep", "1m", str(log)]) == 0
    with closing(History.open(log)) as history:
        first, last = history.first_revision, history.last_revision
        after = [history.commit(each) for each in range(first + 1, last + 1)]
        assert verify(history) is None
    assert first > 0
    assert after == before[first:]
    assert after[0].time <= START + 60
    assert capsys.readouterr().out == (
        f"{log}: {len(after)} commits kept, {first} dropped; it begins at revision {first} now; "
        f"{size} bytes became {log.stat().st_size}\n"
    )
    assert told(capsys, "fsck", log) == f"{len(after)} commits, {log.stat().st_size} bytes, whole\n"
    assert json.loads(told(capsys, "export", log).splitlines()[0])["revision"] == first + 1
    assert f"{len(after)} commits: " in told(capsys, "stats", log)
    assert f"{len(after)} ({first} before them were forgotten)" in told(capsys, "info", log)
    since = f" from revision {first} on, where this compacted log begins"
    assert told(capsys, "verify", log) == f"{len(after)} commits identical{since}\n"
    log.write_bytes(log.read_bytes()[:-1])
    assert "commits kept, up to revision" in told(capsys, "repair", log)
    assert told(capsys, "fsck", log.with_name("demo.repaired.k9log")).endswith("bytes, whole\n")


def test_compact_with_nothing_to_forget_changes_nothing(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = log.read_bytes()
    assert main(["log", "compact", "--keep", "24h", str(log)]) == 0
    assert f"all {len(commits_of(log))} commits are kept" in capsys.readouterr().out
    assert log.read_bytes() == before


def test_compact_refuses_mistakes_in_one_line(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = log.read_bytes()
    for keep in ("", "soon", "1", "1y", "-1h"):
        assert main(["log", "compact", f"--keep={keep}", str(log)]) == 1
        assert capsys.readouterr().err.startswith(f"k9lite: --keep {keep}: give a duration ")
    with Log.open(log):
        assert main(["log", "compact", "--keep", "1m", str(log)]) == 1
        assert "is being written by process" in capsys.readouterr().err
    assert log.read_bytes() == before


# -- all of them -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", TOOLS)
def test_a_log_that_is_being_written_can_be_looked_into(
    log: Path, tool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Log.open(log):
        before = log.read_bytes()
        told(capsys, tool, log)
        assert log.read_bytes() == before


def test_zeros_that_a_writer_has_written_ahead_are_no_part_of_a_log(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commits, copy = commits_of(log), tmp_path / "copy.k9log"
    with Log.open(log) as live:
        last = encode_commit(Commit(revision=len(commits) + 1, time=commits[-1].time, actor="user"))
        live.append([Entry(FrameType.COMMIT, last, len(commits) + 1)])
        size = live.end
        copy.write_bytes(log.read_bytes())
    assert copy.stat().st_size > log.stat().st_size == size
    assert told(capsys, "fsck", copy) == f"{len(commits) + 1} commits, {size} bytes, whole\n"
    assert "there is nothing to repair" in told(capsys, "repair", copy)
    assert f"Bytes:    {size} (" in told(capsys, "info", copy)
    for tool in ("export", "stats"):
        assert told(capsys, tool, copy) == told(capsys, tool, log)
    copy.write_bytes(copy.read_bytes()[:-600] + b"x" + bytes(599))
    assert f"at byte {size} of {copy.stat().st_size - 599}: it ends in the middle" in refused(capsys, "fsck", copy)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_mistake_is_one_line(tool: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "does not exist" in refused(capsys, tool, tmp_path / "no.k9log")
    assert "it is not a file" in refused(capsys, tool, tmp_path)
    (tmp_path / "list.k9log").write_text("shopping list")
    assert "is not a k9lite log" in refused(capsys, tool, tmp_path / "list.k9log")
    newer = Header(cluster="c", seed="s", created=1, oldest_reader=99)
    data = MAGIC + join([Entry(FrameType.HEADER, encode_header(newer))], Cursor())[0]
    (tmp_path / "newer.k9log").write_bytes(data)
    assert "was made by a newer k9lite" in refused(capsys, tool, tmp_path / "newer.k9log")


# -- what is no log ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", ["info", "verify", *TOOLS, "compact"])
def test_what_is_no_log_is_refused_in_one_line_by_every_tool(
    tmp_path: Path, tool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.k9log").mkdir()
    (tmp_path / "empty.k9log").touch()
    (tmp_path / "text.k9log").write_text("hello\n")
    (tmp_path / "short.k9log").write_bytes(SAMPLE.read_bytes()[:50])
    os.mkfifo(tmp_path / "pipe.k9log")
    (tmp_path / "loop.k9log").symlink_to("loop.k9log")
    (tmp_path / "nowhere.k9log").symlink_to("missing.k9log")
    keep = ["--keep", "1h"] if tool == "compact" else []
    before = sorted(tmp_path.iterdir())
    for name, why in (
        ("missing.k9log", "does not exist"),
        ("nowhere.k9log", "does not exist"),
        ("no-folder/x.k9log", "does not exist"),
        ("text.k9log/x.k9log", "does not exist"),
        ("x" * 300, "does not exist"),
        ("folder.k9log", "it is not a file"),
        ("pipe.k9log", "it is not a file"),
        ("/dev/null", "it is not a file"),
        ("loop.k9log", "it is a link that leads back to itself"),
        ("empty.k9log", "it ends inside its header"),
        ("short.k9log", "it ends inside its header"),
        ("text.k9log", "it begins differently"),
    ):
        assert main(["log", tool, *keep, str(tmp_path / name)]) == 1
        shown = capsys.readouterr()
        assert shown.out == ""
        assert why in shown.err
        assert len(shown.err.splitlines()) == 1, shown.err
    assert sorted(tmp_path.iterdir()) == before
