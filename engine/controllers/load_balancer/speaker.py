"""MetalLB's speakers: which node answers for a Service's address on the network outside, told as an Event.

Follows ``speaker/layer2_controller.go``: one node of those whose speaker runs, that the advertisements name and,
where traffic stays local, that has an endpoint; the choice follows from node and address alone. Inside the
cluster the address works without speakers: kube-proxy knows it. Differs in that nothing is told once the last
Event about the address is gone, so that a settled cluster stays settled.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from engine.add_ons import comes_or_goes, running
from engine.api.writes import Emit
from engine.controllers.load_balancer.pools import FROM_POOL, HOME
from engine.kinds import EndpointSlice, LabelSelector, Node, Ref, Service, ref_of
from engine.kinds.metallb import IPAddressPool, L2Advertisement
from engine.parts import GOES, LEAVING, READY
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_NAME = "metallb-speaker"
_IMAGE = "metallb/speaker"
_REASON, _ALLOCATED = "nodeAssigned", "IPAllocated"
_SERVICE_NAME = "kubernetes.io/service-name"


def _reconcile(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    service = state.find(Service, ref.name, ref.namespace)
    if service is None or not service.status.load_balancer.ingress:
        return NOTHING
    node = _announcer(state, service)
    if node is None:
        return NOTHING
    message = f'announcing from node "{node}" with protocol "layer2"'
    told = [event for event in state.events_of(service) if event.reason in (_REASON, _ALLOCATED)]
    newest = max(told, key=lambda event: int(event.metadata.resource_version or 0), default=None)
    if newest is None or newest.message == message:
        return NOTHING
    emit = Emit(subject=service, type="Normal", reason=_REASON, message=message, component=_NAME, host=node)
    return Result(writes=(emit,))


def _announcer(state: State, service: Service) -> str | None:
    address = str(service.status.load_balancer.ingress[0].get("ip", ""))
    ends = set(_nodes_with_endpoints(state, service))
    candidates = {
        pod.spec.node_name
        for pod in running(state, HOME, _IMAGE)
        if _may_announce(state, service, pod.spec.node_name)
        and (pod.spec.node_name in ends if service.spec.external_traffic_policy == "Local" else ends)
    }
    return min(candidates, key=lambda node: sha256(f"{node}#{address}".encode()).digest(), default=None)


def _nodes_with_endpoints(state: State, service: Service) -> Iterator[str]:
    selector = LabelSelector(match_labels={_SERVICE_NAME: service.metadata.name})
    for found in state.select("EndpointSlice", service.metadata.namespace, selector):
        assert isinstance(found, EndpointSlice)
        yield from (each.node_name or "" for each in found.endpoints if each.conditions.ready is not False)


def _may_announce(state: State, service: Service, node_name: str) -> bool:
    """Whether an advertisement has the Service's pool and the node."""
    node = state.find(Node, node_name)
    pool = state.find(IPAddressPool, service.metadata.annotations.get(FROM_POOL, ""), HOME)
    if node is None or pool is None:
        return False
    for each in state.all(L2Advertisement, HOME):
        spec, labels = each.spec, pool.metadata.labels
        every_pool = not spec.ip_address_pools and not spec.ip_address_pool_selectors
        named = pool.metadata.name in spec.ip_address_pools
        if not (every_pool or named or any(one.matches(labels) for one in spec.ip_address_pool_selectors)):
            continue
        if not spec.node_selectors or any(one.matches(node.metadata.labels) for one in spec.node_selectors):
            return True
    return False


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    match change.ref.kind:
        case "Pod":
            return _all(state) if change.ref.namespace == HOME and comes_or_goes(change, _IMAGE) else ()
        case "EndpointSlice":
            name = change.object.metadata.labels.get(_SERVICE_NAME, "")
            service = state.find(Service, name, change.ref.namespace)
            return (ref_of(service),) if service is not None and service.status.load_balancer.ingress else ()
        case "Service":
            return (change.ref,)
        case "Node" if change.old is not None and change.old.metadata.labels == change.object.metadata.labels:
            return ()
    return _all(state)


def _all(state: State) -> Iterable[Ref]:
    return [ref_of(each) for each in state.all(Service) if each.status.load_balancer.ingress]


SPEAKER = Controller(
    name=_NAME,
    watches=("Service", "EndpointSlice", "IPAddressPool", "L2Advertisement", "Node", "Pod", "Fault"),
    heeds={"Pod": READY | LEAVING | GOES},
    wakes=_wakes,
    reconcile=_reconcile,
)
