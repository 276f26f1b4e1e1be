"""What containers use of cpu and memory: a smooth function of the pod and the time, never stored.

Stands in for metrics-server and the kubelet's ``/metrics/resource``. Like them it gives nothing for what does
not run. Usage starts high and settles to what the image or its command line asks for (demand.py), sways around it
over minutes, follows the traffic a server gets, and stays within the container's limits; the node's own part comes
on top of its pods.
"""

from functools import lru_cache
from hashlib import blake2b
from math import exp, sin, tau

from engine.faults import memory_taken_bytes
from engine.kinds import Container, ContainerStatus, Exec, Node, Pod
from engine.kinds.frozen import frozen
from engine.kinds.quantity import whole
from engine.kubelet.demand import demand_of, limit_of
from engine.kubelet.memory import LEFT_BYTES, holding, system_memory_bytes
from engine.kubelet.traffic import traffic
from engine.store.state import State

_START_UP_SECONDS = 20
_START_UP_CPU_MILLI, _START_UP_CPU_SECONDS = 60, 5
_CPU_MILLI_PER_REQUEST = 2
_WINDOW_SECONDS = 15
_PERIODS_SECONDS = (97, 311, 1013)
_SYSTEM_CPU_MILLI = 55


@frozen
class Usage:
    cpu_milli: int = 0
    memory_bytes: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.cpu_milli + other.cpu_milli, self.memory_bytes + other.memory_bytes)


NO_USAGE = Usage()


def container_usage(state: State, pod: Pod, container: Container, now: int) -> Usage:
    """NO_USAGE for a container that does not run."""
    status = next((each for each in _statuses(pod) if each.name == container.name), None)
    if status is None or status.state.running is None:
        return NO_USAGE
    wanted = demand_of(container)
    lived = max(now - (status.state.running.started_at or 0), 0)
    sway = _sway(f"{pod.metadata.uid}/{container.name}", now)
    warmth = 1 - exp(-lived / _START_UP_SECONDS)
    cpu = wanted.cpu_milli * (1 + 0.5 * sway) + wanted.busy_milli * _full(lived)
    if wanted.cpu_milli:
        cpu += _START_UP_CPU_MILLI * exp(-lived / _START_UP_CPU_SECONDS)
    cpu += _CPU_MILLI_PER_REQUEST * _requests_lately(state, pod, container, now)
    if len(state.calling):
        cpu += traffic(state).cpu_milli(pod, container.name, now)
    held = holding(state, pod, container, status)
    memory: float = 0 if held is None else held.at(now)
    if held is not None and not held.grows:
        memory *= (0.6 + 0.4 * warmth) * (1 + 0.05 * sway)
    return Usage(
        min(round(cpu), _limit(container, "cpu")),
        min(round(memory) // 4096 * 4096, _limit(container, "memory")),
    )


def pod_usage(state: State, pod: Pod, now: int) -> Usage:
    """All its containers that run."""
    containers = (*pod.spec.init_containers, *pod.spec.containers, *pod.spec.ephemeral_containers)
    return sum((container_usage(state, pod, each, now) for each in containers), NO_USAGE)


def node_usage(state: State, node_name: str, now: int) -> Usage:
    """All pods of the node, what the machine itself runs, and what a fault makes something else take."""
    node = state.find(Node, node_name)
    if node is None:
        return NO_USAGE
    own = Usage(
        round(_SYSTEM_CPU_MILLI * (1 + 0.2 * _sway(node.metadata.uid, now))),
        system_memory_bytes(node),
    )
    used = sum((pod_usage(state, pod, now) for pod in state.pods_on(node_name)), own)
    taken, capacity = memory_taken_bytes(state, node_name), whole(node.status.capacity.get("memory", "0"))
    memory = max(used.memory_bytes, capacity - LEFT_BYTES) if taken is None else used.memory_bytes + taken
    return Usage(used.cpu_milli, min(memory, capacity))


def _statuses(pod: Pod) -> tuple[ContainerStatus, ...]:
    status = pod.status
    return (*status.container_statuses, *status.init_container_statuses, *status.ephemeral_container_statuses)


def _requests_lately(state: State, pod: Pod, container: Container, now: int) -> int:
    """Requests that operators' commands made to the container within a minute."""
    if not state.count(Exec.kind):
        return 0
    uid = pod.metadata.uid
    return sum(
        (each.pod_uid, each.container) == (uid, container.name) and now - 60 < each.time <= now
        for line in state.received_by(uid)
        for each in line.requests
    )


def _full(lived_seconds: int) -> float:
    """What is measured is a mean over 15 s: a container that has just started fills it bit by bit."""
    return min(lived_seconds, _WINDOW_SECONDS) / _WINDOW_SECONDS


def _limit(container: Container, resource: str) -> int:
    """Where cfs throttles it, and where the kernel would kill it."""
    limit = limit_of(container, resource)
    return 1 << 60 if limit is None else limit


def _sway(seed: str, now: int) -> float:
    """Between -1 and 1: three slow waves whose phases belong to the seed."""
    return sum(
        sin(tau * (now / period + phase)) for period, phase in zip(_PERIODS_SECONDS, _phases(seed), strict=True)
    ) / len(_PERIODS_SECONDS)


@lru_cache(maxsize=65536)
def _phases(seed: str) -> tuple[float, ...]:
    drawn = blake2b(seed.encode(), digest_size=len(_PERIODS_SECONDS)).digest()
    return tuple(each / 256 for each in drawn)
