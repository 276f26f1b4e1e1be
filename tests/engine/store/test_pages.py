"""Memory is a cache of the log: what is let go comes back equal, and a checkpoint is written without a long stop."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.errors import LogFull
from engine.kinds import Event, Object, Pod, from_manifest
from engine.store import checkpointer as checkpointer_module
from engine.store import pages as pages_module
from engine.store.checkpoint import maps_of
from engine.store.checkpointer import Checkpointer
from engine.store.chunk import Chunk
from engine.store.commit import Commit
from engine.store.frames import FrameType
from engine.store.history import History
from engine.store.log import Log, LogReader
from engine.store.state import State, fold
from k9lite.log_tools.checking import check
from tests.engine.store.test_checkpoint import Recorder, a_pod

PODS = 3000


@pytest.fixture(scope="module")
def pods() -> tuple[Object, ...]:
    return tuple(a_pod(number) for number in range(PODS))


@pytest.fixture
def recorder(pods: tuple[Object, ...], tmp_path: Path) -> Recorder:
    made = Recorder(tmp_path / "pages.k9log")
    made.put(*pods)
    return made


def chunks(state: State) -> Iterator[Chunk[Any, Any]]:
    return (chunk for each in maps_of(state).values() for _, chunk in each.chunks())


def in_memory(state: State) -> int:
    return sum(chunk.lists is not None for chunk in chunks(state))


def writer(recorder: Recorder) -> Checkpointer:
    assert recorder.checkpointer is not None
    return recorder.checkpointer


def test_what_was_grown_is_let_go_once_a_checkpoint_has_it_and_comes_back_equal(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_module, "_ROOM_BYTES", 0)
    monkeypatch.setattr(pages_module, "_LITTLE_ROOM_BYTES", 0)
    before = list(recorder.state.all(Pod))
    assert in_memory(recorder.state) == len(list(chunks(recorder.state)))
    recorder.checkpoint()
    assert in_memory(recorder.state) <= 2, "the last of those that are listed, and of the others"
    assert list(recorder.state.all(Pod)) == before
    assert in_memory(recorder.state) <= 2, "the last of those that are listed, and of the others"


def test_what_objects_say_alike_is_one_string_or_one_part_when_they_are_read_again(recorder: Recorder) -> None:
    web = {"name": "web", "ready": True, "image": "nginx:1.27", "imageID": "sha256:1", "restartCount": 0}
    running = {"running": {"startedAt": "2026-01-01T08:00:00Z"}}
    for number in range(2):
        pod: dict[str, Any] = {
            "kind": "Pod",
            "metadata": {"name": f"own-{number}", "namespace": "default", "uid": f"u{number}"},
            "status": {"hostIP": "10.0.0.1", "hostIPs": [{"ip": "10.0.0.1"}]},
        }
        pod["status"]["containerStatuses"] = [{**web, "containerID": f"c{number}", "state": running, "lastState": {}}]
        event: dict[str, Any] = {"kind": "Event", "message": "Started it"}
        event["metadata"] = {"name": f"own-{number}.1", "namespace": "default"}
        event["involvedObject"] = {"kind": "Pod", "namespace": "default", "name": f"own-{number}", "uid": f"u{number}"}
        recorder.put(*(from_manifest({"apiVersion": "v1", **each}) for each in (pod, event)))
    recorder.checkpoint()
    with closing(History.open(recorder.log.path)) as history:
        state = history.state_at(recorder.state.revision)
    one, other = state.find(Pod, "own-0", "default"), state.find(Pod, "own-1", "default")
    about_one, about_other = state.all(Event)
    assert one is not None
    assert other is not None
    assert (one, other) == tuple(recorder.state.find(Pod, f"own-{each}", "default") for each in (0, 1))
    mine, its = one.status.container_statuses[0], other.status.container_statuses[0]
    assert mine.image_id is its.image_id
    assert mine.state is its.state
    assert mine.container_id != its.container_id
    assert one.status.host_ips is other.status.host_ips
    assert about_one.message is about_other.message
    assert about_one.involved_object.uid is one.metadata.uid


def test_what_changed_since_the_checkpoint_stays(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "_ROOM_BYTES", 0)
    monkeypatch.setattr(pages_module, "_LITTLE_ROOM_BYTES", 0)
    recorder.checkpoint()
    recorder.put(a_pod(1234, "busybox"))
    assert len(list(recorder.state.all(Pod))) == PODS
    kept = [chunk for chunk in chunks(recorder.state) if chunk.lists is not None]
    assert any(chunk.page is None for chunk in kept)
    changed = recorder.state.find(Pod, "p01234", "default")
    assert changed is not None
    assert changed.spec.containers[0].image == "busybox"


def test_what_is_looked_into_again_and_again_stays_while_the_rest_is_walked_through(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.checkpoint()
    with closing(History.open(recorder.log.path)) as history:
        state = history.state_at(1)
        monkeypatch.setattr(pages_module, "_ROOM_BYTES", 500_000)
        first = state.find(Pod, "p00000", "default")
        for _ in range(3):
            for number, _ in enumerate(state.all(Pod)):
                if number % 100 == 0:
                    assert state.find(Pod, "p00000", "default") is first
        assert in_memory(state) < len(list(chunks(state)))
        assert history.pages.held_bytes <= 1_000_000


def test_chunks_that_no_state_has_any_more_are_not_counted(recorder: Recorder) -> None:
    recorder.checkpoint()
    pages = writer(recorder).pages
    assert pages is not None
    assert pages.held_bytes > 0
    recorder.state = State()
    recorder.checkpointer = None  # holds what the next delta is told from
    assert pages.held_bytes == 0


def test_a_checkpoint_is_written_a_little_at_a_time(recorder: Recorder) -> None:
    checkpointer, path = writer(recorder), recorder.log.path
    checkpointer.begin(recorder.state)
    steps, longest, number = 0, 0, 0
    while checkpointer._begun is not None:
        before = recorder.log.end
        checkpointer.go_on(20_000)
        longest = max(longest, recorder.log.end - before)
        recorder.put(a_pod(number, "busybox"))
        steps, number = steps + 1, number + 500
    whole = sum(frame.end - frame.offset for frame in frames_of(path) if frame.type == FrameType.PAGE)
    assert steps > 10
    assert longest < whole / 3
    with closing(History.open(path)) as history:
        assert history.newest_checkpoint is not None
        assert history.newest_checkpoint[0].revision == 1
        assert history.last_revision == recorder.state.revision
        assert list(history.state_at(history.last_revision).all(Pod)) == list(recorder.state.all(Pod))
    found = check(path)
    assert (found.trouble, found.commits) == ("", recorder.state.revision)


def test_of_a_checkpoint_that_a_kill_left_half_written_nothing_is_used(recorder: Recorder) -> None:
    checkpointer, path = writer(recorder), recorder.log.path
    checkpointer.begin(recorder.state)
    checkpointer.go_on(400_000)
    recorder.put(a_pod(1, "busybox"))
    assert checkpointer._begun is not None
    recorder.log.close()
    types = [frame.type for frame in frames_of(path)]
    assert FrameType.PAGE in types
    assert FrameType.CHECKPOINT not in types
    assert check(path).trouble == ""
    with Log.open(path) as log, closing(History.open(path)) as history:
        assert log.last_revision == history.last_revision == 2
        state = history.state_at(2)
        assert list(state.all(Pod)) == list(recorder.state.all(Pod))
        resumed = Checkpointer.resume(log, history)
        assert resumed is not None
        resumed.write(state)
        with closing(History.open(path)) as again:
            assert list(again.state_at(2).all(Pod)) == list(state.all(Pod))


def test_where_the_disk_is_full_in_the_middle_of_a_checkpoint_it_goes_on_later(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpointer = writer(recorder)
    checkpointer.begin(recorder.state)
    checkpointer.go_on(400_000)
    written = recorder.log.end
    with monkeypatch.context() as full:
        full.setattr(checkpointer, "_log", FullLog(recorder.log))
        with pytest.raises(LogFull):
            checkpointer.go_on(10_000_000)
    assert recorder.log.end == written
    checkpointer.go_on(100_000_000)
    assert checkpointer._begun is None
    types = [frame.type for frame in frames_of(recorder.log.path)]
    assert types.count(FrameType.PAGE) == len(list(chunks(recorder.state)))


def test_the_next_checkpoint_is_due_by_what_came_since_the_last_one_was_begun(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpointer_module, "_COMMITS", 5)
    checkpointer = writer(recorder)
    checkpointer.begin(recorder.state)
    for number in range(4):
        recorder.put(a_pod(number, "busybox"))
    assert not checkpointer.is_whole_due
    checkpointer.go_on(100_000_000)
    assert checkpointer.commits == 4
    while not checkpointer.is_whole_due:
        assert checkpointer.commits < 5 or checkpointer.commit_bytes < 2 * checkpointer.size_bytes
        recorder.put(*(a_pod(number, f"nginx:{checkpointer.commits}") for number in range(0, PODS, 5)))
    assert checkpointer.commit_bytes >= 2 * checkpointer.size_bytes


class FullLog:
    """A log that takes nothing."""

    def __init__(self, log: Log) -> None:
        self.end, self.path = log.end, log.path

    def append(self, *_entries: object, **_how: object) -> None:
        raise LogFull(self.path, "no space left on device")


def frames_of(path: Path) -> list[Any]:
    with LogReader.open(path) as reader:
        return list(reader.frames(with_unknown=True))


@pytest.mark.parametrize("more", [0, 600])
def test_what_changed_since_a_state_that_was_just_opened_is_told_in_objects(recorder: Recorder, more: int) -> None:
    recorder.checkpoint()
    with closing(History.open(recorder.log.path)) as history:
        opened = history.state_at(recorder.state.revision)
        known = opened.find(Pod, "p00001", "default")
        new = (a_pod(1, "busybox"), a_pod(1234, "busybox"), *(a_pod(PODS + number) for number in range(more)))
        commit = Commit(revision=opened.revision + 1, time=opened.time, actor="user", puts=new)
        later = fold(opened, commit).table("Pod")
        changes = list(later.changes_since(opened.table("Pod")))
    assert changes[0] == (("default", "p00001"), known, new[0])
    assert len(changes) == 2 + more
    assert all(isinstance(old, Pod) for _, old, _ in changes[:2])
    assert [now_is for _, _, now_is in changes] == list(new)
