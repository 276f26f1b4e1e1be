"""How much memory containers hold at a second, and when they come to hold too much.

Memory only grows within a container's life: to what its command line asks for (demand.py), and by leaks. So the
second at which a limit is passed is found by halving, and is known ahead as a timer. The sway that usage shows does
not count here: nothing dies of it.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from engine.faults import leaks_of
from engine.kinds import Container, ContainerStatus, Node, Pod, Same, same
from engine.kinds.frozen import frozen
from engine.kinds.quantity import whole
from engine.kubelet.demand import demand_of, limit_of
from engine.store.state import State

_SYSTEM_BYTES = 620 << 20
LEFT_BYTES = 50 << 20
"""What is left to a node where something takes whatever its pods leave."""
_HORIZON_SECONDS = 1 << 24
"""What takes more than half a year is taken never to happen."""


@frozen(kw_only=True)
class Holding:
    """One running container since ``since``; ``leaks`` are (since, bytes a second)."""

    pod: Pod
    container: Container
    status: ContainerStatus
    since: int
    leaks: Sequence[tuple[int, int]] = ()

    def at(self, now: int) -> int:
        """Bytes."""
        wanted = demand_of(self.container)
        held = wanted.memory_after(now - self.since)
        if not wanted.growth_bytes_a_second:
            held = fitted(held, limit_of(self.container, "memory"))
        return held + sum(pace * max(0, now - max(since, self.since)) for since, pace in self.leaks)

    @property
    def grows(self) -> bool:
        return bool(self.leaks) or demand_of(self.container).growth_bytes_a_second > 0


def system_memory_bytes(node: Node) -> int:
    """What the machine's own programs hold."""
    return min(_SYSTEM_BYTES, whole(node.status.capacity.get("memory", "0")) // 8)


def fitted(wanted_bytes: int, limit_bytes: int | None) -> int:
    """What an image's own server holds: it makes do with less than it would take, but not with less than half."""
    if limit_bytes is None or wanted_bytes * 10 <= limit_bytes * 9 or limit_bytes * 2 < wanted_bytes:
        return wanted_bytes
    return limit_bytes * 9 // 10


def holding(state: State, pod: Pod, container: Container, status: ContainerStatus) -> Holding | None:
    """None for a container that does not run."""
    running = status.state.running
    if running is None:
        return None
    return Holding(
        pod=pod,
        container=container,
        status=status,
        since=running.started_at or 0,
        leaks=leaks_of(state, pod, container),
    )


def holdings(state: State, pod: Pod) -> list[Holding]:
    """Of all containers of the pod that run."""
    containers = (*pod.spec.containers, *pod.spec.init_containers)
    statuses = {each.name: each for each in (*pod.status.container_statuses, *pod.status.init_container_statuses)}
    found = (holding(state, pod, each, statuses[each.name]) for each in containers if each.name in statuses)
    return [each for each in found if each is not None]


def most_bytes(pod: Pod) -> int:
    """More than its containers ever hold, leaks aside; pods of a template share the sum."""
    return _most(same(pod.spec.containers)) + (_most(same(pod.spec.init_containers)) if pod.spec.init_containers else 0)


@lru_cache(maxsize=4096)
def _most(same: Same[tuple[Container, ...]]) -> int:
    return sum(demand_of(each).memory_bytes for each in same())


def killed_at(held: Holding) -> int | None:
    """When it passes its own limit: the second in which the kernel kills it; None if it never does."""
    limit = limit_of(held.container, "memory")
    if limit is None or (not held.grows and held.at(held.since) <= limit):
        return None
    passed = partial(_holds_more, (held,), limit)
    return first_second(passed, held.since + 1)


def first_second(is_so: Callable[[int], bool], start: int) -> int | None:
    """The first second from ``start`` on at which something is so that stays so; None if that is too far off."""
    low, high = start, start + _HORIZON_SECONDS
    if not is_so(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if is_so(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _holds_more(held: Sequence[Holding], limit_bytes: int, now: int) -> bool:
    return sum(each.at(now) for each in held) > limit_bytes
