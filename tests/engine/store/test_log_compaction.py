"""A compacted log: what is kept tells the same as before, and runs again; what was dropped is named, not guessed."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from engine.api.writes import Create, Patch
from engine.cluster import Cluster
from engine.errors import Expired, LogError, LogLocked
from engine.kinds import Deployment, Ref
from engine.store.checkpoint import maps_of
from engine.store.commit import encode_commit
from engine.store.compaction import compact
from engine.store.frames import Entry, FrameType, Header
from engine.store.history import History
from engine.store.log import Log, LogReader
from engine.store.state import State
from engine.store.watch import Watch
from engine.verify import verify
from k9lite.clients.recorded import RecordedClient
from tests.builders import START, deployment, namespace, node, service
from tests.engine.store.test_log_golden import GOLDEN

WEB = Ref("Deployment", "default", "web")
HOUR = 3600


def a_day(path: Path) -> Path:
    """Five hours of a cluster that is scaled each hour, and closed and opened again after the second."""
    header = Header(cluster="shop", seed="shop", created=START)
    log = Log.create(path, header)
    cluster = Cluster(header, log)
    objects = [namespace("default"), node("w1"), node("w2"), deployment("web", replicas=2), service("web")]
    cluster.submit("bootstrap", [Create(each) for each in objects])
    for hour in range(1, 6):
        cluster.advance(START + hour * HOUR - 1800)
        if hour == 3:
            cluster.close()
            log = Log.open(path)
            cluster = Cluster.reopen(log, START + hour * HOUR - 900)
        cluster.submit("user", [Patch(WEB, {"spec": {"replicas": 2 + hour * 3}}, "merge")], f"hour {hour}")
        log.append([Entry(FrameType.NOTE, f"note {hour}".encode())])
        cluster.advance(START + hour * HOUR)
    cluster.close()
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return a_day(tmp_path / "shop.k9log")


def contents(state: State) -> dict[str, object]:
    parts: dict[str, object] = {name: list(each.items()) for name, each in maps_of(state).items()}
    return {**parts, "revision": state.revision, "time": state.time}


def told(path: Path, first: int) -> list[object]:
    """All that a log tells from a revision on."""
    with closing(History.open(path)) as history:
        revisions = range(first + 1, history.last_revision + 1)
        commits = [encode_commit(history.commit(each)) for each in revisions]
        return [*commits, *(contents(history.state_at(each)) for each in range(first, history.last_revision + 1))]


def notes(path: Path) -> list[bytes]:
    with LogReader.open(path) as reader:
        return [frame.payload for frame in reader.frames() if frame.type == FrameType.NOTE]


@pytest.mark.parametrize("keep_seconds", [0, 600, HOUR, 2 * HOUR, 4 * HOUR])
def test_what_is_kept_tells_the_same_and_runs_again(path: Path, keep_seconds: int) -> None:
    copy = path.with_name("whole.k9log")
    copy.write_bytes(path.read_bytes())
    done = compact(path, keep_seconds)
    with closing(History.open(path)) as history:
        assert history.first_revision == done.first_revision
        assert history.last_revision == done.last_revision
        assert history.state_at(done.first_revision).time <= max(START, START + 5 * HOUR - keep_seconds)
        difference = verify(history)
        assert difference is None, difference
    assert told(path, done.first_revision) == told(copy, done.first_revision)


def test_an_hour_kept_drops_the_rest_and_shrinks_the_file(path: Path) -> None:
    before = path.stat().st_size
    done = compact(path, HOUR)
    assert done.dropped == done.first_revision > 0
    assert (done.before_bytes, done.after_bytes) == (before, path.stat().st_size)
    assert done.after_bytes < before
    assert notes(path) == [b"note 3", b"note 4", b"note 5"]
    assert [child.name for child in path.parent.iterdir()] == [path.name]
    with closing(History.open(path)) as history:
        for asked in (lambda: history.commit(1), lambda: history.state_at(0), lambda: history.commit(done.dropped)):
            with pytest.raises(LogError, match=f"begins at revision {done.first_revision}"):
                asked()
        with pytest.raises(Expired):
            Watch(history, 3)


def test_compacting_again_has_nothing_to_drop_and_leaves_the_file_alone(path: Path) -> None:
    compact(path, HOUR)
    before = path.read_bytes()
    again = compact(path, HOUR)
    assert again.dropped == 0
    assert path.read_bytes() == before
    assert compact(path, 100 * HOUR).dropped == 0


def test_a_compacted_cluster_goes_on_and_can_be_compacted_later(path: Path) -> None:
    first = compact(path, HOUR).first_revision
    cluster = Cluster.reopen(Log.open(path), START + 6 * HOUR)
    cluster.submit("user", [Patch(WEB, {"spec": {"replicas": 3}}, "merge")], "later")
    cluster.advance(START + 8 * HOUR)
    cluster.close()
    with closing(History.open(path)) as history:
        assert verify(history) is None
    later = compact(path, HOUR)
    assert later.first_revision > first
    with closing(History.open(path)) as history:
        assert verify(history) is None
        web = history.state_at(history.last_revision).find(Deployment, "web", "default")
        assert web is not None
        assert web.status.ready_replicas == 3


def test_a_recording_of_a_compacted_log_plays_from_what_is_left(path: Path) -> None:
    done = compact(path, HOUR)
    client = RecordedClient(History.open(path))
    assert [deed.deed for deed in client.deeds()] == ["hour 3", "hour 4", "hour 5"]
    client.seek(0)
    assert client.state.revision == done.first_revision
    client.seek_time(START)
    assert client.now == client.first_time > START + HOUR
    client.seek_time(client.last_time)
    assert client.state.revision == done.last_revision
    client.close()


def test_what_only_a_newer_version_knows_stays_where_it_is(path: Path) -> None:
    with Log.open(path) as log:
        log.append([Entry(0xF0, b"before what is kept"), Entry(FrameType.NOTE, b"hour 5 ends")])
    cluster = Cluster.reopen(Log.open(path), START + 7 * HOUR)
    cluster.close()
    with Log.open(path) as log:
        log.append([Entry(0xF0, b"about the last one", log.last_revision), Entry(0xF1, b"")])
    compact(path, 0)
    with LogReader.open(path) as reader:
        left = [(frame.type, frame.payload, frame.revision) for frame in reader.frames(with_unknown=True)]
    unknown = [each for each in left if each[0] >= 0xF0]
    last = max(revision for *_, revision in left)
    assert unknown == [(0xF0, b"about the last one", last), (0xF1, b"", 0)]
    assert left[left.index(unknown[0]) - 1][::2] == (FrameType.COMMIT, last)


def test_a_log_that_is_written_is_not_compacted(path: Path) -> None:
    with Log.open(path), pytest.raises(LogLocked):
        compact(path, HOUR)


def test_a_reader_of_the_old_file_reads_on(path: Path) -> None:
    with closing(History.open(path)) as history:
        compact(path, 0)
        assert history.state_at(5).revision == 5


def test_what_an_interrupted_compaction_left_is_in_nobodys_way(path: Path) -> None:
    unfinished = path.with_name(f".{path.name}.compacted")
    unfinished.write_bytes(b"half a log")
    compact(path, HOUR)
    assert not unfinished.exists()


def test_a_disk_without_room_leaves_the_log_as_it_was(path: Path) -> None:
    before = path.read_bytes()
    script = f"""
import resource
from pathlib import Path
from engine.errors import LogFull
from engine.store.compaction import compact
resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))
try:
    compact(Path({str(path)!r}), 3600)
except LogFull as full:
    print(full)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "Make room and try again" in run.stdout
    assert path.read_bytes() == before
    assert [child.name for child in path.parent.iterdir()] == [path.name]


def test_a_log_of_format_1_becomes_one_of_format_2_when_it_is_compacted(tmp_path: Path) -> None:
    path = tmp_path / "old.k9log"
    path.write_bytes((GOLDEN / "format-1.k9log").read_bytes())
    done = compact(path, 5)
    with closing(History.open(path)) as history:
        assert (history.header.format, history.first_revision, done.first_revision) == (2, 35, 35)
        assert told(path, 35) == told(GOLDEN / "format-1.k9log", 35)


def test_a_missing_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(LogError):
        compact(tmp_path / "none.k9log", HOUR)
