"""A cluster that is closed and opened again: it goes on from its newest checkpoint, as if it had never been closed."""

from contextlib import closing
from pathlib import Path

import pytest

from engine.api.writes import Create, Patch
from engine.cluster import ALL_CONTROLLERS, REOPENED, RESUMED, Cluster
from engine.kinds import Deployment, Pod, Ref
from engine.kubelet.pods import KUBELET
from engine.store import checkpointer as checkpointer_module
from engine.store.checkpoint import maps_of
from engine.store.compaction import compact
from engine.store.frames import FrameType, Header
from engine.store.history import History
from engine.store.log import Log, LogReader
from engine.store.state import State
from engine.verify import verify
from tests.builders import START, deployment, namespace, node, service

WEB = Ref("Deployment", "default", "web")
KUBELET_PLACE = ALL_CONTROLLERS.index(KUBELET)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of 40 running pods, two hours old and closed."""
    made = tmp_path / "shop.k9log"
    header = Header(cluster="shop", seed="shop", created=START)
    cluster = Cluster(header, Log.create(made, header))
    cluster.submit("bootstrap", [Create(namespace("default")), *(Create(node(f"w{each}")) for each in range(4))])
    cluster.submit("user", [Create(deployment("web", replicas=40)), Create(service("web"))], "apply")
    cluster.advance(START + 7200)
    cluster.close()
    return made


def pages_read(state: State) -> int:
    chunks = [chunk for each in maps_of(state).values() for _, chunk in each.chunks()]
    assert all(chunk.page is not None for chunk in chunks)
    return sum(chunk.lists is not None for chunk in chunks)


def checkpoints(path: Path) -> int:
    with LogReader.open(path) as reader:
        return [frame.type for frame in reader.frames(with_unknown=True)].count(FrameType.CHECKPOINT)


def kill(cluster: Cluster) -> None:
    """As when the process is killed."""
    assert cluster._log is not None
    cluster._log.close()


def identical(path: Path) -> None:
    with closing(History.open(path)) as history:
        difference = verify(history)
    assert difference is None, difference


def test_opening_a_cluster_at_rest_reads_nothing_and_a_tick_of_it_neither(path: Path) -> None:
    cluster = Cluster.reopen(Log.open(path), START + 7260)
    assert cluster.settled
    assert cluster.last_commit is not None
    assert cluster.last_commit.actor == RESUMED
    cluster.advance(START + 7265)
    assert pages_read(cluster.state) == 0
    cluster.close()
    identical(path)


def test_a_cluster_goes_on_from_its_checkpoint_and_runs_again_byte_for_byte(path: Path) -> None:
    cluster = Cluster.reopen(Log.open(path), START + 7260)
    for replicas in (30, 45):
        cluster.submit("user", [Patch(WEB, {"spec": {"replicas": replicas}}, "merge")], "scale")
        cluster.advance(cluster.now + 100)
        cluster.close()
        cluster = Cluster.reopen(Log.open(path), cluster.now + 4000)
    cluster.advance(cluster.now + 60)
    assert [pod.status.phase for pod in cluster.state.all(Pod)] == ["Running"] * 45
    cluster.close()
    identical(path)


def test_what_was_due_while_the_cluster_was_closed_is_done_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "shop.k9log"
    header = Header(cluster="shop", seed="shop", created=START)
    cluster = Cluster(header, Log.create(path, header))
    objects = [namespace("default"), node("w1"), deployment("web", replicas=8)]
    cluster.submit("bootstrap", [Create(each) for each in objects])
    cluster.advance(START + 1)
    assert {pod.status.phase for pod in cluster.state.all(Pod)} == {"Pending"}
    cluster.close()
    cluster = Cluster.reopen(Log.open(path), START + 300)
    cluster.settle()
    cluster.advance(START + 310)
    web = cluster.state.find(Deployment, "web", "default")
    assert web is not None
    assert web.status.ready_replicas == 8
    cluster.close()
    identical(path)


def test_a_killed_cluster_looks_only_at_what_changed_behind_its_newest_checkpoint(path: Path) -> None:
    cluster = Cluster.reopen(Log.open(path), START + 7260)
    cluster.submit("user", [Patch(WEB, {"spec": {"replicas": 41}}, "merge")], "scale")
    kill(cluster)
    cluster = Cluster.reopen(Log.open(path), START + 7300)
    assert cluster.last_commit is not None
    assert cluster.last_commit.actor == REOPENED
    assert len(cluster._queue._waiting[KUBELET_PLACE]) == 0
    cluster.advance(START + 7400)
    assert cluster.state.count("Pod") == 41
    assert {pod.status.phase for pod in cluster.state.all(Pod)} == {"Running"}
    cluster.close()
    identical(path)


def test_a_cluster_killed_while_much_was_going_on_goes_on_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpointer_module, "_COMMITS", 10)
    path = tmp_path / "busy.k9log"
    header = Header(cluster="shop", seed="shop", created=START)
    cluster = Cluster(header, Log.create(path, header))
    cluster.submit("bootstrap", [Create(namespace("default")), *(Create(node(f"w{each}")) for each in range(4))])
    cluster.submit("user", [Create(deployment("web", replicas=30))], "apply")
    cluster.advance(START + 1)
    kills = 0
    while cluster.now < START + 60:
        image = [{"name": "main", "image": f"nginx:1.2{5 + kills % 3}"}]
        cluster.submit("user", [Patch(WEB, {"spec": {"template": {"spec": {"containers": image}}}})], "set image")
        for _ in range(17):
            cluster.run_one()
        cluster.flush()
        cluster._begin_checkpoint_if_due()
        for _ in range(1 if kills % 3 else 20):  # not always all of them
            cluster._write_some_pages()
        for _ in range(kills):
            cluster.run_one()
        cluster.flush()
        kill(cluster)
        kills += 1
        cluster = Cluster.reopen(Log.open(path), cluster.now + kills % 4)
        assert cluster.last_commit is not None
        assert cluster.last_commit.actor == REOPENED
        cluster.advance(cluster.now + 2)
    cluster.advance(START + 300)
    assert kills > 10
    assert [pod.status.phase for pod in cluster.state.all(Pod)] == ["Running"] * 30
    cluster.close()
    identical(path)
    compact(path, 270)
    with closing(History.open(path)) as history:
        assert history.first_revision > 0
        named = [wish for each in history.revisions_by("clock") for wish in history.commit(each).request]
        assert named
    identical(path)


def test_a_log_without_a_checkpoint_that_tells_what_waited_wakes_everything(tmp_path: Path) -> None:
    path = tmp_path / "new.k9log"
    header = Header(cluster="shop", seed="shop", created=START)
    cluster = Cluster(header, Log.create(path, header))
    cluster.submit("bootstrap", [Create(namespace("default")), Create(deployment("web", replicas=2))])
    kill(cluster)
    cluster = Cluster.reopen(Log.open(path), START + 60)
    assert cluster.last_commit is not None
    assert cluster.last_commit.actor == "clock"
    cluster.advance(START + 60)
    assert cluster.state.count("Pod") == 2
    cluster.close()
    identical(path)


def test_a_cluster_of_few_objects_opened_and_closed_writes_no_checkpoints_for_it(tmp_path: Path) -> None:
    path = tmp_path / "small.k9log"
    header = Header(cluster="small", seed="small", created=START)
    cluster = Cluster(header, Log.create(path, header))
    cluster.submit("bootstrap", [Create(namespace("default"))])
    cluster.close()
    for later in range(1, 5):
        Cluster.reopen(Log.open(path), START + later).close()
    assert checkpoints(path) == 0
    identical(path)


def test_a_long_session_writes_checkpoints_on_its_way(path: Path) -> None:
    before = checkpoints(path)
    cluster = Cluster.reopen(Log.open(path), START + 7260)
    for number in range(12):
        image = [{"name": "main", "image": f"nginx:1.{number % 9}"}]
        cluster.submit("user", [Patch(WEB, {"spec": {"template": {"spec": {"containers": image}}}})], "set image")
        cluster.advance(cluster.now + 120)
    assert checkpoints(path) > before + 1
    cluster.close()
    with closing(History.open(path)) as history:
        assert [history.commit(each).deed for each in history.revisions_by("user")][1:] == ["set image"] * 12


def test_a_controller_that_the_log_did_not_have_looks_at_all_there_is_and_the_others_go_on(tmp_path: Path) -> None:
    path = tmp_path / "older.k9log"
    header = Header(cluster="shop", seed="shop", created=START)
    older = tuple(each for each in ALL_CONTROLLERS if each.name != "deployment-controller")
    cluster = Cluster(header, Log.create(path, header), controllers=older)
    cluster.submit("bootstrap", [Create(namespace("default")), Create(node("w1"))])
    cluster.submit("user", [Create(namespace(f"n{number}")) for number in range(20)])
    cluster.submit("user", [Create(deployment("web", replicas=3))], "apply")
    for number in range(20):
        cluster.submit("user", [Create(namespace(f"m{number}"))])
    cluster.advance(START + 100)
    assert not list(cluster.state.all(Pod))
    cluster.close()
    cluster = Cluster.reopen(Log.open(path), START + 200)
    assert cluster.last_commit is not None
    assert cluster.last_commit.actor == REOPENED
    cluster.advance(START + 260)
    assert [pod.status.phase for pod in cluster.state.all(Pod)] == ["Running"] * 3
    cluster.close()
