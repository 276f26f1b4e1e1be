"""What a log holds after the worst moments (a Ctrl-C anywhere, a full disk) goes on, and can be run again."""

import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from engine.api.writes import Create, Patch
from engine.cluster import Cluster
from engine.errors import LogFull
from engine.kinds import Deployment, Pod, Ref
from engine.store.frames import Header
from engine.store.history import History
from engine.store.log import Log
from engine.verify import verify
from tests.builders import START, deployment, namespace, node, pod_spec

WEB = Ref("Deployment", "default", "web")


def begun(path: Path) -> Cluster:
    header = Header(cluster="worst", seed="worst", created=START)
    cluster = Cluster(header, Log.create(path, header))
    cluster.submit("bootstrap", [Create(namespace("default")), Create(node("w1")), Create(deployment("web"))])
    cluster.advance(START + 60)
    return cluster


def verified(path: Path) -> History:
    history = History.open(path)
    difference = verify(history)
    assert difference is None, difference
    return history


def scale(cluster: Cluster, replicas: int) -> None:
    cluster.submit("user", [Patch(WEB, {"spec": {"replicas": replicas}}, "merge")], f"scale to {replicas}")


def replicas(cluster: Cluster) -> int | None:
    web = cluster.state.find(Deployment, "web", "default")
    assert web is not None
    return web.spec.replicas


def interrupted(work: Callable[[], None], at: int) -> bool:
    """Runs ``work`` with a Ctrl-C before its ``at``-th line in the cluster, queue or log; False for no such line."""
    left = at
    files = ("engine/cluster.py", "engine/queue.py", "engine/store/log.py")

    def local(_frame: FrameType, event: str, _arg: Any) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left == 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return local

    def begin(frame: FrameType, _event: str, _arg: Any) -> Any:
        return local if frame.f_code.co_filename.endswith(files) else None

    before = sys.gettrace()
    sys.settrace(begin)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_ctrl_c_at_any_line_leaves_a_log_that_goes_on_and_runs_again(tmp_path: Path, goes_on: bool) -> None:
    def work() -> None:
        scale(cluster, 2)
        acknowledged.append(2)
        cluster.advance(START + 70)

    at, path = 1, tmp_path / "worst.k9log"
    while True:
        acknowledged: list[int] = []
        path.unlink(missing_ok=True)
        cluster = begun(path)
        if not interrupted(work, at):
            break
        if goes_on:
            cluster.advance(START + 80)
            assert not acknowledged or replicas(cluster) == 2
            scale(cluster, 3)
        cluster.close()
        cluster = Cluster.reopen(Log.open(path), START + 100)
        cluster.advance(START + 160)
        if goes_on or acknowledged:
            assert replicas(cluster) == (3 if goes_on else 2)
        assert cluster.state.count("Pod") == replicas(cluster)
        cluster.close()
        verified(path).close()
        at += 3 if at < 60 else 101
    assert at > 100
    cluster.close()


def test_pods_lost_as_fast_as_they_are_made_do_not_hold_cluster_time(tmp_path: Path) -> None:
    path = tmp_path / "worst.k9log"
    cluster = begun(path)
    stuck = deployment("stuck", template={**pod_spec(), "nodeName": "w1", "tolerations": []})
    taint = {"spec": {"taints": [{"key": "drained", "effect": "NoExecute"}]}}
    cluster.submit("user", [Patch(Ref("Node", "", "w1"), taint, "merge"), Create(stuck)])
    assert cluster.advance(START + 63, more=lambda: cluster.state.revision < 5000)
    assert cluster.now == START + 63
    cluster.close()
    verified(path).close()


@contextmanager
def no_room_behind(cluster: Cluster, some_bytes: int) -> Iterator[None]:
    assert cluster._log is not None
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (cluster._log.end + some_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("until", [START + 100, START + 7200])
def test_a_session_that_met_a_full_disk_goes_on_and_runs_again(tmp_path: Path, until: int) -> None:
    path = tmp_path / "worst.k9log"
    cluster = begun(path)
    scale(cluster, 4)
    if until > START + 3600:
        cluster.advance(START + 3600)
    with no_room_behind(cluster, 30):
        for _ in range(2):
            with pytest.raises(LogFull):
                cluster.advance(until)
    scale(cluster, 3)
    cluster.advance(until + 100)
    assert [pod.status.phase for pod in cluster.state.all(Pod)] == ["Running"] * 3
    cluster.close()
    verified(path).close()


def test_a_cluster_closed_while_the_disk_is_full_holds_what_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "worst.k9log"
    cluster = begun(path)
    scale(cluster, 4)
    with no_room_behind(cluster, 0):
        with pytest.raises(LogFull):
            cluster.advance(START + 100)
        cluster.close()
    cluster = Cluster.reopen(Log.open(path), START + 200)
    cluster.advance(START + 300)
    assert cluster.state.count("Pod") == replicas(cluster) == 4
    cluster.close()
    verified(path).close()
