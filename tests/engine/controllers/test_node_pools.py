"""Node pools: they grow for pods that fit nowhere, shrink when idle, and replace machines that stay silent."""

from typing import Any

import pytest

from engine.api.writes import Create, Delete, Patch
from engine.cluster import Cluster
from engine.errors import Invalid
from engine.kinds import Fault, FaultSpec, Node, Object, ObjectMeta, Pod, Ref, from_manifest, is_true
from engine.kinds.node_pool import POOL_LABEL, NodePool
from tests.builders import cluster, daemon_set, deployment, node, pod, pod_spec

MINUTE = 60


def pool(name: str = "small", *, min: int = 0, max: int = 3, **template: Any) -> Object:
    return from_manifest({
        "apiVersion": "k9lite.dev/v1",
        "kind": "NodePool",
        "metadata": {"name": name},
        "spec": {"min": min, "max": max, "template": {"capacity": {"cpu": "4", "memory": "8Gi"}, **template}},
    })


def cpu(amount: str) -> dict[str, Any]:
    return pod_spec(resources={"requests": {"cpu": amount}})


def pooled(found: Cluster, name: str = "small") -> list[Node]:
    return [each for each in found.state.all(Node) if each.metadata.labels.get(POOL_LABEL) == name]


def said(found: Cluster, obj: Object) -> list[str]:
    return [f"{event.reason}: {event.message}" for event in found.state.events_of(obj)]


def the_pod(found: Cluster, name: str = "p") -> Pod:
    made = found.state.find(Pod, name, "default")
    assert made is not None
    return made


def the_pool(found: Cluster, name: str = "small") -> NodePool:
    made = found.state.find(NodePool, name)
    assert made is not None
    return made


def replicas(found: Cluster, count: int, name: str = "web") -> None:
    found.submit("user", [Patch(Ref("Deployment", "default", name), {"spec": {"replicas": count}}, "merge")])


def grown(count: int = 3) -> Cluster:
    """Three machines for three pods that each need more than half of one."""
    found = cluster(node(), pool(), deployment(replicas=count, template=cpu("3")))
    found.advance(found.now + 5 * MINUTE)
    return found


def test_a_pod_that_fits_nowhere_gets_a_machine_that_is_ready_within_a_minute() -> None:
    found = cluster(node(cpu="1"), pool(), pod(**cpu("3")))
    assert said(found, the_pod(found))[-1] == "TriggeredScaleUp: pod triggered scale-up: [{small 0->1 (max: 3)}]"
    assert said(found, the_pool(found)) == [
        "ScaledUpGroup: Scale-up: setting group small size to 1 instead of 0 (max: 3)"
    ]
    found.advance(found.now + 40)
    assert pooled(found) == []
    found.advance(found.now + 20)
    (machine,) = pooled(found)
    assert is_true(machine.status.conditions, "Ready")
    assert machine.metadata.name.startswith("small-")
    assert the_pod(found).spec.node_name == machine.metadata.name


def test_a_pool_grows_by_as_many_machines_as_the_pods_fill_and_no_further_than_its_max() -> None:
    found = cluster(node(cpu="1"), pool(max=2), deployment(replicas=5, template=cpu("2")))
    assert the_pool(found).spec.replicas == 2
    found.advance(found.now + 5 * MINUTE)
    assert len(pooled(found)) == 2
    waiting = [each for each in found.state.all(Pod) if not each.spec.node_name]
    assert len(waiting) == 1
    assert any("1 max node group size reached" in each for each in said(found, waiting[0]))


def test_a_pod_that_no_pool_has_room_for_is_told_why() -> None:
    tainted = pool("dear", taints=[{"key": "gpu", "value": "true", "effect": "NoSchedule"}])
    found = cluster(node(cpu="1"), pool(), tainted, pod(**cpu("64")))
    found.advance(found.now + 10 * MINUTE)
    assert pooled(found) == pooled(found, "dear") == []
    text = "NotTriggerScaleUp: pod didn't trigger scale-up: 1 Insufficient cpu, 1 node(s) had untolerated taint(s)"
    assert said(found, the_pod(found)).count(text) == 1


def test_what_daemon_sets_put_on_a_machine_counts() -> None:
    found = cluster(node(cpu="1"), pool(), daemon_set(template=cpu("500m")), pod(**cpu("3800m")))
    found.advance(found.now + 5 * MINUTE)
    assert pooled(found) == []


def test_the_pool_grows_whose_machine_is_wasted_least() -> None:
    large = pool("large", capacity={"cpu": "32", "memory": "64Gi"})
    found = cluster(node(cpu="1"), large, pool(), pod(**cpu("3")))
    assert (the_pool(found, "large").spec.replicas, the_pool(found).spec.replicas) == (None, 1)


def test_a_pool_grows_that_a_pods_node_selector_asks_for() -> None:
    fast = pool("fast", labels={"disk": "ssd"})
    found = cluster(node(), fast, pool(), pod(nodeSelector={"disk": "ssd"}, **cpu("1")))
    found.advance(found.now + MINUTE)
    assert the_pod(found).spec.node_name == pooled(found, "fast")[0].metadata.name


def test_an_idle_machine_is_given_back_after_ten_minutes() -> None:
    found = grown()
    assert len(pooled(found)) == 2, "one of the three runs on w1"
    replicas(found, 1)
    found.advance(found.now + 9 * MINUTE)
    assert len(pooled(found)) + the_pool(found).spec.min == 2
    found.advance(found.now + 3 * MINUTE)
    assert len(pooled(found)) <= 1
    assert the_pool(found).status.replicas == len(pooled(found))


def test_a_pool_never_shrinks_below_its_min() -> None:
    found = cluster(node(), pool(min=2))
    found.advance(found.now + 60 * MINUTE)
    assert len(pooled(found)) == 2


def cordoned(found: Cluster, name: str, closed: bool) -> None:
    found.submit("user", [Patch(Ref("Node", "", name), {"spec": {"unschedulable": closed}}, "merge")])


def shrunk(**spec: Any) -> Cluster:
    """A machine was needed for a large pod, has a small one beside it, and the large one is gone."""
    annotations = spec.pop("annotations", {})
    found = cluster(node(cpu="1"), pool(), pod("large", **cpu("3")))
    found.advance(found.now + 2 * MINUTE)
    small = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "small", "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": {"app": "small"}},
            "template": {
                "metadata": {"labels": {"app": "small"}, "annotations": annotations},
                "spec": {**cpu("800m"), **spec},
            },
        },
    }
    cordoned(found, "w1", True)
    found.submit("user", [Create(from_manifest(small))])
    found.advance(found.now + 10)
    assert {each.spec.node_name for each in found.state.all(Pod)} == {pooled(found)[0].metadata.name}
    cordoned(found, "w1", False)
    found.submit("user", [Delete(ref=Ref("Pod", "default", "large"))])
    found.advance(found.now + 20 * MINUTE)
    return found


def test_pods_are_moved_off_a_machine_that_is_hardly_used() -> None:
    found = shrunk()
    assert pooled(found) == []
    (small,) = found.state.all(Pod)
    assert (small.spec.node_name, small.status.phase) == ("w1", "Running")


@pytest.mark.parametrize("annotations, volumes", [
    ({"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}, []),
    ({}, [{"name": "scratch", "emptyDir": {}}]),
])  # fmt: skip
def test_a_machine_stays_for_a_pod_that_must_not_be_moved(
    annotations: dict[str, str], volumes: list[dict[str, Any]]
) -> None:
    assert len(pooled(shrunk(annotations=annotations, volumes=volumes))) == 1


def test_local_storage_does_not_hold_a_machine_whose_pod_says_that_it_is_safe_to_evict() -> None:
    safe = {"cluster-autoscaler.kubernetes.io/safe-to-evict": "true"}
    assert pooled(shrunk(annotations=safe, volumes=[{"name": "scratch", "emptyDir": {}}])) == []


def test_a_machine_stays_that_says_so_itself_until_it_no_longer_does() -> None:
    disabled = "cluster-autoscaler.kubernetes.io/scale-down-disabled"
    found = cluster(node(cpu="1"), pool(), pod("large", **cpu("3")))
    found.advance(found.now + 2 * MINUTE)
    (machine,) = pooled(found)
    name = machine.metadata.name
    found.submit("user", [Patch(Ref("Node", "", name), {"metadata": {"annotations": {disabled: "true"}}}, "merge")])
    found.submit("user", [Delete(ref=Ref("Pod", "default", "large"))])
    found.advance(found.now + 30 * MINUTE)
    assert len(pooled(found)) == 1
    found.submit("user", [Patch(Ref("Node", "", name), {"metadata": {"annotations": {disabled: None}}}, "merge")])
    found.advance(found.now + 11 * MINUTE)
    assert pooled(found) == []


def test_a_node_that_stays_silent_is_replaced_after_ten_minutes() -> None:
    found = grown()
    broken = pooled(found)[0].metadata.name
    down = Fault(metadata=ObjectMeta(name="down"), spec=FaultSpec(type="NodeDown", node=broken))
    found.submit("fault/down", [Create(down)])
    found.advance(found.now + 10 * MINUTE)
    assert broken in {each.metadata.name for each in pooled(found)}
    found.advance(found.now + 3 * MINUTE)
    names = {each.metadata.name for each in pooled(found)}
    assert broken not in names
    assert len(names) >= 2
    assert all(is_true(each.status.conditions, "Ready") for each in pooled(found))
    assert any("its machine is being replaced" in each for each in said(found, the_pool(found)))
    pods = list(found.state.all(Pod))
    assert len(pods) == 3
    assert all(each.status.phase == "Running" for each in pods)


def test_a_pool_is_scaled_by_hand_and_drains_what_goes() -> None:
    found = cluster(node(), pool(min=1))
    found.advance(found.now + 2 * MINUTE)
    scaled = Ref("NodePool", "", "small")
    found.submit("user", [Patch(scaled, {"spec": {"replicas": 3}}, "merge")])
    found.advance(found.now + 2 * MINUTE)
    assert len(pooled(found)) == 3
    found.submit("user", [Patch(scaled, {"spec": {"replicas": 1}}, "merge")])
    found.advance(found.now + 2 * MINUTE)
    assert len(pooled(found)) == 1
    with pytest.raises(Invalid, match="must be between 1"):
        found.submit("user", [Patch(scaled, {"spec": {"replicas": 9}}, "merge")])


def test_pods_of_a_machine_that_goes_by_hand_leave_as_their_budget_allows() -> None:
    budget = from_manifest({
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "web"}}},
    })
    found = cluster(pool(min=1), budget, deployment(replicas=4, template=cpu("900m")))
    found.advance(found.now + 2 * MINUTE)
    scaled = Ref("NodePool", "", "small")
    found.submit("user", [Patch(scaled, {"spec": {"replicas": 2}}, "merge")])
    found.advance(found.now + 2 * MINUTE)
    before = pooled(found)
    found.submit("user", [Patch(scaled, {"spec": {"replicas": 1}}, "merge")])
    found.advance(found.now + 3 * MINUTE)
    assert len(pooled(found)) == 1
    assert len(before) == 2
    assert all(each.spec.node_name == pooled(found)[0].metadata.name for each in found.state.all(Pod))


def test_waking_everything_changes_nothing_of_settled_pools() -> None:
    found = cluster(node(cpu="1"), pool(min=1), pod(**cpu("64")), pod("q", **cpu("3")))
    found.advance(found.now + 30 * MINUTE)
    revision = found.state.revision
    found.jump(found.now)
    found.settle()
    assert found.state.revision == revision + 1, "the leap itself"


def test_the_same_inputs_give_the_same_machines() -> None:
    assert [each.metadata.name for each in pooled(grown())] == [each.metadata.name for each in pooled(grown())]


@pytest.mark.parametrize("spec, message", [
    ({"min": -1, "max": 3}, "spec.min: Invalid value"),
    ({"min": 4, "max": 3}, "spec.max: Invalid value"),
    ({"min": 0, "max": 3, "replicas": 4}, "spec.replicas: Invalid value"),
])  # fmt: skip
def test_a_pool_with_bounds_that_make_no_sense_is_refused(spec: dict[str, int], message: str) -> None:
    found = cluster()
    manifest = {"apiVersion": "k9lite.dev/v1", "kind": "NodePool", "metadata": {"name": "p"}, "spec": spec}
    with pytest.raises(Invalid, match=message):
        found.submit("user", [Create(from_manifest(manifest))])
