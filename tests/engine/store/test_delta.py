"""Deltas: where changes are spread, who opens a log after a kill folds a few commits, and it costs what changed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import LogFull
from engine.kinds import Pod, evolve
from engine.store import checkpointer as checkpointer_module
from engine.store import delta_reader, delta_writer
from engine.store.checkpointer import Checkpointer
from engine.store.frames import FrameType
from engine.store.history import History
from engine.store.log import Log, LogReader
from k9lite.log_tools.fsck import fsck
from tests.engine.store.test_checkpoint import Recorder, a_pod

PODS, CHANGES = 3000, 100


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """3,000 pods in a checkpoint, and then one after the other changed, all over the place."""
    monkeypatch.setattr(delta_writer, "_CHANGES", CHANGES)
    monkeypatch.setattr(checkpointer_module, "_COMMITS", 100_000)
    made = Recorder(tmp_path / "spread.k9log")
    made.put(*(a_pod(number) for number in range(PODS)))
    made.checkpoint()
    yield made
    made.log.close()


def go_on(recorder: Recorder, commits: int) -> None:
    """As a cluster does."""
    assert recorder.checkpointer is not None
    for _ in range(commits):
        number = recorder.state.revision * 1237 % PODS
        recorder.put(a_pod(number, f"nginx:{recorder.state.revision}"))
        if recorder.checkpointer.is_due:
            recorder.checkpointer.begin_due(recorder.state, recorder.state.time, {"waiting": []})
        recorder.checkpointer.go_on()


def sizes(path: Path) -> dict[int, int]:
    found: dict[int, int] = {}
    with LogReader.open(path) as reader:
        for frame in reader.frames_and_holes():
            kind = getattr(frame, "type", 0)
            found[kind] = found.get(kind, 0) + frame.end - frame.offset
    return found


def images(history: History, revision: int) -> list[str]:
    return [pod.spec.containers[0].image for pod in history.state_at(revision).all(Pod)]


def test_whoever_opens_after_a_kill_folds_a_few_commits_wherever_they_were_spread(recorder: Recorder) -> None:
    for commits in (350, 1, 198):
        go_on(recorder, commits)
        with closing(History.open(recorder.log.path)) as history:
            known = history.known_before(history.last_revision)
            assert known is not None
            assert history.last_revision - known.revision <= CHANGES
            assert images(history, history.last_revision) == [
                pod.spec.containers[0].image for pod in recorder.state.all(Pod)
            ]


def test_a_delta_costs_less_than_the_commits_it_tells_of(recorder: Recorder) -> None:
    before = sizes(recorder.log.path)
    go_on(recorder, 500)
    after = sizes(recorder.log.path)
    deltas = sum(after.get(each, 0) - before.get(each, 0) for each in (FrameType.PAGE, FrameType.DELTA))
    assert 0 < deltas < (after[FrameType.PACKED] - before[FrameType.PACKED]) / 2


def test_opening_reads_no_page_of_the_checkpoint_before_it_is_touched(recorder: Recorder) -> None:
    go_on(recorder, 250)
    with closing(History.open(recorder.log.path)) as history:
        known = history.known_before(history.last_revision)
        assert known is not None
        pages = {ref.offset for refs in known.maps.values() for ref in refs}
        read: list[int] = []
        inner = history.pages.read

        def counted(offset: int) -> bytes:
            read.append(offset)
            return inner(offset)

        history.pages.read = counted
        state = history.state_of(known)
        assert state.count("Pod") == PODS
        assert not pages & set(read)
        assert state.find(Pod, "p00000", "default") is not None
        assert len(pages & set(read)) == 1


def test_of_what_changed_only_that_is_decoded_into_which_somebody_looks(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on(recorder, 450)
    keys: list[object] = []
    inner = delta_reader.decoded

    def counted(entries: object) -> list[tuple[tuple[object, ...], object]]:
        found = list(inner(entries))
        keys.extend(key for key, _ in found)
        return found

    monkeypatch.setattr(delta_reader, "decoded", counted)
    with closing(History.open(recorder.log.path)) as history:
        known = history.known_before(history.last_revision)
        assert known is not None
        state = history.state_of(known)
        assert state.count("Pod") == PODS
        assert not keys
        number = 1237 * (known.revision - 1) % PODS
        pod = state.find(Pod, f"p{number:05}", "default")
        assert pod is not None
        assert pod.spec.containers[0].image == f"nginx:{known.revision - 1}"
        assert 0 < len(keys) < 450


def test_a_seek_before_the_newest_checkpoint_begins_at_a_delta(recorder: Recorder) -> None:
    go_on(recorder, 450)
    recorder.checkpoint()
    go_on(recorder, 20)
    with closing(History.open(recorder.log.path)) as history:
        for revision in (150, 250, 440):
            known = history.known_before(revision)
            assert known is not None
            assert revision - CHANGES <= known.revision <= revision
        assert len(images(history, 250)) == PODS


def test_an_address_that_was_given_back_is_free_wherever_it_stood_in_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delta_writer, "_CHANGES", 1)
    recorder = Recorder(tmp_path / "addresses.k9log")
    recorder.put(*(_with_address(number) for number in range(1000)))
    recorder.checkpoint()
    gone = [first for first, _ in recorder.state.by_address.chunks()]
    assert len(gone) > 1
    by_address = {pod.status.pod_ip: pod for pod in recorder.state.all(Pod)}
    recorder.put(*(evolve(by_address[ip], status=evolve(by_address[ip].status, pod_ip="")) for ip, *_ in gone))
    checkpointer = recorder.checkpointer
    assert checkpointer is not None
    checkpointer.begin_due(recorder.state, recorder.state.time, None)
    checkpointer.go_on(1 << 30)
    recorder.log.close()
    with closing(History.open(recorder.log.path)) as history:
        assert history.newest_known() != history.newest_checkpoint
        state = history.state_at(history.last_revision)
        assert not any(state.is_taken(ip) for ip, *_ in gone)
        assert sum(state.is_taken(ip) for ip in by_address) == len(by_address) - len(gone)


def _with_address(number: int) -> Pod:
    pod = a_pod(number)
    assert isinstance(pod, Pod)
    return evolve(pod, status=evolve(pod.status, pod_ip=f"10.244.{number // 250}.{number % 250}"))


def test_deltas_go_on_behind_who_was_killed(recorder: Recorder) -> None:
    go_on(recorder, 250)
    for _ in range(3):
        with closing(History.open(recorder.log.path)) as history:
            recorder.checkpointer = Checkpointer.resume(recorder.log, history)
            recorder.state = history.state_at(history.last_revision)
        go_on(recorder, 10)
        with closing(History.open(recorder.log.path)) as history:
            known = history.known_before(history.last_revision)
            assert known is not None
            assert history.last_revision - known.revision < 10, "what was not told is told at once"
    assert len(list(fsck(recorder.log.path))) == 1


def test_a_delta_waits_where_the_disk_is_full(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on(recorder, CHANGES - 1)
    checkpointer = recorder.checkpointer
    assert checkpointer is not None
    number = recorder.state.revision % PODS
    recorder.put(a_pod(number, "last"))
    checkpointer.begin_due(recorder.state, recorder.state.time, {"waiting": []})

    def full(*_entries: object, **_how: object) -> None:
        raise LogFull(recorder.log.path, "no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Log, "append", full)
        for _ in range(3):
            with pytest.raises(LogFull):
                checkpointer.go_on(1 << 30)
    checkpointer.go_on(1 << 30)
    with closing(History.open(recorder.log.path)) as history:
        known = history.known_before(history.last_revision)
        assert known is not None
        assert known.revision == history.last_revision


def test_fsck_holds_the_newest_delta_against_the_commits(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on(recorder, CHANGES - 1)
    checkpointer = recorder.checkpointer
    assert checkpointer is not None
    changed = checkpointer._deltas._open
    assert changed is not None
    changed.changed.popitem()
    recorder.put()
    monkeypatch.setattr(delta_writer, "_CHANGES", 1)
    checkpointer.begin_due(recorder.state, recorder.state.time, None)
    checkpointer.go_on(1 << 30)
    with pytest.raises(Exception, match=f"the delta of revision {recorder.state.revision} is not what the commits"):
        list(fsck(recorder.log.path))
