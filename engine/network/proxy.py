"""From an address and a port to the container that answers: ``route``.

Follows kube-proxy's rules (service IPs, node ports, external IPs, traffic policies, terminating endpoints as a
last resort); differs in that it spreads requests by counting instead of at random.
"""

from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network

from engine.api.services import affinity_seconds, health_port
from engine.faults import is_down
from engine.kinds import Endpoint, EndpointSlice, LabelSelector, Node, Pod, Service, ServicePort
from engine.kinds.frozen import frozen
from engine.network import policies
from engine.store.state import State

API_SERVER_PORT = 6443
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_ZONE = "topology.kubernetes.io/zone"
_AFFINITY_SECONDS = 10800
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


@frozen(kw_only=True)
class HealthCheck:
    """What kube-proxy says on a Service's healthCheckNodePort of the node's own endpoints."""

    service: Service
    local_endpoints: int


@frozen
class Refused:
    """A host is there, nothing listens."""


@frozen
class NoEndpoints:
    """A Service without ready endpoints: kube-proxy rejects, which a client sees as refused."""


@frozen
class NoRoute:
    """A node says that no pod of its network has the address."""


@frozen
class TimedOut:
    """Nobody answers at all."""


Route = Backend | ControlPlane | HealthCheck | Refused | NoEndpoints | NoRoute | TimedOut


@frozen(kw_only=True)
class Origin:
    """Who asks: ``node`` and ``ip`` matter to Local policies and session affinity; ``turn`` spreads requests.

    ``pod`` None is nobody whom policies hold. ``answered`` gives when which pod (by uid) last answered it, oldest
    first: that is what kube-proxy remembers of a client.
    """

    node: str = ""
    ip: str = ""
    turn: int = 0
    pod: Pod | None = None
    time: int = 0
    answered: Callable[[], Iterable[tuple[int, str]]] = tuple


def route(
    state: State, ip: str, port: int, *, listeners: Listeners, protocol: str = "TCP", origin: Origin = Origin()
) -> Route:
    found = _routed(state, ip, port, protocol, listeners, origin)
    past_policies = isinstance(found, Backend | NoEndpoints | NoRoute | TimedOut) or pod_at(state, ip) is not None
    if past_policies or origin.pod is None or policies.lets_out(state, origin.pod, ip, port, protocol):
        return found
    return TimedOut()


def _routed(state: State, ip: str, port: int, protocol: str, listeners: Listeners, origin: Origin) -> Route:
    services = list(_services_at(state, ip))
    for service in services:
        for each in service.spec.ports:
            if _is(each, port, protocol):
                return _through(state, service, each, protocol, listeners, origin, ip)
    if services:
        return Refused()
    node = node_at(state, ip)
    if node is not None:
        return _at_node(state, node, port, protocol, listeners, origin)
    pod = pod_at(state, ip)
    return _nobody_at(state, ip) if pod is None else _to_pod(state, pod, port, protocol, listeners, origin)


def _to_pod(state: State, pod: Pod, port: int, protocol: str, listeners: Listeners, origin: Origin) -> Route:
    if origin.pod is not None and not policies.allows(state, origin.pod, pod, port, protocol):
        return TimedOut()
    return in_pod(state, pod, port, listeners)


def _nobody_at(state: State, ip: str) -> Route:
    """A node answers for its pod network as long as it runs."""
    for node in state.all(Node):
        if node.spec.pod_cidr and is_within(ip, node.spec.pod_cidr):
            return TimedOut() if is_down(state, node.metadata.name) else NoRoute()
    return TimedOut()


def in_pod(state: State, pod: Pod, port: int, listeners: Listeners) -> Route:
    """A connection to a pod's own address, or to localhost inside it."""
    if pod.status.phase != "Running" or is_down(state, pod.spec.node_name):
        return TimedOut()
    for listener in listeners(pod):
        if listener.port == port:
            return Backend(pod=pod, container=listener.container, port=port)
    return Refused()


def ready_endpoints(
    state: State, service: Service, port: ServicePort, node: str | None = None
) -> list[tuple[Endpoint, int]]:
    """Each endpoint behind a service port with its target port; terminating ones only if none is ready.

    Those of one ``node`` alone, if that is given.
    """
    ready: list[tuple[Endpoint, int]] = []
    terminating: list[tuple[Endpoint, int]] = []
    for slice_ in slices_of(state, service):
        target = next((each.port for each in slice_.ports if each.name == port.name), None)
        if target is None:
            continue
        for endpoint in slice_.endpoints:
            conditions = endpoint.conditions
            if node is not None and endpoint.node_name != node:
                continue
            if conditions.ready is None or conditions.ready:
                ready.append((endpoint, target))
            elif conditions.serving and conditions.terminating:
                terminating.append((endpoint, target))
    return ready or terminating


def near(
    state: State, service: Service, endpoints: list[tuple[Endpoint, int]], node: str
) -> list[tuple[Endpoint, int]]:
    """Those that ``trafficDistribution`` prefers from a node, as long as there are any."""
    preference = service.spec.extra.get("trafficDistribution")
    if preference == "PreferSameNode" and (same := [each for each in endpoints if each[0].node_name == node]):
        return same
    if preference in ("PreferClose", "PreferSameZone", "PreferSameNode"):
        found = state.find(Node, node)
        zone = None if found is None else found.metadata.labels.get(_ZONE)
        return [each for each in endpoints if zone and each[0].zone == zone] or endpoints
    return endpoints


def slices_of(state: State, service: Service) -> Iterator[EndpointSlice]:
    selector = LabelSelector(match_labels={SERVICE_NAME: service.metadata.name})
    for found in state.select("EndpointSlice", service.metadata.namespace, selector):
        assert isinstance(found, EndpointSlice)
        yield found


def service_at(state: State, ip: str) -> Service | None:
    """The first Service with this cluster, external or load balancer IP; walks all Services."""
    return next(_services_at(state, ip), None)


def _services_at(state: State, ip: str) -> Iterator[Service]:
    """All of them: several may share a load balancer's address, each with its own ports."""
    for service in state.all(Service):
        spec, balancers = service.spec, service.status.load_balancer.ingress
        balanced = bool(balancers) and any(each.get("ip") == ip for each in balancers)
        if balanced or spec.cluster_ip == ip or ip in spec.external_ips:
            yield service


def node_at(state: State, ip: str) -> Node | None:
    return next(
        (node for node in state.all(Node) if any(each.address == ip for each in node.status.addresses)), None
    )


def pod_at(state: State, ip: str) -> Pod | None:
    """The unfinished pod with this IP; one in its node's network has none of its own."""
    return next((pod for pod in state.pods_at(ip) if not pod.spec.host_network), None)


def _through(
    state: State,
    service: Service,
    port: ServicePort,
    protocol: str,
    listeners: Listeners,
    origin: Origin,
    ip: str = "",
) -> Route:
    """Through the Service at its address ``ip``; "" stands for a node's own."""
    inside = ip == service.spec.cluster_ip
    if ip and not inside and not _is_let_in(service, ip, origin):
        return TimedOut()
    local = inside and service.spec.internal_traffic_policy == "Local"
    endpoints = ready_endpoints(state, service, port, origin.node if local else None)
    if not local:
        endpoints = near(state, service, endpoints, origin.node)
    plain = service.metadata.name == "kubernetes" and service.metadata.namespace == "default"
    if not endpoints:
        return ControlPlane() if plain and not service.spec.selector else NoEndpoints()
    endpoint, target = _chosen(service, endpoints, origin)
    found = _to_endpoint(state, endpoint, target, protocol, listeners, origin)
    return ControlPlane() if plain and not isinstance(found, Backend) else found


def _is_let_in(service: Service, ip: str, origin: Origin) -> bool:
    """Whether ``loadBalancerSourceRanges`` has the client; they do not concern external IPs."""
    ranges = service.spec.extra.get("loadBalancerSourceRanges") or ()
    if not ranges or ip in service.spec.external_ips or ip_number(origin.ip) is None:
        return True
    return any(is_within(origin.ip, str(each).strip()) for each in ranges)


def _chosen(service: Service, endpoints: list[tuple[Endpoint, int]], origin: Origin) -> tuple[Endpoint, int]:
    """By turns; with session affinity the one that answered the client last, within its time."""
    if service.spec.session_affinity != "ClientIP":
        return endpoints[origin.turn % len(endpoints)]
    seconds = affinity_seconds(service.spec) or _AFFINITY_SECONDS
    by_uid = {each[0].target_ref.uid: each for each in endpoints if each[0].target_ref is not None}
    latest = next(((at, uid) for at, uid in reversed(tuple(origin.answered())) if uid in by_uid), None)
    if latest is not None and origin.time - latest[0] <= seconds:
        return by_uid[latest[1]]
    first = sum(int(part) << 3 * at for at, part in enumerate(origin.ip.split(".")) if part.isdecimal())
    return endpoints[(first + (0 if latest is None else latest[0])) % len(endpoints)]


def _to_endpoint(
    state: State, endpoint: Endpoint, port: int, protocol: str, listeners: Listeners, origin: Origin
) -> Route:
    """A pod, or whatever has the address that somebody wrote by hand."""
    target = endpoint.target_ref
    if target is not None and target.kind == "Pod":
        pod = state.find(Pod, target.name, target.namespace)
        return TimedOut() if pod is None else _to_pod(state, pod, port, protocol, listeners, origin)
    address = endpoint.addresses[0] if endpoint.addresses else ""
    found = pod_at(state, address)
    if found is not None:
        return _to_pod(state, found, port, protocol, listeners, origin)
    node = node_at(state, address)
    return _on_host(state, node, port, listeners, origin) if node is not None else _nobody_at(state, address)


def _at_node(state: State, node: Node, port: int, protocol: str, listeners: Listeners, origin: Origin) -> Route:
    if is_down(state, node.metadata.name):
        return TimedOut()
    for service in state.all(Service):
        for each in service.spec.ports:
            if each.node_port == port and (each.protocol or "TCP") == protocol:
                return _node_port(state, service, each, node, protocol, listeners, origin)
        if protocol == "TCP" and port and health_port(service.spec) == port:
            here = [ready_endpoints(state, service, each, node.metadata.name) for each in service.spec.ports]
            local = {endpoint.addresses for each in here for endpoint, _ in each}
            return HealthCheck(service=service, local_endpoints=len(local))
    return _on_host(state, node, port, listeners, origin)


def _on_host(state: State, node: Node, port: int, listeners: Listeners, origin: Origin) -> Route:
    """What listens on the node itself: pods in its network, host ports of others, the API server."""
    if is_down(state, node.metadata.name):
        return TimedOut()
    for pod in state.pods_on(node.metadata.name):
        if pod.status.phase != "Running":
            continue
        if pod.spec.host_network:
            found = in_pod(state, pod, port, listeners)
            if isinstance(found, Backend):
                return found
        for container in pod.spec.containers:
            for each in container.ports:
                if each.host_port == port and not pod.spec.host_network:
                    return _to_pod(state, pod, each.container_port, each.protocol or "TCP", listeners, origin)
    serves = port == API_SERVER_PORT and _CONTROL_PLANE in node.metadata.labels
    return ControlPlane() if serves else Refused()


def _node_port(
    state: State,
    service: Service,
    port: ServicePort,
    node: Node,
    protocol: str,
    listeners: Listeners,
    origin: Origin,
) -> Route:
    """On every node, unless traffic stays local: then a node without endpoints drops what comes."""
    if service.spec.external_traffic_policy != "Local":
        return _through(state, service, port, protocol, listeners, origin)
    here = ready_endpoints(state, service, port, node.metadata.name)
    if not here:
        return TimedOut() if ready_endpoints(state, service, port) else NoEndpoints()
    endpoint, target = _chosen(service, here, origin)
    return _to_endpoint(state, endpoint, target, protocol, listeners, origin)


def _is(each: ServicePort, port: int, protocol: str) -> bool:
    return each.port == port and (each.protocol or "TCP") == protocol


def ip_number(text: str) -> int | None:
    """``10.0.0.1`` as a number; None if it is no IPv4 address."""
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and int(part) < 256 for part in parts):
        return None
    return sum(int(part) << 8 * (3 - at) for at, part in enumerate(parts))


def is_within(ip: str, network: str) -> bool:
    """Whether ``10.244.1.3`` is of ``10.244.0.0/16``; False for what is neither an address nor a network."""
    try:
        return IPv4Address(ip) in IPv4Network(network, strict=False)
    except ValueError:
        return False
