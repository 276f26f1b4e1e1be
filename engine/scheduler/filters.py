"""Where a pod cannot go: one function a rule, its reason beside it, in the order the rules are asked.

A node is out at the first rule that rejects it, and only that rule's reasons are told. Static rules depend on
the node object alone, dynamic ones on what its pods hold as well. Follows kube-scheduler's filter plugins;
their words are Kubernetes'. Gt and Lt tolerations are not matched (their feature gate is off by default).
"""

from collections.abc import Callable

from engine.kinds import NodeSelectorTerm, Requirement, Taint, Toleration
from engine.kinds.frozen import frozen
from engine.scheduler.facts import NodeFacts, PodFacts
from engine.store.requested import Requested
from engine.tolerations import tolerates

UNSCHEDULABLE = "node(s) were unschedulable"
NODE_NAME = "node(s) didn't match the requested node name"
TAINTS = "node(s) had untolerated taint(s)"
AFFINITY = "node(s) didn't match Pod's node affinity/selector"
NOT_NAMED = "node(s) didn't satisfy plugin(s) [NodeAffinity]"
PORTS = "node(s) didn't have free ports for the requested pod ports"
TOO_MANY_PODS = "Too many pods"
INSUFFICIENT = "Insufficient"

_CORDONED = Taint(key="node.kubernetes.io/unschedulable", effect="NoSchedule")
ANY_IP = "0.0.0.0"


def node_unschedulable(pod: PodFacts, node: NodeFacts) -> bool:
    return not node.unschedulable or tolerated(pod.tolerations, _CORDONED)


def node_name(pod: PodFacts, node: NodeFacts) -> bool:
    return not pod.node_name or pod.node_name == node.name


def taint_toleration(pod: PodFacts, node: NodeFacts) -> bool:
    return all(tolerated(pod.tolerations, taint) for taint in node.hard_taints)


def node_affinity(pod: PodFacts, node: NodeFacts) -> bool:
    for key, value in pod.node_selector.items():
        if node.labels.get(key) != value:
            return False
    if pod.required is None:
        return True
    return any(term_matches(term, node) for term in pod.required.node_selector_terms)


def node_affinity_names(pod: PodFacts, node: NodeFacts) -> bool:
    """Asked first: a pod that names its nodes (a DaemonSet's) never looks at the others."""
    return pod.only_on is None or node.name in pod.only_on


@frozen
class Rejection:
    """``helped_by_preemption``: it might fit if other pods left."""

    reasons: tuple[str, ...]
    helped_by_preemption: bool


def node_ports(pod: PodFacts, _node: NodeFacts, held: Requested) -> Rejection | None:
    for ip, protocol, port in pod.ports:
        for other_ip, other_protocol, other_port in held.ports:
            same_port = port == other_port and protocol == other_protocol
            if same_port and (ip == other_ip or ANY_IP in (ip, other_ip)):
                return Rejection((PORTS,), True)
    return None


def node_resources_fit(pod: PodFacts, node: NodeFacts, held: Requested) -> Rejection | None:
    """Each resource that does not suffice is a reason of its own; preemption cannot help a node too small."""
    fits = (
        held.pods < node.pods
        and (not pod.cpu_milli or pod.cpu_milli <= node.cpu_milli - held.cpu_milli)
        and (not pod.memory_bytes or pod.memory_bytes <= node.memory_bytes - held.memory_bytes)
    )
    if fits and not pod.others:
        return None
    wanted = [
        ("cpu", pod.cpu_milli, node.cpu_milli, held.cpu_milli),
        ("memory", pod.memory_bytes, node.memory_bytes, held.memory_bytes),
        *((name, count, node.others.get(name, 0), held.others.get(name, 0)) for name, count in pod.others),
    ]
    lacking = [each for each in wanted if each[1] and each[1] > each[2] - each[3]]
    reasons = [] if held.pods < node.pods else [TOO_MANY_PODS]
    reasons += [f"{INSUFFICIENT} {name}" for name, _, _, _ in lacking]
    if not reasons:
        return None
    return Rejection(tuple(reasons), all(want <= allocatable for _, want, allocatable, _ in lacking))


@frozen
class StaticFilter:
    """``passes(pod, node)``; where it does not, no other pod's leaving would help."""

    name: str
    reason: str
    passes: Callable[[PodFacts, NodeFacts], bool]


@frozen
class DynamicFilter:
    name: str
    rejects: Callable[[PodFacts, NodeFacts, Requested], Rejection | None]


STATIC_FILTERS = (
    StaticFilter("NodeAffinity", NOT_NAMED, node_affinity_names),
    StaticFilter("NodeUnschedulable", UNSCHEDULABLE, node_unschedulable),
    StaticFilter("NodeName", NODE_NAME, node_name),
    StaticFilter("TaintToleration", TAINTS, taint_toleration),
    StaticFilter("NodeAffinity", AFFINITY, node_affinity),
)
DYNAMIC_FILTERS = (
    DynamicFilter("NodePorts", node_ports),
    DynamicFilter("NodeResourcesFit", node_resources_fit),
)
FILTERS = (*STATIC_FILTERS, *DYNAMIC_FILTERS)


def tolerated(tolerations: tuple[Toleration, ...], taint: Taint) -> bool:
    return any(tolerates(toleration, taint) for toleration in tolerations)


def term_matches(term: NodeSelectorTerm, node: NodeFacts) -> bool:
    """A term without requirements matches no node."""
    if not term.match_expressions and not term.match_fields:
        return False
    return all(each.matches(node.labels) for each in term.match_expressions) and all(
        field_matches(each, node) for each in term.match_fields
    )


def field_matches(field: Requirement, node: NodeFacts) -> bool:
    # metadata.name is the only field there is; In and NotIn with one value the only operators.
    if len(field.values) != 1 or field.operator not in ("In", "NotIn"):
        return False
    value = node.name if field.key == "metadata.name" else ""
    return (value == field.values[0]) == (field.operator == "In")
