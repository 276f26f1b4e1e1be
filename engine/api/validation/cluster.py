"""Nodes, ConfigMaps and Endpoints.

Follows ``ValidateNode``, ``ValidateConfigMap`` and ``validateEndpointSubsets`` of ``pkg/apis/core/validation``.
"""

from ipaddress import ip_address

from engine.api.validation import names
from engine.api.validation.containers import PROTOCOLS
from engine.api.validation.fields import each_invalid, forbidden, invalid, not_supported, required, too_long
from engine.api.validation.resources import NEGATIVE
from engine.api.validation.scheduling import taint_errors
from engine.errors import FieldError
from engine.kinds import ConfigMap, Endpoints, Node
from engine.kinds.quantity import parse_quantity

MOST_DATA_BYTES = 1048576


def node_errors(node: Node, old: Node | None) -> list[FieldError]:
    errors = []
    spec = node.spec
    if old is None or spec.taints is not old.spec.taints:
        errors += taint_errors(spec.taints, "metadata.taints")  # Kubernetes names the path so
    if old is None:
        for field, amounts in (("capacity", node.status.capacity), ("allocatable", node.status.allocatable)):
            errors += [
                invalid(f"status.{field}.{name}", amount, NEGATIVE)
                for name, amount in amounts.items()
                if parse_quantity(amount) < 0
            ]
        return errors
    before = old.spec
    if before.pod_cidrs and spec.pod_cidrs != before.pod_cidrs:
        why = 'node updates may not change podCIDR except from "" to valid'
        errors.append(forbidden("spec.podCIDRs", why))
    if before.provider_id and spec.provider_id != before.provider_id:
        why = 'node updates may not change providerID except from "" to valid'
        errors.append(forbidden("spec.providerID", why))
    return errors


def config_map_errors(config: ConfigMap, old: ConfigMap | None) -> list[FieldError]:
    errors = []
    why = "field is immutable when `immutable` is set"
    if old is not None and old.immutable:
        for field in ("immutable", "data", "binary_data"):
            if getattr(config, field) != getattr(old, field):
                errors.append(forbidden("binaryData" if field == "binary_data" else field, why))
    for field, data in (("data", config.data), ("binaryData", config.binary_data)):
        for key in data:
            errors += each_invalid(f"{field}[{key}]", key, names.config_key(key))
    for key in config.data:
        if key in config.binary_data:
            errors.append(invalid(f"data[{key}]", key, "duplicate of key present in binaryData"))
    values = (*config.data.values(), *config.binary_data.values())
    if sum(len(value.encode()) for value in values) > MOST_DATA_BYTES:
        errors.append(too_long("", MOST_DATA_BYTES))
    return errors


def endpoints_errors(endpoints: Endpoints) -> list[FieldError]:
    errors = []
    for index, subset in enumerate(endpoints.subsets):
        path = f"subsets[{index}]"
        if not subset.addresses and not subset.not_ready_addresses:
            errors.append(required(path, "must specify `addresses` or `notReadyAddresses`"))
        for number, address in enumerate(subset.addresses):
            try:
                ip_address(address.ip)
            except ValueError:
                why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
                errors.append(invalid(f"{path}.addresses[{number}].ip", address.ip, why))
        for number, port in enumerate(subset.ports):
            here = f"{path}.ports[{number}]"
            if not port.name and len(subset.ports) > 1:
                errors.append(required(f"{here}.name"))
            errors += each_invalid(f"{here}.port", port.port, names.port_number(port.port))
            if port.protocol not in PROTOCOLS:
                errors.append(not_supported(f"{here}.protocol", port.protocol, PROTOCOLS))
    return errors
