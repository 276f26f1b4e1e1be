"""When a pod counts as ready and as available; every controller that counts pods means this.

Follows ``k8s.io/kubernetes/pkg/api/v1/pod``: available is ready for at least minReadySeconds.
"""

from collections.abc import Sequence

from engine.kinds import Condition, Pod, condition


def is_ready(pod: Pod) -> bool:
    """The condition Ready, and nothing else: a terminating pod may be ready."""
    found = condition(pod.status.conditions, "Ready")
    return found is not None and found.status == "True"


def ready_since(pod: Pod) -> int | None:
    """Since when the pod is ready; None if it is not."""
    return true_since(condition(pod.status.conditions, "Ready"))


def each_ready_since(pods: Sequence[Pod]) -> list[int | None]:
    """``ready_since`` of each: those of a template that became ready together share their conditions in memory."""
    known: dict[int, int | None] = {}
    dates = []
    for pod in pods:
        conditions = id(pod.status.conditions)
        if conditions not in known:
            known[conditions] = ready_since(pod)
        dates.append(known[conditions])
    return dates


def true_since(found: Condition | None) -> int | None:
    """Since when a condition is true; None if it is not."""
    return None if found is None or found.status != "True" else found.last_transition_time or 0


def available_at(pod: Pod, min_ready_seconds: int) -> int | None:
    """From when on the pod is available, as it stands; None if it is not ready."""
    return _available(ready_since(pod), min_ready_seconds)


def each_available_at(pods: Sequence[Pod], min_ready_seconds: int) -> list[int | None]:
    """``available_at`` of each."""
    return [_available(since, min_ready_seconds) for since in each_ready_since(pods)]


def _available(since: int | None, min_ready_seconds: int) -> int | None:
    return None if since is None else since + min_ready_seconds if min_ready_seconds > 0 else 0
