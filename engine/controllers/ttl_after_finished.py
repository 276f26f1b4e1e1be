"""A Job with ``ttlSecondsAfterFinished`` goes, with its pods, so long after it finished.

Follows ``pkg/controller/ttlafterfinished``.
"""

from collections.abc import Iterable

from engine.api.writes import FOREGROUND, Delete
from engine.kinds import Ref, condition
from engine.kinds.batch import Job
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    job = state.find(Job, ref.name, ref.namespace)
    due = None if job is None else _expires_at(job)
    if job is None or due is None:
        return NOTHING
    if due > now:
        return Result(again_at=due)
    return Result(writes=(Delete(ref=ref, uid=job.metadata.uid, propagation=FOREGROUND),))


def _expires_at(job: Job) -> int | None:
    seconds, last = job.spec.ttl_seconds_after_finished, condition(job.status.conditions, job.finished)
    if seconds is None or last is None or job.metadata.deletion_timestamp is not None:
        return None
    return (last.last_transition_time or 0) + seconds


def _wakes(change: Change, state: State) -> Iterable[Ref]:  # noqa: ARG001  # every controller's signature
    job = change.new
    return (change.ref,) if isinstance(job, Job) and job.spec.ttl_seconds_after_finished is not None else ()


TTL_AFTER_FINISHED = Controller(
    name="ttl-after-finished-controller",
    watches=(Job.kind,),
    wakes=_wakes,
    reconcile=_reconcile,
)
