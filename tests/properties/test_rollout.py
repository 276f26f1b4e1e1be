"""Random rollouts: at no commit too many pods or too few of them available, and in the end what was asked for."""

from collections.abc import Iterator
from math import ceil

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.api.writes import Patch
from engine.cluster import Cluster
from engine.kinds import Deployment, Pod, Ref, ReplicaSet
from engine.queue import Queue
from engine.readiness import is_ready
from engine.rollout import rollout_status
from engine.store.state import State
from tests.builders import deployment, node, settled

WEB = Ref("Deployment", "default", "web")
IMAGES = ("nginx:1.27", "nginx:1.25", "nginx:no-such-tag", "no/such/image:1")
GOOD = ("nginx:1.27", "nginx:1.25")
FEW = st.one_of(st.integers(0, 3), st.sampled_from(("10%", "25%", "50%", "100%")))
CHANGES = st.lists(st.tuples(st.sampled_from(IMAGES), st.integers(0, 90)), min_size=1, max_size=5)
COMMON = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def share(value: int | str, replicas: int, *, round_up: bool) -> int:
    if isinstance(value, int):
        return value
    exact = int(value.removesuffix("%")) * replicas / 100
    return ceil(exact) if round_up else int(exact)


def limits(replicas: int, surge: int | str, unavailable: int | str) -> tuple[int, int]:
    """(most pods, fewest available pods)."""
    above, below = share(surge, replicas, round_up=True), share(unavailable, replicas, round_up=False)
    if (above, below) == (0, 0):
        below = 1
    return replicas + above, replicas - min(below, replicas)


def running(replicas: int, surge: int | str, unavailable: int | str) -> Cluster:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    return settled(
        node("w1", cpu="32", memory="64Gi"),
        node("w2", cpu="32", memory="64Gi"),
        deployment("web", replicas=replicas, strategy=rolling, revisionHistoryLimit=2),
    )


def with_image(cluster: Cluster, image: str) -> None:
    containers = [{"name": "main", "image": image}]
    cluster.submit("user", [Patch(WEB, {"spec": {"template": {"spec": {"containers": containers}}}})])


def states(cluster: Cluster, seconds: int) -> Iterator[State]:
    """The State after each commit while ``seconds`` of cluster time pass."""
    until = cluster.now + seconds
    while True:
        while cluster.run_one():
            yield cluster.state
        due = cluster.next_timer
        if due is None or due > until:
            cluster.advance(until)
            return
        cluster.begin_second(due)


def check_limits(state: State, most: int, fewest: int) -> None:
    pods = [pod for pod in state.all(Pod) if pod.active]
    assert len(pods) <= most, f"{len(pods)} pods at revision {state.revision}, {most} allowed"
    available = sum(map(is_ready, pods))
    assert available >= fewest, f"{available} available at revision {state.revision}, {fewest} needed"
    told = sum(each.spec.replicas or 0 for each in state.all(ReplicaSet))
    assert told <= most


def check_finished(cluster: Cluster, replicas: int, image: str) -> None:
    state = cluster.state
    found = state.find(Deployment, "web", "default")
    assert found is not None
    assert rollout_status(found)[1]
    pods = list(state.all(Pod))
    assert len(pods) == replicas and all(map(is_ready, pods))
    assert {pod.spec.containers[0].image for pod in pods} <= {image}
    assert len(list(state.all(ReplicaSet))) <= 3, "two old revisions are kept"


def check_settled(cluster: Cluster) -> None:
    """Waking every key once changes nothing."""
    revision = cluster.state.revision
    queue = Queue(cluster._controllers)
    queue.wake_everything(cluster.state)
    while (popped := queue.pop()) is not None:
        _, controller, key, _ = popped
        assert controller.reconcile(cluster.state, key, cluster.now).writes == (), (controller.name, key)
    assert cluster.state.revision == revision


@COMMON
@given(replicas=st.integers(1, 7), surge=FEW, unavailable=FEW, changes=CHANGES, last=st.sampled_from(GOOD))
def test_a_rollout_never_leaves_its_limits_and_always_ends(
    replicas: int, surge: int | str, unavailable: int | str, changes: list[tuple[str, int]], last: str
) -> None:
    if surge in (0, "0%") and unavailable in (0, "0%"):
        unavailable = 1
    cluster = running(replicas, surge, unavailable)
    most, fewest = limits(replicas, surge, unavailable)
    for image, seconds in (*changes, (last, 900)):
        with_image(cluster, image)
        for state in states(cluster, seconds):
            check_limits(state, most, fewest)
    check_finished(cluster, replicas, last)
    check_settled(cluster)


@COMMON
@given(
    changes=st.lists(st.tuples(st.sampled_from(IMAGES), st.integers(0, 9), st.integers(0, 40)), max_size=6),
    surge=FEW,
    paused=st.booleans(),
)
def test_resizing_in_the_middle_of_a_rollout_ends_at_the_new_size(
    changes: list[tuple[str, int, int]], surge: int | str, paused: bool
) -> None:
    cluster = running(4, surge, 1)
    for image, replicas, seconds in changes:
        with_image(cluster, image)
        cluster.submit("user", [Patch(WEB, {"spec": {"replicas": replicas, "paused": paused}}, "merge")])
        for _ in states(cluster, seconds):
            pass
        told = sum(each.spec.replicas or 0 for each in cluster.state.all(ReplicaSet))
        assert told <= limits(replicas, surge, 1)[0] if replicas else told == 0
    with_image(cluster, GOOD[0])
    cluster.submit("user", [Patch(WEB, {"spec": {"replicas": 3, "paused": False}}, "merge")])
    cluster.advance(cluster.now + 1500)
    check_finished(cluster, 3, GOOD[0])
    check_settled(cluster)
