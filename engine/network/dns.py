"""What a name means inside a pod: ``resolve(state, "web", "default")``.

Follows CoreDNS's kubernetes plugin and the pod's resolv.conf (search paths, ndots:5). Differs: the world outside
has no names here, so what the cluster does not know is NXDOMAIN. While the Service kube-dns exists, it needs a
ready endpoint; without that Service names just work.
"""

from engine.kinds import Endpoint, Pod, Service
from engine.kinds.frozen import frozen
from engine.network.proxy import ip_number, ready_endpoints, slices_of
from engine.store.state import State

DOMAIN = "cluster.local"
_DNS_NAME, _DNS_NAMESPACE, _DNS_PORT = "kube-dns", "kube-system", 53
DEFAULT_SERVER = "10.96.0.10"
_MAX_ALIASES = 8


@frozen(kw_only=True)
class Answer:
    """``name`` is the full name that answered; ``canonical`` another one if it is an alias (ExternalName)."""

    name: str
    addresses: tuple[str, ...]
    canonical: str = ""


@frozen
class NoSuchName:
    name: str


@frozen
class NoServer:
    """No DNS server answers: ``;; connection timed out; no servers could be reached``."""


def resolve(state: State, name: str, namespace: str) -> Answer | NoSuchName | NoServer:
    if ip_number(name) is not None:
        return Answer(name=name, addresses=(name,))
    if name in ("localhost", "localhost."):
        return Answer(name="localhost", addresses=("127.0.0.1",))
    if not server_answers(state):
        return NoServer()
    for candidate in _candidates(name.lower(), namespace):
        found = _cluster_name(state, candidate)
        if found is not None:
            return found
    return NoSuchName(name)


def server_ip(state: State) -> str:
    service = state.find(Service, _DNS_NAME, _DNS_NAMESPACE)
    return DEFAULT_SERVER if service is None else service.spec.cluster_ip or DEFAULT_SERVER


def server_answers(state: State) -> bool:
    service = state.find(Service, _DNS_NAME, _DNS_NAMESPACE)
    if service is None:
        return True
    ports = [port for port in service.spec.ports if port.port == _DNS_PORT] or list(service.spec.ports)
    return any(ready_endpoints(state, service, port) for port in ports)


def servers(state: State) -> list[tuple[Pod, int]]:
    """The pods that answer for kube-dns, each with its port; none where the Service is missing."""
    service = state.find(Service, _DNS_NAME, _DNS_NAMESPACE)
    found: list[tuple[Pod, int]] = []
    if service is None:
        return found
    for port in service.spec.ports:
        if port.port == _DNS_PORT and (port.protocol or "TCP") == "UDP":
            for endpoint, target in ready_endpoints(state, service, port):
                ref = endpoint.target_ref
                pod = None if ref is None else state.find(Pod, ref.name, ref.namespace)
                found += [] if pod is None else [(pod, target)]
    return found


def search_path(namespace: str) -> tuple[str, ...]:
    return (f"{namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN)


def _candidates(name: str, namespace: str) -> list[str]:
    """The full names to try in order; a trailing dot means the name is full already."""
    if name.endswith("."):
        return [name[:-1]]
    searched = [f"{name}.{suffix}" for suffix in search_path(namespace)]
    return [name, *searched] if name.count(".") >= 5 else [*searched, name]


def _cluster_name(state: State, name: str, aliases: int = 0) -> Answer | None:
    if not name.endswith(f".{DOMAIN}") or aliases > _MAX_ALIASES:
        return None
    labels = name[: -len(DOMAIN) - 1].split(".")
    if len(labels) == 3 and labels[2] == "pod":
        address = labels[0].replace("-", ".")
        return Answer(name=name, addresses=(address,)) if ip_number(address) is not None else None
    if labels[-1] != "svc" or not 3 <= len(labels) <= 4:
        return None
    service = state.find(Service, labels[-3], labels[-2])
    if service is None:
        return None
    if len(labels) == 4:
        return _of_endpoint(state, service, name, labels[0])
    return _of_service(state, service, name, aliases)


def _of_service(state: State, service: Service, name: str, aliases: int) -> Answer | None:
    if service.spec.type == "ExternalName":
        target = service.spec.external_name.rstrip(".").lower()
        found = _cluster_name(state, target, aliases + 1)
        return Answer(name=name, addresses=found.addresses if found else (), canonical=target)
    if service.spec.cluster_ip and service.spec.cluster_ip != "None":
        return Answer(name=name, addresses=(service.spec.cluster_ip,))
    addresses = tuple(dict.fromkeys(address for each in _endpoints(state, service) for address in each.addresses))
    return Answer(name=name, addresses=addresses) if addresses else None


def _of_endpoint(state: State, service: Service, name: str, label: str) -> Answer | None:
    for endpoint in _endpoints(state, service):
        named = endpoint.hostname or (endpoint.addresses[0].replace(".", "-") if endpoint.addresses else "")
        if named == label:
            return Answer(name=name, addresses=endpoint.addresses)
    return None


def _endpoints(state: State, service: Service) -> list[Endpoint]:
    """Ready endpoints through any port: a headless Service may have none at all."""
    if service.spec.ports:
        found = [each for port in service.spec.ports for each, _ in ready_endpoints(state, service, port)]
        return list({each.addresses: each for each in found}.values())
    return [
        each
        for slice_ in slices_of(state, service)
        for each in slice_.endpoints
        if each.conditions.ready is not False
    ]
