"""Endpoints: one object a Service, its addresses grouped by the ports they share.

Follows kube-controller-manager's endpoint controller, with its limit of 1,000 addresses. Differs in: no
``last-change-trigger-time``, and after a Service only the Endpoints written here are deleted.
"""

from collections.abc import Iterable

from engine.api.writes import Create, Delete, Update
from engine.controllers.endpoints.selection import (
    Target,
    concerned_services,
    hostname_of,
    is_headless,
    is_managed,
    labels_for,
    pods_behind,
    ports_of,
    reference_to,
)
from engine.kinds import (
    EndpointAddress,
    Endpoints,
    EndpointSubset,
    ObjectMeta,
    Pod,
    Ref,
    Service,
    evolve,
    with_metadata,
)
from engine.namespaces import is_terminating
from engine.readiness import is_ready
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

MANAGED_BY = "endpoints.kubernetes.io/managed-by"
OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"
_NAME = "endpoint-controller"
_MOST_ADDRESSES = 1000


def _reconcile(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    service = state.find(Service, ref.name, ref.namespace)
    present = state.find(Endpoints, ref.name, ref.namespace)
    if service is None:
        if present is None or present.metadata.labels.get(MANAGED_BY) != _NAME:
            return NOTHING
        return Result(writes=(Delete(ref=Ref("Endpoints", ref.namespace, ref.name), uid=present.metadata.uid),))
    if not is_managed(service) or is_terminating(state, ref.namespace):
        return NOTHING
    subsets, is_truncated = _truncated(_subsets(state, service))
    before = present or Endpoints(metadata=ObjectMeta(name=ref.name, namespace=ref.namespace))
    annotations = {key: text for key, text in before.metadata.annotations.items() if key != OVER_CAPACITY}
    if is_truncated:
        annotations[OVER_CAPACITY] = "truncated"
    labels = labels_for(service, {MANAGED_BY: _NAME})
    wanted = with_metadata(evolve(before, subsets=subsets), labels=labels, annotations=annotations)
    if present is None:
        return Result(writes=(Create(wanted),))
    return NOTHING if wanted == present else Result(writes=(Update(wanted),))


def _subsets(state: State, service: Service) -> tuple[EndpointSubset, ...]:
    """Ports with the very same addresses, ready or not, share a subset; addresses are sorted by number."""
    publish = service.spec.publish_not_ready_addresses
    by_port: dict[Target | None, list[tuple[EndpointAddress, bool]]] = {}
    for pod in sorted(pods_behind(state, service, terminating=False), key=_by_address):
        address = _address(service, pod)
        ready = publish or is_ready(pod)
        for port in ports_of(service, pod):
            by_port.setdefault(port, []).append((address, ready))
        if not service.spec.ports and is_headless(service):
            by_port.setdefault(None, []).append((address, ready))
    subsets: list[tuple[list[tuple[EndpointAddress, bool]], list[Target]]] = []
    for port_or_none, addresses in by_port.items():
        ports = next((ports for others, ports in subsets if others == addresses), None)
        if ports is None:
            ports = []
            subsets.append((addresses, ports))
        if port_or_none is not None:
            ports.append(port_or_none)
    return tuple(
        EndpointSubset(
            addresses=tuple(address for address, ready in addresses if ready),
            not_ready_addresses=tuple(address for address, ready in addresses if not ready),
            ports=tuple(port.endpoint_port() for port in ports),
        )
        for addresses, ports in subsets
    )


def _address(service: Service, pod: Pod) -> EndpointAddress:
    return EndpointAddress(
        ip=pod.status.pod_ip,
        hostname=hostname_of(service, pod),
        node_name=pod.spec.node_name or None,
        target_ref=reference_to(pod),
    )


def _by_address(pod: Pod) -> tuple[list[int], str, str]:
    parts = pod.status.pod_ip.split(".")
    numbers = [int(part) for part in parts if part.isascii() and part.isdecimal()]
    return numbers, pod.status.pod_ip, pod.metadata.uid


def _truncated(subsets: tuple[EndpointSubset, ...]) -> tuple[tuple[EndpointSubset, ...], bool]:
    """At most 1,000 addresses, ready ones first; True if some were left out."""
    ready = sum(len(subset.addresses) for subset in subsets)
    unready = sum(len(subset.not_ready_addresses) for subset in subsets)
    if ready + unready <= _MOST_ADDRESSES:
        return subsets, False
    room = _MOST_ADDRESSES
    kept = []
    for subset in subsets:
        kept.append(evolve(subset, addresses=subset.addresses[:room], not_ready_addresses=()))
        room -= len(kept[-1].addresses)
    for index, subset in enumerate(subsets):
        kept[index] = evolve(kept[index], not_ready_addresses=subset.not_ready_addresses[:room])
        room -= len(kept[index].not_ready_addresses)
    return tuple(kept), True


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    if change.ref.kind == "Pod":
        return concerned_services(change, state)
    return (Ref("Service", change.ref.namespace, change.ref.name),)


ENDPOINTS = Controller(
    name=_NAME,
    watches=("Service", "Endpoints", "Pod"),
    wakes=_wakes,
    reconcile=_reconcile,
    pods_with="Service",
)
