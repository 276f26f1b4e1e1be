"""Where a pod would best go: one function a rule, its weight beside it; whole points, 0 to 100.

Static rules count something on each node object; the counts are then spread over 0 to 100 among the nodes that
fit. Dynamic rules give a node points for what its pods hold, whatever the other nodes do. Follows
kube-scheduler's score plugins with their default weights. Those that look at other pods are ``neighbour_rules``.
"""

from collections.abc import Callable, Sequence

from engine.kinds.frozen import frozen
from engine.scheduler.facts import NodeFacts, Nodes, PodFacts
from engine.scheduler.filters import term_matches, tolerated
from engine.store.requested import Requested

MOST = 100
_MIB = 1024 * 1024
IMAGE_LEAST_BYTES, IMAGE_MOST_BYTES = 23 * _MIB, 1000 * _MIB


def taint_toleration(pod: PodFacts, node: NodeFacts, _nodes: Nodes) -> int:
    """PreferNoSchedule taints that are not tolerated: the fewer, the better."""
    return untolerated(pod, node)


def untolerated(pod: PodFacts, node: NodeFacts) -> int:
    if not node.soft_taints:
        return 0
    soft = tuple(each for each in pod.tolerations if each.effect in ("", "PreferNoSchedule"))
    return sum(not tolerated(soft, taint) for taint in node.soft_taints)


def node_affinity(pod: PodFacts, node: NodeFacts, _nodes: Nodes) -> int:
    """Weights of the preferred terms that match."""
    return sum(term.weight for term in pod.preferred if term_matches(term.preference, node))


def image_locality(pod: PodFacts, node: NodeFacts, nodes: Nodes) -> int:
    """By the size of the pod's images that are there, less for an image that few nodes have (node heating)."""
    total = 0
    for image in pod.images:
        if (size_bytes := node.images.get(image)) is not None:
            total += int(size_bytes * (nodes.image_spread[image] / len(nodes.all)))
    most = IMAGE_MOST_BYTES * pod.container_count
    total = min(max(total, IMAGE_LEAST_BYTES), most)
    return MOST * (total - IMAGE_LEAST_BYTES) // (most - IMAGE_LEAST_BYTES)


def least_allocated(pod: PodFacts, node: NodeFacts, held: Requested) -> int:
    """How much would stay free, cpu and memory alike; a container without a request counts 100m and 200 MiB."""
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


def balanced_allocation(pod: PodFacts, node: NodeFacts, held: Requested) -> int:
    """Whether the pod brings the shares of cpu and memory closer together: 75 for neither; no requests: 0."""
    if not pod.cpu_milli and not pod.memory_bytes:
        return 0
    without = balance(node, held.cpu_milli, held.memory_bytes)
    with_pod = balance(node, held.cpu_milli + pod.cpu_milli, held.memory_bytes + pod.memory_bytes)
    return MOST // 2 + (MOST // 2 + with_pod - without) // 2


def most_is_best(counts: Sequence[int]) -> Sequence[int]:
    most = max(counts)
    return [MOST * count // most for count in counts] if most else counts


def least_is_best(counts: Sequence[int]) -> Sequence[int]:
    most = max(counts)
    return [MOST - MOST * count // most for count in counts] if most else [MOST] * len(counts)


@frozen
class StaticScore:
    """``spread`` turns the counts of the nodes that fit (at least one) into points; None if they are points."""

    name: str
    weight: int
    count: Callable[[PodFacts, NodeFacts, Nodes], int]
    spread: Callable[[Sequence[int]], Sequence[int]] | None


@frozen
class DynamicScore:
    name: str
    weight: int
    points: Callable[[PodFacts, NodeFacts, Requested], int]


STATIC_SCORES = (
    StaticScore("TaintToleration", 3, taint_toleration, least_is_best),
    StaticScore("NodeAffinity", 2, node_affinity, most_is_best),
    StaticScore("ImageLocality", 1, image_locality, None),
)
DYNAMIC_SCORES = (
    DynamicScore("NodeResourcesFit", 1, least_allocated),
    DynamicScore("NodeResourcesBalancedAllocation", 1, balanced_allocation),
)
SCORES = (*STATIC_SCORES, *DYNAMIC_SCORES)


def spread(score: StaticScore, counts: Sequence[int]) -> Sequence[int]:
    return counts if score.spread is None else score.spread(counts)


def balance(node: NodeFacts, cpu_milli: int, memory_bytes: int) -> int:
    if not node.cpu_milli or not node.memory_bytes:
        return MOST
    cpu, memory = cpu_milli / node.cpu_milli, memory_bytes / node.memory_bytes
    if cpu > 1.0:
        cpu = 1.0
    if memory > 1.0:
        memory = 1.0
    return int((1 - abs((cpu - memory) / 2)) * MOST)
