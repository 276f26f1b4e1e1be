"""However often followers are cut off and come back, what they see put together is the log: no gap, no repeat."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.api.writes import Create, Delete, Patch, Write
from engine.cluster import Cluster
from engine.errors import ApiError, Expired, LogReplaced, ResourceVersionTooLarge
from engine.kinds import ConfigMap, Object, ObjectMeta, Ref, ref_of
from engine.store import checkpointer, delta_writer
from engine.store.compaction import compact
from engine.store.frames import FrameType, Header
from engine.store.history import History
from engine.store.log import Log, LogReader
from engine.store.state import State
from engine.store.watch import Changes, EventType, Watch, WatchEvent, changed, check_resumable
from tests.builders import START, deployment, namespace, node

HEADER = Header(cluster="watched", seed="watched", created=START)
NAMES = st.sampled_from("abc")
FOLLOWERS = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.lists(st.tuples(NAMES, st.integers(0, 3)), min_size=1, max_size=4)),
        st.tuples(st.just("scale"), st.integers(0, 4)),
        st.tuples(st.just("wait"), st.integers(1, 30)),
        st.tuples(st.just("poll"), FOLLOWERS),
        st.tuples(st.just("cut off"), FOLLOWERS),
        st.tuples(st.just("reopen"), st.integers(0, 60)),
    ),
    max_size=25,
)
WRITER = """
import sys, time
from pathlib import Path
from engine.store import checkpointer, delta_writer
checkpointer._COMMITS, delta_writer._CHANGES = 40, 16
from engine.api.writes import Create
from engine.cluster import Cluster
from engine.kinds import ConfigMap, ObjectMeta
from engine.store.frames import Header
from engine.store.log import Log
from tests.builders import START, namespace
header = Header(cluster="watched", seed="watched", created=START)
cluster = Cluster(header, Log.create(Path(sys.argv[1]), header))
cluster.submit("user", [Create(namespace("default"))])
for number in range(150):
    made = [ConfigMap(metadata=ObjectMeta(name=f"c{number}-{each}", namespace="default")) for each in range(5)]
    cluster.submit("user", [Create(one) for one in made])
    cluster.settle()
cluster.close()
"""


class Follower:
    """What a client of the API server keeps: its own copy of the objects, and the revision it has seen."""

    def __init__(self, path: Path, kinds: frozenset[str] | None = None) -> None:
        self._path = path
        self._kinds = kinds
        self._history = History.open(path)
        self._watch = Watch(self._history, 0, kinds)
        self.objects: dict[Ref, Object] = {}
        self.revisions: list[int] = []

    def poll(self) -> None:
        for changes in self._watch.poll():
            self.revisions.append(changes.revision)
            for event in changes.events:
                self._take(event)

    def is_cut_off(self) -> None:
        """And comes back with nothing but the revision it knows."""
        revision = self._watch.revision
        self._history.close()
        self._history = History.open(self._path)
        self._watch = Watch(self._history, revision, self._kinds)

    def close(self) -> None:
        self._history.close()

    def _take(self, event: WatchEvent) -> None:
        ref = ref_of(event.object)
        assert self.objects.get(ref) == event.old
        assert event.type == kind_of(event)
        if event.new is None:
            del self.objects[ref]
        else:
            self.objects[ref] = event.new


def kind_of(event: WatchEvent) -> EventType:
    if event.old is None:
        return EventType.ADDED
    return EventType.DELETED if event.new is None else EventType.MODIFIED


def config(name: str, value: int = 0) -> ConfigMap:
    return ConfigMap(metadata=ObjectMeta(name=name, namespace="default"), data={"value": str(value)})


def config_write(state: State, name: str, value: int) -> Write:
    there = state.find(ConfigMap, name, "default") is not None
    ref = Ref("ConfigMap", "default", name)
    if not there:
        return Create(config(name, value))
    return Patch(ref, {"data": {"value": str(value)}}) if value else Delete(ref=ref)


def begun(path: Path) -> Cluster:
    path.unlink(missing_ok=True)
    cluster = Cluster(HEADER, Log.create(path, HEADER))
    cluster.submit("bootstrap", [Create(namespace("default")), Create(node("w1")), Create(deployment("web"))])
    return cluster


def objects_of(state: State, kinds: frozenset[str] | None = None) -> dict[Ref, Object]:
    return {
        ref_of(obj): obj
        for kind, table in state.tables.items()
        if kinds is None or kind in kinds
        for obj in table.values()
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_followers_that_are_cut_off_at_random_see_every_change_once(
    tmp_path: Path, steps: list[tuple[str, object]]
) -> None:
    path = tmp_path / "watched.k9log"
    cluster = begun(path)
    everything, all_again, configs = Follower(path), Follower(path), Follower(path, frozenset(("ConfigMap",)))
    followers = (everything, all_again, configs)
    for what, detail in steps:
        match what, detail:
            case "poll", int(which):
                followers[which].poll()
            case "cut off", int(which):
                followers[which].is_cut_off()
            case "reopen", int(seconds):
                cluster.close()
                cluster = Cluster.reopen(Log.open(path), cluster.now + seconds)
            case _:
                happens(cluster, what, detail)
    cluster.close()
    for each in followers:
        each.poll()
        each.close()
    state = cluster.state
    assert everything.revisions == all_again.revisions == list(range(1, state.revision + 1))
    assert everything.objects == all_again.objects == objects_of(state)
    assert configs.objects == objects_of(state, frozenset(("ConfigMap",)))
    assert configs.revisions == sorted(set(configs.revisions))


def happens(cluster: Cluster, what: str, detail: object) -> None:
    match what, detail:
        case "write", list(wishes):
            asked = dict(wishes)
            writes = [config_write(cluster.state, name, value) for name, value in asked.items()]
            cluster.submit("user", writes)
        case "scale", int(replicas):
            ref = Ref("Deployment", "default", "web")
            cluster.submit("user", [Patch(ref, {"spec": {"replicas": replicas}}, "merge")])
        case "wait", int(seconds):
            cluster.advance(cluster.now + seconds)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_a_follower_may_resume_from_any_revision_and_sees_what_the_log_has_from_there(
    tmp_path: Path, places: list[int]
) -> None:
    path = tmp_path / "watched.k9log"
    if not path.exists():
        cluster = begun(path)
        happens(cluster, "scale", 3)
        happens(cluster, "wait", 60)
        cluster.close()
    with closing(History.open(path)) as history:
        for place in places:
            since = place % (history.last_revision + 1)
            seen = Watch(history, since).poll()
            assert [each.revision for each in seen] == list(range(since + 1, history.last_revision + 1))
            for each in seen:
                commit = history.commit(each.revision)
                assert [event.new for event in each.events if event.new is not None] == list(commit.puts)


def test_what_is_flushed_together_is_seen_together(tmp_path: Path) -> None:
    cluster = begun(tmp_path / "watched.k9log")
    with closing(History.open(tmp_path / "watched.k9log")) as history:
        watch = Watch(history, history.last_revision)
        assert cluster.settle()
        together = watch.poll()
        assert len(together) > 1
        assert together[-1].revision == cluster.state.revision
        assert watch.poll() == ()
    cluster.close()


def test_many_followers_may_share_one_history(tmp_path: Path) -> None:
    cluster = begun(tmp_path / "watched.k9log")
    with closing(History.open(tmp_path / "watched.k9log")) as history:
        watches = [Watch(history, 0) for _ in range(5)]
        cluster.settle()
        seen = [watch.poll() for watch in watches]
        assert all(each == seen[0] for each in seen)
        assert [each.revision for each in seen[0]] == list(range(1, cluster.state.revision + 1))
    cluster.close()


def test_a_thing_replaced_by_another_of_its_name_is_deleted_and_added(tmp_path: Path) -> None:
    path = tmp_path / "watched.k9log"
    cluster = begun(path)
    cluster.submit("user", [Create(config("a"))])
    before = cluster.state
    commit = cluster.submit("user", [Delete(ref=Ref("ConfigMap", "default", "a")), Create(config("a", 1))])
    assert commit is not None
    events = changed(before, commit, cluster.state)
    assert [event.type for event in events] == [EventType.DELETED, EventType.ADDED]
    cluster.close()


@pytest.mark.parametrize(("since", "first"), [(0, 1), (99, 100)])
def test_a_revision_that_was_compacted_is_refused_as_kubernetes_does(since: int, first: int) -> None:
    with pytest.raises(Expired) as refused:
        check_resumable(since, first, 200)
    assert str(refused.value) == f"too old resource version: {since} ({first})"
    assert (refused.value.code, refused.value.reason) == (410, "Expired")


def test_a_follower_of_a_compacted_log_goes_on_or_is_told(tmp_path: Path) -> None:
    path = tmp_path / "watched.k9log"
    cluster = begun(path)
    for replicas in (3, 0, 2):
        happens(cluster, "scale", replicas)
        happens(cluster, "wait", 3600)
        cluster.close()
        cluster = Cluster.reopen(Log.open(path))
    last = cluster.state
    cluster.close()
    follower = Follower(path)
    follower.poll()
    compacted = compact(path, 600)
    assert 0 < compacted.first_revision < last.revision
    with closing(History.open(path)) as history:
        for since in range(last.revision + 1):
            if since < compacted.first_revision:
                with pytest.raises(Expired) as refused:
                    Watch(history, since)
                assert str(refused.value) == f"too old resource version: {since} ({compacted.first_revision})"
            else:
                seen = Watch(history, since).poll()
                assert [each.revision for each in seen] == list(range(since + 1, history.last_revision + 1))
    with pytest.raises(LogReplaced):
        follower.poll()
    follower.is_cut_off()
    follower.poll()
    assert follower.objects == objects_of(last)
    follower.close()


AWAY = st.lists(
    st.one_of(
        st.tuples(st.just("scale"), st.integers(0, 4)),
        st.tuples(st.just("write"), st.lists(st.tuples(NAMES, st.integers(0, 3)), min_size=1, max_size=4)),
        st.tuples(st.just("wait"), st.integers(60, 3600)),
        st.tuples(st.just("reopen"), st.integers(0, 60)),
        st.tuples(st.just("killed"), st.integers(0, 60)),
        st.tuples(st.just("compact"), st.integers(0, 3600)),
        st.tuples(st.just("poll"), FOLLOWERS),
        st.tuples(st.just("cut off"), FOLLOWERS),
    ),
    min_size=5,
    max_size=20,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(AWAY)
def test_followers_of_a_log_that_is_compacted_and_killed_meanwhile_go_on_or_are_told(
    tmp_path: Path, steps: list[tuple[str, object]]
) -> None:
    """With deltas and checkpoints every few changes. Who is told lists anew, and goes on from there."""
    path = tmp_path / "watched.k9log"
    with patch.object(checkpointer, "_COMMITS", 12), patch.object(delta_writer, "_CHANGES", 4):
        cluster = begun(path)
        followers = [Following(path) for _ in range(3)]
        for what, detail in steps:
            match what, detail:
                case "poll", int(which):
                    followers[which].poll()
                case "cut off", int(which):
                    followers[which].reconnects()
                case "reopen", int(seconds):
                    cluster.close()
                    cluster = Cluster.reopen(Log.open(path), cluster.now + seconds)
                case "killed", int(seconds):
                    assert cluster._log is not None
                    cluster._log.close()
                    cluster = Cluster.reopen(Log.open(path), cluster.now + seconds)
                case "compact", int(seconds):
                    cluster.close()
                    compact(path, seconds)
                    cluster = Cluster.reopen(Log.open(path))
                case _:
                    happens(cluster, what, detail)
        cluster.close()
        for each in followers:
            each.poll()
            assert each.objects == objects_of(cluster.state)
            assert each.revision == cluster.state.revision
            each.close()


class Following:
    """As Follower, and lists anew where what it was to see next is gone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._history = History.open(path)
        self._list()

    def _list(self) -> None:
        self._watch = Watch(self._history, self._history.last_revision)
        self.objects = objects_of(self._watch.state)
        self.revision = self._watch.revision

    def reconnects(self) -> None:
        self._history.close()
        self._history = History.open(self._path)
        try:
            self._watch = Watch(self._history, self.revision)
        except Expired:
            assert self.revision < self._history.first_revision, "told only of what is gone"
            self._list()

    def poll(self) -> None:
        try:
            seen = self._watch.poll()
        except LogReplaced:
            self.reconnects()
            seen = self._watch.poll()
        for changes in seen:
            assert changes.revision == self.revision + 1, "every commit, once, in order"
            self.revision = changes.revision
            for event in changes.events:
                ref = ref_of(event.object)
                assert self.objects.get(ref) == event.old
                self.objects.pop(ref, None)
                if event.new is not None:
                    self.objects[ref] = event.new

    def close(self) -> None:
        self._history.close()


def test_a_revision_that_the_log_lost_or_never_had_is_refused(tmp_path: Path) -> None:
    cluster = begun(tmp_path / "watched.k9log")
    with closing(History.open(tmp_path / "watched.k9log")) as history:
        with pytest.raises(ResourceVersionTooLarge) as refused:
            Watch(history, 1000)
        assert isinstance(refused.value, ApiError)
        assert str(refused.value) == f"Too large resource version: 1000, current: {history.last_revision}"
    cluster.close()


def test_a_log_that_another_process_writes_is_followed_live(tmp_path: Path) -> None:
    path = tmp_path / "watched.k9log"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)])
    until = monotonic() + 30
    while not path.exists():
        assert monotonic() < until
        sleep(0.01)
    seen: list[Changes] = []
    polls_with_news = 0
    while True:
        ended = writer.poll() is not None
        with closing(History.open(path)) as history:
            watch = Watch(history, seen[-1].revision if seen else 0)
            for _ in range(5):
                news = watch.poll()
                seen += news
                polls_with_news += bool(news)
        if ended:
            break
        assert monotonic() < until
    assert writer.wait() == 0
    assert [each.revision for each in seen] == list(range(1, len(seen) + 1))
    grown = [each for each in seen if any(event.object.metadata.name.startswith("c") for event in each.events)]
    assert [len(each.events) for each in grown] == [5] * 150
    assert polls_with_news > 1
    with LogReader.open(path) as reader:
        types = [frame.type for frame in reader.frames(with_unknown=True)]
    assert min(types.count(FrameType.DELTA), types.count(FrameType.CHECKPOINT)) > 3, "which the followers passed over"
