"""What a name means inside a pod: ``resolve(state, "web", "default")``; and what the server says: ``query``.

Follows CoreDNS's kubernetes plugin and a pod's resolver (search domains, ndots). Differs: the world outside has no
names here, so what the cluster does not know is NXDOMAIN. While the Service kube-dns exists, it needs a ready
endpoint; without that Service names just work.
"""

from collections.abc import Iterable, Iterator, Sequence

from engine.kinds import Endpoint, Namespace, Pod, Service, ServicePort
from engine.kinds.frozen import frozen
from engine.network.proxy import ip_number, ready_endpoints, slices_of
from engine.store.state import State

DOMAIN = "cluster.local"
DEFAULT_SERVER = "10.96.0.10"
NDOTS = 5
TTL_SECONDS = 30
_DNS_NAME, _DNS_NAMESPACE, _DNS_PORT = "kube-dns", "kube-system", 53
_REVERSE = ".in-addr.arpa"
_MAX_ALIASES = 8


@frozen(kw_only=True)
class Record:
    """``data`` as it is printed: an address, a name without its last dot, ``0 100 80 NAME`` of an SRV record."""

    name: str
    type: str
    data: str


@frozen(kw_only=True)
class Answer:
    """``name`` is the full name that answered; ``canonical`` another one if it is an alias (ExternalName)."""

    name: str
    addresses: tuple[str, ...]
    canonical: str = ""
    records: tuple[Record, ...] = ()


@frozen
class NoSuchName:
    name: str


@frozen
class NoServer:
    """No DNS server answers: ``;; connection timed out; no servers could be reached``."""


def resolve(
    state: State,
    name: str,
    namespace: str,
    *,
    type_: str = "A",
    searches: Sequence[str] | None = None,
    ndots: int = NDOTS,
) -> Answer | NoSuchName | NoServer:
    """``searches`` None are those of a pod of ``namespace``."""
    if type_ == "A" and ip_number(name) is not None:
        return Answer(name=name, addresses=(name,))
    if name in ("localhost", "localhost."):
        return Answer(name="localhost", addresses=("127.0.0.1",))
    if not server_answers(state):
        return NoServer()
    for candidate in _candidates(name.lower(), search_path(namespace) if searches is None else searches, ndots):
        records = query(state, candidate, type_)
        if records is not None:
            addresses = tuple(each.data for each in records if each.type == "A")
            alias = [each.data for each in records if each.type == "CNAME"]
            return Answer(name=candidate, addresses=addresses, canonical=alias[-1] if alias else "", records=records)
    return NoSuchName(name)


def query(state: State, name: str, type_: str = "A") -> tuple[Record, ...] | None:
    """The records of a full name, aliases first; None if there is no such name (NXDOMAIN)."""
    return _named(state, name.rstrip("."), type_, 0)


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


def reverse_name(address: str) -> str:
    """``10.96.0.1`` -> ``1.0.96.10.in-addr.arpa``."""
    return ".".join(reversed(address.split("."))) + _REVERSE


def _candidates(name: str, searches: Iterable[str], ndots: int) -> list[str]:
    """The full names to try in order; a trailing dot means the name is full already."""
    if name.endswith("."):
        return [name[:-1]]
    searched = [f"{name}.{suffix.rstrip('.')}" for suffix in searches]
    return [name, *searched] if name.count(".") >= ndots else [*searched, name]


def _named(state: State, name: str, type_: str, aliases: int) -> tuple[Record, ...] | None:
    if name.endswith(_REVERSE):
        found = _reverse(state, name)
        return _of_type(type_, [Record(name=name, type="PTR", data=each) for each in found]) if found else None
    if not name.endswith(f".{DOMAIN}") or aliases > _MAX_ALIASES:
        return None
    labels = name[: -len(DOMAIN) - 1].split(".")
    match labels:
        case [dashed, namespace, "pod"]:
            return _of_pod(state, name, dashed, namespace, type_)
        case [service, namespace, "svc"]:
            return _of_service(state, name, service, namespace, type_, aliases)
        case [endpoint, service, namespace, "svc"]:
            return _of_endpoint(state, name, endpoint, service, namespace, type_)
        case [port, protocol, service, namespace, "svc"] if port.startswith("_") and protocol.startswith("_"):
            return _of_port(state, name, (port[1:], protocol[1:]), service, namespace, type_)
    return None


def _of_type(type_: str, records: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(each for each in records if type_ in (each.type, "ANY"))


def _of_pod(state: State, name: str, dashed: str, namespace: str, type_: str) -> tuple[Record, ...] | None:
    """Any address is a name below a namespace that exists (``pods insecure``)."""
    address = dashed.replace("-", ".")
    if ip_number(address) is None or (state.count(Namespace.kind) and state.find(Namespace, namespace) is None):
        return None
    return _of_type(type_, [Record(name=name, type="A", data=address)])


def _of_service(
    state: State, name: str, service_name: str, namespace: str, type_: str, aliases: int
) -> tuple[Record, ...] | None:
    service = state.find(Service, service_name, namespace)
    if service is None:
        return None
    if service.spec.type == "ExternalName":
        target = service.spec.external_name.rstrip(".").lower()
        alias = Record(name=name, type="CNAME", data=target)
        return (alias, *(_named(state, target, type_, aliases + 1) or ()))
    if not _is_headless(service):
        found = [Record(name=name, type="A", data=service.spec.cluster_ip)]
        found += [_srv(name, port.port, name, 1) for port in service.spec.ports] if type_ == "SRV" else []
        return _of_type(type_, found)
    endpoints = _endpoints(state, service)
    if not endpoints:
        return None
    addresses = dict.fromkeys(address for each in endpoints for address in each.addresses)
    found = [Record(name=name, type="A", data=each) for each in addresses]
    for port in service.spec.ports if type_ == "SRV" else ():
        found += _srv_of_endpoints(state, name, service, port)
    return _of_type(type_, found)


def _of_endpoint(
    state: State, name: str, label: str, service_name: str, namespace: str, type_: str
) -> tuple[Record, ...] | None:
    service = state.find(Service, service_name, namespace)
    for endpoint in () if service is None else _endpoints(state, service):
        if _label(endpoint) == label:
            return _of_type(type_, [Record(name=name, type="A", data=each) for each in endpoint.addresses])
    return None


def _of_port(
    state: State, name: str, wanted: tuple[str, str], service_name: str, namespace: str, type_: str
) -> tuple[Record, ...] | None:
    """``_http._tcp.web.default.svc.cluster.local``: the port of that name, behind it the Service or each pod."""
    service = state.find(Service, service_name, namespace)
    for port in () if service is None else service.spec.ports:
        if (port.name.lower(), (port.protocol or "TCP").lower()) == wanted:
            assert service is not None
            home = f"{service_name}.{namespace}.svc.{DOMAIN}"
            if not _is_headless(service):
                return _of_type(type_, [_srv(name, port.port, home, 1)])
            found = _srv_of_endpoints(state, home, service, port)
            renamed = [Record(name=name, type="SRV", data=each.data) for each in found]
            return _of_type(type_, renamed) if renamed else None
    return None


def _srv_of_endpoints(state: State, home: str, service: Service, port: ServicePort) -> list[Record]:
    found = ready_endpoints(state, service, port)
    return [_srv(home, number, f"{_label(each)}.{home}", len(found)) for each, number in found]


def _srv(name: str, port: int, target: str, count: int) -> Record:
    """Priority 0; a weight that the targets share."""
    return Record(name=name, type="SRV", data=f"0 {100 // count} {port} {target}")


def _reverse(state: State, name: str) -> list[str]:
    """The Service with the address, else the pods behind headless ones. Walks all Services."""
    address = ".".join(reversed(name[: -len(_REVERSE)].split(".")))
    if ip_number(address) is None:
        return []
    found = []
    for service in state.all(Service):
        home = f"{service.metadata.name}.{service.metadata.namespace}.svc.{DOMAIN}"
        if service.spec.cluster_ip == address:
            return [home]
        if _is_headless(service) and service.spec.type != "ExternalName":
            ends = _endpoints(state, service)
            found += [f"{_label(each)}.{home}" for each in ends if address in each.addresses]
    return found


def _is_headless(service: Service) -> bool:
    return service.spec.cluster_ip in ("", "None")


def _label(endpoint: Endpoint) -> str:
    """The name of one endpoint below its Service."""
    return endpoint.hostname or (endpoint.addresses[0].replace(".", "-") if endpoint.addresses else "")


def _endpoints(state: State, service: Service) -> list[Endpoint]:
    """Ready endpoints through any port: a headless Service may have none at all."""
    return list({each.addresses: each for each in _ready(state, service)}.values())


def _ready(state: State, service: Service) -> Iterator[Endpoint]:
    if service.spec.ports:
        for port in service.spec.ports:
            yield from (each for each, _ in ready_endpoints(state, service, port))
        return
    for slice_ in slices_of(state, service):
        yield from (each for each in slice_.endpoints if each.conditions.ready is not False)
