"""A State opened from a checkpoint is the State that all commits fold to, whenever checkpoints were written."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kinds import Object, Pod, Ref, from_manifest, ref_of, to_manifest
from engine.store import history as history_module
from engine.store import pages as pages_module
from engine.store.checkpoint import maps_of
from engine.store.checkpointer import Checkpointer
from engine.store.commit import Commit, encode_commit
from engine.store.frames import Entry, FrameType, Header
from engine.store.history import History
from engine.store.log import Log
from engine.store.state import State, fold

CREATED = 1_780_000_000
HEADER = Header(cluster="pages", seed="pages", created=CREATED)
NAMES = tuple(f"p{number}" for number in range(12))

Put = tuple[str, str, int]
PUTS = st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "w1", "w2"]), st.integers(0, 3))
COMMITS = st.lists(st.tuples(st.lists(PUTS, max_size=3), st.sampled_from([None, *NAMES])), max_size=25)


def a_pod(name: str, node: str, number: int) -> Object:
    phase = ("Pending", "Running", "Succeeded", "Running")[number]
    containers = [
        {
            "name": "main",
            "image": f"nginx:1.{number}",
            "ports": [{"containerPort": 80, "hostPort": 8000 + number}],
            "resources": {"requests": {"cpu": f"{number}00m", "memory": "1Gi", "example.com/gpu": str(number)}},
        }
    ]
    status = {"phase": phase, "podIP": f"10.0.0.{number}", "conditions": [{"type": "Ready", "status": "True"}]}
    owners = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": f"u{number}", "controller": True}]
    metadata = {"name": name, "namespace": "default", "labels": {"app": f"a{number}"}, "ownerReferences": owners}
    spec = {"containers": containers, **({"nodeName": node} if node else {})}
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status}
    return from_manifest({**manifest, "x-unknown": {"kept": [1, None, "y"]}})


def an_event(number: int) -> Object:
    about = {"kind": "Pod", "namespace": "default", "name": "p1", "uid": "u1"}
    metadata = {"name": f"e{number}", "namespace": "default"}
    return from_manifest({"apiVersion": "v1", "kind": "Event", "metadata": metadata, "involvedObject": about})


def commits_of(steps: list[tuple[list[Put], str | None]]) -> Iterator[Commit]:
    state = State(time=CREATED)
    for number, (puts, gone) in enumerate(steps, 1):
        ref = Ref("Pod", "default", gone or "")
        made = {ref_of(obj): obj for obj in (a_pod(*each) for each in puts)}
        removes = (ref,) if ref not in made and state.get(ref) is not None else ()
        commit = Commit(
            revision=number,
            time=CREATED + number,
            actor="user" if number % 3 == 0 else "kubelet/w1",
            puts=(*made.values(), an_event(number)),
            removes=removes,
        )
        state = fold(state, commit)
        yield commit


def contents(state: State) -> dict[str, object]:
    """Everything in a State, tables and indices, as plain values that compare."""
    parts: dict[str, object] = {name: list(each.items()) for name, each in maps_of(state).items()}
    return {**parts, "revision": state.revision, "time": state.time}


def appended(log: Log, group: list[Commit], checkpointer: Checkpointer) -> None:
    entries = [Entry(FrameType.COMMIT, encode_commit(each), each.revision) for each in group]
    before = log.end
    checkpointer.note(group, log.append(entries, durable=False), log.end - before)


@contextmanager
def a_log() -> Iterator[Log]:
    with tempfile.TemporaryDirectory() as folder, Log.create(Path(folder) / "pages.k9log", HEADER) as log:
        yield log


@given(COMMITS, st.integers(1, 4), st.integers(1, 9))
@settings(deadline=None)
def test_every_revision_is_the_same_from_checkpoints_and_from_the_start(
    steps: list[tuple[list[Put], str | None]], group: int, every: int
) -> None:
    commits = list(commits_of(steps))
    states = [State(time=CREATED)]
    for commit in commits:
        states.append(fold(states[-1], commit))
    with a_log() as log:
        checkpointer = Checkpointer.of_new(log)
        assert checkpointer is not None
        for start in range(0, len(commits), group):
            appended(log, commits[start : start + group], checkpointer)
            if start // group % every == 0:
                checkpointer.write(states[min(start + group, len(commits))])
        with closing(History.open(log.path)) as history, patch.object(history_module, "_STRIDE", every + 1):
            assert history.last_revision == len(commits)
            for revision in range(len(commits), -1, -1):
                assert contents(history.state_at(revision)) == contents(states[revision])
            assert history.revisions_by("user") == list(range(3, len(commits) + 1, 3))
            assert [history.revision_at(CREATED + each) for each in range(len(states))] == list(range(len(states)))
            for commit in commits:
                assert encode_commit(history.commit(commit.revision)) == encode_commit(commit)


@given(COMMITS, st.integers(0, 25))
@settings(deadline=None)
def test_a_checkpoint_written_by_who_opened_the_log_goes_on_from_the_pages_there(
    steps: list[tuple[list[Put], str | None]], at: int
) -> None:
    commits = list(commits_of(steps))
    first, rest = commits[:at], commits[at:]
    with a_log() as log:
        checkpointer = Checkpointer.of_new(log)
        assert checkpointer is not None
        state = State(time=CREATED)
        for commit in first:
            appended(log, [commit], checkpointer)
            state = fold(state, commit)
        checkpointer.write(state)
        with closing(History.open(log.path)) as history:
            resumed = Checkpointer.resume(log, history)
            assert resumed is not None
            state = history.state_at(history.last_revision)
        for commit in rest:
            appended(log, [commit], resumed)
            state = fold(state, commit)
        resumed.write(state)
        with closing(History.open(log.path)) as history:
            assert history.newest_checkpoint is not None
            assert history.newest_checkpoint[0].revision == len(commits)
            assert contents(history.state_at(len(commits))) == contents(state)
            assert contents(history.state_at(at and len(first))) is not None
            assert [to_manifest(each) for each in history.state_at(len(commits)).all(Pod)] == [
                to_manifest(each) for each in state.all(Pod)
            ]


@given(COMMITS, st.integers(1, 4), st.integers(1, 3000), st.sampled_from([0, 2000, 1 << 20]))
@settings(deadline=None)
def test_a_checkpoint_written_little_by_little_between_commits_tells_the_same(
    steps: list[tuple[list[Put], str | None]], group: int, some_bytes: int, room_bytes: int
) -> None:
    commits = list(commits_of(steps))
    states, live = [State(time=CREATED)], [State(time=CREATED)]
    for commit in commits:
        states.append(fold(states[-1], commit))
    with a_log() as log, patch.multiple(pages_module, _ROOM_BYTES=room_bytes, _LITTLE_ROOM_BYTES=room_bytes):
        checkpointer = Checkpointer.of_new(log)
        assert checkpointer is not None
        for start in range(0, len(commits), group):
            some = commits[start : start + group]
            for commit in some:
                live.append(fold(live[-1], commit))
            appended(log, some, checkpointer)
            if checkpointer._begun is None:
                checkpointer.begin(live[-1])
            checkpointer.go_on(some_bytes)
            with closing(History.open(log.path)) as history:
                assert history.last_revision == len(live) - 1
                assert contents(history.state_at(len(live) - 1)) == contents(states[len(live) - 1])
                assert encode_commit(history.commit(len(live) - 1)) == encode_commit(commits[len(live) - 2])
                assert history.revisions_by("user") == list(range(3, len(live), 3))
        assert [contents(each) for each in live] == [contents(each) for each in states]
        log.close()
        with Log.open(log.path) as again:
            assert again.last_revision == len(commits)
        with closing(History.open(log.path)) as history:
            for revision in range(len(commits), -1, -1):
                assert contents(history.state_at(revision)) == contents(states[revision])
