"""What is written at once is what would have been written by one after the other."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.api.writes import Bind, Create, Delete
from engine.cluster import Cluster
from engine.kinds import Pod, Ref, ref_of
from engine.kubelet.pods import KUBELET
from engine.scheduler import SCHEDULER
from engine.scheduler.schedule import schedule, schedule_alike
from engine.store.log import Header
from engine.store.state import State
from tests.builders import START, cluster, namespace, node, pod, pod_spec
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


def test_a_burst_looks_for_others_no_farther_than_it_is_worth() -> None:
    made = cluster(*(node(f"n{place}") for place in range(40)))
    made = Cluster(made.header, state=made.state, controllers=())
    pods = [pod(f"p{number:03}", labels={"app": f"{number}"}) for number in range(200)]
    pods += [pod(f"q{number:03}", labels={"app": f"{number % 10}"}) for number in range(60)]
    made.submit("user", [Create(each) for each in pods])
    assert SCHEDULER.burst is not None
    different, alike = (iter([ref_of(each) for each in some]) for some in (pods[:200], pods[200:]))
    assert [key.name for key, _ in SCHEDULER.burst(made.state, different, made.now)] == ["p000"]
    assert len(list(different)) > 150, "others were not even taken"
    found = SCHEDULER.burst(made.state, alike, made.now)
    assert [key.name for key, _ in found] == [f"q{number:03}" for number in range(0, 60, 10)]


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


def test_kubelets_of_many_nodes_start_pods_of_one_node_together() -> None:
    made = cluster(*(node(f"n{place:02}") for place in range(33)))
    made.advance(made.now + 60)
    made.submit("user", [Create(pod(f"p{number}", nodeName="n07")) for number in range(6)])
    before = made.state.revision
    made.settle()
    assert {each.metadata.resource_version for each in made.state.all(Pod)} == {str(before + 1)}
    made.advance(made.now + 60)
    pods = list(made.state.all(Pod))
    assert [each.status.phase for each in pods] == ["Running"] * 6
    assert len({each.status.pod_ip for each in pods}) == 6
    first, *others = sorted(int(each.metadata.resource_version) for each in pods)
    assert others == [first + 1] * 5, "the first has the image pulled, which the others see"


def _keys(state: State) -> Iterator[Ref]:
    return (ref_of(each) for each in state.all(Pod))


@settings(COMMON, max_examples=15)
@given(
    places=st.lists(st.integers(0, 5), min_size=2, max_size=40),
    kinds=st.lists(st.sampled_from(("plain", "script", "pulls", "host", "gone")), min_size=5, max_size=5),
    seconds=st.integers(0, 4),
)
def test_pods_of_one_node_that_start_together_start_as_they_would_one_by_one(
    places: list[int], kinds: list[str], seconds: int
) -> None:
    made = cluster(*(node(f"n{place:02}") for place in range(33)))
    made.advance(made.now + 60)
    specs: dict[str, dict[str, Any]] = {
        "plain": pod_spec(),
        "script": pod_spec("busybox:1.36", command=["sh", "-c", "sleep 1; exit 3"]),
        "pulls": pod_spec("redis:7", imagePullPolicy="Always"),
        "host": {**pod_spec(), "hostNetwork": True},
        "gone": pod_spec(),
    }
    named = [(f"p{number}", kinds[number % len(kinds)], place) for number, place in enumerate(places)]
    made.submit("user", [Create(pod(name, nodeName=f"n{place:02}", **specs[kind])) for name, kind, place in named])
    made.advance(made.now + seconds)
    gone = [Delete(ref=Ref("Pod", "default", name)) for name, kind, _ in named if kind == "gone"]
    if gone:
        made.submit("user", gone)
    while (due := made.next_timer) is not None and due < made.now + 20:
        made.begin_second(due)
        one_by_one = Cluster(made.header, None, made.state, controllers=(), now=made.now)
        assert KUBELET.burst is not None
        for key, result in KUBELET.burst(made.state, _keys(made.state), made.now):
            assert KUBELET.reconcile(one_by_one.state, key, made.now) == result
            if result.writes:
                one_by_one.submit("kubelet", result.writes)
        made.settle()
