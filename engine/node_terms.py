"""Whether a node is one that a pod's node selector and required node affinity allow.

Follows ``k8s.io/component-helpers/scheduling/corev1/nodeaffinity``.
"""

from engine.kinds import Node, NodeSelector, NodeSelectorTerm, PodSpec, Requirement


def is_allowed(spec: PodSpec, node: Node) -> bool:
    labels = node.metadata.labels
    if any(labels.get(key) != value for key, value in spec.node_selector.items()):
        return False
    affinity = spec.affinity.node_affinity if spec.affinity else None
    required = affinity.required_during_scheduling_ignored_during_execution if affinity else None
    return required is None or selects(required, node)


def selects(selector: NodeSelector, node: Node) -> bool:
    """Whether one of the selector's terms matches."""
    return any(_term_matches(term, node) for term in selector.node_selector_terms)


def named_node(spec: PodSpec) -> str:
    """The one node that required affinity names, as a DaemonSet's pods have it; "" where it names none."""
    affinity = spec.affinity.node_affinity if spec.affinity else None
    required = affinity.required_during_scheduling_ignored_during_execution if affinity else None
    for term in () if required is None else required.node_selector_terms:
        for field in term.match_fields:
            if field.key == "metadata.name" and field.operator == "In":
                return field.values[0] if len(field.values) == 1 else ""
    return ""


def _term_matches(term: NodeSelectorTerm, node: Node) -> bool:
    """A term without requirements matches no node."""
    if not term.match_expressions and not term.match_fields:
        return False
    return all(each.matches(node.metadata.labels) for each in term.match_expressions) and all(
        _field_matches(each, node) for each in term.match_fields
    )


def _field_matches(field: Requirement, node: Node) -> bool:
    # metadata.name is the only field there is; In and NotIn with one value the only operators.
    if len(field.values) != 1 or field.operator not in ("In", "NotIn"):
        return False
    value = node.metadata.name if field.key == "metadata.name" else ""
    return (value == field.values[0]) == (field.operator == "In")
