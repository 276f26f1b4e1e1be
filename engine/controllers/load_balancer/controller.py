"""MetalLB's controller: a Service of type LoadBalancer gets an address as long as the controller's pod runs.

Follows ``controller/service.go``. What has an address keeps it while the pools allow it; a change of type, of
the pools or of what the Service asks for releases it. Differs in that a failure is reported once an hour, not at
every attempt. A Service with a loadBalancerClass is somebody else's.
"""

from collections.abc import Iterable

from engine.add_ons import comes_or_goes, running
from engine.api.writes import Emit, Update, UpdateStatus, Write
from engine.controllers.load_balancer.pools import (
    FROM_POOL,
    HOME,
    Allocation,
    NotAllocated,
    allocate,
    annotation,
    assign,
    desired_addresses,
    quoted,
)
from engine.kinds import LoadBalancerStatus, Ref, Service, evolve, ref_of, with_metadata
from engine.kinds.metallb import IPAddressPool
from engine.parts import GOES, LEAVING, READY
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_NAME = "metallb-controller"
_IMAGE = "metallb/controller"
_FAILED = "AllocationFailed"
_AGAIN_SECONDS = 3600
"""As long as an Event lives: what still fails then is told again."""


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    service = state.find(Service, ref.name, ref.namespace)
    if service is None or service.metadata.deletion_timestamp is not None or not _concerns(service):
        return NOTHING
    if next(running(state, HOME, _IMAGE), None) is None:
        return NOTHING
    pools = tuple(state.all(IPAddressPool, HOME))
    if not pools or service.spec.type != "LoadBalancer" or service.spec.extra.get("loadBalancerClass"):
        return Result(writes=_written(service, None)) if FROM_POOL in service.metadata.annotations else NOTHING
    said: list[Emit] = []
    allocation = _kept(service, pools, said)
    if allocation is None:
        try:
            allocation = allocate(state, service, pools)
        except NotAllocated as refused:
            meta = service.metadata
            why = f'Failed to allocate IP for "{meta.namespace}/{meta.name}": {refused}'
            said.append(_event(service, "Warning", _FAILED, why))
        else:
            said.append(_event(service, "Normal", "IPAllocated", f"Assigned IP {quoted(allocation.addresses)}"))
    untold = [each for each in said if each.reason != _FAILED or _told_at(state, each) <= now - _AGAIN_SECONDS]
    failing = [max(_told_at(state, each), now if each in untold else 0) for each in said if each.reason == _FAILED]
    again_at = failing[0] + _AGAIN_SECONDS if failing else None
    return Result(writes=(*_written(service, allocation), *untold), again_at=again_at)


def _concerns(service: Service) -> bool:
    return service.spec.type == "LoadBalancer" or FROM_POOL in service.metadata.annotations


def _kept(service: Service, pools: tuple[IPAddressPool, ...], said: list[Emit]) -> Allocation | None:
    """What the Service has, if it may keep it. Whether others have it too was seen when it was given."""
    addresses = tuple(str(each["ip"]) for each in service.status.load_balancer.ingress if each.get("ip"))
    if not addresses:
        return None
    try:
        found = assign(service, addresses, pools, {})
    except NotAllocated as refused:
        meta = service.metadata
        why = f'current IP for "{meta.namespace}/{meta.name}" not allowed by config, will attempt for new IP '
        said.append(_event(service, "Normal", "ClearAssignment", f"{why}assignment: {refused}"))
        return None
    wanted_pool = annotation(service, "address-pool")
    if wanted_pool and found.pool != wanted_pool:
        return None
    try:
        wanted = desired_addresses(service)
    except NotAllocated:
        return found
    return None if wanted and set(wanted) != set(addresses) else found


def _written(service: Service, allocation: Allocation | None) -> tuple[Write, ...]:
    """The annotation and the status, where they are not so already."""
    writes: list[Write] = []
    annotations = {key: text for key, text in service.metadata.annotations.items() if key != FROM_POOL}
    if allocation is not None:
        annotations[FROM_POOL] = allocation.pool
    if annotations != service.metadata.annotations:
        writes.append(Update(with_metadata(service, annotations=annotations)))
    ingress = () if allocation is None else tuple({"ip": each, "ipMode": "VIP"} for each in allocation.addresses)
    if [each.get("ip") for each in ingress] != [each.get("ip") for each in service.status.load_balancer.ingress]:
        status = evolve(service.status, load_balancer=LoadBalancerStatus(ingress=ingress))
        writes.append(UpdateStatus(evolve(service, status=status)))
    return tuple(writes)


def _event(service: Service, type_: str, reason: str, message: str) -> Emit:
    return Emit(subject=service, type=type_, reason=reason, message=message, component=_NAME)


def _told_at(state: State, said: Emit) -> int:
    """When this very thing was last said of the Service; long ago if never."""
    times = [event.last_timestamp or 0 for event in state.events_of(said.subject) if event.message == said.message]
    return max(times, default=-_AGAIN_SECONDS)


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    match change.ref.kind:
        case "Pod":
            return _all(state) if change.ref.namespace == HOME and comes_or_goes(change, _IMAGE) else ()
        case "Service":
            old, new = change.old, change.new
            freed = isinstance(old, Service) and bool(old.status.load_balancer.ingress)
            kept = isinstance(new, Service) and bool(new.status.load_balancer.ingress)
            return (change.ref, *_all(state)) if freed and not kept else (change.ref,)
    return _all(state)


def _all(state: State) -> Iterable[Ref]:
    return [ref_of(each) for each in state.all(Service) if _concerns(each)]


LOAD_BALANCER = Controller(
    name=_NAME,
    watches=("Service", "IPAddressPool", "Namespace", "Pod", "Fault"),
    heeds={"Pod": READY | LEAVING | GOES},
    wakes=_wakes,
    reconcile=_reconcile,
)
