"""Health of Jobs and CronJobs: a Job that failed is bad, one that tries again worth a look, a done one is quiet."""

from itertools import islice

from engine.kinds import Pod, condition, is_true
from engine.kinds.batch import COMPLETE, CronJob, Job
from engine.printers.parts.levels import OK, Health
from engine.printers.parts.pod_health import pod_health
from engine.store.state import State

_LOOK_AT = 50


def job_health(job: Job, state: State, now: int) -> Health:
    status = job.status
    if job.finished == COMPLETE:
        return Health("done", "complete")
    failed = condition(status.conditions, job.finished or "FailureTarget")
    if failed is not None and failed.status == "True":
        return Health("bad", f"{failed.reason}: {failed.message}" if failed.message else failed.reason)
    if is_true(status.conditions, "Suspended"):
        return Health("dim", "suspended")
    if status.failed:
        limit = job.spec.backoff_limit
        return Health("warn", f"{status.failed} failed so far, at most {limit} may")
    if status.active > (status.ready or 0):
        return _waiting(job, state, now)
    return OK


def cron_job_health(cron_job: CronJob, state: State, _now: int) -> Health:
    if cron_job.spec.suspend:
        return Health("dim", "suspended")
    jobs = [job for job in state.owned_by(cron_job.metadata.uid, Job.kind) if isinstance(job, Job) and job.finished]
    last = max(jobs, key=lambda job: (job.status.start_time or 0, job.metadata.name), default=None)
    if last is not None and last.finished != COMPLETE:
        return Health("warn", f"the last run failed: {last.metadata.name}")
    return OK


def _waiting(job: Job, state: State, now: int) -> Health:
    """The first of its pods that is not well."""
    for pod in islice(state.owned_by(job.metadata.uid, Pod.kind), _LOOK_AT):
        if isinstance(pod, Pod) and pod.active:
            found = pod_health(pod, state, now)
            if found.level in ("bad", "warn"):
                return Health(found.level, f"{pod.metadata.name} {found.reason}")
    return OK
