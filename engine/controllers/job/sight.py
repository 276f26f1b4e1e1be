"""What a Job's pods come to: how many are active, what ended since the last count, which indexes are done.

One walk over the Job's pods. A pod with the tracking finalizer is in no count yet; the commit that takes the
finalizer away counts it, so that each pod is counted once, whoever deletes it. Follows ``syncJobCtx`` and
``indexed_job_utils.go``.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from engine.controllers.job.failures import failures_before, finished_at, is_failed, match_policy
from engine.indexes import Intervals, count_of, has_index, parse_indexes, with_indexes
from engine.kinds import TERMINAL_PHASES, Pod
from engine.kinds.batch import INDEX_KEY, TRACKING_FINALIZER, Job
from engine.kinds.frozen import frozen
from engine.readiness import is_ready

_NONE_HELD: Mapping[int, Pod] = MappingProxyType({})


@frozen(kw_only=True)
class Sight:
    """``uncounted`` are the pods with the finalizer. ``done`` and ``lost`` are indexes, with those of uncounted pods.

    ``succeeded`` and ``failed`` are the counts with the uncounted pods. ``held`` are failed pods, by index, that
    keep their finalizer until they are replaced: they know how often their index failed.
    """

    job: Job
    pods: Sequence[Pod]
    active: Sequence[Pod]
    uncounted: Sequence[Pod]
    terminating: int
    ready: int
    succeeded: int
    failed: int
    done: Intervals = ()
    lost: Intervals | None = None
    held: Mapping[int, Pod] = _NONE_HELD


def look(job: Job, pods: Sequence[Pod]) -> Sight:
    active = [pod for pod in pods if pod.active]
    uncounted = [pod for pod in pods if is_tracked(pod)]
    valid = [pod for pod in uncounted if is_valid(job, pod)]
    failed = [pod for pod in valid if is_failed(pod, job)]
    sight = Sight(
        job=job,
        pods=pods,
        active=active,
        uncounted=uncounted,
        terminating=sum(is_terminating(pod) for pod in pods),
        ready=sum(is_ready(pod) for pod in active),
        succeeded=job.status.succeeded + sum(pod.status.phase == "Succeeded" for pod in valid),
        failed=job.status.failed + sum(match_policy(job, pod).counts for pod in failed),
    )
    return _with_indexes(sight, valid, failed) if job.spec.indexed else sight


def is_tracked(pod: Pod) -> bool:
    return TRACKING_FINALIZER in pod.metadata.finalizers


def is_terminating(pod: Pod) -> bool:
    return pod.metadata.deletion_timestamp is not None and pod.status.phase not in TERMINAL_PHASES


def is_valid(job: Job, pod: Pod) -> bool:
    """A pod without an index counts for nothing in an Indexed Job."""
    return not job.spec.indexed or 0 <= index_of(pod) < (job.spec.completions or 0)


def index_of(pod: Pod) -> int:
    """-1 for none."""
    text = pod.metadata.annotations.get(INDEX_KEY, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else -1


def indexes_of(pods: Sequence[Pod]) -> set[int]:
    return {index for index in map(index_of, pods) if index >= 0}


def _with_indexes(sight: Sight, valid: Sequence[Pod], failed: Sequence[Pod]) -> Sight:
    job = sight.job
    completions = job.spec.completions or 0
    done = with_indexes(
        parse_indexes(job.status.completed_indexes, completions),
        indexes_of([pod for pod in valid if pod.status.phase == "Succeeded"]),
    )
    lost = None
    held = _NONE_HELD
    if job.spec.backoff_limit_per_index is not None:
        lost = with_indexes(
            parse_indexes(job.status.failed_indexes or "", completions),
            indexes_of([pod for pod in failed if _loses_index(job, pod)]),
        )
        held = _held(failed, done, lost, indexes_of(sight.active))
    return Sight(
        job=job,
        pods=sight.pods,
        active=sight.active,
        uncounted=sight.uncounted,
        terminating=sight.terminating,
        ready=sight.ready,
        succeeded=count_of(done),
        failed=sight.failed,
        done=done,
        lost=lost,
        held=held,
    )


def _loses_index(job: Job, pod: Pod) -> bool:
    """The failed pod was its index's last chance."""
    match = match_policy(job, pod)
    if match.action == "FailIndex":
        return True
    return match.counts and failures_before(pod)[0] >= (job.spec.backoff_limit_per_index or 0)


def _held(failed: Sequence[Pod], done: Intervals, lost: Intervals, active: set[int]) -> dict[int, Pod]:
    """The newest failed pod of each index that is neither done, lost nor at work again."""
    held: dict[int, Pod] = {}
    for pod in failed:
        index = index_of(pod)
        if index in active or has_index(done, index) or has_index(lost, index):
            continue
        before = held.get(index)
        if before is None or _age(before) <= _age(pod):
            held[index] = pod
    return held


def _age(pod: Pod) -> tuple[int, int]:
    return sum(failures_before(pod)), finished_at(pod)
