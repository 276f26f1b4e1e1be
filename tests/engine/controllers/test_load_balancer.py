"""MetalLB: who gets which address, who has to wait for one, and when it is released (rules 11)."""

from typing import Any

from engine.api.writes import Create, Delete, Patch
from engine.cluster import Cluster
from engine.kinds import Object, Ref, Service, from_manifest
from engine.kinds.metallb import IPAddressPool
from tests.builders import cluster as cluster_with
from tests.builders import deployment, namespace, node, service

HOME = "metallb-system"
CONTROLLER = {"containers": [{"name": "controller", "image": "quay.io/metallb/controller:v0.14.9"}]}


def pool(*addresses: str, name: str = "office", **spec: Any) -> Object:
    return from_manifest(
        {
            "apiVersion": "metallb.io/v1beta1",
            "kind": "IPAddressPool",
            "metadata": {"name": name, "namespace": HOME},
            "spec": {"addresses": list(addresses), **spec},
        }
    )


def balanced(name: str = "web", annotations: dict[str, str] | None = None, **spec: Any) -> Service:
    made = service(name, type="LoadBalancer", **spec)
    if annotations:
        made = from_manifest(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": name, "namespace": "default", "annotations": annotations},
                "spec": {"type": "LoadBalancer", "selector": {"app": name}, "ports": [{"port": 80}], **spec},
            }
        )  # type: ignore[assignment]  # it is a Service
    return made


def running(*objects: Object, replicas: int = 1) -> Cluster:
    """A cluster with a node and MetalLB's controller, some seconds after ``objects`` were created."""
    controller = deployment("controller", namespace=HOME, replicas=replicas, template=CONTROLLER)
    made = cluster_with(node(), namespace(HOME), controller, *objects)
    made.advance(made.now + 60)
    return made


def address(cluster: Cluster, name: str = "web") -> str:
    """As EXTERNAL-IP."""
    found = cluster.state.find(Service, name, "default")
    assert found is not None
    return ",".join(str(each["ip"]) for each in found.status.load_balancer.ingress) or "<pending>"


def said(cluster: Cluster, name: str = "web") -> list[str]:
    found = cluster.state.find(Service, name, "default")
    assert found is not None
    return [f"{event.reason}: {event.message}" for event in cluster.state.events_of(found)]


def patched(cluster: Cluster, body: dict[str, Any], ref: Ref = Ref("Service", "default", "web")) -> None:
    cluster.submit("user", [Patch(ref, body, "merge")])
    cluster.settle()


def test_a_load_balancer_gets_the_first_free_address_of_a_pool() -> None:
    found = running(pool("192.0.2.10-192.0.2.20"), balanced(), balanced("api"))
    assert sorted([address(found), address(found, "api")]) == ["192.0.2.10", "192.0.2.11"]
    assert f'IPAllocated: Assigned IP ["{address(found)}"]' in said(found)
    service_ = found.state.find(Service, "web", "default")
    assert service_ is not None and service_.metadata.annotations["metallb.io/ip-allocated-from-pool"] == "office"


def test_nothing_is_assigned_while_the_controller_does_not_run() -> None:
    found = running(pool("192.0.2.0/28"), balanced(), replicas=0)
    assert address(found) == "<pending>" and said(found) == []
    patched(found, {"spec": {"replicas": 1}}, Ref("Deployment", HOME, "controller"))
    found.advance(found.now + 30)
    assert address(found) == "192.0.2.0"
    patched(found, {"spec": {"replicas": 0}}, Ref("Deployment", HOME, "controller"))
    found.advance(found.now + 60)
    assert address(found) == "192.0.2.0"


def test_a_full_pool_says_so_once_and_serves_the_next_when_one_is_free_again() -> None:
    found = running(pool("192.0.2.1/32"), balanced("first"))
    found.submit("user", [Create(balanced())])
    found.settle()
    assert address(found) == "<pending>"
    assert said(found) == ['AllocationFailed: Failed to allocate IP for "default/web": no available IPs']
    before = found.state.revision
    found.advance(found.now + 1000)
    assert found.state.revision == before
    reopened = Cluster(found.header, state=found.state, now=found.now)
    reopened.settle()
    assert reopened.state.revision == before
    found.submit("user", [Delete(ref=Ref("Service", "default", "first"))])
    found.settle()
    assert address(found) == "192.0.2.1"


def test_another_type_releases_the_address() -> None:
    found = running(pool("192.0.2.1/32"), balanced())
    patched(found, {"spec": {"type": "ClusterIP"}})
    freed = found.state.find(Service, "web", "default")
    assert freed is not None and freed.status.load_balancer.ingress == ()
    assert not freed.metadata.annotations


def test_a_pool_that_changes_takes_its_addresses_along() -> None:
    found = running(pool("192.0.2.1/32"), balanced())
    patched(found, {"spec": {"addresses": ["192.0.2.9/32"]}}, Ref("IPAddressPool", HOME, "office"))
    assert address(found) == "192.0.2.9"
    assert any("current IP for \"default/web\" not allowed by config" in each for each in said(found))
    found.submit("user", [Delete(ref=Ref("IPAddressPool", HOME, "office"))])
    found.settle()
    assert address(found) == "<pending>"
    assert found.state.find(IPAddressPool, "office", HOME) is None


def test_a_service_may_ask_for_an_address_or_a_pool() -> None:
    pools = pool("192.0.2.0/28"), pool("198.51.100.0/28", name="lab", autoAssign=False)
    found = running(
        *pools,
        balanced(annotations={"metallb.io/address-pool": "lab"}),
        balanced("api", loadBalancerIP="192.0.2.7"),
        balanced("db", annotations={"metallb.io/loadBalancerIPs": "192.0.2.8"}),
        balanced("far", loadBalancerIP="203.0.113.1"),
        balanced("lost", annotations={"metallb.io/address-pool": "none"}),
    )
    assert [address(found, name) for name in ("web", "api", "db", "far")] == [
        "198.51.100.0", "192.0.2.7", "192.0.2.8", "<pending>",
    ]  # fmt: skip
    assert said(found, "far") == [
        'AllocationFailed: Failed to allocate IP for "default/far": ["203.0.113.1"] is not allowed in config'
    ]
    assert said(found, "lost") == ['AllocationFailed: Failed to allocate IP for "default/lost": unknown pool "none"']


def test_services_share_an_address_by_a_common_key_and_other_ports() -> None:
    shared = {"metallb.io/allow-shared-ip": "k", "metallb.io/loadBalancerIPs": "192.0.2.1"}
    found = running(
        pool("192.0.2.0/28"),
        balanced(annotations=shared),
        balanced("api", annotations=shared, ports=[{"port": 81}]),
        balanced("zone", annotations=shared),
        balanced("other", loadBalancerIP="192.0.2.1"),
    )
    assert [address(found, name) for name in ("web", "api", "zone", "other")] == [
        "192.0.2.1", "192.0.2.1", "<pending>", "<pending>",
    ]  # fmt: skip
    assert 'port tcp/80 is already in use on "192.0.2.1"' in said(found, "zone")[0]
    assert 'can\'t change sharing key for "default/other"' in said(found, "other")[0]


def test_pools_for_a_namespace_go_first_and_buggy_addresses_are_avoided() -> None:
    pinned = pool("198.51.100.0/30", name="z", avoidBuggyIPs=True, serviceAllocation={"namespaces": ["default"]})
    others = pool("203.0.113.0/30", name="b", serviceAllocation={"namespaces": ["shop"]})
    assert address(running(pool("192.0.2.0/28", name="a"), pinned, others, balanced())) == "198.51.100.1"


def test_one_node_of_those_with_a_speaker_announces_the_address() -> None:
    speaker = {"containers": [{"name": "speaker", "image": "quay.io/metallb/speaker:v0.14.9"}]}
    advertisement = from_manifest(
        {"apiVersion": "metallb.io/v1beta1", "kind": "L2Advertisement", "metadata": {"name": "l2", "namespace": HOME}}
    )
    found = running(
        pool("192.0.2.0/28"), deployment("speaker", namespace=HOME, template=speaker), advertisement,
        deployment("web"), balanced(),
    )  # fmt: skip
    assert said(found).count('nodeAssigned: announcing from node "w1" with protocol "layer2"') == 1
    before = found.state.revision
    found.advance(found.now + 8000)
    assert said(found) == [] and found.state.revision > before
    settled = Cluster(found.header, state=found.state, now=found.now)
    settled.settle()
    assert settled.state.revision == found.state.revision
