"""A Job's next status and what is said of the change: counts, indexes, and the way from one condition to the next.

    SuccessCriteriaMet, then Complete        FailureTarget, then Failed        Suspended, on and off

The second of each comes once all pods are counted and none is terminating. Follows
``trackJobStatusAndRemoveFinalizers`` and ``enactJobFinished`` of ``job_controller.go``.
"""

from collections.abc import Sequence

from engine.controllers.job.sight import Sight, indexes_of
from engine.controllers.job.verdict import FAILURE, made
from engine.indexes import count_of, format_indexes, parse_indexes, with_indexes
from engine.kinds import Condition, Pod, condition, evolve
from engine.kinds.batch import COMPLETE, FAILED, JobStatus, UncountedTerminatedPods
from engine.kinds.frozen import frozen

Said = tuple[str, str, str]
"""Type, reason and message of an Event."""


@frozen(kw_only=True)
class Counted:
    """What this commit makes of the pods; ``is_all`` says that nothing that ended is left uncounted."""

    active: int
    ready: int
    terminating: int
    succeeded: Sequence[Pod]
    failed: int
    is_all: bool


def next_status(
    sight: Sight, counted: Counted, over: Condition | None, now: int
) -> tuple[JobStatus, Sequence[Said]]:
    job, old = sight.job, sight.job.status
    status = evolve(
        old,
        start_time=now if old.start_time is None and not job.spec.suspend else old.start_time,
        active=counted.active,
        ready=counted.ready,
        terminating=counted.terminating,
        failed=old.failed + counted.failed,
        uncounted_terminated_pods=old.uncounted_terminated_pods or UncountedTerminatedPods(),
    )
    status = _with_indexes(sight, status, counted)
    if over is None:
        return _suspended(sight, status, now) if job.metadata.deletion_timestamp is None else (status, ())
    if condition(status.conditions, over.type) is None:
        status = evolve(status, conditions=(*status.conditions, over))
    if counted.is_all and not counted.terminating and not counted.active:
        return _finished(sight, status, over, now)
    return status, ()


def _with_indexes(sight: Sight, status: JobStatus, counted: Counted) -> JobStatus:
    if not sight.job.spec.indexed:
        return evolve(status, succeeded=status.succeeded + len(counted.succeeded))
    known = parse_indexes(status.completed_indexes, sight.job.spec.completions or 0)
    done = with_indexes(known, indexes_of(counted.succeeded))
    return evolve(
        status,
        succeeded=count_of(done),
        completed_indexes=format_indexes(done),
        failed_indexes=None if sight.lost is None else format_indexes(sight.lost),
    )


def _suspended(sight: Sight, status: JobStatus, now: int) -> tuple[JobStatus, Sequence[Said]]:
    """With the condition Suspended as the spec has it; a Job that goes on begins anew to count its time."""
    wanted = "True" if sight.job.spec.suspend else "False"
    before = condition(status.conditions, "Suspended")
    if (before is None and wanted == "False") or (before is not None and before.status == wanted):
        return status, ()
    word = "suspended" if sight.job.spec.suspend else "resumed"
    new = evolve(made("Suspended", f"Job{word.capitalize()}", f"Job {word}", now), status=wanted)
    rest = tuple(new if each is before else each for each in status.conditions)
    status = evolve(
        status,
        conditions=rest if before is not None else (*rest, new),
        start_time=status.start_time if sight.job.spec.suspend else now,
    )
    return status, (("Normal", word.capitalize(), f"Job {word}"),)


def _finished(sight: Sight, status: JobStatus, over: Condition, now: int) -> tuple[JobStatus, Sequence[Said]]:
    if over.type == FAILURE:
        last = made(FAILED, over.reason, over.message, now)
        said = [("Warning", over.reason, over.message)]
        return evolve(status, conditions=(*status.conditions, last)), said
    last = made(COMPLETE, over.reason, over.message, now)
    completions = sight.job.spec.completions
    said = [("Normal", "Completed", "Job completed")]
    if completions is not None and status.succeeded > completions:
        why = "Too many succeeded pods running after completion count reached"
        said.insert(0, ("Warning", "TooManySucceededPods", why))
    return evolve(status, conditions=(*status.conditions, last), completion_time=now), said
