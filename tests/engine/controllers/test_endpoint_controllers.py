"""Endpoints and EndpointSlices (rules 11): state in, writes out."""

from typing import Any

from attrs import evolve

from engine.api.writes import Create, Delete, Update
from engine.controllers.endpoints import ENDPOINT_SLICES, ENDPOINTS
from engine.kinds import Endpoints, EndpointSlice, Node, Pod, Ref, Service, ref_of, with_metadata
from engine.store.state import State
from tests.engine.given import (
    NOW,
    manifest,
    put,
    reconciled,
    removed,
    started,
    state_with,
    stored,
    woken,
    writes_of,
)

WEB = Ref("Service", "default", "web")


def service(**spec: Any) -> Service:
    body: dict[str, Any] = {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80}], **spec}
    made = manifest("Service", "web", spec={key: value for key, value in body.items() if value is not None})
    assert isinstance(made, Service)
    return made


def pod(number: int, *, app: str = "web", container_port: int = 80) -> Pod:
    ports = [{"name": "web", "containerPort": container_port}]
    made = manifest(
        "Pod", f"p{number:03}", spec={"containers": [{"name": "main", "image": "nginx", "ports": ports}]}
    )
    assert isinstance(made, Pod)
    return with_metadata(made, labels={"app": app})


def up(state: State, *pods: Pod, ready: bool = True) -> State:
    """The pods run; the number in a pod's name ends its address."""
    def address(each: Pod) -> str:
        number = int(each.metadata.name[1:])
        return f"10.244.{number // 256}.{number % 256}"

    return put(state, *(started(stored(state, each), ready=ready, ip=address(each)) for each in pods))


def behind(*pods: Pod, **spec: Any) -> State:
    """A Service and ready pods, both controllers settled."""
    return settled(up(state_with(service(**spec), *pods), *pods))


def settled(state: State) -> State:
    return reconciled(reconciled(state, ENDPOINTS, WEB), ENDPOINT_SLICES, WEB)


def endpoints(state: State) -> Endpoints:
    found = state.find(Endpoints, "web", "default")
    assert found is not None
    return found


def slices(state: State) -> list[EndpointSlice]:
    return list(state.all(EndpointSlice, "default"))


def addresses(state: State) -> list[tuple[list[str], list[str], list[int]]]:
    """(ready, not ready, ports) of each subset."""
    found = []
    for subset in endpoints(state).subsets:
        ready = [each.ip for each in subset.addresses]
        unready = [each.ip for each in subset.not_ready_addresses]
        found.append((ready, unready, [each.port for each in subset.ports]))
    return found


def test_ready_pods_are_addresses_sorted_by_number() -> None:
    state = behind(pod(10), pod(9), pod(200))
    assert addresses(state) == [(["10.244.0.9", "10.244.0.10", "10.244.0.200"], [], [80])]


def test_pods_that_are_not_ready_are_listed_apart() -> None:
    state = behind(pod(1), pod(2))
    state = settled(up(state, pod(2), ready=False))
    assert addresses(state) == [(["10.244.0.1"], ["10.244.0.2"], [80])]
    (one,) = slices(state)
    conditions = {each.addresses[0]: each.conditions for each in one.endpoints}
    assert conditions["10.244.0.1"].ready is True
    assert conditions["10.244.0.2"].ready is False and conditions["10.244.0.2"].serving is False


def test_publishing_not_ready_addresses_makes_all_of_them_ready() -> None:
    state = state_with(service(publishNotReadyAddresses=True), pod(1))
    state = settled(up(state, pod(1), ready=False))
    assert addresses(state) == [(["10.244.0.1"], [], [80])]
    assert slices(state)[0].endpoints[0].conditions.ready is True


def test_a_terminating_pod_leaves_the_endpoints_and_stays_in_its_slice() -> None:
    state = behind(pod(1), pod(2))
    state = settled(put(state, with_metadata(stored(state, pod(2)), deletion_timestamp=NOW + 30)))
    assert addresses(state) == [(["10.244.0.1"], [], [80])]
    conditions = {each.addresses[0]: each.conditions for each in slices(state)[0].endpoints}
    leaving = conditions["10.244.0.2"]
    assert (leaving.ready, leaving.serving, leaving.terminating) == (False, True, True)


def test_finished_pods_and_pods_without_an_address_are_nowhere() -> None:
    state = behind(pod(1), pod(2))
    first = stored(state, pod(1))
    state = put(state, evolve(first, status=evolve(first.status, phase="Succeeded")))
    second = stored(state, pod(2))
    state = settled(put(state, evolve(second, status=evolve(second.status, pod_ip=""))))
    assert addresses(state) == []
    assert [each.endpoints for each in slices(state)] == [()]


def test_a_named_target_port_is_looked_up_in_each_pod() -> None:
    state = behind(
        pod(1, container_port=8080), pod(2, container_port=9090), ports=[{"port": 80, "targetPort": "web"}]
    )
    assert addresses(state) == [(["10.244.0.1"], [], [8080]), (["10.244.0.2"], [], [9090])]
    assert sorted(each.ports[0].port for each in slices(state)) == [8080, 9090]


def test_ports_with_the_same_addresses_share_a_subset() -> None:
    ports = [{"name": "http", "port": 80}, {"name": "https", "port": 443}]
    assert addresses(behind(pod(1), ports=ports)) == [(["10.244.0.1"], [], [80, 443])]


def test_an_address_names_its_pod_and_node() -> None:
    (subset,) = endpoints(behind(pod(1))).subsets
    (address,) = subset.addresses
    assert address.node_name == "w1" and address.target_ref is not None
    assert (address.target_ref.kind, address.target_ref.name) == ("Pod", "p001")


def test_a_slice_tells_the_zone_of_the_node() -> None:
    node = manifest("Node", "w1", namespace="", status={"capacity": {"cpu": "4"}})
    assert isinstance(node, Node)
    zoned = with_metadata(node, labels={"topology.kubernetes.io/zone": "north"})
    state = state_with(zoned, service(), pod(1))
    assert slices(settled(up(state, pod(1))))[0].endpoints[0].zone == "north"


def test_slices_are_labelled_and_owned() -> None:
    state = behind(pod(1))
    (one,) = slices(state)
    assert one.metadata.labels["kubernetes.io/service-name"] == "web"
    assert one.metadata.labels["endpointslice.kubernetes.io/managed-by"] == "endpointslice-controller.k8s.io"
    assert one.metadata.controller is not None
    assert one.metadata.controller.uid == stored(state, service()).metadata.uid
    assert one.metadata.name.startswith("web-") and len(one.metadata.name) == len("web-") + 5


def test_a_slice_holds_at_most_100_endpoints_and_the_rest_overflows() -> None:
    pods = [pod(number) for number in range(1, 251)]
    state = behind(*pods)
    assert sorted(len(each.endpoints) for each in slices(state)) == [50, 100, 100]
    gone = removed(state, *(ref_of(each) for each in pods[:10]))
    result = ENDPOINT_SLICES.reconcile(gone, WEB, NOW)
    assert len(result.writes) <= 2, "only slices that lost an endpoint are written"
    refilled = settled(up(put(gone, *(stored(state, each) for each in pods[:10])), *pods[:10]))
    assert sorted(len(each.endpoints) for each in slices(refilled)) == [50, 100, 100]


def test_a_service_without_pods_has_one_empty_slice() -> None:
    state = settled(state_with(service()))
    (one,) = slices(state)
    assert (one.endpoints, one.ports) == ((), ())
    state = settled(up(put(state, pod(1)), pod(1)))
    assert [len(each.endpoints) for each in slices(state)] == [1]


def test_a_headless_service_is_marked_so_and_may_have_no_ports() -> None:
    state = behind(pod(1), clusterIP="None", ports=None)
    assert addresses(state) == [(["10.244.0.1"], [], [])]
    assert endpoints(state).metadata.labels["service.kubernetes.io/headless"] == ""
    assert [len(each.endpoints) for each in slices(state)] == [1]


def test_a_service_without_a_selector_is_left_alone() -> None:
    state = state_with(service(selector=None))
    assert ENDPOINTS.reconcile(state, WEB, NOW).writes == ()
    assert ENDPOINT_SLICES.reconcile(state, WEB, NOW).writes == ()


def test_the_endpoints_of_a_service_that_is_gone_are_deleted() -> None:
    state = removed(behind(pod(1)), WEB)
    (write,) = ENDPOINTS.reconcile(state, WEB, NOW).writes
    assert isinstance(write, Delete) and write.ref == Ref("Endpoints", "default", "web")


def test_endpoints_that_someone_else_made_stay() -> None:
    state = state_with(manifest("Endpoints", "web"))
    assert ENDPOINTS.reconcile(state, WEB, NOW).writes == ()


def test_endpoints_are_restored_when_someone_changes_or_deletes_them() -> None:
    state = behind(pod(1))
    emptied = put(state, evolve(endpoints(state), subsets=()))
    assert woken(ENDPOINTS, state, emptied, Ref("Endpoints", "default", "web")) == [WEB]
    assert writes_of(ENDPOINTS.reconcile(emptied, WEB, NOW), Update)
    deleted = removed(state, Ref("Endpoints", "default", "web"))
    assert writes_of(ENDPOINTS.reconcile(deleted, WEB, NOW), Create)


def test_more_than_1000_addresses_are_cut_off_and_said_to_be() -> None:
    pods = [pod(number) for number in range(1, 1003)]
    state = behind(*pods)
    (subset,) = endpoints(state).subsets
    assert len(subset.addresses) == 1000
    assert endpoints(state).metadata.annotations["endpoints.kubernetes.io/over-capacity"] == "truncated"


def test_settled_endpoints_write_nothing() -> None:
    state = behind(pod(1), pod(2))
    assert ENDPOINTS.reconcile(state, WEB, NOW + 99).writes == ()
    assert ENDPOINT_SLICES.reconcile(state, WEB, NOW + 99).writes == ()


def test_only_pods_that_are_or_were_behind_it_wake_a_service() -> None:
    state = behind(pod(1))
    first = stored(state, pod(1))
    ref = ref_of(first)
    for controller in (ENDPOINTS, ENDPOINT_SLICES):
        assert woken(controller, state, put(state, with_metadata(first, annotations={"a": "b"})), ref) == []
        assert woken(controller, state, up(state, pod(1), ready=False), ref) == [WEB]
        assert woken(controller, state, put(state, with_metadata(first, labels={"app": "other"})), ref) == [WEB]
        assert woken(controller, state, removed(state, ref), ref) == [WEB]
    waiting = state_with(service())
    assert woken(ENDPOINTS, waiting, put(waiting, pod(1)), ref) == [], "a pod without an address is nowhere"


def test_a_changed_slice_wakes_its_service() -> None:
    state = behind(pod(1))
    (one,) = slices(state)
    assert woken(ENDPOINT_SLICES, state, removed(state, ref_of(one)), ref_of(one)) == [WEB]
