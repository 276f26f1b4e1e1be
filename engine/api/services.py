"""What of a Service survives an update that leaves it out, and what a change of type lets go (rules 11).

Follows ``patchAllocatedValues`` and ``dropTypeDependentFields`` of ``pkg/registry/core/service``: only what the
server may have filled in itself, and only where the user did not change it in the same update.
"""

from collections.abc import Mapping
from typing import Any

from engine.kinds import ServicePort, ServiceSpec, evolve

HEALTH_PORT = "healthCheckNodePort"


def kept_on_update(spec: ServiceSpec, old: ServiceSpec) -> ServiceSpec:
    spec = _with_old_cluster_ip(spec, old)
    spec = evolve(spec, ports=_ports(spec, old))
    if health_port(old) and needs_health_check(spec) and not health_port(spec):
        spec = evolve(spec, extra={**spec.extra, HEALTH_PORT: health_port(old)})
    return _without_former_fields(spec, old)


def needs_cluster_ip(spec: ServiceSpec) -> bool:
    return spec.type in ("ClusterIP", "NodePort", "LoadBalancer")


def has_node_ports(spec: ServiceSpec) -> bool:
    return spec.type in ("NodePort", "LoadBalancer")


def is_externally_accessible(spec: ServiceSpec) -> bool:
    return has_node_ports(spec) or (spec.type == "ClusterIP" and bool(spec.external_ips))


def needs_health_check(spec: ServiceSpec) -> bool:
    return spec.type == "LoadBalancer" and spec.external_traffic_policy == "Local"


def health_port(spec: ServiceSpec) -> int:
    """0 if there is none."""
    port = spec.extra.get(HEALTH_PORT)
    return port if isinstance(port, int) else 0


def affinity_seconds(spec: ServiceSpec) -> Any:
    """How long a client stays with its endpoint, as it was written; None if it was not."""
    config = spec.extra.get("sessionAffinityConfig")
    client = config.get("clientIP") if isinstance(config, Mapping) else None
    return client.get("timeoutSeconds") if isinstance(client, Mapping) else None


def _with_old_cluster_ip(spec: ServiceSpec, old: ServiceSpec) -> ServiceSpec:
    if needs_cluster_ip(old) and needs_cluster_ip(spec) and not spec.cluster_ip:
        return evolve(spec, cluster_ip=old.cluster_ip, cluster_ips=spec.cluster_ips or old.cluster_ips)
    return spec


def _ports(spec: ServiceSpec, old: ServiceSpec) -> tuple[ServicePort, ...]:
    """The ports with the node ports they had, or without them where the new type has none."""
    before = {(port.protocol, port.port): port.node_port for port in old.ports if port.node_port}
    given = {port.node_port for port in spec.ports if port.node_port}
    if has_node_ports(spec) and has_node_ports(old):
        return tuple(_with_node_port(port, before, given) for port in spec.ports)
    if has_node_ports(old) and not has_node_ports(spec) and given <= set(before.values()):
        return tuple(evolve(port, node_port=0) if port.node_port else port for port in spec.ports)
    return spec.ports


def _with_node_port(port: ServicePort, before: dict[tuple[str, int], int], given: set[int]) -> ServicePort:
    kept = before.get((port.protocol, port.port), 0)
    return port if port.node_port or kept in given else evolve(port, node_port=kept)


def _without_former_fields(spec: ServiceSpec, old: ServiceSpec) -> ServiceSpec:
    dropped: dict[str, Any] = {}
    if needs_cluster_ip(old) and not needs_cluster_ip(spec):
        if (spec.cluster_ip, spec.cluster_ips) == (old.cluster_ip, old.cluster_ips):
            dropped |= {"cluster_ip": "", "cluster_ips": ()}
        if spec.ip_families == old.ip_families:
            dropped["ip_families"] = ()
        if spec.ip_family_policy == old.ip_family_policy:
            dropped["ip_family_policy"] = None
    policy, allocates = old.external_traffic_policy, old.allocate_load_balancer_node_ports
    reachable = is_externally_accessible(spec) or not is_externally_accessible(old)
    if not reachable and spec.external_traffic_policy == policy:
        dropped["external_traffic_policy"] = ""
    was_balanced = old.type == "LoadBalancer" and spec.type != "LoadBalancer"
    if was_balanced and spec.allocate_load_balancer_node_ports == allocates:
        dropped["allocate_load_balancer_node_ports"] = None
    unasked = needs_health_check(old) and not needs_health_check(spec)
    if unasked and health_port(spec) == health_port(old):
        dropped["extra"] = {key: value for key, value in spec.extra.items() if key != HEALTH_PORT}
    return evolve(spec, **dropped) if dropped else spec
