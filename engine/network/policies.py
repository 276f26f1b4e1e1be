"""Which connections NetworkPolicies let through: ``allows(state, source, target, port)``.

Follows the API's own words: a pod that a policy selects is isolated for the policy's types, and each of its rules
lets something through again; what leaves one pod for another must be let out there and let in here. Pods in
their node's network are not concerned. What is not let through is dropped, so that a client waits in vain.
"""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network

from engine.kinds import Namespace, Pod
from engine.kinds.networking import IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort
from engine.store.state import State

ICMP = "ICMP"
"""A protocol that no rule with ports speaks of."""


def allows(state: State, source: Pod, target: Pod, port: int, protocol: str = "TCP") -> bool:
    """Whether ``source`` may connect to ``port`` of ``target``: a port of the pod, not of a Service."""
    if not state.count(NetworkPolicy.kind) or source.metadata.uid == target.metadata.uid:
        return True
    address = target.status.pod_ip
    if not _leaves(state, source, target, address, port, protocol):
        return False
    for policy in (entering := list(_isolating(state, target, "Ingress"))):
        for rule in policy.spec.ingress:
            if _names_port(rule.ports, target, port, protocol) and _names_peer(
                state, policy, rule.from_, source, source.status.pod_ip
            ):
                return True
    return not entering


def lets_out(state: State, source: Pod, address: str, port: int, protocol: str = "TCP") -> bool:
    """Whether ``source`` may connect to an address that is no pod's."""
    return not state.count(NetworkPolicy.kind) or _leaves(state, source, None, address, port, protocol)


def _leaves(state: State, source: Pod, target: Pod | None, address: str, port: int, protocol: str) -> bool:
    for policy in (leaving := list(_isolating(state, source, "Egress"))):
        for rule in policy.spec.egress:
            if _names_port(rule.ports, target, port, protocol) and _names_peer(
                state, policy, rule.to, target, address
            ):
                return True
    return not leaving


def _isolating(state: State, pod: Pod, type_: str) -> Iterator[NetworkPolicy]:
    if pod.spec.host_network:
        return
    for policy in state.all(NetworkPolicy, pod.metadata.namespace):
        if type_ in policy.spec.policy_types and policy.spec.pod_selector.matches(pod.metadata.labels):
            yield policy


def _names_port(ports: Sequence[NetworkPolicyPort], target: Pod | None, port: int, protocol: str) -> bool:
    return not ports or any(
        (each.protocol or "TCP") == protocol and _is_port(each, target, port) for each in ports
    )


def _is_port(wanted: NetworkPolicyPort, target: Pod | None, port: int) -> bool:
    match wanted.port:
        case None:
            return True
        case int(first):
            return first <= port <= (wanted.end_port or first)
        case str(name):
            containers = () if target is None else target.spec.containers
            return any(
                each.name == name and each.container_port == port for one in containers for each in one.ports
            )


def _names_peer(
    state: State, policy: NetworkPolicy, peers: Sequence[NetworkPolicyPeer], pod: Pod | None, address: str
) -> bool:
    return not peers or any(_is_peer(state, policy, each, pod, address) for each in peers)


def _is_peer(state: State, policy: NetworkPolicy, peer: NetworkPolicyPeer, pod: Pod | None, address: str) -> bool:
    if peer.ip_block is not None:
        return _in_block(peer.ip_block, address)
    if pod is None or pod.spec.host_network:
        return False
    if peer.namespace_selector is None:
        if pod.metadata.namespace != policy.metadata.namespace:
            return False
    else:
        namespace = state.find(Namespace, pod.metadata.namespace)
        if namespace is None or not peer.namespace_selector.matches(namespace.metadata.labels):
            return False
    return peer.pod_selector is None or peer.pod_selector.matches(pod.metadata.labels)


def _in_block(block: IPBlock, address: str) -> bool:
    try:
        found = IPv4Address(address)
        return found in IPv4Network(block.cidr, strict=False) and not any(
            found in IPv4Network(each, strict=False) for each in block.except_
        )
    except ValueError:
        return False
