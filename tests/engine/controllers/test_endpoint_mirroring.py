"""Endpoints written by hand become EndpointSlices, so that their Service leads somewhere."""

from typing import Any

from engine.api.writes import Create, Delete, Patch
from engine.cluster import Cluster
from engine.kinds import EndpointSlice, Object, Ref, from_manifest
from tests.builders import cluster, service


def endpoints(*addresses: str, labels: dict[str, str] | None = None, ports: Any = None) -> Object:
    subset = {"addresses": [{"ip": each} for each in addresses], "ports": ports or [{"port": 9376}]}
    metadata = {"name": "ext", "namespace": "default", "labels": labels or {}}
    return from_manifest({"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata, "subsets": [subset]})


def without_selector() -> Object:
    return service("ext", selector={})


def slices(found: Cluster) -> list[EndpointSlice]:
    return list(found.state.all(EndpointSlice, "default"))


def addresses(found: Cluster) -> list[str]:
    return [address for piece in slices(found) for each in piece.endpoints for address in each.addresses]


def test_endpoints_of_a_service_without_a_selector_are_mirrored() -> None:
    found = cluster(without_selector(), endpoints("192.0.2.1", "192.0.2.2"))
    assert addresses(found) == ["192.0.2.1", "192.0.2.2"]
    labels = slices(found)[0].metadata.labels
    assert labels["kubernetes.io/service-name"] == "ext"
    assert labels["endpointslice.kubernetes.io/managed-by"] == "endpointslicemirroring-controller.k8s.io"
    found.submit("user", [Patch(Ref("Endpoints", "default", "ext"), {
        "subsets": [{"addresses": [{"ip": "192.0.2.3"}], "ports": [{"port": 9376}]}],
    }, "merge")])  # fmt: skip
    found.settle()
    assert addresses(found) == ["192.0.2.3"] and len(slices(found)) == 1


def test_what_is_somebody_elses_is_not_mirrored() -> None:
    assert not slices(cluster(endpoints("192.0.2.1")))
    skipped = endpoints("192.0.2.1", labels={"endpointslice.kubernetes.io/skip-mirror": "true"})
    assert not slices(cluster(without_selector(), skipped))


def test_a_service_may_come_after_its_endpoints_and_slices_go_with_them() -> None:
    found = cluster(endpoints("192.0.2.1"))
    found.submit("user", [Create(without_selector())])
    found.settle()
    assert addresses(found) == ["192.0.2.1"]
    found.submit("user", [Delete(ref=Ref("Endpoints", "default", "ext"))])
    found.settle()
    assert not slices(found)
