"""What the metrics API gives: usage as it was last scraped, and nothing of a pod that was not scraped twice yet.

Follows metrics-server with its resolution of 15 s: what a container that began since uses cannot be told, and of a
pod with such a container nothing is.
"""

from collections.abc import Mapping

from engine.faults import is_down
from engine.kinds import Pod
from engine.kubelet.usage import container_usage
from engine.store.state import State

RESOLUTION_SECONDS = 15


def pod_metrics(state: State, pod: Pod, now: int) -> Mapping[str, Mapping[str, int]] | None:
    """Container -> resource -> thousandths, of a core or of a byte; None while there are none."""
    if not is_measured(state, pod, now):
        return None
    scraped_at = now - now % RESOLUTION_SECONDS
    found: dict[str, Mapping[str, int]] = {}
    for container in (*pod.spec.containers, *pod.spec.init_containers):
        usage = container_usage(state, pod, container, scraped_at)
        if usage.memory_bytes:
            found[container.name] = {"cpu": usage.cpu_milli, "memory": usage.memory_bytes * 1000}
    return found


def is_measured(state: State, pod: Pod, now: int) -> bool:
    """Whether all its containers ran at the last two scrapes, and its node can be asked."""
    statuses = pod.status.container_statuses
    scraped_at = now - now % RESOLUTION_SECONDS
    return (
        bool(statuses)
        and all(
            each.state.running is not None and (each.state.running.started_at or 0) <= scraped_at - RESOLUTION_SECONDS
            for each in statuses
        )
        and not is_down(state, pod.spec.node_name)
    )
