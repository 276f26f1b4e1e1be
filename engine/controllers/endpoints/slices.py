"""EndpointSlices: the pods behind a Service, at most 100 in a slice, terminating ones among them.

Follows ``k8s.io/endpointslice/reconciler.go``: what has a place keeps it, what is new fills the slices there
are, and a Service without any pod has one empty slice. Slices of a Service that is gone are the garbage
collector's. Differs in: IPv4 only, no topology hints.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from attrs import define

from engine.api.writes import Create, Delete, Update, Write
from engine.controllers.endpoints.selection import (
    Target,
    concerned_services,
    hostname_of,
    is_managed,
    labels_for,
    pods_behind,
    ports_of,
    reference_to,
    target_of,
)
from engine.controllers.endpoints.slice_names import free_names
from engine.kinds import (
    Endpoint,
    EndpointConditions,
    EndpointSlice,
    LabelSelector,
    Node,
    ObjectMeta,
    Pod,
    Ref,
    Service,
    evolve,
    owner_reference,
    ref_of,
    with_metadata,
)
from engine.namespaces import is_terminating
from engine.readiness import is_ready
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

SERVICE_NAME = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_MANAGER = "endpointslice-controller.k8s.io"
_MOST_ENDPOINTS = 100
_ZONE = "topology.kubernetes.io/zone"
Ports = tuple[Target, ...]


@define
class _Plan:
    """A slice as it will be; ``present`` is the slice it is now, None for a new one."""

    present: EndpointSlice | None
    ports: Ports
    endpoints: list[Endpoint]


def _reconcile(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    service = state.find(Service, ref.name, ref.namespace)
    if service is None or service.metadata.deletion_timestamp is not None or not is_managed(service):
        return NOTHING
    if is_terminating(state, ref.namespace):
        return NOTHING
    wanted: dict[Ports, dict[str, Endpoint]] = {}
    for pod in pods_behind(state, service, terminating=True):
        wanted.setdefault(ports_of(service, pod), {})[pod.metadata.uid] = _endpoint(state, service, pod)
    return Result(writes=tuple(_writes(state, service, _planned(list(_present(state, ref)), wanted))))


def _present(state: State, ref: Ref) -> Iterator[EndpointSlice]:
    selector = LabelSelector(match_labels={SERVICE_NAME: ref.name, MANAGED_BY: _MANAGER})
    for each in state.select("EndpointSlice", ref.namespace, selector):
        assert isinstance(each, EndpointSlice)
        yield each


def _planned(present: list[EndpointSlice], wanted: dict[Ports, dict[str, Endpoint]]) -> list[_Plan]:
    """Takes from ``wanted`` what finds its place; a plan without endpoints is a slice that is not needed."""
    plans = []
    for each in present:
        ports = tuple(map(target_of, each.ports))
        group = wanted.get(ports, {})
        kept = [group.pop(uid) for uid in map(_uid, each.endpoints) if uid in group]
        plans.append(_Plan(each, ports, kept))
    for ports, group in wanted.items():
        new = list(group.values())
        for plan in plans:
            if plan.ports == ports:
                room = _MOST_ENDPOINTS - len(plan.endpoints)
                plan.endpoints += new[:room]
                new = new[room:]
        plans += [
            _Plan(None, ports, new[start : start + _MOST_ENDPOINTS])
            for start in range(0, len(new), _MOST_ENDPOINTS)
        ]
    return plans


def _writes(state: State, service: Service, plans: list[_Plan]) -> Iterator[Write]:
    labels = labels_for(service, {SERVICE_NAME: service.metadata.name, MANAGED_BY: _MANAGER})
    names = free_names(state, service)
    needed = [plan for plan in plans if plan.endpoints] or [_placeholder(plans)]
    for plan in needed:
        if plan.present is None:
            yield Create(_new_slice(service, next(names), labels, plan))
        else:
            changed = evolve(plan.present, endpoints=tuple(plan.endpoints))
            if changed.metadata.labels != labels:
                changed = with_metadata(changed, labels=labels)
            if changed != plan.present:
                yield Update(changed)
    for plan in plans:
        if plan.present is not None and plan not in needed:
            yield Delete(ref=ref_of(plan.present), uid=plan.present.metadata.uid)


def _placeholder(plans: list[_Plan]) -> _Plan:
    """A slice without endpoints and ports says that the Service is known and nothing is behind it."""
    return next((plan for plan in plans if not plan.ports), _Plan(None, (), []))


def _new_slice(service: Service, name: str, labels: dict[str, str], plan: _Plan) -> EndpointSlice:
    return EndpointSlice(
        metadata=ObjectMeta(
            name=name,
            generate_name=f"{service.metadata.name}-",
            namespace=service.metadata.namespace,
            labels=labels,
            owner_references=(owner_reference(service),),
        ),
        address_type="IPv4",
        endpoints=tuple(plan.endpoints),
        ports=tuple(port.endpoint_port() for port in plan.ports),
    )


def _endpoint(state: State, service: Service, pod: Pod) -> Endpoint:
    ready = is_ready(pod)
    terminating = pod.metadata.deletion_timestamp is not None
    node = state.find(Node, pod.spec.node_name)
    return Endpoint(
        addresses=(pod.status.pod_ip,),
        conditions=_conditions(
            service.spec.publish_not_ready_addresses or (ready and not terminating), ready, terminating
        ),
        hostname=hostname_of(service, pod) or None,
        node_name=pod.spec.node_name or None,
        target_ref=reference_to(pod),
        zone=None if node is None else node.metadata.labels.get(_ZONE),
    )


@cache
def _conditions(ready: bool, serving: bool, terminating: bool) -> EndpointConditions:
    """Eight for all endpoints."""
    return EndpointConditions(ready=ready, serving=serving, terminating=terminating)


def _uid(endpoint: Endpoint) -> str:
    return "" if endpoint.target_ref is None else endpoint.target_ref.uid


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    match change.object:
        case Pod():
            return concerned_services(change, state)
        case EndpointSlice() as changed:
            labels = changed.metadata.labels
            if labels.get(MANAGED_BY) != _MANAGER or SERVICE_NAME not in labels:
                return ()
            return (Ref("Service", change.ref.namespace, labels[SERVICE_NAME]),)
    return (change.ref,)


ENDPOINT_SLICES = Controller(
    name="endpointslice-controller",
    watches=("Service", "EndpointSlice", "Pod"),
    wakes=_wakes,
    reconcile=_reconcile,
    pods_with="Service",
)
