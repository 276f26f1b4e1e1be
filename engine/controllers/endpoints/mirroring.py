"""EndpointSlices for Endpoints that somebody wrote by hand: what a Service without a selector leads to.

Follows kube-controller-manager's endpointslicemirroring controller, one slice a subset. Differs in that it mirrors
every address of a subset instead of its first 1,000.
"""

from collections.abc import Iterable, Iterator

from engine.api.writes import Create, Delete, Update, Write
from engine.controllers.endpoints.slice_names import free_names
from engine.kinds import (
    Endpoint,
    EndpointAddress,
    EndpointConditions,
    Endpoints,
    EndpointSlice,
    EndpointSubset,
    LabelSelector,
    ObjectMeta,
    Ref,
    Service,
    evolve,
    owner_reference,
    ref_of,
    with_metadata,
)
from engine.namespaces import is_terminating
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

SERVICE_NAME = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
SKIP = "endpointslice.kubernetes.io/skip-mirror"
_MANAGER = "endpointslicemirroring-controller.k8s.io"
_LEADER = "control-plane.alpha.kubernetes.io/leader"
_NOT_COPIED = ("kubectl.kubernetes.io/last-applied-configuration", "endpoints.kubernetes.io/last-change-trigger-time")


def _reconcile(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    found = state.find(Endpoints, ref.name, ref.namespace)
    present = list(_present(state, ref))
    if found is None or not _is_mirrored(state, found):
        return Result(writes=tuple(Delete(ref=ref_of(each), uid=each.metadata.uid) for each in present))
    if is_terminating(state, ref.namespace):
        return NOTHING
    return Result(writes=tuple(_writes(state, found, present)))


def _is_mirrored(state: State, endpoints: Endpoints) -> bool:
    meta = endpoints.metadata
    if meta.labels.get(SKIP) == "true" or _LEADER in meta.annotations or meta.deletion_timestamp is not None:
        return False
    service = state.find(Service, meta.name, meta.namespace)
    return service is not None and not service.spec.selector and service.spec.type != "ExternalName"


def _present(state: State, ref: Ref) -> Iterator[EndpointSlice]:
    selector = LabelSelector(match_labels={SERVICE_NAME: ref.name, MANAGED_BY: _MANAGER})
    for each in state.select("EndpointSlice", ref.namespace, selector):
        assert isinstance(each, EndpointSlice)
        yield each


def _writes(state: State, endpoints: Endpoints, present: list[EndpointSlice]) -> Iterator[Write]:
    """A slice keeps its place as long as its ports stay."""
    meta = endpoints.metadata
    labels = {**meta.labels, SERVICE_NAME: meta.name, MANAGED_BY: _MANAGER}
    annotations = {key: text for key, text in meta.annotations.items() if key not in _NOT_COPIED}
    names = free_names(state, endpoints)
    left = list(present)
    for subset in endpoints.subsets:
        ends = tuple(_endpoint(each, ready=True) for each in subset.addresses)
        ends += tuple(_endpoint(each, ready=False) for each in subset.not_ready_addresses)
        if not ends:
            continue
        before = next((each for each in left if each.ports == subset.ports), None)
        if before is None:
            yield Create(_new_slice(endpoints, next(names), labels, annotations, subset, ends))
            continue
        left.remove(before)
        changed = evolve(before, endpoints=ends)
        if (dict(before.metadata.labels), dict(before.metadata.annotations)) != (labels, annotations):
            changed = with_metadata(changed, labels=labels, annotations=annotations)
        if changed != before:
            yield Update(changed)
    yield from (Delete(ref=ref_of(each), uid=each.metadata.uid) for each in left)


def _new_slice(
    endpoints: Endpoints,
    name: str,
    labels: dict[str, str],
    annotations: dict[str, str],
    subset: EndpointSubset,
    ends: tuple[Endpoint, ...],
) -> EndpointSlice:
    meta = ObjectMeta(
        name=name,
        generate_name=f"{endpoints.metadata.name}-",
        namespace=endpoints.metadata.namespace,
        labels=labels,
        annotations=annotations,
        owner_references=(owner_reference(endpoints),),
    )
    return EndpointSlice(metadata=meta, address_type="IPv4", endpoints=ends, ports=subset.ports)


def _endpoint(address: EndpointAddress, *, ready: bool) -> Endpoint:
    return Endpoint(
        addresses=(address.ip,),
        conditions=EndpointConditions(ready=ready),
        hostname=address.hostname or None,
        node_name=address.node_name,
        target_ref=address.target_ref,
    )


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    if isinstance(change.object, EndpointSlice):
        labels = change.object.metadata.labels
        if labels.get(MANAGED_BY) != _MANAGER or SERVICE_NAME not in labels:
            return ()
        return (Ref("Endpoints", change.ref.namespace, labels[SERVICE_NAME]),)
    if isinstance(change.object, Endpoints):
        service = state.find(Service, change.ref.name, change.ref.namespace)
        if service is not None and service.spec.selector:
            return ()  # the usual ones, that follow pods
    return (Ref("Endpoints", change.ref.namespace, change.ref.name),)


ENDPOINT_SLICE_MIRRORING = Controller(
    name="endpointslicemirroring-controller",
    watches=("Endpoints", "EndpointSlice", "Service"),
    wakes=_wakes,
    reconcile=_reconcile,
)
