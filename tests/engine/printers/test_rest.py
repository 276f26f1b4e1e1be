"""Endpoints, events, budgets, and the kinds Kubernetes does not have; names; ``kubectl top``."""

from typing import Any

from engine.kinds import (
    KINDS,
    Endpoint,
    EndpointAddress,
    EndpointPort,
    Endpoints,
    EndpointSlice,
    EndpointSubset,
    Exec,
    ObjectMeta,
    format_time,
    from_manifest,
)
from engine.printers import PRINTERS
from engine.printers.top import Usage, top_nodes, top_pods
from engine.store.state import State

NOW = 1_700_000_000
META = ObjectMeta(name="web", namespace="shop", creation_timestamp=NOW - 3600)


def cells(obj: Any) -> tuple[str, ...]:
    return PRINTERS[obj.kind].cells(obj, State(), NOW)


def manifest(kind: str, version: str, **body: Any) -> Any:
    created = format_time(NOW - 3600)
    metadata = {"name": "web", "namespace": "shop", "creationTimestamp": created}
    return from_manifest({"apiVersion": version, "kind": kind, "metadata": metadata, **body})


def addresses(*ips: str) -> tuple[EndpointAddress, ...]:
    return tuple(EndpointAddress(ip=ip) for ip in ips)


def test_every_kind_has_a_printer_with_a_name_column() -> None:
    assert set(PRINTERS) == set(KINDS)
    for kind, printer in PRINTERS.items():
        assert "NAME" in printer.headers(wide=True), kind


def test_endpoints_show_three_addresses_and_count_the_others() -> None:
    ports = (EndpointPort(name="http", port=80, protocol="TCP"), EndpointPort(name="m", port=9090))
    few = EndpointSubset(addresses=addresses("10.0.0.1"), not_ready_addresses=addresses("10.0.0.9"), ports=ports)
    assert cells(Endpoints(metadata=META, subsets=(few,))) == ("web", "10.0.0.1:80,10.0.0.1:9090", "60m")
    many = EndpointSubset(addresses=addresses("10.0.0.1", "10.0.0.2", "fd00::3", "10.0.0.4"), ports=ports[:1])
    assert cells(Endpoints(metadata=META, subsets=(many,)))[1] == (
        "10.0.0.1:80,10.0.0.2:80,[fd00::3]:80 + 1 more..."
    )
    headless = EndpointSubset(addresses=addresses("10.0.0.1"))
    assert cells(Endpoints(metadata=META, subsets=(headless,)))[1] == "10.0.0.1"
    assert cells(Endpoints(metadata=META))[1] == "<none>"


def test_an_endpoint_slice_shows_addresses_of_every_endpoint_ready_or_not() -> None:
    endpoints = tuple(Endpoint(addresses=(f"10.0.0.{number}",)) for number in range(1, 6))
    ports = (EndpointPort(port=80), EndpointPort(name="any"), EndpointPort())
    shown = cells(EndpointSlice(metadata=META, address_type="IPv4", endpoints=endpoints, ports=ports))
    assert shown == ("web", "IPv4", "80,any,*", "10.0.0.1,10.0.0.2,10.0.0.3 + 2 more...", "60m")
    empty = EndpointSlice(metadata=META, address_type="IPv4", endpoints=())
    assert cells(empty)[2:4] == ("<unset>", "<unset>")


def test_an_event_tells_when_it_was_last_seen_about_what_and_how_often() -> None:
    event = manifest(
        "Event", "v1",
        involvedObject={"kind": "Pod", "name": "web-1", "fieldPath": "spec.containers{web}"},
        type="Warning", reason="BackOff", message="Back-off restarting\n", count=4,
        source={"component": "kubelet", "host": "node1"},
        firstTimestamp=format_time(NOW - 300), lastTimestamp=format_time(NOW - 20),
    )  # fmt: skip
    assert PRINTERS["Event"].headers(wide=False) == ("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE")
    assert PRINTERS["Event"].row(event, State(), NOW, wide=False) == (
        "20s", "Warning", "BackOff", "pod/web-1", "Back-off restarting",
    )
    assert PRINTERS["Event"].row(event, State(), NOW, wide=True)[4:] == (
        "spec.containers{web}", "kubelet, node1", "Back-off restarting", "5m", "4", "web",
    )


def test_a_disruption_budget_shows_the_limit_that_was_given() -> None:
    status = {"disruptionsAllowed": 1, "currentHealthy": 3, "desiredHealthy": 2, "expectedPods": 3}
    least = manifest("PodDisruptionBudget", "policy/v1", spec={"minAvailable": 2}, status=status)
    assert cells(least) == ("web", "2", "N/A", "1", "60m")
    most = manifest("PodDisruptionBudget", "policy/v1", spec={"maxUnavailable": "25%"}, status=status)
    assert cells(most)[1:3] == ("N/A", "25%")


def test_config_maps_and_namespaces_show_their_size_and_phase() -> None:
    config = manifest("ConfigMap", "v1", data={"a": "1", "b": "2"}, binaryData={"c": "AA=="})
    assert cells(config) == ("web", "3", "60m")
    assert cells(manifest("Namespace", "v1", status={"phase": "Active"})) == ("web", "Active", "60m")


def test_an_exec_shows_the_line_and_how_it_ended() -> None:
    line = Exec(
        metadata=ObjectMeta(name="uid-1", namespace="shop"), pod="web-1", pod_uid="uid", container="web",
        restart_count=0, session="s1", line="cat /etc/hosts", time=NOW - 30, exit_code=1, cwd="/",
    )  # fmt: skip
    assert cells(line) == ("uid-1", "web-1", "web", "cat /etc/hosts", "1", "30s", "s1", "0s", "/")


def test_a_fault_shows_what_is_broken() -> None:
    fault = manifest("Fault", "k9lite.dev/v1", spec={"type": "NodeDown", "node": "node1"})
    assert cells(fault) == ("web", "NodeDown", "node1", "<none>", "60m", "<none>")
    leak = manifest("Fault", "k9lite.dev/v1", spec={"type": "MemoryLeak", "namespace": "shop", "pod": "cart-1"})
    assert cells(leak)[2:4] == ("<none>", "shop/cart-1")


def test_top_nodes_rounds_down_and_says_what_it_does_not_know() -> None:
    known = Usage(
        name="node1", cpu_milli=255, memory_bytes=(1 << 30) + 5,
        allocatable_cpu_milli=4000, allocatable_memory_bytes=8 << 30,
    )  # fmt: skip
    assert top_nodes([known, Usage(name="node2", cpu_milli=None, memory_bytes=None)]) == [
        "NAME    CPU(cores)   CPU(%)      MEMORY(bytes)   MEMORY(%)",
        "node1   255m         6%          1024Mi          12%",
        "node2   <unknown>    <unknown>   <unknown>       <unknown>",
    ]


def test_top_pods_can_show_namespaces_and_containers() -> None:
    usage = Usage(name="web", namespace="shop", pod="web-1", cpu_milli=3, memory_bytes=12_000_000)
    assert top_pods([usage], with_namespace=True, containers=True) == [
        "NAMESPACE   POD     NAME   CPU(cores)   MEMORY(bytes)",
        "shop        web-1   web    3m           11Mi",
    ]
    assert top_pods([usage]) == ["NAME   CPU(cores)   MEMORY(bytes)", "web    3m           11Mi"]
    assert top_pods([]) == []
