"""What a DaemonSet makes of one node and the pods it has there. Nothing here looks at any other node.

Follows ``podsShouldBeOnNode`` and the classes of nodes that ``rollingUpdate`` tells apart.
"""

from collections.abc import Iterator, Sequence

from engine.controllers.daemonset.pods import Verdict, is_updated
from engine.kinds import Pod
from engine.kinds.frozen import frozen
from engine.readiness import available_at, is_ready

DESIRED, CURRENT, READY, AVAILABLE = "desired", "current", "ready", "available"
UPDATED, MISSCHEDULED = "updated", "misscheduled"
"""What the status counts."""
CREATE, DELETE, FAILED = "create", "delete", "failed"
"""What is to be done whatever the update strategy. FAILED pods are deleted with back-off."""
BUSY, OUTDATED_DOWN, OUTDATED = "busy", "outdated-down", "outdated"
"""For a rolling update: no available pod or too many; an old pod that is not available; one that is."""
LEFT_OVER, UNWANTED = "left-over", "unwanted"
"""With maxSurge: an old pod whose successor is available; an available old pod where none is to be."""
SERVING, YOUNG = "serving", "young"
"""An available pod that stays; one that is ready, but not yet for minReadySeconds."""
PODS = "pods"
"""Any pod at all."""


@frozen(kw_only=True)
class Rules:
    """What besides a node and its pods decides. ``generation`` is the number of the template."""

    hash: str
    generation: str
    min_ready_seconds: int
    surges: bool


@frozen(kw_only=True)
class Place:
    """``pods`` are those the DaemonSet has on the node: bound ones first, then by age. Tags say what is so."""

    node: str
    is_there: bool
    pods: tuple[Pod, ...]
    surplus: tuple[Pod, ...]
    """Pods that go."""
    old: Pod | None
    tags: tuple[str, ...]


def look_at(node: str, verdict: Verdict, pods: Sequence[Pod], rules: Rules, now: int, *, is_there: bool) -> Place:
    kept = tuple(sorted((pod for pod in pods if not _is_over(pod)), key=_seniority))
    new, old, fits = _new_and_old(kept, rules)
    surplus = tuple(_surplus(kept, verdict, rules, now, is_there=is_there))
    tags = (
        *_counted(kept, verdict, rules, now, is_there=is_there),
        *_wanting(kept, verdict, rules),
        *((DELETE,) if surplus else ()),
        *_rolling(new, old, verdict, rules, now, fits=fits, exists=bool(kept)),
    )
    return Place(
        node=node,
        is_there=is_there,
        pods=kept,
        surplus=surplus,
        old=old,
        tags=tuple(dict.fromkeys(tags)),
    )


def is_available(pod: Pod, rules: Rules, now: int) -> bool:
    since = available_at(pod, rules.min_ready_seconds)
    return since is not None and since <= now


def _is_over(pod: Pod) -> bool:
    return pod.metadata.deletion_timestamp is not None and pod.status.phase in ("Succeeded", "Failed")


def _seniority(pod: Pod) -> tuple[bool, int, str]:
    return not pod.spec.node_name, pod.metadata.creation_timestamp or 0, pod.metadata.name


def _counted(
    pods: tuple[Pod, ...], verdict: Verdict, rules: Rules, now: int, *, is_there: bool
) -> Iterator[str]:
    if pods:
        yield PODS
    if verdict.runs:
        yield DESIRED
    elif pods and is_there:
        yield MISSCHEDULED
    if not pods:
        return
    first = pods[0]
    if verdict.runs:
        yield CURRENT
        if is_updated(first, rules.hash, rules.generation):
            yield UPDATED
        if is_ready(first):
            yield READY
            if is_available(first, rules, now):
                yield AVAILABLE
    if any(is_ready(pod) and not is_available(pod, rules, now) for pod in pods):
        yield YOUNG


def _wanting(pods: tuple[Pod, ...], verdict: Verdict, rules: Rules) -> Iterator[str]:
    staying = [pod for pod in pods if pod.metadata.deletion_timestamp is None]
    if verdict.runs and (not pods or (rules.surges and not any(map(_runs, staying)))):
        yield CREATE
    if verdict.stays and any(pod.status.phase == "Failed" for pod in staying):
        yield FAILED


def _surplus(
    pods: tuple[Pod, ...], verdict: Verdict, rules: Rules, now: int, *, is_there: bool
) -> Iterator[Pod]:
    staying = [pod for pod in pods if pod.metadata.deletion_timestamp is None]
    if not is_there:
        # What is bound goes with its node; what waits for the node would wait for ever.
        yield from (pod for pod in staying if not pod.spec.node_name)
        return
    if not verdict.stays:
        yield from staying
        return
    yield from (pod for pod in staying if pod.status.phase == "Succeeded")
    running = [pod for pod in staying if _runs(pod)]
    if rules.surges:
        yield from _surplus_of_surge(running, rules, now)
    else:
        yield from running[1:]


def _surplus_of_surge(running: list[Pod], rules: Rules, now: int) -> Iterator[Pod]:
    """One of each template may stay, until the new one is available or the old one no longer ready."""
    if len(running) < 2:
        return
    new = [pod for pod in running if is_updated(pod, rules.hash, "")]
    old = [pod for pod in running if not is_updated(pod, rules.hash, "")]
    yield from (*new[1:], *old[1:])
    if new and old and (not is_ready(old[0]) or is_available(new[0], rules, now)):
        yield old[0]


def _runs(pod: Pod) -> bool:
    return pod.status.phase not in ("Failed", "Succeeded")


def _new_and_old(pods: tuple[Pod, ...], rules: Rules) -> tuple[Pod | None, Pod | None, bool]:
    """(the pod of the present template, the one of another, whether there is no more than one of each)."""
    staying = [pod for pod in pods if pod.metadata.deletion_timestamp is None]
    new = [pod for pod in staying if is_updated(pod, rules.hash, rules.generation)]
    old = [pod for pod in staying if not is_updated(pod, rules.hash, rules.generation)]
    return new[0] if new else None, old[0] if old else None, len(new) < 2 and len(old) < 2


def _rolling(
    new: Pod | None, old: Pod | None, verdict: Verdict, rules: Rules, now: int, *, fits: bool, exists: bool
) -> Iterator[str]:
    if not exists and not verdict.runs:
        return
    if not fits:
        yield BUSY
        return
    new_serves = new is not None and is_available(new, rules, now)
    old_serves = old is not None and is_available(old, rules, now)
    if rules.surges:
        if old_serves or (old is None and new_serves):
            yield SERVING
        yield from _surging(new, old, verdict, old_serves=old_serves, new_serves=new_serves)
    elif (new is None) == (old is None):
        yield BUSY
    elif new is not None:
        if not new_serves:
            yield BUSY
    else:
        yield OUTDATED if old_serves else OUTDATED_DOWN


def _surging(
    new: Pod | None, old: Pod | None, verdict: Verdict, *, old_serves: bool, new_serves: bool
) -> Iterator[str]:
    if old is None:
        return
    if new is not None:
        yield LEFT_OVER if new_serves else BUSY
    elif verdict.runs:
        yield OUTDATED if old_serves else OUTDATED_DOWN
    else:
        yield UNWANTED if old_serves else LEFT_OVER
