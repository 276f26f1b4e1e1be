"""The programs of the control plane as pods: static pods of their node, that come back, and that nothing moves."""

from engine.api.writes import Create, Delete
from engine.cluster import Cluster
from engine.control_plane import COMPONENTS, mirror_name
from engine.kinds import Fault, FaultSpec, Node, ObjectMeta, Pod, Ref, is_true, with_metadata
from tests.builders import cluster, node

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
    for component, pod in mirrors(found).items():
        assert is_true(pod.status.conditions, "Ready"), component
        assert pod.spec.node_name == "m1"
        assert pod.status.pod_ip == pod.status.host_ip == "192.168.1.10"
        assert (pod.metadata.labels["component"], pod.metadata.labels["tier"]) == (component, "control-plane")
        assert pod.metadata.annotations["kubernetes.io/config.source"] == "file"
        assert pod.metadata.annotations["kubernetes.io/config.mirror"]
        owner = pod.metadata.controller
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
