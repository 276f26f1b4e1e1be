"""From an address and a port to the container that answers: ``route``.

Follows kube-proxy's rules (service IPs, node ports, external IPs, traffic policies, terminating endpoints as a
last resort); differs in that it spreads requests by counting instead of at random.
"""

from collections.abc import Callable, Iterator

from engine.faults import is_down
from engine.kinds import Endpoint, EndpointSlice, LabelSelector, Node, Pod, Service, ServicePort
from engine.kinds.frozen import frozen
from engine.store.state import State

SERVICE_NAME = "kubernetes.io/service-name"


@frozen(kw_only=True)
class Listener:
    """A container of a pod that accepts connections on ``port``."""

    container: str
    port: int


Listeners = Callable[[Pod], tuple[Listener, ...]]
"""Which containers of a pod listen now; the first that took a port has it."""


@frozen(kw_only=True)
class Backend:
    pod: Pod
    container: str
    port: int


@frozen
class ControlPlane:
    """The API server itself, behind the Service ``default/kubernetes``."""


@frozen
class Refused:
    """A host is there, nothing listens."""


@frozen
class NoEndpoints:
    """A Service without ready endpoints: kube-proxy rejects, which a client sees as refused."""


@frozen
class TimedOut:
    """Nobody answers at all."""


Route = Backend | ControlPlane | Refused | NoEndpoints | TimedOut


@frozen(kw_only=True)
class Origin:
    """Who asks: ``node`` and ``ip`` matter to Local policies and session affinity; ``turn`` spreads requests."""

    node: str = ""
    ip: str = ""
    turn: int = 0


def route(
    state: State, ip: str, port: int, *, listeners: Listeners, protocol: str = "TCP", origin: Origin = Origin()
) -> Route:
    service = service_at(state, ip)
    if service is not None:
        found = next((each for each in service.spec.ports if _is(each, port, protocol)), None)
        return Refused() if found is None else _through(state, service, found, listeners, origin)
    node = node_at(state, ip)
    if node is not None:
        return _at_node(state, node, port, protocol, listeners, origin)
    pod = pod_at(state, ip)
    return TimedOut() if pod is None else in_pod(state, pod, port, listeners)


def in_pod(state: State, pod: Pod, port: int, listeners: Listeners) -> Route:
    """A connection to a pod's own address, or to localhost inside it."""
    if pod.status.phase != "Running" or is_down(state, pod.spec.node_name):
        return TimedOut()
    for listener in listeners(pod):
        if listener.port == port:
            return Backend(pod=pod, container=listener.container, port=port)
    return Refused()


def ready_endpoints(state: State, service: Service, port: ServicePort) -> list[tuple[Endpoint, int]]:
    """Each endpoint behind a service port with its target port; terminating ones only if none is ready."""
    ready: list[tuple[Endpoint, int]] = []
    terminating: list[tuple[Endpoint, int]] = []
    for slice_ in slices_of(state, service):
        target = next((each.port for each in slice_.ports if each.name == port.name), None)
        if target is None:
            continue
        for endpoint in slice_.endpoints:
            conditions = endpoint.conditions
            if conditions.ready is None or conditions.ready:
                ready.append((endpoint, target))
            elif conditions.serving and conditions.terminating:
                terminating.append((endpoint, target))
    return ready or terminating


def slices_of(state: State, service: Service) -> Iterator[EndpointSlice]:
    selector = LabelSelector(match_labels={SERVICE_NAME: service.metadata.name})
    for found in state.select("EndpointSlice", service.metadata.namespace, selector):
        assert isinstance(found, EndpointSlice)
        yield found


def service_at(state: State, ip: str) -> Service | None:
    """The Service with this cluster, external or load balancer IP; walks all Services."""
    for service in state.all(Service):
        spec = service.spec
        if spec.cluster_ip == ip or ip in spec.external_ips:
            return service
        if any(each.get("ip") == ip for each in service.status.load_balancer.ingress):
            return service
    return None


def node_at(state: State, ip: str) -> Node | None:
    return next(
        (node for node in state.all(Node) if any(each.address == ip for each in node.status.addresses)), None
    )


def pod_at(state: State, ip: str) -> Pod | None:
    """The unfinished pod with this IP; one in its node's network has none of its own."""
    return next((pod for pod in state.pods_at(ip) if not pod.spec.host_network), None)


def _through(state: State, service: Service, port: ServicePort, listeners: Listeners, origin: Origin) -> Route:
    endpoints = ready_endpoints(state, service, port)
    if service.spec.internal_traffic_policy == "Local":
        endpoints = [each for each in endpoints if each[0].node_name == origin.node]
    if not endpoints:
        plain = service.metadata.name == "kubernetes" and service.metadata.namespace == "default"
        return ControlPlane() if plain and not service.spec.selector else NoEndpoints()
    turn = origin.turn
    if service.spec.session_affinity == "ClientIP":
        turn = sum(int(part) << 3 * at for at, part in enumerate(origin.ip.split(".")) if part.isdecimal())
    endpoint, target = endpoints[turn % len(endpoints)]
    pod = _pod_behind(state, endpoint)
    if pod is None:
        plain = service.metadata.name == "kubernetes" and service.metadata.namespace == "default"
        return ControlPlane() if plain else TimedOut()
    return in_pod(state, pod, target, listeners)


def _pod_behind(state: State, endpoint: Endpoint) -> Pod | None:
    target = endpoint.target_ref
    if target is not None and target.kind == "Pod":
        return state.find(Pod, target.name, target.namespace)
    return pod_at(state, endpoint.addresses[0]) if endpoint.addresses else None


def _at_node(state: State, node: Node, port: int, protocol: str, listeners: Listeners, origin: Origin) -> Route:
    if is_down(state, node.metadata.name):
        return TimedOut()
    for service in state.all(Service):
        for each in service.spec.ports:
            if each.node_port == port and (each.protocol or "TCP") == protocol:
                local = service.spec.external_traffic_policy == "Local"
                return _node_port(state, service, each, node, listeners, origin, local=local)
    for pod in state.pods_on(node.metadata.name):
        if pod.spec.host_network and pod.status.phase == "Running":
            found = in_pod(state, pod, port, listeners)
            if isinstance(found, Backend):
                return found
    return Refused()


def _node_port(
    state: State,
    service: Service,
    port: ServicePort,
    node: Node,
    listeners: Listeners,
    origin: Origin,
    *,
    local: bool,
) -> Route:
    if not local:
        return _through(state, service, port, listeners, origin)
    here = [each for each in ready_endpoints(state, service, port) if each[0].node_name == node.metadata.name]
    pod = _pod_behind(state, here[origin.turn % len(here)][0]) if here else None
    return TimedOut() if pod is None else in_pod(state, pod, here[origin.turn % len(here)][1], listeners)


def _is(each: ServicePort, port: int, protocol: str) -> bool:
    return each.port == port and (each.protocol or "TCP") == protocol


def ip_number(text: str) -> int | None:
    """``10.0.0.1`` as a number; None if it is no IPv4 address."""
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and int(part) < 256 for part in parts):
        return None
    return sum(int(part) << 8 * (3 - at) for at, part in enumerate(parts))
