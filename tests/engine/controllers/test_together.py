"""The controllers in a whole cluster: what one writes wakes the next, until nothing is left to do."""

from engine.api.writes import Create, Delete, Patch
from engine.cluster import Cluster
from engine.controllers import CONTROLLERS
from engine.kinds import (
    Deployment,
    Endpoints,
    EndpointSlice,
    Event,
    Fault,
    FaultSpec,
    Node,
    ObjectMeta,
    Pod,
    Ref,
    ReplicaSet,
    condition,
    is_true,
)
from engine.queue import Queue
from engine.readiness import is_ready
from tests.builders import cluster, deployment, namespace, node, pod, pod_spec, service, settled

WEB = Ref("Deployment", "default", "web")
DOWN = Fault(metadata=ObjectMeta(name="down"), spec=FaultSpec(type="NodeDown", node="w1"))


def pods(made: Cluster) -> list[Pod]:
    return list(made.state.all(Pod))


def addresses(made: Cluster, name: str = "web") -> list[str]:
    found = made.state.find(Endpoints, name, "default")
    assert found is not None
    return [address.ip for subset in found.subsets for address in subset.addresses]


def assert_settled(made: Cluster) -> None:
    """Waking every key of every controller once changes nothing."""
    queue = Queue(CONTROLLERS)
    queue.wake_everything(made.state)
    while (popped := queue.pop()) is not None:
        _, controller, key, _ = popped
        assert controller.reconcile(made.state, key, made.now).writes == (), (controller.name, key)


def test_a_deployment_becomes_pods_and_the_pods_become_endpoints() -> None:
    made = settled(node("w1"), node("w2"), service("web"), deployment("web", replicas=4))
    assert len(pods(made)) == 4 and all(map(is_ready, pods(made)))
    assert sorted(addresses(made)) == sorted(each.status.pod_ip for each in pods(made))
    (one,) = made.state.all(EndpointSlice)
    assert len(one.endpoints) == 4
    assert_settled(made)


def test_a_deleted_pod_is_replaced_and_the_service_follows() -> None:
    made = settled(node("w1"), service("web"), deployment("web", replicas=2))
    victim = pods(made)[0]
    made.submit("user", [Delete(ref=Ref("Pod", "default", victim.metadata.name))])
    assert victim.status.pod_ip in addresses(made)
    made.settle()
    assert victim.status.pod_ip not in addresses(made), "a terminating pod serves no longer"
    made.advance(made.now + 60)
    assert len(pods(made)) == 2 and len(addresses(made)) == 2
    assert_settled(made)


def test_deleting_a_deployment_takes_all_it_made_along() -> None:
    for propagation in ("", "Foreground"):
        made = settled(node("w1"), deployment("web", replicas=3))
        made.submit("user", [Delete(ref=WEB, propagation=propagation)])
        made.advance(made.now + 60)
        assert [made.state.count(kind) for kind in ("Deployment", "ReplicaSet", "Pod")] == [0, 0, 0]
        assert_settled(made)


def test_deleting_a_deployment_alone_leaves_its_pods_running() -> None:
    made = settled(node("w1"), deployment("web", replicas=3))
    made.submit("user", [Delete(ref=WEB, propagation="Orphan")])
    made.advance(made.now + 60)
    assert made.state.count("Deployment") == 0
    (left,) = made.state.all(ReplicaSet)
    assert left.metadata.owner_references == ()
    assert len(pods(made)) == 3 and all(map(is_ready, pods(made)))
    made.submit("user", [Create(deployment("web", replicas=3))])
    made.advance(made.now + 60)
    assert len(pods(made)) == 3, "the new Deployment adopts what the old one left"


def test_deleting_a_service_removes_its_endpoints_and_slices() -> None:
    made = settled(node("w1"), service("web"), deployment("web"))
    made.submit("user", [Delete(ref=Ref("Service", "default", "web"))])
    made.settle()
    assert made.state.count("Endpoints") == 0 and made.state.count("EndpointSlice") == 0


def test_the_pods_of_a_dead_node_move_after_five_minutes_and_leave_services_before() -> None:
    made = settled(node("w1"), node("w2"), service("web"), deployment("web", replicas=4))
    on_w1 = [each for each in pods(made) if each.spec.node_name == "w1"]
    assert on_w1
    made.submit("fault/w1", [Create(DOWN)])
    made.advance(made.now + 51)
    assert len(addresses(made)) == 4 - len(on_w1)
    assert len(pods(made)) == 4, "nothing has moved yet"
    made.advance(made.now + 330)
    moved = [each for each in pods(made) if each.active]
    assert len(moved) == 4 and {each.spec.node_name for each in moved} == {"w2"}
    assert len(addresses(made)) == 4
    assert len(pods(made)) == 4 + len(on_w1), "nobody can confirm that the old ones have stopped"
    assert_settled(made)
    made.submit("fault/w1", [Delete(ref=Ref("Fault", "", "down"))])
    made.advance(made.now + 60)
    back = made.state.find(Node, "w1")
    assert back is not None and is_true(back.status.conditions, "Ready") and back.spec.taints == ()
    assert len(pods(made)) == 4
    assert_settled(made)


def test_a_short_silence_moves_nothing() -> None:
    made = settled(node("w1"), node("w2"), service("web"), deployment("web", replicas=4))
    before = {each.metadata.uid for each in pods(made)}
    made.submit("fault/w1", [Create(DOWN)])
    made.advance(made.now + 120)
    made.submit("fault/w1", [Delete(ref=Ref("Fault", "", "down"))])
    made.advance(made.now + 600)
    assert {each.metadata.uid for each in pods(made)} == before
    assert len(addresses(made)) == 4


def test_a_bare_pod_of_a_deleted_node_is_gone_for_good() -> None:
    made = settled(node("w1"), pod("lonely"))
    made.submit("user", [Delete(ref=Ref("Node", "", "w1"))])
    made.advance(made.now + 60)
    assert pods(made) == []


def test_a_deleted_namespace_is_emptied_first() -> None:
    made = settled(node("w1"), namespace("shop"), deployment("web", namespace="shop", replicas=2))
    made.submit("user", [Delete(ref=Ref("Namespace", "", "shop"))])
    made.advance(made.now + 120)
    assert made.state.get(Ref("Namespace", "", "shop")) is None
    assert [made.state.count(kind) for kind in ("Deployment", "ReplicaSet", "Pod")] == [0, 0, 0]
    assert not list(made.state.all(Event, "shop"))


def test_pods_that_are_refused_are_tried_again_until_they_are_not() -> None:
    template = {**pod_spec(), "priorityClassName": "urgent"}
    made = settled(node("w1"), deployment("web", replicas=3, template=template))
    assert pods(made) == []
    web = made.state.find(Deployment, "web", "default")
    assert web is not None
    failure = condition(web.status.conditions, "ReplicaFailure")
    assert failure is not None and "no PriorityClass with name urgent was found" in failure.message
    refusals = [event for event in made.state.all(Event) if event.reason == "FailedCreate"]
    assert 5 <= len(refusals) <= 9, "1, 2, 4, ... seconds apart"
    assert_settled(made)
    made.submit("user", [Patch(WEB, {"spec": {"template": {"spec": {"priorityClassName": ""}}}}, "merge")])
    made.advance(made.now + 300)
    assert len(pods(made)) == 3 and all(map(is_ready, pods(made)))


def test_as_many_pods_are_created_as_are_let_in() -> None:
    made = cluster(deployment("web", replicas=0))
    assert made.state.count("Pod") == 0
    made.submit("user", [Patch(WEB, {"spec": {"replicas": 300}}, "merge")])
    before = made.state.revision
    made.settle()
    created = made.state.revision - before
    assert made.state.count("Pod") == 300
    assert created < 330, "a commit for each pod that cannot be scheduled, and some ten for the burst"


def test_a_pod_is_stored_bound_and_started_each_a_revision_of_its_actor() -> None:
    made = cluster(node("w1"))
    made.advance(made.now + 60)
    made.submit("user", [Create(pod("web"))])
    steps: dict[int, tuple[str, str, str]] = {}
    while not any(phase == "Running" for _, phase, _ in steps.values()):
        commit = made.last_commit
        assert commit is not None and len(steps) < 9
        for each in commit.puts:
            if isinstance(each, Pod):
                steps[commit.revision] = (commit.actor, each.status.phase, each.spec.node_name)
        if not made.run_one():
            due = made.next_timer
            assert due is not None, "it never runs"
            made.begin_second(due)
    assert list(steps.values()) == [
        ("user", "Pending", ""),
        ("default-scheduler", "Pending", "w1"),
        ("kubelet/w1", "Pending", "w1"),
        ("kubelet/w1", "Running", "w1"),
    ]
    assert [revision - min(steps) for revision in steps][:3] == [0, 1, 2], "each at once after the other"
