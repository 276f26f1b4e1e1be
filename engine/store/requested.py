"""What pods request of a node: the effective request of one pod, and the sum a node carries (rules 8).

Follows ``resource.PodRequests``: the larger of the containers together (with sidecars) and the largest init
step (with the sidecars before it), plus overhead. Filtering counts a missing request as 0.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from engine.kinds import EMPTY, Container, Pod, PodSpec, Same, same
from engine.kinds.frozen import frozen
from engine.kinds.quantity import cpu_milli, whole

K = TypeVar("K")
Containers = tuple[Container, ...]
_EMPTY: Mapping[Any, int] = EMPTY
_NO_OVERHEAD: Mapping[str, str] = EMPTY


@frozen(kw_only=True)
class Requested:
    """A sum over pods. ``ports`` counts host ports as (host IP, protocol, port)."""

    cpu_milli: int = 0
    memory_bytes: int = 0
    scored_cpu_milli: int = 0
    """As ``cpu_milli``, with 100m for a container that requests none: what scoring counts."""
    scored_memory_bytes: int = 0
    """As ``memory_bytes``, with 200 MiB for a container that requests none."""
    pods: int = 0
    others: Mapping[str, int] = EMPTY
    """ephemeral-storage and extended resources, in their own unit."""
    ports: Mapping[tuple[str, str, int], int] = _EMPTY

    def plus(self, other: "Requested", sign: int = 1) -> "Requested":
        return Requested(
            cpu_milli=self.cpu_milli + sign * other.cpu_milli,
            memory_bytes=self.memory_bytes + sign * other.memory_bytes,
            scored_cpu_milli=self.scored_cpu_milli + sign * other.scored_cpu_milli,
            scored_memory_bytes=self.scored_memory_bytes + sign * other.scored_memory_bytes,
            pods=self.pods + sign * other.pods,
            others=_sum(self.others, other.others, sign),
            ports=_sum(self.ports, other.ports, sign),
        )


NOTHING_REQUESTED = Requested()
_SCORED_CPU_MILLI, _SCORED_MEMORY_BYTES = 100, 200 * 1024 * 1024


def requested_by(pod: Pod) -> Requested:
    """One pod's effective request, with the host ports it wants."""
    spec = pod.spec
    if not (spec.init_containers or spec.overhead):
        return _requested_plainly(same(spec.containers), spec.host_network)
    return _requested(same(spec.containers), same(spec.init_containers), same(spec.overhead), spec.host_network)


@lru_cache(maxsize=1024)
def _requested_plainly(containers: Same[Containers], host_network: bool) -> Requested:
    return _requested(containers, same(()), same(_NO_OVERHEAD), host_network)


@lru_cache(maxsize=1024)
def _requested(
    containers: Same[Containers], init: Same[Containers], overhead: Same[Mapping[str, str]], host_network: bool
) -> Requested:
    # Remembered because pods of a template share all this in memory, and only their node differs.
    spec = PodSpec(
        containers=containers(),
        init_containers=init(),
        overhead=overhead(),
        host_network=host_network,
    )
    amounts = {name: _effective(spec, name) for name in _resource_names(spec)}
    ports: dict[tuple[str, str, int], int] = {}
    for container in (*spec.init_containers, *spec.containers):
        for port in container.ports:
            host_port = port.container_port if spec.host_network else port.host_port
            if host_port:
                ports[(port.host_ip or "0.0.0.0", port.protocol or "TCP", host_port)] = 1
    return Requested(
        cpu_milli=amounts.pop("cpu", 0),
        memory_bytes=amounts.pop("memory", 0),
        scored_cpu_milli=_effective(spec, "cpu", _SCORED_CPU_MILLI),
        scored_memory_bytes=_effective(spec, "memory", _SCORED_MEMORY_BYTES),
        pods=1,
        others=amounts or EMPTY,
        ports=ports or _EMPTY,
    )


def amount(resource: str, quantity: str) -> int:
    """Millicores for cpu, the whole unit for everything else."""
    return cpu_milli(quantity) if resource == "cpu" else whole(quantity)


def _resource_names(spec: PodSpec) -> list[str]:
    names = set(spec.overhead)
    for container in (*spec.init_containers, *spec.containers):
        if container.resources is not None:
            names.update(container.resources.requests)
    return sorted(names)


def _request(container: Container, resource: str, missing: int) -> int:
    quantity = container.resources.requests.get(resource) if container.resources else None
    return missing if quantity is None else amount(resource, quantity)


def _effective(spec: PodSpec, resource: str, missing: int = 0) -> int:
    running = sum(_request(container, resource, missing) for container in spec.containers)
    sidecars = peak = 0
    for container in spec.init_containers:
        request = _request(container, resource, missing)
        if container.restart_policy == "Always":
            sidecars += request
            peak = max(peak, sidecars)
        else:
            peak = max(peak, sidecars + request)
    overhead = spec.overhead.get(resource)
    return max(running + sidecars, peak) + (amount(resource, overhead) if overhead else 0)


def _sum(left: Mapping[K, int], right: Mapping[K, int], sign: int) -> Mapping[K, int]:
    if not right:
        return left
    total = dict(left)
    for key, value in right.items():
        total[key] = total.get(key, 0) + sign * value
    return {key: value for key, value in total.items() if value} or _EMPTY
