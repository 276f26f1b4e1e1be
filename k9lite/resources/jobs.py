"""Jobs and CronJobs: Enter leads to the pods of a Job, and to the Jobs of a CronJob."""

from engine.kinds.batch import CronJob, Job
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed


def _pods(job: Job, _state: State) -> Query:
    meta = job.metadata
    return Query(kind="Pod", namespace=meta.namespace, owner_uid=meta.uid, title=f"job/{meta.name}")


def _jobs(cron_job: CronJob, _state: State) -> Query:
    meta = cron_job.metadata
    return Query(kind="Job", namespace=meta.namespace, owner_uid=meta.uid, title=f"cronjob/{meta.name}")


JOBS = listed("Job", priorities={"STATUS": 0, "COMPLETIONS": 1, "DURATION": 2}, drill=_pods)
CRON_JOBS = listed(
    "CronJob", priorities={"SCHEDULE": 0, "ACTIVE": 1, "LAST SCHEDULE": 1, "SUSPEND": 2, "TIMEZONE": 4}, drill=_jobs
)
