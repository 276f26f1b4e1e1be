"""The kernel's out-of-memory killer: whom it takes, and what its log says.

    oom_score_adj   Guaranteed and node-critical -997, BestEffort 1000, Burstable 1000 - 1000 * request / memory
    score           what it holds of the node's memory, in thousandths, plus that

Follows ``pkg/kubelet/qos/policy.go``, ``oom_watcher_linux.go`` and the node problem detector's kernel monitor.
"""

from collections.abc import Sequence
from hashlib import blake2b

from engine.kinds import Container, ContainerStatus, Pod
from engine.kinds.quantity import whole
from engine.kubelet.behaviour import command_line
from engine.kubelet.catalog import Resolved, base_name, resolve
from engine.kubelet.demand import limit_of
from engine.kubelet.memory import Holding
from engine.kubelet.scene import Said

_NODE_CRITICAL = 2_000_001_000
_GUARANTEED, _BEST_EFFORT, _LEAST, _MOST = -997, 1000, 3, 999


def oom_score_adj(pod: Pod, container: Container, node_memory_bytes: int) -> int:
    if (pod.spec.priority or 0) >= _NODE_CRITICAL or pod.status.qos_class == "Guaranteed":
        return _GUARANTEED
    if pod.status.qos_class == "BestEffort":
        return _BEST_EFFORT
    requests = {} if container.resources is None else container.resources.requests
    requested = whole(requests.get("memory", "0"))
    return min(_MOST, max(_LEAST, 1000 - 1000 * requested // max(1, node_memory_bytes)))


def victim(held: Sequence[Holding], node_memory_bytes: int, now: int) -> Holding | None:
    """Whom the kernel kills first; of equals the one that holds more, then the younger."""

    def badness(each: Holding) -> tuple[int, int, int]:
        used = each.at(now)
        score = 1000 * used // max(1, node_memory_bytes)
        return score + oom_score_adj(each.pod, each.container, node_memory_bytes), used, each.since

    return max(held, key=badness, default=None)


def out_of_memory(pod: Pod, container: Container, status: ContainerStatus) -> Said:
    """What the kernel logs when a container passes its own limit."""
    limit_kib = (limit_of(container, "memory") or 0) >> 10
    name, pid = process_name(container), process_id(pod, status)
    text = (
        f"Memory cgroup out of memory: Killed process {pid} ({name}) total-vm:{limit_kib * 2}kB, "
        f"anon-rss:{limit_kib}kB, file-rss:0kB, shmem-rss:0kB"
    )
    return Said("Warning", "OOMKilling", text, of_kernel=True)


def process_name(container: Container) -> str:
    image = resolve(container.image)
    argv = command_line(container, image.entry) if isinstance(image, Resolved) else ()
    return base_name(argv[0]) if argv else container.name


def process_id(pod: Pod, status: ContainerStatus) -> int:
    """As the node counts; another in every life."""
    seed = f"{pod.metadata.uid}/{status.name}/{status.restart_count}".encode()
    return 2000 + int.from_bytes(blake2b(seed, digest_size=2).digest()) % 30000
