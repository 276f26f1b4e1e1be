"""NetworkPolicies: whom they select, and what their rules name.

Follows ``ValidateNetworkPolicySpec`` of ``pkg/apis/networking/validation``; addresses are IPv4 here.
"""

from ipaddress import IPv4Network

from engine.api.validation import names
from engine.api.validation.containers import PROTOCOLS
from engine.api.validation.fields import each_invalid, forbidden, invalid, not_supported, required
from engine.api.validation.metadata import selector_errors
from engine.errors import FieldError
from engine.kinds.networking import IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort

_TYPES = ("Ingress", "Egress")
NOT_A_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"


def network_policy_errors(policy: NetworkPolicy) -> list[FieldError]:
    spec = policy.spec
    errors = selector_errors(spec.pod_selector, "spec.podSelector")
    for index, incoming in enumerate(spec.ingress):
        errors += _rule_errors(incoming.ports, incoming.from_, f"spec.ingress[{index}]", "from")
    for index, outgoing in enumerate(spec.egress):
        errors += _rule_errors(outgoing.ports, outgoing.to, f"spec.egress[{index}]", "to")
    if len(spec.policy_types) > len(_TYPES):
        return [*errors, invalid("spec.policyTypes", spec.policy_types, "may not specify more than two policyTypes")]
    for index, type_ in enumerate(spec.policy_types):
        if type_ not in _TYPES:
            errors.append(not_supported(f"spec.policyTypes[{index}]", type_, _TYPES))
    return errors


def _rule_errors(
    ports: tuple[NetworkPolicyPort, ...], peers: tuple[NetworkPolicyPeer, ...], path: str, side: str
) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, port in enumerate(ports):
        errors += _port_errors(port, f"{path}.ports[{index}]")
    for index, peer in enumerate(peers):
        errors += _peer_errors(peer, f"{path}.{side}[{index}]")
    return errors


def _port_errors(port: NetworkPolicyPort, path: str) -> list[FieldError]:
    errors = []
    if port.protocol is not None and port.protocol not in PROTOCOLS:
        errors.append(not_supported(f"{path}.protocol", port.protocol, PROTOCOLS))
    end = port.end_port
    if port.port is None:
        why = "may not be specified when `port` is not specified"
        return errors if end is None else [*errors, invalid(f"{path}.endPort", end, why)]
    if isinstance(port.port, str):
        if end is not None:
            errors.append(invalid(f"{path}.endPort", end, "may not be specified when `port` is non-numeric"))
        return [*errors, *each_invalid(f"{path}.port", port.port, names.port_name(port.port))]
    errors += each_invalid(f"{path}.port", port.port, names.port_number(port.port))
    if end is not None:
        if end < port.port:
            errors.append(invalid(f"{path}.endPort", port.port, "must be greater than or equal to `port`"))
        errors += each_invalid(f"{path}.endPort", end, names.port_number(end))
    return errors


def _peer_errors(peer: NetworkPolicyPeer, path: str) -> list[FieldError]:
    errors = []
    if peer.pod_selector is not None:
        errors += selector_errors(peer.pod_selector, f"{path}.podSelector")
    if peer.namespace_selector is not None:
        errors += selector_errors(peer.namespace_selector, f"{path}.namespaceSelector")
    if peer.ip_block is not None:
        errors += _block_errors(peer.ip_block, f"{path}.ipBlock")
    given = [each for each in (peer.pod_selector, peer.namespace_selector, peer.ip_block) if each is not None]
    if not given:
        errors.append(required(path, "must specify a peer"))
    elif len(given) > 1 and peer.ip_block is not None:
        errors.append(forbidden(path, "may not specify both ipBlock and another peer"))
    return errors


def _block_errors(block: IPBlock, path: str) -> list[FieldError]:
    if not block.cidr:
        return [required(f"{path}.cidr")]
    whole = _network(block.cidr)
    if whole is None:
        return [invalid(f"{path}.cidr", block.cidr, NOT_A_CIDR)]
    errors = []
    for index, text in enumerate(block.except_):
        part, here = _network(text), f"{path}.except[{index}]"
        if part is None:
            errors.append(invalid(here, text, NOT_A_CIDR))
        elif not part.subnet_of(whole) or part.prefixlen <= whole.prefixlen:
            errors.append(invalid(here, text, "must be a strict subset of `cidr`"))
    return errors


def _network(text: str) -> IPv4Network | None:
    try:
        return IPv4Network(text, strict=False) if "/" in text else None
    except ValueError:
        return None
