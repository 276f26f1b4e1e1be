"""What is written at once is what would have been written by one after the other."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.api.writes import Bind, Create
from engine.cluster import Cluster
from engine.kinds import Pod, Ref, ref_of
from engine.kubelet.pods import KUBELET
from engine.scheduler import SCHEDULER
from engine.scheduler.schedule import schedule, schedule_alike
from engine.store.log import Header
from engine.store.state import State
from tests.builders import START, cluster, namespace, node, pod
from tests.properties.test_cluster import COMMON

SPREAD = {
    "maxSkew": 1,
    "topologyKey": "zone",
    "whenUnsatisfiable": "ScheduleAnyway",
    "labelSelector": {"matchLabels": {"app": "web"}},
}


@settings(COMMON, max_examples=20)
@given(
    cpus=st.lists(st.sampled_from((100, 250, 600)), min_size=33, max_size=50),
    count=st.integers(1, 80),
    request_milli=st.sampled_from((50, 90, 400)),
    spread=st.booleans(),
    ports=st.booleans(),
)
def test_pods_placed_at_once_are_where_they_would_be_one_by_one(
    cpus: list[int], count: int, request_milli: int, spread: bool, ports: bool
) -> None:
    container = {
        "name": "main",
        "image": "nginx",
        "resources": {"requests": {"cpu": f"{request_milli}m"}},
        "ports": [{"containerPort": 80, "hostPort": 8080}] if ports else [],
    }
    constraints = [SPREAD] if spread else []
    made = Cluster(Header(cluster="bursts", seed="bursts", created=START), controllers=())
    nodes = [node(f"n{place}", cpu=f"{cpu}m", zone=f"z{place % 3}") for place, cpu in enumerate(cpus)]
    waiting = [
        pod(f"web-{place}", labels={"app": "web"}, containers=[container], topologySpreadConstraints=constraints)
        for place in range(count)
    ]
    made.submit("bootstrap", [Create(each) for each in (namespace("default"), *nodes, *waiting)])
    pods = list(made.state.all(Pod))
    placed = schedule_alike(made.state, pods[0], iter(pods[1:]))
    assert placed
    for each, name in placed:
        assert schedule(made.state, each, each.metadata.uid).node == name
        made.submit("user", [Bind(ref_of(each), name)])
    for each in pods[len(placed) :]:
        assert schedule(made.state, each, each.metadata.uid).node is None


def test_a_burst_passes_over_pods_of_another_template_and_ends_with_its_second() -> None:
    made = cluster(*(node(f"n{place}") for place in range(40)))
    made = Cluster(made.header, state=made.state, controllers=())
    templates = {"a": "1", "b": "1", "c": "2", "d": "1"}
    made.submit("user", [Create(pod(name, labels={"app": app})) for name, app in templates.items()])
    made.now += 1
    made.submit("user", [Create(pod("e", labels={"app": "1"}))])
    keys = iter([Ref("Pod", "default", name) for name in "abcde"])
    assert SCHEDULER.burst is not None
    assert [key.name for key, _ in SCHEDULER.burst(made.state, keys, made.now)] == ["a", "b", "d"]


def test_kubelets_of_different_nodes_start_pods_together_and_one_kubelet_one_after_the_other() -> None:
    made = cluster(node("n1"), node("n2"), node("n3"))
    made.advance(made.now + 60)
    made.submit("user", [Create(pod(f"p{place}", nodeName=f"n{place % 3 + 1}")) for place in range(4)])
    keys = _keys(made.state)
    assert KUBELET.burst is not None
    answers = KUBELET.burst(made.state, keys, made.now)
    assert [key.name for key, _ in answers] == ["p0", "p1", "p2"]
    before = made.state.revision
    made.settle()
    assert [pod.status.phase for pod in made.state.all(Pod)] == ["Pending"] * 4
    accepted = {pod.metadata.resource_version for pod in made.state.all(Pod)}
    assert accepted == {str(before + 1), str(before + 2)}


def _keys(state: State) -> Iterator[Ref]:
    return (ref_of(each) for each in state.all(Pod))
