"""Failed pods of a DaemonSet are deleted, and so made again, after 1, 2, 4, ... 900 seconds on each node.

The memory of this back-off are the DaemonSet's Events FailedDaemonPod: each names its node. It begins anew after
half an hour without one, as ``flowcontrol.Backoff`` does.
"""

from collections.abc import Iterable

from engine.kinds import Event, Pod

REASON = "FailedDaemonPod"
_LONGEST_SECONDS = 900
_FORGOTTEN_SECONDS = 2 * _LONGEST_SECONDS


def told(pod: Pod, node: str) -> str:
    return f"Found failed daemon pod {pod.metadata.namespace}/{pod.metadata.name}{_on(node)}"


def succeeded(pod: Pod, node: str) -> str:
    meta = pod.metadata
    return f"Found succeeded daemon pod {meta.namespace}/{meta.name} on node {node}, will try to delete it"


def may_go_at(events: Iterable[Event], node: str, now: int) -> int:
    """When the next failed pod of the node may be deleted."""
    count, last = 0, 0
    for event in events:
        if event.reason == REASON and event.message.endswith(_on(node)):
            time = event.last_timestamp or 0
            count = 1 if time - last > _FORGOTTEN_SECONDS else count + 1
            last = time
    if not count or now - last > _FORGOTTEN_SECONDS:
        return 0
    return last + min(1 << min(count - 1, 20), _LONGEST_SECONDS)


def _on(node: str) -> str:
    return f" on node {node}, will try to kill it"
