"""Defaults of NetworkPolicies, IngressClasses and MetalLB's address pools.

Follows ``pkg/apis/networking/v1/defaults.go`` and the schema of MetalLB's resource definitions.
"""

from engine.api.defaults.filling import changed, each
from engine.kinds import evolve
from engine.kinds.metallb import IPAddressPool
from engine.kinds.networking import (
    IngressClass,
    NetworkPolicy,
    NetworkPolicyEgressRule,
    NetworkPolicyIngressRule,
    NetworkPolicyPort,
)


def default_network_policy(policy: NetworkPolicy) -> NetworkPolicy:
    """A policy that names no types is about what comes in, and about what goes out where it says something of it."""
    spec = policy.spec
    types = spec.policy_types or (("Ingress", "Egress") if spec.egress else ("Ingress",))
    spec = changed(
        spec,
        policy_types=spec.policy_types if spec.policy_types == types else types,
        ingress=each(spec.ingress, _default_incoming),
        egress=each(spec.egress, _default_outgoing),
    )
    return changed(policy, spec=spec)


def _default_incoming(rule: NetworkPolicyIngressRule) -> NetworkPolicyIngressRule:
    return changed(rule, ports=each(rule.ports, _default_port))


def _default_outgoing(rule: NetworkPolicyEgressRule) -> NetworkPolicyEgressRule:
    return changed(rule, ports=each(rule.ports, _default_port))


def _default_port(port: NetworkPolicyPort) -> NetworkPolicyPort:
    return evolve(port, protocol="TCP") if port.protocol is None else port


def default_ingress_class(ingress_class: IngressClass) -> IngressClass:
    parameters = ingress_class.spec.parameters
    if parameters is None or "scope" in parameters:
        return ingress_class
    spec = evolve(ingress_class.spec, parameters={**parameters, "scope": "Cluster"})
    return evolve(ingress_class, spec=spec)


def default_address_pool(pool: IPAddressPool) -> IPAddressPool:
    spec = pool.spec
    if spec.auto_assign is None:
        spec = evolve(spec, auto_assign=True)
    if spec.avoid_buggy_ips is None:
        spec = evolve(spec, avoid_buggy_ips=False)
    return changed(pool, spec=spec)
