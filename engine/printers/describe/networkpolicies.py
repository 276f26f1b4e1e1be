"""``kubectl describe networkpolicy``. Follows describeNetworkPolicy of kubectl's describe.go."""

from collections.abc import Iterator, Sequence

from engine.kinds import LabelSelector, format_time
from engine.kinds.networking import NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort
from engine.printers.describe.metadata import labels_and_annotations, name_lines
from engine.printers.durations import NONE
from engine.printers.parts.selectors import selector_text
from engine.printers.parts.tabs import tabbed
from engine.store.state import State

_Rule = tuple[Sequence[NetworkPolicyPort], Sequence[NetworkPolicyPeer]]
_INDENT = "    "


def describe_network_policy(policy: NetworkPolicy, _state: State, _now: int) -> list[str]:
    return tabbed(_lines(policy))


def _lines(policy: NetworkPolicy) -> Iterator[str]:
    spec = policy.spec
    yield from name_lines(policy)
    created = format_time(policy.metadata.creation_timestamp or 0)
    yield f"Created on:\t{created[:10]} {created[11:19]} +0000 UTC"
    yield from labels_and_annotations(policy)
    yield "Spec:"
    selected = selector_text(spec.pod_selector)
    yield f"  PodSelector:     {selected or NONE + ' (Allowing the specific traffic to all pods in this namespace)'}"
    if "Ingress" in spec.policy_types:
        yield "  Allowing ingress traffic:"
        yield from _rules([(rule.ports, rule.from_) for rule in spec.ingress], "From", "ingress", "source")
    else:
        yield "  Not affecting ingress traffic"
    if "Egress" in spec.policy_types:
        yield "  Allowing egress traffic:"
        yield from _rules([(rule.ports, rule.to) for rule in spec.egress], "To", "egress", "destination")
    else:
        yield "  Not affecting egress traffic"
    yield f"  Policy Types: {', '.join(spec.policy_types) or NONE}"


def _rules(rules: Sequence[_Rule], side: str, way: str, end: str) -> Iterator[str]:
    if not rules:
        yield f"{_INDENT}<none> (Selected pods are isolated for {way} connectivity)"
    for index, (ports, peers) in enumerate(rules):
        if index:
            yield f"{_INDENT}----------"
        if not ports:
            yield f"{_INDENT}To Port: <any> (traffic allowed to all ports)"
        for port in ports:
            protocol = port.protocol or "TCP"
            if port.end_port is None:
                yield f"{_INDENT}To Port: {'<nil>' if port.port is None else port.port}/{protocol}"
            else:
                yield f"{_INDENT}To Port Range: {port.port}-{port.end_port}/{protocol}"
        if not peers:
            yield f"{_INDENT}{side}: <any> (traffic not restricted by {end})"
        for peer in peers:
            yield f"{_INDENT}{side}:"
            yield from _peer(peer)


def _peer(peer: NetworkPolicyPeer) -> Iterator[str]:
    if peer.namespace_selector is not None:
        yield f"  {_INDENT}NamespaceSelector: {_selector(peer.namespace_selector)}"
    if peer.pod_selector is not None:
        yield f"  {_INDENT}PodSelector: {_selector(peer.pod_selector)}"
    if peer.ip_block is not None:
        yield f"  {_INDENT}IPBlock:"
        yield f"    {_INDENT}CIDR: {peer.ip_block.cidr}"
        yield f"    {_INDENT}Except: {', '.join(peer.ip_block.except_)}"


def _selector(selector: LabelSelector) -> str:
    return selector_text(selector) or NONE
