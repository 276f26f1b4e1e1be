"""Cluster IPs and node ports of Services: what a Service needs, what it keeps, what is free (rules 11).

Drawn ones come from the upper band of their range, so that the lower band stays free for those who ask for a
certain one; they fall to the lower band when the upper is full. A shortcut: the Services are walked to see
what is taken. Follows ``pkg/registry/core/service`` (ipallocator, portallocator, storage/alloc.go).
"""

from ipaddress import IPv4Address, IPv4Network

from engine.api.draft import Draft
from engine.api.services import (
    HEALTH_PORT,
    has_node_ports,
    health_port,
    kept_on_update,
    needs_cluster_ip,
    needs_health_check,
)
from engine.errors import FieldError, InternalError, Invalid
from engine.kinds import Service, ServicePort, ServiceSpec, evolve

CLUSTER_NETWORK = IPv4Network("10.96.0.0/16")
NODE_PORTS = range(30000, 32768)
_ADDRESS_BAND, _PORT_BAND = 256, 86
_FIRST = int(CLUSTER_NETWORK.network_address)
_LAST = int(CLUSTER_NETWORK.broadcast_address)


def with_addresses(draft: Draft, service: Service, old: Service | None) -> Service:
    """``service`` with its cluster IP and node ports: ``old``'s where it still needs them, else new."""
    spec = service.spec
    if old is not None:
        spec = kept_on_update(spec, old.spec)
    spec = _with_cluster_ip(draft, service, spec, old)
    spec = _with_node_ports(draft, service, spec, old)
    spec = _with_health_port(draft, service, spec)
    return service if spec is service.spec else evolve(service, spec=spec)


def _with_cluster_ip(draft: Draft, service: Service, spec: ServiceSpec, old: Service | None) -> ServiceSpec:
    if not needs_cluster_ip(spec):
        return spec
    address = spec.cluster_ip or (spec.cluster_ips[0] if spec.cluster_ips else "")
    if address != "None" and (old is None or address != old.spec.cluster_ip):
        taken = {each.spec.cluster_ip for each in _others(draft, service)}
        address = _drawn_address(draft, taken) if not address else _checked_address(service, address, taken)
    return evolve(
        spec,
        cluster_ip=address,
        cluster_ips=spec.cluster_ips or (address,),
        ip_families=spec.ip_families or ("IPv4",),
        ip_family_policy=spec.ip_family_policy or "SingleStack",
    )


def _others(draft: Draft, service: Service) -> list[Service]:
    meta = service.metadata
    return [each for each in draft.all(Service) if each.metadata.uid != meta.uid]


def _drawn_address(draft: Draft, taken: set[str]) -> str:
    upper, lower = range(_FIRST + _ADDRESS_BAND + 1, _LAST), range(_FIRST + 1, _FIRST + _ADDRESS_BAND + 1)
    for band in (upper, lower):
        start = draft.draw_number(len(band))
        for step in range(min(len(band), len(taken) + 1)):
            address = str(IPv4Address(band[(start + step) % len(band)]))
            if address not in taken:
                return address
    raise InternalError("failed to allocate a serviceIP: range is full")


def _checked_address(service: Service, address: str, taken: set[str]) -> str:
    why = ""
    try:
        parsed = IPv4Address(address)
    except ValueError:
        why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
    else:
        if not _FIRST < int(parsed) < _LAST:
            why = (
                f"failed to allocate IP {address}: the provided IP ({address}) is not in the valid range. "
                f"The range of valid IPs is {CLUSTER_NETWORK}"
            )
        elif address in taken:
            why = f"failed to allocate IP {address}: provided IP is already allocated"
    if why:
        error = FieldError("spec.clusterIPs", why, value=f'["{address}"]')
        raise Invalid("Service", service.metadata.name, [error])
    return address


def _with_node_ports(draft: Draft, service: Service, spec: ServiceSpec, old: Service | None) -> ServiceSpec:
    if not has_node_ports(spec):
        return spec
    own = {port.node_port for port in old.spec.ports} if old is not None else set()
    draws = spec.type == "NodePort" or spec.allocate_load_balancer_node_ports is not False
    if all(port.node_port in own if port.node_port else not draws for port in spec.ports):
        return spec
    taken = _node_ports_of(_others(draft, service))
    for index, port in enumerate(spec.ports):
        if port.node_port and port.node_port not in own:
            _check_node_port(service, index, port, taken)
    chosen = {port.node_port for port in spec.ports}
    ports = []
    for port in spec.ports:
        if not port.node_port and draws:
            port = evolve(port, node_port=_drawn_port(draft, taken | chosen))
            chosen.add(port.node_port)
        ports.append(port)
    return evolve(spec, ports=tuple(ports))


def _with_health_port(draft: Draft, service: Service, spec: ServiceSpec) -> ServiceSpec:
    """Where a load balancer asks a node whether it has an endpoint of its own."""
    if not needs_health_check(spec) or health_port(spec):
        return spec
    taken = _node_ports_of(_others(draft, service)) | {port.node_port for port in spec.ports}
    return evolve(spec, extra={**spec.extra, HEALTH_PORT: _drawn_port(draft, taken)})


def _node_ports_of(services: list[Service]) -> set[int]:
    ports = {port.node_port for each in services for port in each.spec.ports}
    return ports | {health_port(each.spec) for each in services}


def _check_node_port(service: Service, index: int, port: ServicePort, taken: set[int]) -> None:
    why = ""
    if port.node_port not in NODE_PORTS:
        valid = f"{NODE_PORTS[0]}-{NODE_PORTS[-1]}"
        why = f"provided port is not in the valid range. The range of valid ports is {valid}"
    elif port.node_port in taken:
        why = "provided port is already allocated"
    if why:
        error = FieldError(f"spec.ports[{index}].nodePort", why, value=str(port.node_port))
        raise Invalid("Service", service.metadata.name, [error])


def _drawn_port(draft: Draft, taken: set[int]) -> int:
    for band in (NODE_PORTS[_PORT_BAND:], NODE_PORTS[:_PORT_BAND]):
        start = draft.draw_number(len(band))
        for step in range(len(band)):
            port = band[(start + step) % len(band)]
            if port not in taken:
                return port
    raise InternalError("failed to allocate a nodePort: range is full")
