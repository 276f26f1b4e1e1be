"""Services (rules 11 and 15).

Follows ``validateService`` and ``ValidateServiceUpdate`` of ``pkg/apis/core/validation``; whether an address
or a node port is free is the matter of ``api.addresses``.
"""

from ipaddress import ip_address, ip_network

from engine.api.services import (
    HEALTH_PORT,
    affinity_seconds,
    health_port,
    is_externally_accessible,
    needs_health_check,
)
from engine.api.validation import names
from engine.api.validation.containers import PROTOCOLS
from engine.api.validation.fields import (
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.api.validation.metadata import label_errors
from engine.api.validation.probes import port_errors
from engine.errors import FieldError
from engine.kinds import Service, ServicePort, ServiceSpec

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_AFFINITIES = ("ClientIP", "None")
_POLICIES = ("Cluster", "Local")
_DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")
_MOST_AFFINITY_SECONDS = 86400


def service_errors(service: Service, old: Service | None) -> list[FieldError]:
    spec = service.spec
    errors = [] if old is None else _kept_address_errors(spec, old.spec)
    errors += _type_errors(spec)
    headless = spec.cluster_ip == "None"
    if not spec.ports and not headless and spec.type != "ExternalName":
        errors.append(required("spec.ports"))
    seen: set[str] = set()
    for index, port in enumerate(spec.ports):
        errors += _port_errors(port, f"spec.ports[{index}]", seen, alone=len(spec.ports) == 1)
    errors += label_errors(spec.selector, "spec.selector")
    errors += _affinity_errors(spec)
    errors += _address_errors(spec)
    errors += _duplicate_errors(spec)
    return errors + _policy_errors(spec)


def _type_errors(spec: ServiceSpec) -> list[FieldError]:
    errors = []
    if spec.type not in TYPES:
        return [not_supported("spec.type", spec.type, TYPES)]
    if spec.type in ("LoadBalancer", "NodePort") and spec.cluster_ip == "None":
        why = f"may not be set to 'None' for {spec.type} services"
        errors.append(invalid("spec.clusterIPs[0]", "None", why))
    if spec.type == "ExternalName":
        why = "may not be set for ExternalName services"
        held = {
            "clusterIPs": spec.cluster_ip or spec.cluster_ips,
            "ipFamilies": spec.ip_families,
            "ipFamilyPolicy": spec.ip_family_policy,
        }
        errors += [forbidden(f"spec.{field}", why) for field, value in held.items() if value]
        name = spec.external_name.removesuffix(".")
        if not name:
            errors.append(required("spec.externalName"))
        else:
            errors += each_invalid("spec.externalName", name, names.dns_subdomain(name))
    if spec.type == "ClusterIP":
        why = "may not be used when `type` is 'ClusterIP'"
        errors += [
            forbidden(f"spec.ports[{index}].nodePort", why)
            for index, port in enumerate(spec.ports)
            if port.node_port
        ]
    return errors


def _port_errors(port: ServicePort, path: str, seen: set[str], *, alone: bool) -> list[FieldError]:
    errors = []
    if port.name:
        errors += each_invalid(f"{path}.name", port.name, names.dns_label(port.name))
        if port.name in seen:
            errors.append(duplicate(f"{path}.name", port.name))
        seen.add(port.name)
    elif not alone:
        errors.append(required(f"{path}.name"))
    errors += each_invalid(f"{path}.port", port.port, names.port_number(port.port))
    if port.protocol not in PROTOCOLS:
        errors.append(not_supported(f"{path}.protocol", port.protocol, PROTOCOLS))
    if port.target_port is not None:
        errors += port_errors(port.target_port, f"{path}.targetPort")
    if port.app_protocol is not None:
        wrong = names.qualified_name(port.app_protocol)
        errors += each_invalid(f"{path}.appProtocol", port.app_protocol, wrong)
    return errors


def _affinity_errors(spec: ServiceSpec) -> list[FieldError]:
    if spec.session_affinity not in _AFFINITIES:
        return [not_supported("spec.sessionAffinity", spec.session_affinity, _AFFINITIES)]
    if spec.session_affinity != "ClientIP":
        return []
    path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
    seconds = affinity_seconds(spec)
    if seconds is None:
        return [required(path)]
    if isinstance(seconds, int) and 0 < seconds <= _MOST_AFFINITY_SECONDS:
        return []
    return [invalid(path, seconds, f"must be greater than 0 and less than {_MOST_AFFINITY_SECONDS}")]


def _address_errors(spec: ServiceSpec) -> list[FieldError]:
    errors = []
    if spec.cluster_ip and spec.cluster_ips and spec.cluster_ips[0] != spec.cluster_ip:
        why = "first value must match `clusterIP`"
        errors.append(invalid("spec.clusterIPs", list(spec.cluster_ips), why))
    for index, family in enumerate(spec.ip_families):
        if family not in ("IPv4", "IPv6"):
            errors.append(not_supported(f"spec.ipFamilies[{index}]", family, ("IPv4", "IPv6")))
    for index, address in enumerate(spec.external_ips):
        try:
            ip_address(address)
        except ValueError:
            why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
            errors.append(invalid(f"spec.externalIPs[{index}]", address, why))
    return errors


def _kept_address_errors(spec: ServiceSpec, old: ServiceSpec) -> list[FieldError]:
    """A cluster IP that is set stays, unless the type comes from or goes to ExternalName."""
    if "ExternalName" in (spec.type, old.type) or spec.cluster_ip == old.cluster_ip:
        return []
    return [invalid("spec.clusterIPs[0]", list(spec.cluster_ips or (spec.cluster_ip,)), "may not change once set")]


def _duplicate_errors(spec: ServiceSpec) -> list[FieldError]:
    errors = []
    node_ports: set[tuple[str, int]] = set()
    ports: set[tuple[str, int]] = set()
    for index, port in enumerate(spec.ports):
        if port.node_port:
            if (port.protocol, port.node_port) in node_ports:
                errors.append(duplicate(f"spec.ports[{index}].nodePort", port.node_port))
            node_ports.add((port.protocol, port.node_port))
        if (port.protocol, port.port) in ports:
            shown = {"protocol": port.protocol, "port": port.port}
            errors.append(duplicate(f"spec.ports[{index}]", shown))
        ports.add((port.protocol, port.port))
    return errors


def _policy_errors(spec: ServiceSpec) -> list[FieldError]:
    errors = []
    external, internal = spec.external_traffic_policy, spec.internal_traffic_policy
    if not is_externally_accessible(spec):
        if external:
            why = "may only be set for externally-accessible services"
            errors.append(invalid("spec.externalTrafficPolicy", external, why))
    elif external not in _POLICIES:
        errors.append(not_supported("spec.externalTrafficPolicy", external, _POLICIES))
    if internal is not None and internal not in _POLICIES:
        errors.append(not_supported("spec.internalTrafficPolicy", internal, _POLICIES))
    if health_port(spec) and not needs_health_check(spec):
        why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        errors.append(invalid(f"spec.{HEALTH_PORT}", health_port(spec), why))
    errors += _balancer_errors(spec)
    if spec.allocate_load_balancer_node_ports is not None and spec.type != "LoadBalancer":
        why = "may only be used when `type` is 'LoadBalancer'"
        errors.append(forbidden("spec.allocateLoadBalancerNodePorts", why))
    return errors


def _balancer_errors(spec: ServiceSpec) -> list[FieldError]:
    """What only a load balancer has: who may come to it, which implementation it is; and which endpoints go first."""
    errors = []
    path, ranges = "spec.loadBalancerSourceRanges", spec.extra.get("loadBalancerSourceRanges")
    if ranges:
        if spec.type != "LoadBalancer":
            errors.append(forbidden(path, "may only be used when `type` is 'LoadBalancer'"))
        for index, each in enumerate(ranges if isinstance(ranges, list | tuple) else [ranges]):
            if not _is_network(str(each).strip()):
                why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
                errors.append(invalid(f"{path}[{index}]", each, why))
    distribution = spec.extra.get("trafficDistribution")
    if distribution is not None and distribution not in _DISTRIBUTIONS:
        errors.append(not_supported("spec.trafficDistribution", distribution, _DISTRIBUTIONS))
    if spec.extra.get("loadBalancerClass") and spec.type != "LoadBalancer":
        errors.append(forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'"))
    return errors


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text
