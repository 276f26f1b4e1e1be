"""The programs of the control plane as pods: static pods of their node, that come back, and that nothing moves."""

import pytest

from engine.api.writes import Create, Delete
from engine.cluster import Cluster
from engine.control_plane import COMPONENTS, mirror_name
from engine.errors import Invalid
from engine.heartbeats import with_heartbeats
from engine.kinds import Fault, FaultSpec, Node, ObjectMeta, Pod, Ref, Unmodelled, is_true, parse_time, with_metadata
from engine.kinds.coordination import Lease
from tests.builders import cluster, deployment, namespace, node, pod

_HOME = "kube-system"


def control_plane(name: str = "m1") -> Node:
    found = node(name)
    return with_metadata(found, labels={**found.metadata.labels, "node-role.kubernetes.io/control-plane": ""})


def mirrors(found: Cluster, node_name: str = "m1") -> dict[str, Pod]:
    pods = {component: found.state.find(Pod, mirror_name(component, node_name), _HOME) for component in COMPONENTS}
    return {component: pod for component, pod in pods.items() if pod is not None}


def test_a_control_plane_node_runs_its_components_and_other_nodes_none() -> None:
    found = cluster(control_plane(), node("w1"))
    found.advance(found.now + 60)
    assert sorted(mirrors(found)) == ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]
    assert len(list(found.state.all(Pod))) == 4
    for component, each in mirrors(found).items():
        assert is_true(each.status.conditions, "Ready"), component
        assert each.spec.node_name == "m1"
        assert each.status.pod_ip == each.status.host_ip == "192.168.1.10"
        assert (each.metadata.labels["component"], each.metadata.labels["tier"]) == (component, "control-plane")
        assert each.metadata.annotations["kubernetes.io/config.source"] == "file"
        assert each.metadata.annotations["kubernetes.io/config.mirror"]
        owner = each.metadata.controller
        assert owner is not None and (owner.kind, owner.name) == ("Node", "m1")


def test_a_mirror_pod_that_is_deleted_is_back_at_once() -> None:
    found = cluster(control_plane())
    found.advance(found.now + 60)
    before = mirrors(found)["kube-scheduler"]
    found.submit("user", [Delete(ref=Ref("Pod", _HOME, "kube-scheduler-m1"))])
    found.settle()
    after = mirrors(found)["kube-scheduler"]
    assert after.metadata.uid != before.metadata.uid
    assert after.metadata.deletion_timestamp is None
    found.advance(found.now + 30)
    assert is_true(mirrors(found)["kube-scheduler"].status.conditions, "Ready")


def test_a_kubelet_that_is_down_brings_nothing_back_until_it_is_up() -> None:
    found = cluster(control_plane(), node("w1"))
    found.advance(found.now + 60)
    down = Fault(metadata=ObjectMeta(name="down"), spec=FaultSpec(type="NodeDown", node="m1"))
    found.submit("fault/down", [Create(down)])
    found.submit("user", [Delete(ref=Ref("Pod", _HOME, "etcd-m1"), grace_seconds=0)])
    found.advance(found.now + 30)
    assert "etcd" not in mirrors(found)
    found.submit("user", [Delete(ref=Ref("Fault", "", "down"))])
    found.advance(found.now + 30)
    assert is_true(mirrors(found)["etcd"].status.conditions, "Ready")


def test_the_control_plane_goes_with_its_node() -> None:
    found = cluster(control_plane(), node("w1"))
    found.advance(found.now + 60)
    found.submit("user", [Delete(ref=Ref("Node", "", "m1"))])
    found.advance(found.now + 60)
    assert mirrors(found) == {}


def test_waking_everything_changes_nothing_of_the_control_plane() -> None:
    found = cluster(control_plane())
    found.advance(found.now + 120)
    revision = found.state.revision
    found.jump(found.now)
    found.settle()
    assert found.state.revision == revision + 1, "the leap itself"


def component_down(found: Cluster, component: str) -> None:
    spec = FaultSpec(type="ComponentDown", component=component)
    found.submit("fault/down", [Create(Fault(metadata=ObjectMeta(name="down"), spec=spec))])


def repaired(found: Cluster) -> None:
    """A few seconds after it was."""
    found.submit("user", [Delete(ref=Ref("Fault", "", "down"))])
    found.advance(found.now + 5)


def the_pod(found: Cluster, name: str) -> Pod:
    made = found.state.find(Pod, name, "default")
    assert made is not None
    return made


def test_without_a_scheduler_new_pods_wait_and_others_run_on() -> None:
    found = cluster(control_plane(), node("w1"), pod("old"))
    found.advance(found.now + 60)
    component_down(found, "kube-scheduler")
    found.submit("user", [Create(pod("new"))])
    found.advance(found.now + 300)
    assert (the_pod(found, "old").status.phase, the_pod(found, "new").spec.node_name) == ("Running", "")
    status = mirrors(found)["kube-scheduler"].status.container_statuses[0]
    assert status.restart_count > 2
    assert status.state.waiting is not None and status.state.waiting.reason == "CrashLoopBackOff"
    assert is_true(mirrors(found)["kube-controller-manager"].status.conditions, "Ready")
    repaired(found)
    assert the_pod(found, "new").spec.node_name == "w1"
    found.advance(found.now + 600)
    assert is_true(mirrors(found)["kube-scheduler"].status.conditions, "Ready")


def test_without_a_controller_manager_nothing_is_replaced_until_it_is_back() -> None:
    found = cluster(control_plane(), node("w1"), deployment(replicas=2))
    found.advance(found.now + 60)
    component_down(found, "kube-controller-manager")
    gone = next(each for each in found.state.all(Pod, "default"))
    found.submit("user", [Delete(ref=Ref("Pod", "default", gone.metadata.name))])
    found.submit("user", [Create(deployment("late"))])
    found.advance(found.now + 300)
    assert len(list(found.state.all(Pod, "default"))) == 1
    repaired(found)
    found.advance(found.now + 60)
    assert len(list(found.state.all(Pod, "default"))) == 3


def test_only_what_leads_can_be_down() -> None:
    with pytest.raises(Invalid, match=r'spec.component: Unsupported value: "etcd"'):
        component_down(cluster(), "etcd")


def leases(found: Cluster, home: str) -> dict[str, Lease]:
    seen = with_heartbeats(found.state, found.now)
    return {lease.metadata.name: lease for lease in seen.all(Lease, home)}


def test_nodes_and_components_renew_their_leases_without_a_commit() -> None:
    found = cluster(namespace("kube-node-lease"), control_plane(), node("w1"))
    found.advance(found.now + 60)
    revision, before = found.state.revision, leases(found, "kube-node-lease")
    found.advance(found.now + 60)
    after = leases(found, "kube-node-lease")
    assert found.state.revision == revision
    assert sorted(after) == ["m1", "w1"]
    assert parse_time(after["w1"].spec.renew_time) == parse_time(before["w1"].spec.renew_time) + 60
    assert sorted(name for name in leases(found, _HOME) if name.startswith("kube-")) == [
        "kube-controller-manager", "kube-scheduler",
    ]  # fmt: skip
    assert found.state.count("Lease") == 0


def test_the_lease_of_a_silent_node_or_component_is_no_longer_renewed() -> None:
    found = cluster(namespace("kube-node-lease"), control_plane(), node("w1"))
    found.advance(found.now + 60)
    at = found.now
    down = Fault(metadata=ObjectMeta(name="w1-down"), spec=FaultSpec(type="NodeDown", node="w1"))
    found.submit("fault/down", [Create(down)])
    component_down(found, "kube-scheduler")
    found.advance(found.now + 100)
    nodes = leases(found, "kube-node-lease")
    assert parse_time(nodes["w1"].spec.renew_time) <= at < parse_time(nodes["m1"].spec.renew_time)
    assert parse_time(leases(found, _HOME)["kube-scheduler"].spec.renew_time) <= at


def test_component_statuses_say_who_does_not_answer() -> None:
    found = cluster(control_plane())
    component_down(found, "kube-scheduler")
    seen = with_heartbeats(found.state, found.now)
    healthy = {
        each.metadata.name: each.body["conditions"][0]["status"]
        for each in seen.objects("ComponentStatus")
        if isinstance(each, Unmodelled)
    }
    assert healthy == {"controller-manager": "True", "etcd-0": "True", "scheduler": "False"}


def test_a_lease_is_the_same_object_until_it_is_renewed() -> None:
    found = cluster(namespace("kube-node-lease"), control_plane())
    found.advance(found.now + 60)
    before = leases(found, "kube-node-lease")["m1"]
    found.advance(found.now + 5)
    assert leases(found, "kube-node-lease")["m1"] is before
    found.advance(found.now + 5)
    assert leases(found, "kube-node-lease")["m1"] is not before
