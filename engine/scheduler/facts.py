"""What the rules read of a pod and of a node, looked up once instead of once per pair.

Pods of one template have equal PodFacts: to the rules they are the same pod. The functions that make facts
remember their latest results by the identity of frozen values (pods of a template share their containers in
memory); a key holds what it stands for, so an identity is not reused while it is remembered.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from operator import is_
from typing import Any, cast

from attrs import field, frozen

from engine.kinds import Node, NodeSelector, Pod, PodSpec, PreferredSchedulingTerm, Same, Taint, Toleration, same
from engine.kinds.quantity import cpu_milli, whole
from engine.store.requested import amount, requested_by
from engine.store.state import Table

HostPort = tuple[str, str, int]


def _tolerated(tolerations: tuple[Toleration, ...]) -> tuple[tuple[str, str, str, str], ...]:
    return tuple([(each.key, each.operator, each.value, each.effect) for each in tolerations])


def _pairs(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))


@frozen(cache_hash=True)
class Placement:
    """All that the static rules read of a pod but its images, to be compared quickly."""

    what: tuple[object, ...]


@frozen(kw_only=True, cache_hash=True)
class PodFacts:
    node_name: str
    node_selector: Mapping[str, str] = field(eq=_pairs)
    required: NodeSelector | None = field(eq=repr)
    preferred: tuple[PreferredSchedulingTerm, ...] = field(eq=repr)
    only_on: frozenset[str] | None
    """Names of the only nodes that required affinity allows; None if it names none."""
    tolerations: tuple[Toleration, ...] = field(eq=_tolerated)
    images: tuple[str, ...]
    """Of init containers, containers and image volumes, with their tags."""
    container_count: int
    cpu_milli: int
    memory_bytes: int
    scored_cpu_milli: int
    scored_memory_bytes: int
    others: tuple[tuple[str, int], ...]
    ports: tuple[HostPort, ...]
    placement: Placement = field(eq=False)
    largest: int = field(eq=False)
    """Of all amounts."""


@frozen(eq=False, kw_only=True)
class NodeFacts:
    name: str
    key: tuple[str]
    """Where ``State.requested`` holds what the node carries."""
    labels: Mapping[str, str]
    unschedulable: bool
    hard_taints: tuple[Taint, ...]
    """NoSchedule and NoExecute."""
    soft_taints: tuple[Taint, ...]
    """PreferNoSchedule."""
    cpu_milli: int
    memory_bytes: int
    pods: int
    others: Mapping[str, int]
    images: Mapping[str, int]
    """Name -> bytes."""


@frozen(eq=False)
class Nodes:
    """Every node, by name."""

    all: tuple[NodeFacts, ...]
    by_name: Mapping[str, NodeFacts]
    image_spread: Mapping[str, int]
    """On how many nodes each image is."""

    def named(self, names: frozenset[str] | None) -> tuple[NodeFacts, ...]:
        """Those of the names that exist, by name; all for None."""
        if names is None:
            return self.all
        return tuple(self.by_name[name] for name in sorted(names) if name in self.by_name)


def pod_facts(pod: Pod) -> PodFacts:
    return _pod_facts(_Template(pod))


def nodes_of(table: Table) -> Nodes:
    """The facts of a State's table of nodes."""
    return _nodes(same(table))


@lru_cache(maxsize=8)
def _nodes(same: Same[Table]) -> Nodes:
    every = tuple(node_facts(cast(Node, node)) for node in same().values())
    spread: dict[str, int] = {}
    for node in every:
        for image in node.images:
            spread[image] = spread.get(image, 0) + 1
    return Nodes(every, {node.name: node for node in every}, spread)


def node_facts(node: Node) -> NodeFacts:
    newest = _newest(node.metadata.name)
    if not newest or newest[0] is not node:
        newest[:] = node, _node_facts(node)
    return cast(NodeFacts, newest[1])


@lru_cache(maxsize=8192)
def _newest(name: str) -> list[Any]:  # noqa: ARG001  # what is remembered of a node of that name
    """A node and its facts; none of how it was before, each image that it pulled ago."""
    return []


def image_name(name: str) -> str:
    """With the tag a runtime assumes."""
    return name if name.rfind(":") > name.rfind("/") else f"{name}:latest"


class _Template:
    """A key that is equal for pods that share, in memory, what PodFacts are made of; tolerations may be equal."""

    __slots__ = ("_hash", "_shared", "_values", "pod")

    def __init__(self, pod: Pod) -> None:
        spec = pod.spec
        self.pod = pod
        self._shared = (
            spec.containers,
            spec.init_containers,
            spec.affinity,
            spec.node_selector,
            spec.volumes,
            spec.overhead,
        )
        self._values = (spec.node_name, spec.host_network, _tolerated(spec.tolerations))
        self._hash = hash((self._values, *map(id, self._shared)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Template)
            and self._values == other._values
            and all(map(is_, self._shared, other._shared))
        )


@lru_cache(maxsize=16384)
def _pod_facts(template: _Template) -> PodFacts:
    pod = template.pod
    spec = pod.spec
    request = requested_by(pod)
    affinity = spec.affinity.node_affinity if spec.affinity else None
    required = affinity.required_during_scheduling_ignored_during_execution if affinity else None
    preferred = affinity.preferred_during_scheduling_ignored_during_execution if affinity else ()
    placement = Placement(
        (
            spec.node_name,
            _pairs(spec.node_selector),
            repr(required) if required else "",
            repr(preferred) if preferred else "",
            _tolerated(spec.tolerations),
        )
    )
    return PodFacts(
        placement=placement,
        largest=max(request.scored_cpu_milli, request.scored_memory_bytes, *request.others.values()),
        node_name=spec.node_name,
        node_selector=spec.node_selector,
        required=required,
        preferred=preferred,
        only_on=None if required is None else _only_on(required),
        tolerations=spec.tolerations,
        images=tuple(image_name(image) for image in _images(spec)),
        container_count=len(spec.init_containers) + len(spec.containers),
        cpu_milli=request.cpu_milli,
        memory_bytes=request.memory_bytes,
        scored_cpu_milli=request.scored_cpu_milli,
        scored_memory_bytes=request.scored_memory_bytes,
        others=tuple(sorted((name, count) for name, count in request.others.items() if count)),
        ports=tuple(sorted(request.ports)),
    )


def _images(spec: PodSpec) -> Iterator[str]:
    for container in (*spec.init_containers, *spec.containers):
        yield container.image
    for volume in spec.volumes:
        source: Any = volume.extra.get("image")
        if isinstance(source, Mapping) and isinstance(reference := source.get("reference"), str):
            yield reference


def _only_on(required: NodeSelector) -> frozenset[str] | None:
    names: frozenset[str] = frozenset()
    for term in required.node_selector_terms:
        allowed = [
            frozenset(field.values)
            for field in term.match_fields
            if field.key == "metadata.name" and field.operator == "In"
        ]
        if not allowed:
            return None
        names |= frozenset.intersection(*allowed)
    return names if required.node_selector_terms else None


def _node_facts(node: Node) -> NodeFacts:
    allocatable = dict(node.status.allocatable)
    taints = node.spec.taints
    return NodeFacts(
        name=node.metadata.name,
        key=(node.metadata.name,),
        labels=node.metadata.labels,
        unschedulable=node.spec.unschedulable,
        hard_taints=tuple(taint for taint in taints if taint.effect in ("NoSchedule", "NoExecute")),
        soft_taints=tuple(taint for taint in taints if taint.effect == "PreferNoSchedule"),
        cpu_milli=cpu_milli(allocatable.pop("cpu", "0")),
        memory_bytes=whole(allocatable.pop("memory", "0")),
        pods=whole(allocatable.pop("pods", "0")),
        others={name: amount(name, quantity) for name, quantity in allocatable.items()},
        images={name: image.size_bytes for image in node.status.images for name in image.names},
    )
