"""Pods: kubectl's wide columns, what each uses of CPU and memory, and which part that is of what it may have."""

from functools import lru_cache

from engine.kinds import Pod, Same, same
from engine.kubelet.demand import limit_of
from engine.kubelet.usage import Usage, pod_usage
from engine.store.requested import requested_by
from engine.store.state import State
from k9lite.resources.listed import listed
from k9lite.resources.plain_pods import plain_text
from k9lite.widgets.columns import Column


@lru_cache(maxsize=32)
def _usage(pod: Same[Pod], state: Same[State], now: int) -> Usage | None:
    """Asked by six columns of one row, one after the other."""
    return pod_usage(state(), pod(), now) if pod().status.phase == "Running" else None


def _cpu(pod: Pod, state: State, now: int) -> str:
    used = _usage(same(pod), same(state), now)
    return "-" if used is None else f"{used.cpu_milli}m"


def _memory(pod: Pod, state: State, now: int) -> str:
    used = _usage(same(pod), same(state), now)
    return "-" if used is None else f"{used.memory_bytes >> 20}Mi"


def _cpu_of_request(pod: Pod, state: State, now: int) -> str:
    used = _usage(same(pod), same(state), now)
    return _share(None if used is None else used.cpu_milli, requested_by(pod).cpu_milli)


def _memory_of_request(pod: Pod, state: State, now: int) -> str:
    used = _usage(same(pod), same(state), now)
    return _share(None if used is None else used.memory_bytes, requested_by(pod).memory_bytes)


def _cpu_of_limit(pod: Pod, state: State, now: int) -> str:
    used = _usage(same(pod), same(state), now)
    return _share(None if used is None else used.cpu_milli, _limit(pod, "cpu"))


def _memory_of_limit(pod: Pod, state: State, now: int) -> str:
    used = _usage(same(pod), same(state), now)
    return _share(None if used is None else used.memory_bytes, _limit(pod, "memory"))


def _limit(pod: Pod, resource: str) -> int:
    """Of all its containers together; 0 where one of them has none."""
    limits = [limit_of(container, resource) for container in pod.spec.containers]
    return 0 if None in limits else sum(filter(None, limits))


def _share(used: int | None, room: int) -> str:
    return f"{used * 100 // room}%" if used is not None and room else "-"


def _qos(pod: Pod, _state: State, _now: int) -> str:
    return pod.status.qos_class or "-"


RESOURCE = listed(
    "Pod",
    priorities={"READY": 0, "STATUS": 0, "RESTARTS": 0, "AGE": 0, "NODE": 4, "IP": 6},
    steady={"STATUS": len("Terminating")},
    extras=(
        (Column("CPU", right=True, priority=5, quiet=True), _cpu),
        (Column("MEM", right=True, priority=5, quiet=True), _memory),
        (Column("%CPU/R", right=True, priority=7, quiet=True), _cpu_of_request),
        (Column("%CPU/L", right=True, priority=7, quiet=True), _cpu_of_limit),
        (Column("%MEM/R", right=True, priority=7, quiet=True), _memory_of_request),
        (Column("%MEM/L", right=True, priority=7, quiet=True), _memory_of_limit),
        (Column("QOS", priority=8), _qos),
    ),
    place="containers",
    packed_text=plain_text,
)
