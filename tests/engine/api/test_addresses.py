"""Cluster IPs and node ports (rules 11)."""

from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from attrs import evolve

from engine.api.writes import Create, Delete, Patch, Update
from engine.errors import Invalid
from engine.kinds import Ref, Service, ServiceSpec
from engine.store.state import State
from tests.builders import service
from tests.engine.admitting import holding, submitted

WEB = Ref("Service", "default", "web")
PORTS: list[dict[str, Any]] = [{"port": 80}, {"port": 443, "name": "https"}]


def spec(state: State, name: str = "web") -> ServiceSpec:
    found = state.find(Service, name, "default")
    assert found is not None
    return found.spec


def patched(state: State, **changes: Any) -> ServiceSpec:
    return spec(submitted(state, Patch(WEB, {"spec": changes}, "merge")))


def test_a_service_gets_an_address_from_the_upper_band() -> None:
    made = spec(holding(service("web")))
    address = IPv4Address(made.cluster_ip)
    assert address in IPv4Network("10.96.0.0/16")
    assert address > IPv4Address("10.96.1.0")
    assert (made.cluster_ips, made.ip_families, made.ip_family_policy) == (
        (made.cluster_ip,),
        ("IPv4",),
        "SingleStack",
    )


def test_services_get_different_addresses_also_in_one_call() -> None:
    state = submitted(holding(), *(Create(service(f"s{number}")) for number in range(50)))
    assert len({each.spec.cluster_ip for each in state.all(Service)}) == 50


def test_an_address_may_be_chosen() -> None:
    assert spec(holding(service("dns", clusterIP="10.96.0.10")), "dns").cluster_ip == "10.96.0.10"


def test_an_address_is_taken_once() -> None:
    why = "failed to allocate IP 10.96.0.10: provided IP is already allocated"
    with pytest.raises(Invalid, match=why):
        holding(service("dns", clusterIP="10.96.0.10"), service("web", clusterIP="10.96.0.10"))


@pytest.mark.parametrize("address", ["10.97.0.1", "10.96.0.0", "10.96.255.255"])
def test_an_address_must_be_in_the_network(address: str) -> None:
    with pytest.raises(Invalid, match=r"The range of valid IPs is 10.96.0.0/16"):
        holding(service("web", clusterIP=address))


def test_an_address_must_be_one() -> None:
    with pytest.raises(Invalid, match="must be a valid IP address"):
        holding(service("web", clusterIP="ten"))


def test_a_freed_address_may_be_taken_again() -> None:
    state = holding(service("dns", clusterIP="10.96.0.10"))
    state = submitted(
        state,
        Delete(ref=Ref("Service", "default", "dns")),
        Create(service("web", clusterIP="10.96.0.10")),
    )
    assert spec(state).cluster_ip == "10.96.0.10"


def test_headless_and_external_services_get_no_address() -> None:
    state = holding(
        service("db", clusterIP="None"),
        service("away", type="ExternalName", externalName="example.com"),
    )
    assert spec(state, "db").cluster_ip == "None"
    assert spec(state, "away").cluster_ip == ""


def test_a_node_port_comes_from_the_upper_band_and_each_port_has_its_own() -> None:
    made = spec(holding(service("web", type="NodePort", ports=[{**PORTS[0], "name": "http"}, PORTS[1]])))
    first, second = (port.node_port for port in made.ports)
    assert first != second
    assert min(first, second) >= 30086 and max(first, second) <= 32767


def test_a_load_balancer_gets_node_ports_unless_it_declines_them() -> None:
    assert spec(holding(service("web", type="LoadBalancer"))).ports[0].node_port
    declined = spec(holding(service("web", type="LoadBalancer", allocateLoadBalancerNodePorts=False)))
    assert declined.ports[0].node_port == 0


def test_a_node_port_may_be_chosen_once() -> None:
    chosen = [{"port": 80, "nodePort": 30080}]
    state = holding(service("web", type="NodePort", ports=chosen))
    assert spec(state).ports[0].node_port == 30080
    with pytest.raises(Invalid, match=r"nodePort: Invalid value: 30080: provided port is already allocated"):
        submitted(state, Create(service("other", type="NodePort", ports=chosen)))


def test_a_node_port_must_be_in_its_range() -> None:
    with pytest.raises(Invalid, match="The range of valid ports is 30000-32767"):
        holding(service("web", type="NodePort", ports=[{"port": 80, "nodePort": 80}]))


def test_two_protocols_may_share_a_node_port() -> None:
    shared = [
        {"name": "tcp", "port": 53, "nodePort": 30053},
        {"name": "udp", "port": 53, "protocol": "UDP", "nodePort": 30053},
    ]
    made = spec(holding(service("web", type="NodePort", ports=shared)))
    assert [port.node_port for port in made.ports] == [30053, 30053]


def test_a_manifest_that_leaves_addresses_out_keeps_them() -> None:
    state = holding(service("web", type="NodePort"))
    assert submitted(state, Update(service("web", type="NodePort"))) is state


def test_a_cluster_ip_never_changes() -> None:
    with pytest.raises(Invalid, match=r"spec.clusterIPs\[0\]: Invalid value: .*: may not change once set"):
        patched(holding(service("web")), clusterIP="10.96.0.77", clusterIPs=["10.96.0.77"])


def test_a_service_turned_into_a_node_port_keeps_its_address() -> None:
    state = holding(service("web"))
    made = patched(state, type="NodePort")
    assert made.cluster_ip == spec(state).cluster_ip
    assert (bool(made.ports[0].node_port), made.external_traffic_policy) == (True, "Cluster")


def test_a_service_turned_back_loses_what_only_node_ports_have() -> None:
    made = patched(holding(service("web", type="NodePort")), type="ClusterIP")
    assert (made.ports[0].node_port, made.external_traffic_policy) == (0, "")


def test_a_service_turned_into_a_name_gives_its_address_back() -> None:
    made = patched(holding(service("web")), type="ExternalName", externalName="example.com")
    assert (made.cluster_ip, made.cluster_ips, made.ip_families, made.ip_family_policy) == ("", (), (), None)


def test_a_load_balancer_turned_back_loses_its_switches() -> None:
    made = patched(holding(service("web", type="LoadBalancer")), type="ClusterIP")
    assert (made.allocate_load_balancer_node_ports, made.ports[0].node_port) == (None, 0)


def test_a_second_port_gets_a_node_port_and_the_first_keeps_its_own() -> None:
    state = holding(service("web", type="NodePort", ports=[{"port": 80, "name": "http"}]))
    made = patched(state, ports=[{"port": 80, "name": "http"}, {"port": 443, "name": "https"}])
    assert made.ports[0].node_port == spec(state).ports[0].node_port
    assert made.ports[1].node_port not in (0, made.ports[0].node_port)


def test_a_local_load_balancer_is_asked_for_its_health_on_a_port_of_its_own() -> None:
    state = holding(service("web", type="LoadBalancer", externalTrafficPolicy="Local"))
    port = spec(state).extra["healthCheckNodePort"]
    assert port not in (0, spec(state).ports[0].node_port)
    assert "healthCheckNodePort" not in patched(state, externalTrafficPolicy="Cluster").extra


def test_the_lower_band_serves_when_the_upper_is_full() -> None:
    taken = [service(f"s{port}", type="NodePort", ports=[{"port": 80, "nodePort": port}]) for port in (30086,)]
    state = holding(*taken)
    full = [evolve(each, node_port=port) for each in spec(state, "s30086").ports for port in range(30086, 32768)]
    wide = service("wide", type="NodePort", ports=[])
    ports = tuple(evolve(port, name=f"p{index}", port=index + 1) for index, port in enumerate(full))
    state = submitted(state, Delete(ref=Ref("Service", "default", "s30086")))
    state = submitted(state, Create(evolve(wide, spec=evolve(wide.spec, ports=ports))))
    state = submitted(state, Create(service("web", type="NodePort")))
    assert 30000 <= spec(state).ports[0].node_port < 30086
