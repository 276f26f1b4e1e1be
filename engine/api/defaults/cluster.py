"""Defaults of Namespaces, Nodes, PriorityClasses and endpoints.

Follows ``pkg/apis/core/v1/defaults.go``, ``pkg/apis/scheduling/v1/defaults.go`` and the namespace strategy of
``pkg/registry/core/namespace``.
"""


from engine.api.defaults.filling import changed, each, filled
from engine.kinds import Endpoints, EndpointSlice, EndpointSubset, Namespace, Node, Unmodelled, evolve, with_metadata

NAME_LABEL = "kubernetes.io/metadata.name"


def default_namespace(namespace: Namespace) -> Namespace:
    meta = namespace.metadata
    if meta.labels.get(NAME_LABEL) != meta.name:
        namespace = with_metadata(namespace, labels={**meta.labels, NAME_LABEL: meta.name})
    return changed(namespace, status=filled(namespace.status, phase="Active"))


def default_node(node: Node) -> Node:
    status = node.status
    if status.capacity and not status.allocatable:
        return evolve(node, status=evolve(status, allocatable=status.capacity))
    return node


def default_priority_class(made: Unmodelled) -> Unmodelled:
    if made.body.get("preemptionPolicy"):
        return made
    return evolve(made, body={**made.body, "preemptionPolicy": "PreemptLowerPriority"})


def default_endpoints(endpoints: Endpoints | EndpointSlice) -> Endpoints | EndpointSlice:
    if isinstance(endpoints, EndpointSlice):
        return changed(endpoints, ports=each(endpoints.ports, lambda port: filled(port, protocol="TCP")))
    return changed(endpoints, subsets=each(endpoints.subsets, _default_subset))


def _default_subset(subset: EndpointSubset) -> EndpointSubset:
    return changed(subset, ports=each(subset.ports, lambda port: filled(port, protocol="TCP")))
