"""A Job for each time of the schedule, as the concurrency policy allows; old Jobs go, the status tells the rest.

Follows kube-controller-manager's CronJob controller (``cronjob_controllerv2.go``). Differs in: what it reports of
one time or one Job it reports once; and a Job it made comes into ``status.active`` with the next look, since its
uid is only known then.
"""

from collections.abc import Iterable, Iterator, Sequence

from engine.api.writes import BACKGROUND, Create, Delete, Emit, UpdateStatus, Write
from engine.controllers.cronjob.times import times
from engine.cron_jobs import job_name, scheduled_job
from engine.errors import ApiError
from engine.kinds import Event, ObjectReference, Ref, evolve, ref_of
from engine.kinds.batch import COMPLETE, FAILED, CronJob, CronJobStatus, Job
from engine.namespaces import is_terminating
from engine.pod_control import retry_at
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

NAME = "cronjob-controller"
_MANY_MISSED = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
_STILL_ACTIVE = "Not starting job because prior execution is running and concurrency policy is Forbid"


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    cron_job = state.find(CronJob, ref.name, ref.namespace)
    if cron_job is None:
        return NOTHING
    jobs = _jobs_of(state, cron_job)
    writes = list(_cleaned(cron_job, jobs))
    status, seen = _seen(state, cron_job, jobs)
    writes += seen
    suspended = cron_job.spec.suspend or cron_job.metadata.deletion_timestamp is not None
    if suspended or is_terminating(state, ref.namespace):
        return Result(writes=(*writes, *_status(cron_job, status)))
    return _scheduled(state, cron_job, status, writes, now)


def _jobs_of(state: State, cron_job: CronJob) -> list[Job]:
    """The Jobs it controls, those made by hand in its name as well."""
    uid = cron_job.metadata.uid
    found = []
    for job in state.owned_by(uid, Job.kind):
        owner = job.metadata.controller
        if isinstance(job, Job) and owner is not None and owner.uid == uid:
            found.append(job)
    return found


def _cleaned(cron_job: CronJob, jobs: Sequence[Job]) -> Iterator[Write]:
    """The oldest finished Jobs go, beyond the limits of its history."""
    spec = cron_job.spec
    for how, limit in ((COMPLETE, spec.successful_jobs_history_limit), (FAILED, spec.failed_jobs_history_limit)):
        finished = [job for job in jobs if job.finished == how and job.metadata.deletion_timestamp is None]
        if limit is None or len(finished) <= limit:
            continue
        finished.sort(key=lambda job: (job.status.start_time or 0, job.metadata.name))
        for job in finished[: len(finished) - limit]:
            yield from _deleted(cron_job, job)


def _deleted(cron_job: CronJob, job: Job) -> Iterator[Write]:
    yield Delete(ref=ref_of(job), uid=job.metadata.uid, propagation=BACKGROUND)
    yield _said(cron_job, "SuccessfulDelete", f"Deleted job {job.metadata.name}")


def _seen(state: State, cron_job: CronJob, jobs: Sequence[Job]) -> tuple[CronJobStatus, list[Write]]:
    """The status with what became of its Jobs."""
    status = cron_job.status
    active = {each.uid: each for each in status.active}
    said: list[Write] = []
    last = status.last_successful_time
    for job in jobs:
        uid, name = job.metadata.uid, job.metadata.name
        if job.finished:
            if active.pop(uid, None) is not None:
                why = f"Saw completed job: {name}, condition: {job.finished}"
                said.append(_said(cron_job, "SawCompletedJob", why))
            if job.finished == COMPLETE and job.status.completion_time is not None:
                last = max(last or 0, job.status.completion_time)
        elif uid not in active:
            if status.last_schedule_time is not None and name == job_name(cron_job, status.last_schedule_time):
                active[uid] = _reference(job)
            else:
                said += _unexpected(state, cron_job, job)
    known = {job.metadata.uid for job in jobs}
    for each in status.active:
        if each.uid not in known:
            del active[each.uid]
            said.append(_said(cron_job, "MissingJob", f"Active job went missing: {each.name}"))
    return evolve(status, active=tuple(active.values()), last_successful_time=last), said


def _scheduled(
    state: State, cron_job: CronJob, status: CronJobStatus, writes: list[Write], now: int
) -> Result:
    """With the Job that is due now, if one is."""
    found = times(cron_job, now)
    if found is None:
        return Result(writes=(*writes, *_status(cron_job, status)))
    due = found.due
    without = Result(writes=(*writes, *_status(cron_job, status)), again_at=found.next)
    if due is None or due == status.last_schedule_time:
        return without
    name = job_name(cron_job, due)
    if any(each.name == name for each in status.active):
        return without
    events = state.events_of(cron_job)
    missed = [_warning(cron_job, "TooManyMissedTimes", _MANY_MISSED)] if found.missed_many else []
    missed = [each for each in missed if not _is_told(events, each, due)]
    if status.active and cron_job.spec.concurrency_policy == "Forbid":
        told = _said(cron_job, "JobAlreadyActive", _STILL_ACTIVE)
        new = () if _is_told(events, told, due) else (told,)
        return evolve(without, writes=(*writes, *missed, *new, *_status(cron_job, status)))
    existing = state.find(Job, name, cron_job.metadata.namespace)
    if existing is not None:
        owner = existing.metadata.controller
        if owner is None or owner.uid != cron_job.metadata.uid:
            return without
        return evolve(without, writes=(*writes, *_status(cron_job, evolve(status, last_schedule_time=due))))
    wait = retry_at(events)
    if wait > now:
        return evolve(without, again_at=wait)
    if cron_job.spec.concurrency_policy == "Replace":
        for each in status.active:
            job = state.find(Job, each.name, each.namespace)
            writes += [] if job is None else _deleted(cron_job, job)
        status = evolve(status, active=())

    def refused(error: ApiError) -> Result:
        failed = _warning(cron_job, "FailedCreate", f"Error creating job: {error}")
        return evolve(without, writes=(failed, *without.writes), again_at=now + 1)

    made = (
        Create(scheduled_job(cron_job, due)),
        _said(cron_job, "SuccessfulCreate", f"Created job {name}"),
        *_status(cron_job, evolve(status, last_schedule_time=due)),
    )
    return Result(writes=(*writes, *missed, *made), again_at=found.next, refused=refused)


def _status(cron_job: CronJob, status: CronJobStatus) -> tuple[Write, ...]:
    return () if status == cron_job.status else (UpdateStatus(evolve(cron_job, status=status)),)


def _unexpected(state: State, cron_job: CronJob, job: Job) -> list[Write]:
    """A Job in its name that it did not make."""
    why = f"Saw a job that the controller did not create or forgot: {job.metadata.name}"
    told = _warning(cron_job, "UnexpectedJob", why)
    return [] if _is_told(state.events_of(cron_job), told, 0) else [told]


def _is_told(events: Sequence[Event], report: Emit, since: int) -> bool:
    return any(
        each.reason == report.reason and each.message == report.message and (each.last_timestamp or 0) >= since
        for each in events
    )


def _reference(job: Job) -> ObjectReference:
    meta = job.metadata
    return ObjectReference(
        kind=job.kind,
        namespace=meta.namespace,
        name=meta.name,
        uid=meta.uid,
        api_version=job.api_version,
        resource_version=meta.resource_version,
    )


def _said(cron_job: CronJob, reason: str, message: str) -> Emit:
    return Emit(subject=cron_job, type="Normal", reason=reason, message=message, component=NAME)


def _warning(cron_job: CronJob, reason: str, message: str) -> Emit:
    return Emit(subject=cron_job, type="Warning", reason=reason, message=message, component=NAME)


def _wakes(change: Change, state: State) -> Iterable[Ref]:  # noqa: ARG001  # every controller's signature
    ref, old, new = change
    if ref.kind == CronJob.kind:
        return (ref,)
    if isinstance(old, Job) and isinstance(new, Job) and _looks_the_same(old, new):
        return ()
    owners = (each.metadata.controller for each in (old, new) if each is not None)
    return {
        Ref(CronJob.kind, ref.namespace, owner.name): None
        for owner in owners
        if owner is not None and owner.kind == CronJob.kind
    }


def _looks_the_same(old: Job, new: Job) -> bool:
    return (
        old.finished == new.finished
        and old.metadata.owner_references == new.metadata.owner_references
        and old.metadata.deletion_timestamp == new.metadata.deletion_timestamp
    )


CRONJOB = Controller(
    name=NAME,
    watches=(CronJob.kind, Job.kind),
    wakes=_wakes,
    reconcile=_reconcile,
)
