"""Which address a Service gets: ``allocate(state, service) -> Allocation | str`` (the reason of a failure).

Follows MetalLB's ``internal/allocator`` and ``controller/service.go``: what a Service asks for (annotations,
spec.loadBalancerIP), else pools meant for it, by priority, else every pool that assigns by itself. Differs in
that pools are taken by name instead of in Go's random order, and in that there is IPv4 only. Walks the
Services to see what is taken.
"""

from collections.abc import Iterable, Iterator
from ipaddress import AddressValueError, IPv4Address

from engine.kinds import Namespace, Service
from engine.kinds.frozen import frozen
from engine.kinds.metallb import IPAddressPool, span
from engine.store.state import State

_PREFIXES = ("metallb.io/", "metallb.universe.tf/")
HOME = "metallb-system"
"""The namespace of its pods, and the only one whose pools it reads."""
FROM_POOL = "metallb.io/ip-allocated-from-pool"


@frozen(kw_only=True)
class Allocation:
    pool: str
    addresses: tuple[str, ...]


class NotAllocated(Exception):
    """No address, in MetalLB's words."""


def allocate(state: State, service: Service, pools: tuple[IPAddressPool, ...]) -> Allocation:
    """Raises NotAllocated."""
    wanted, pool_name = desired_addresses(service), annotation(service, "address-pool")
    users = _users(state, service)
    if wanted:
        found = assign(service, wanted, pools, users)
        if pool_name and found.pool != pool_name:
            why = f"is not compatible with requested address pool {pool_name}"
            raise NotAllocated(f"requested loadBalancer IP(s) {quoted(wanted)} {why}")
        return found
    if pool_name:
        pool = next((each for each in pools if each.metadata.name == pool_name), None)
        if pool is None:
            raise NotAllocated(f'unknown pool "{pool_name}"')
        if not _is_for(state, pool, service):
            raise NotAllocated(f"pool {pool_name} not compatible for ip assignment")
        candidates: Iterable[IPAddressPool] = (pool,)
        nothing = f'no available IPs in pool "{pool_name}"'
    else:
        candidates, nothing = _candidates(state, pools, service), "no available IPs"
    for pool in candidates:
        for address in _addresses(pool):
            if not _conflict(service, users.get(address, [])):
                return Allocation(pool=pool.metadata.name, addresses=(address,))
    raise NotAllocated(nothing)


def assign(
    service: Service,
    addresses: tuple[str, ...],
    pools: tuple[IPAddressPool, ...],
    users: dict[str, list[Service]],
) -> Allocation:
    """These very addresses; raises NotAllocated if no pool has them or others do. ``users`` without ``service``."""
    pool = next((each for each in pools if all(_has(each, address) for address in addresses)), None)
    if pool is None:
        raise NotAllocated(f"{quoted(addresses)} is not allowed in config")
    for address in addresses:
        why = _conflict(service, users.get(address, []))
        if why:
            raise NotAllocated(why)
    return Allocation(pool=pool.metadata.name, addresses=addresses)


def desired_addresses(service: Service) -> tuple[str, ...]:
    """What the Service asks for by annotation or in its spec; raises NotAllocated if that is no address."""
    annotated = annotation(service, "loadBalancerIPs")
    field = service.spec.extra.get("loadBalancerIP") or ""
    if annotated and field:
        raise NotAllocated("service can not have both metallb.io/loadBalancerIPs and svc.Spec.LoadBalancerIP")
    if field and not _is_address(str(field)):
        raise NotAllocated(f'invalid spec.loadBalancerIP "{field}"')
    texts = [each.strip() for each in annotated.split(",")] if annotated else [str(field)] if field else []
    if not all(map(_is_address, texts)):
        raise NotAllocated(f'invalid metallb.io/loadBalancerIPs: "{annotated}"')
    return tuple(texts)


def annotation(service: Service, name: str) -> str:
    annotations = service.metadata.annotations
    return next((annotations[prefix + name] for prefix in _PREFIXES if prefix + name in annotations), "")


def quoted(addresses: Iterable[str]) -> str:
    """As Go prints a list of strings with ``%q``: ``["192.0.2.1"]``."""
    return "[" + " ".join(f'"{each}"' for each in addresses) + "]"


def _users(state: State, service: Service) -> dict[str, list[Service]]:
    """Who has which address, ``service`` itself left out."""
    found: dict[str, list[Service]] = {}
    for other in state.all(Service):
        if other.metadata.uid != service.metadata.uid:
            for each in other.status.load_balancer.ingress:
                found.setdefault(str(each.get("ip", "")), []).append(other)
    return found


def _conflict(service: Service, others: list[Service]) -> str:
    """Why an address that others have cannot be shared; "" if it can: one key, other ports, the same backends."""
    if not others:
        return ""
    meta = service.metadata
    key = annotation(service, "allow-shared-ip")
    names = ",".join(f"{each.metadata.namespace}/{each.metadata.name}" for each in others)
    refused = f'can\'t change sharing key for "{meta.namespace}/{meta.name}", address also in use by {names}'
    if not key or any(annotation(each, "allow-shared-ip") != key for each in others):
        return refused
    if any(_backend_key(each) != _backend_key(service) for each in others):
        return refused
    mine = {(port.protocol, port.port) for port in service.spec.ports}
    for other in others:
        for port in other.spec.ports:
            if (port.protocol, port.port) in mine:
                address = str(other.status.load_balancer.ingress[0].get("ip", ""))
                return f'port {port.protocol.lower()}/{port.port} is already in use on "{address}"'
    return ""


def _backend_key(service: Service) -> object:
    spec = service.spec
    return dict(spec.selector) if spec.external_traffic_policy == "Local" else None


def _candidates(state: State, pools: tuple[IPAddressPool, ...], service: Service) -> Iterator[IPAddressPool]:
    automatic = [pool for pool in pools if pool.spec.auto_assign is not False]
    pinned = [pool for pool in automatic if _is_pinned(pool) and _is_for(state, pool, service)]
    yield from sorted(pinned, key=_rank)
    yield from (pool for pool in automatic if not _is_pinned(pool))


def _rank(pool: IPAddressPool) -> tuple[bool, int, str]:
    allocation = pool.spec.service_allocation
    priority = allocation.priority if allocation is not None else 0
    return priority == 0, priority, pool.metadata.name


def _is_pinned(pool: IPAddressPool) -> bool:
    found = pool.spec.service_allocation
    return found is not None and bool(found.namespaces or found.namespace_selectors or found.service_selectors)


def _is_for(state: State, pool: IPAddressPool, service: Service) -> bool:
    allocation = pool.spec.service_allocation
    if allocation is None or not _is_pinned(pool):
        return True
    meta = service.metadata
    if allocation.service_selectors and not any(each.matches(meta.labels) for each in allocation.service_selectors):
        return False
    if not allocation.namespaces and not allocation.namespace_selectors:
        return True
    namespace = state.find(Namespace, meta.namespace)
    labels = {} if namespace is None else namespace.metadata.labels
    return meta.namespace in allocation.namespaces or any(
        each.matches(labels) for each in allocation.namespace_selectors
    )


def _addresses(pool: IPAddressPool) -> Iterator[str]:
    for first, last in _spans(pool):
        for number in range(first, last + 1):
            if not (pool.spec.avoid_buggy_ips and number & 255 in (0, 255)):
                yield str(IPv4Address(number))


def _has(pool: IPAddressPool, address: str) -> bool:
    if not _is_address(address):
        return False
    number = int(IPv4Address(address))
    if pool.spec.avoid_buggy_ips and number & 255 in (0, 255):
        return False
    return any(first <= number <= last for first, last in _spans(pool))


def _spans(pool: IPAddressPool) -> Iterator[tuple[int, int]]:
    for text in pool.spec.addresses:
        try:
            yield span(text)
        except ValueError:  # stored before it was checked
            continue


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True
