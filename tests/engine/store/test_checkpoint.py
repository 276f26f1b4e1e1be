"""Checkpoints: only what changed is written, only what is touched is read, and none is trusted for its looks."""

import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.errors import LogDamaged, LogFull
from engine.kinds import Object, Pod, from_manifest
from engine.store import checkpoint as checkpoint_module
from engine.store.checkpointer import Checkpointer
from engine.store.chunk import Chunk, Lists
from engine.store.commit import Commit, encode_commit
from engine.store.frames import CHECKPOINT_MARKER, Entry, FrameType, Header, checkpoint_start
from engine.store.history import History
from engine.store.log import Log, LogReader
from engine.store.pages import LogPage
from engine.store.state import State, fold

CREATED = 1_780_000_000
HEADER = Header(cluster="pages", seed="pages", created=CREATED)


def a_pod(number: int, image: str = "nginx") -> Object:
    return from_manifest(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"p{number:05}", "namespace": "default", "labels": {"app": "web"}},
            "spec": {"containers": [{"name": "main", "image": image}], "nodeName": f"w{number % 7}"},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
        }
    )


class Recorder:
    """Appends commits one by one, as a cluster does."""

    def __init__(self, path: Path, header: Header = HEADER) -> None:
        self.log = Log.create(path, header)
        self.checkpointer = Checkpointer.of_new(self.log)
        self.state = State(time=CREATED)

    def put(self, *objects: Object) -> None:
        revision = self.state.revision + 1
        commit = Commit(revision=revision, time=CREATED + revision, actor="user", puts=objects)
        before = self.log.end
        places = self.log.append([Entry(FrameType.COMMIT, encode_commit(commit), revision)], durable=False)
        self.state = fold(self.state, commit)
        if self.checkpointer is not None:
            self.checkpointer.note([commit], places, self.log.end - before)

    def checkpoint(self) -> int:
        """How many bytes it took."""
        assert self.checkpointer is not None
        before = self.log.end
        self.checkpointer.write(self.state)
        return self.log.end - before


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pages.k9log"


@pytest.fixture
def recorder(path: Path) -> Recorder:
    made = Recorder(path)
    made.put(*(a_pod(number) for number in range(3000)))
    return made


def frames_behind(path: Path) -> list[int]:
    with LogReader.open(path) as reader:
        return [frame.type for frame in reader.frames(with_unknown=True)]


def test_a_checkpoint_costs_what_changed_since_the_one_before(recorder: Recorder) -> None:
    whole = recorder.checkpoint()
    recorder.put(a_pod(1234, "busybox"))
    one_page = recorder.checkpoint()
    recorder.put()
    nothing = recorder.checkpoint()
    assert one_page < whole / 5
    assert nothing < one_page / 2
    assert nothing < 1500


def test_opening_reads_no_page_and_an_object_costs_one(recorder: Recorder, path: Path) -> None:
    recorder.checkpoint()
    with closing(History.open(path)) as history:
        read: list[int] = []
        inner = history.pages.read

        def counted(offset: int) -> bytes:
            read.append(offset)
            return inner(offset)

        history.pages.read = counted
        state = history.state_at(1)
        assert state.count("Pod") == 3000
        assert read == []
        pod = state.find(Pod, "p01234", "default")
        assert pod is not None
        assert len(read) == 1
        assert state.find(Pod, "p01234", "default") is pod
        assert len(read) == 1


def test_a_state_stays_readable_when_its_history_is_closed_and_the_file_is_gone(recorder: Recorder, path: Path) -> None:
    recorder.checkpoint()
    with closing(History.open(path)) as history:
        state = history.state_at(1)
    path.unlink()
    assert len(list(state.all(Pod))) == 3000


def test_equal_parts_of_reloaded_objects_are_one_object(recorder: Recorder, path: Path) -> None:
    recorder.checkpoint()
    with closing(History.open(path)) as history:
        pods = list(history.state_at(1).all(Pod))
    for parts in (
        [pod.spec.containers for pod in pods],
        [pod.metadata.labels for pod in pods],
        [pod.status.conditions for pod in pods],
    ):
        assert len({id(part) for part in parts}) == 1


def test_a_changed_object_of_a_lazy_page_does_not_read_the_others_anew(recorder: Recorder, path: Path) -> None:
    recorder.checkpoint()
    with closing(History.open(path)) as history:
        before = history.state_at(1)
        neighbour = before.find(Pod, "p00000", "default")
        after = fold(before, Commit(revision=2, time=CREATED, actor="user", puts=(a_pod(1, "busybox"),)))
        assert after.find(Pod, "p00000", "default") is neighbour
        changed = [key for key, _ in after.table("Pod").changed_since(before.table("Pod"))]
    assert changed == [("default", "p00001")]


def test_what_two_readers_of_one_log_have_not_changed_is_not_read_to_compare_it(
    recorder: Recorder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.checkpoint()
    read: list[object] = []
    load = LogPage.load

    def counted(page: LogPage, chunk: Chunk[Any, Any]) -> Lists[Any, Any]:
        read.append(page.offset)
        return load(page, chunk)

    monkeypatch.setattr(LogPage, "load", counted)
    with closing(History.open(path)) as one, closing(History.open(path)) as other:
        before, again = one.state_at(1), other.state_at(1)
        assert list(again.table("Pod").changed_since(before.table("Pod"))) == []
        assert read == []
        after = fold(again, Commit(revision=2, time=CREATED, actor="user", puts=(a_pod(1, "busybox"),)))
        after.table("Pod").settle()
        read.clear()
        changed = [key for key, _ in after.table("Pod").changed_since(before.table("Pod"))]
        assert ("default", "p00001") in changed
        assert len(read) == 1


def test_a_log_with_a_checkpoint_is_checked_from_there_on_and_the_rest_when_it_is_read(
    recorder: Recorder, path: Path
) -> None:
    recorder.checkpoint()
    recorder.put(a_pod(1, "busybox"))
    recorder.log.close()
    with LogReader.open(path) as reader:
        start, frame = reader.start, reader.newest_checkpoint()
    assert frame is not None
    damaged = bytearray(path.read_bytes())
    damaged[start + 40] ^= 1
    path.write_bytes(damaged)
    Log.open(path).close()
    with closing(History.open(path)) as history:
        assert history.state_at(2).count("Pod") == 3000
        with pytest.raises(LogDamaged):
            history.commit(1)
    with LogReader.open(path) as reader, pytest.raises(LogDamaged):
        list(reader.frames())
    damaged = bytearray(path.read_bytes())
    damaged[frame.end + 30] ^= 1
    path.write_bytes(damaged)
    for open_it in (Log.open, History.open):
        with pytest.raises(LogDamaged):
            open_it(path)


def test_a_damaged_page_is_refused_when_it_is_touched(recorder: Recorder, path: Path) -> None:
    recorder.checkpoint()
    with LogReader.open(path) as reader:
        (page, *_) = (frame for frame in reader.frames(with_unknown=True) if frame.type == FrameType.PAGE)
    damaged = bytearray(path.read_bytes())
    damaged[page.offset + 30] ^= 1
    path.write_bytes(damaged)
    with closing(History.open(path)) as history, pytest.raises(LogDamaged) as refused:
        list(history.state_at(1).objects("Pod"))
    assert refused.value.offset == page.offset


def test_a_damaged_checkpoint_is_never_used(recorder: Recorder, path: Path) -> None:
    recorder.checkpoint()
    recorder.put(a_pod(1, "busybox"))
    recorder.checkpoint()
    recorder.log.close()
    with LogReader.open(path) as reader:
        newest = reader.newest_checkpoint()
    assert newest is not None
    damaged = bytearray(path.read_bytes())
    damaged[newest.end - 1] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(LogDamaged):
        History.open(path)


def test_a_checkpoint_cut_off_by_a_crash_is_a_torn_tail_behind_which_nothing_is_lost(
    recorder: Recorder, path: Path
) -> None:
    recorder.checkpoint()
    recorder.put(a_pod(1, "busybox"))
    end = recorder.log.end
    recorder.checkpoint()
    recorder.log.close()
    whole = path.read_bytes()
    for size in range(end, len(whole), 97):
        path.write_bytes(whole[:size])
        with Log.open(path) as log:
            assert log.last_revision == 2
        with closing(History.open(path)) as history:
            assert history.last_revision == 2
            pod = history.state_at(2).find(Pod, "p00001", "default")
            assert pod is not None
            assert pod.spec.containers[0].image == "busybox"


def test_a_copy_of_a_checkpoint_elsewhere_and_its_mere_marker_are_passed_over(recorder: Recorder, path: Path) -> None:
    recorder.checkpoint()
    with LogReader.open(path) as reader:
        newest = reader.newest_checkpoint()
    assert newest is not None
    log = recorder.log
    log.append([Entry(0xF0, CHECKPOINT_MARKER + bytes(100))])
    log.append([Entry(0xF0, path.read_bytes()[newest.offset : newest.end])])
    log.append([Entry(FrameType.CHECKPOINT, newest.payload)])
    log.append([Entry(0xF0, checkpoint_start(log.end) + b"but of another type")])
    log.append([Entry(0xF0, bytes(3 << 20) + CHECKPOINT_MARKER)])
    with LogReader.open(path) as reader:
        assert reader.newest_checkpoint() == newest
    with closing(History.open(path)) as history:
        assert history.state_at(1).count("Pod") == 3000


def test_a_checkpoint_of_a_version_with_other_indices_is_not_used(
    recorder: Recorder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint_module, "LAYOUT", 99)
    recorder.checkpoint()
    monkeypatch.undo()
    recorder.put(a_pod(1, "busybox"))
    with closing(History.open(path)) as history:
        assert history.newest_checkpoint is None
        assert (history.last_revision, history.state_at(2).count("Pod")) == (2, 3000)
        resumed = Checkpointer.resume(recorder.log, history)
        assert resumed is not None
        resumed.write(history.state_at(2))
    with closing(History.open(path)) as history:
        assert history.newest_checkpoint is not None
        assert history.state_at(2).count("Pod") == 3000


def test_a_log_of_format_1_gets_no_checkpoints(tmp_path: Path) -> None:
    old = Header(cluster="old", seed="s", created=CREATED, format=1, oldest_reader=1)
    assert Recorder(tmp_path / "old.k9log", old).checkpointer is None


def test_checkpoints_come_by_commits_and_by_what_the_last_one_took(path: Path) -> None:
    recorder = Recorder(path)
    checkpointer = recorder.checkpointer
    assert checkpointer is not None
    recorder.put(*(a_pod(number) for number in range(2000)))
    recorder.checkpoint()
    taken: list[int] = []
    commits, last = 0, checkpointer.size_bytes
    while len(taken) < 4:
        recorder.put(a_pod(commits * 37 % 2000, f"nginx:{commits}"))
        commits += 1
        if checkpointer.is_due:
            assert checkpointer.commits >= 512
            assert checkpointer.commit_bytes * 2 >= last
            last = recorder.checkpoint()
            taken.append(commits)
    assert frames_behind(path).count(FrameType.CHECKPOINT) == 5


def test_a_follower_of_a_live_log_learns_of_its_checkpoints(recorder: Recorder, path: Path) -> None:
    with closing(History.open(path)) as history:
        recorder.checkpoint()
        recorder.put(a_pod(1, "busybox"))
        assert history.poll()
        assert not history.poll()
        assert (history.last_revision, history.state_at(2).revision) == (2, 2)


def test_a_full_disk_costs_a_checkpoint_and_nothing_else(recorder: Recorder, path: Path) -> None:
    before = path.read_bytes()
    fd = os.dup(recorder.log._fd)
    with Path("/dev/full").open("r+b", buffering=0) as full:
        os.dup2(full.fileno(), recorder.log._fd)  # takes no write
    with pytest.raises(LogFull):
        recorder.checkpoint()
    os.dup2(fd, recorder.log._fd)
    os.close(fd)
    assert path.read_bytes() == before
    recorder.log.close()
    with Log.open(path) as log:
        assert log.last_revision == 1
