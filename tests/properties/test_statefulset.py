"""Random days of a StatefulSet: at no commit out of order, and in the end as many pods as were asked for."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.api.writes import Delete, Patch
from engine.cluster import Cluster
from engine.kinds import Pod, Ref, StatefulSet
from engine.readiness import is_ready
from engine.revisions import REVISION_LABEL
from engine.store.state import State
from tests.builders import node, pod_spec, settled, stateful_set

WEB = Ref("StatefulSet", "default", "web")
IMAGES = ("nginx:1.27", "nginx:1.28", "nginx:no-such-tag")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("scale"), st.integers(0, 6)),
        st.tuples(st.just("image"), st.integers(0, 2)),
        st.tuples(st.just("partition"), st.integers(0, 4)),
        st.tuples(st.just("kill"), st.integers(0, 5)),
        st.tuples(st.just("start"), st.integers(0, 2)),
        st.tuples(st.just("wait"), st.integers(1, 60)),
    ),
    max_size=10,
)


def change(cluster: Cluster, what: str, number: int) -> None:
    specs: dict[str, dict[str, Any]] = {
        "scale": {"replicas": number},
        "image": {"template": {"spec": {"containers": [{"name": "main", "image": IMAGES[number % 3]}]}}},
        "partition": {"updateStrategy": {"rollingUpdate": {"partition": number}}},
        "start": {"ordinals": {"start": number}},
    }
    if what in specs:
        cluster.submit("user", [Patch(WEB, {"spec": specs[what]})])
    elif what == "kill" and cluster.state.find(Pod, f"web-{number}", "default"):
        cluster.submit("user", [Delete(ref=Ref("Pod", "default", f"web-{number}"))])


def ordinal(pod: Pod) -> int:
    return int(pod.metadata.name.rpartition("-")[2])


def check_order(before: State, after: State) -> None:
    """A pod comes only while all before it are ready, and one at most at a time."""
    old = {pod.metadata.uid for pod in before.all(Pod)}
    made = [pod for pod in after.all(Pod) if pod.metadata.uid not in old]
    assert len(made) <= 1
    the_set = after.get(WEB)
    assert isinstance(the_set, StatefulSet)
    for pod in made:
        first = the_set.spec.start
        below = [each for each in before.all(Pod) if first <= ordinal(each) < ordinal(pod)]
        assert len(below) == ordinal(pod) - first
        assert all(is_ready(each) and each.metadata.deletion_timestamp is None for each in below)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_pods_come_in_order_and_in_the_end_all_are_there(steps: list[tuple[str, int]]) -> None:
    template = {**pod_spec(), "terminationGracePeriodSeconds": 1}
    cluster = settled(node("w1"), node("w2"), stateful_set(replicas=2, template=template))
    for what, number in [*steps, ("image", 1), ("partition", 0)]:
        change(cluster, what, number)
        until = cluster.now + (number if what == "wait" else 0)
        while True:
            before = cluster.state
            while cluster.run_one():
                check_order(before, cluster.state)
                before = cluster.state
            due = cluster.next_timer
            if due is None or due > until:
                break
            cluster.begin_second(due)
        cluster.advance(until)
    ends_well(cluster)


def ends_well(cluster: Cluster) -> None:
    # A set in order waits for a pod that never becomes ready, as in Kubernetes: somebody has to delete it.
    for _ in range(12):
        cluster.advance(cluster.now + 200)
        for pod in list(cluster.state.all(Pod)):
            if not is_ready(pod):
                cluster.submit("user", [Delete(ref=Ref("Pod", "default", pod.metadata.name))])
    cluster.advance(cluster.now + 400)
    the_set = cluster.state.get(WEB)
    assert isinstance(the_set, StatefulSet)
    pods = sorted(cluster.state.all(Pod), key=ordinal)
    wanted, start = the_set.spec.wanted, the_set.spec.start
    assert [ordinal(pod) for pod in pods] == list(range(start, start + wanted))
    assert all(pod.spec.containers[0].image == IMAGES[1] for pod in pods)
    assert {pod.metadata.labels[REVISION_LABEL] for pod in pods} <= {the_set.status.update_revision}
    status = the_set.status
    assert (status.replicas, status.ready_replicas, status.updated_replicas) == (wanted,) * 3
    before = cluster.state.revision
    cluster.jump(cluster.now)
    cluster.settle()
    assert cluster.state.revision == before + 1, "waking everything changes nothing"
