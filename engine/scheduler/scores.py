"""Where a pod would best go: one function a rule, over all nodes that fit; whole points, 0 to 100.

What depends on the pod and the node object alone is in a Seat and computed once for pods of one template;
what the node's pods hold comes as ``held``, in the order of the seats. Follows kube-scheduler's score plugins
with their default weights; PodTopologySpread and InterPodAffinity are not there yet.
"""

from collections.abc import Callable, Sequence

from attrs import frozen

from engine.kinds import Toleration
from engine.scheduler.facts import NodeFacts, Nodes, PodFacts
from engine.scheduler.filters import term_matches, tolerated
from engine.store.requested import Requested

MOST = 100
_MIB = 1024 * 1024
_IMAGE_LEAST_BYTES, _IMAGE_MOST_BYTES = 23 * _MIB, 1000 * _MIB


@frozen(eq=False, kw_only=True)
class Seat:
    """A node that passed the static filters, with what the static rules count there."""

    node: NodeFacts
    soft_taints: int
    """PreferNoSchedule taints the pod does not tolerate."""
    preferred: int
    """Weights of the preferred affinity terms that match."""
    image_points: int


Points = Sequence[int]


def least_allocated(pod: PodFacts, seats: Sequence[Seat], held: Sequence[Requested]) -> Points:
    """How much would stay free, cpu and memory alike; a container without a request counts 100m and 200 MiB."""
    return [_least_allocated(pod, seat.node, each) for seat, each in zip(seats, held, strict=True)]


def balanced_allocation(pod: PodFacts, seats: Sequence[Seat], held: Sequence[Requested]) -> Points:
    """Whether the pod brings a node's shares of cpu and memory closer together; a pod without requests: 0."""
    if not pod.cpu_milli and not pod.memory_bytes:
        return [0] * len(seats)
    cpu, memory = pod.cpu_milli, pod.memory_bytes
    return [
        MOST // 2
        + (
            MOST // 2
            + _balance(seat.node, each.cpu_milli + cpu, each.memory_bytes + memory)
            - _balance(seat.node, each.cpu_milli, each.memory_bytes)
        )
        // 2
        for seat, each in zip(seats, held, strict=True)
    ]


def taint_toleration(_pod: PodFacts, seats: Sequence[Seat], _held: Sequence[Requested]) -> Points:
    counts = [seat.soft_taints for seat in seats]
    most = max(counts)
    return [MOST - MOST * count // most for count in counts] if most else [MOST] * len(seats)


def node_affinity(_pod: PodFacts, seats: Sequence[Seat], _held: Sequence[Requested]) -> Points:
    weights = [seat.preferred for seat in seats]
    most = max(weights)
    return [MOST * weight // most for weight in weights] if most else weights


def image_locality(_pod: PodFacts, seats: Sequence[Seat], _held: Sequence[Requested]) -> Points:
    return [seat.image_points for seat in seats]


@frozen
class Score:
    name: str
    weight: int
    points: Callable[[PodFacts, Sequence[Seat], Sequence[Requested]], Points]


SCORES = (
    Score("TaintToleration", 3, taint_toleration),
    Score("NodeAffinity", 2, node_affinity),
    Score("NodeResourcesFit", 1, least_allocated),
    Score("NodeResourcesBalancedAllocation", 1, balanced_allocation),
    Score("ImageLocality", 1, image_locality),
)


def seat(pod: PodFacts, node: NodeFacts, nodes: Nodes) -> Seat:
    return Seat(
        node=node,
        soft_taints=_soft_taints(pod, node),
        preferred=sum(term.weight for term in pod.preferred if term_matches(term.preference, node)),
        image_points=_image_points(pod, node, nodes),
    )


def _least_allocated(pod: PodFacts, node: NodeFacts, held: Requested) -> int:
    cpu, memory = node.cpu_milli, node.memory_bytes
    free_cpu = cpu - held.scored_cpu_milli - pod.scored_cpu_milli
    free_memory = memory - held.scored_memory_bytes - pod.scored_memory_bytes
    points = 0
    if free_cpu > 0:
        points += free_cpu * MOST // cpu
    if free_memory > 0:
        points += free_memory * MOST // memory
    # A resource the node does not have has no say.
    return points // 2 if cpu and memory else points


def _balance(node: NodeFacts, cpu_milli: int, memory_bytes: int) -> int:
    if not node.cpu_milli or not node.memory_bytes:
        return MOST
    cpu = min(cpu_milli / node.cpu_milli, 1.0)
    memory = min(memory_bytes / node.memory_bytes, 1.0)
    return int((1 - abs((cpu - memory) / 2)) * MOST)


def _soft_taints(pod: PodFacts, node: NodeFacts) -> int:
    if not node.soft_taints:
        return 0
    soft: tuple[Toleration, ...] = tuple(
        each for each in pod.tolerations if each.effect in ("", "PreferNoSchedule")
    )
    return sum(not tolerated(soft, taint) for taint in node.soft_taints)


def _image_points(pod: PodFacts, node: NodeFacts, nodes: Nodes) -> int:
    """By the size of the pod's images that are there, less for an image that few nodes have (node heating)."""
    total = 0
    for image in pod.images:
        if (size_bytes := node.images.get(image)) is not None:
            total += int(size_bytes * (nodes.image_spread[image] / len(nodes.all)))
    most = _IMAGE_MOST_BYTES * pod.container_count
    total = min(max(total, _IMAGE_LEAST_BYTES), most)
    return MOST * (total - _IMAGE_LEAST_BYTES) // (most - _IMAGE_LEAST_BYTES)
