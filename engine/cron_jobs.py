"""The Jobs a CronJob stands for: ``scheduled_job`` for a time it is due, ``manual_job`` for ``--from=cronjob/x``.

Follows ``getJobFromTemplate2`` of ``pkg/controller/cronjob`` and kubectl's ``create job``.
"""

from collections.abc import Mapping

from engine.kinds import ObjectMeta, evolve, format_time, owner_reference
from engine.kinds.batch import SCHEDULED_ANNOTATION, CronJob, Job
from engine.zones import offset_seconds

_INSTANTIATED = "cronjob.kubernetes.io/instantiate"


def job_name(cron_job: CronJob, time: int) -> str:
    """The same for the same time, so that no time has two Jobs: its minutes since the epoch."""
    return f"{cron_job.metadata.name}-{time // 60}"


def scheduled_job(cron_job: CronJob, time: int) -> Job:
    """To be created; ``time`` is when it is due."""
    zone = cron_job.spec.time_zone or "UTC"
    annotations = {SCHEDULED_ANNOTATION: zoned_time(time, zone)}
    return _made(cron_job, job_name(cron_job, time), annotations, block_owner_deletion=True)


def manual_job(cron_job: CronJob, name: str) -> Job:
    """To be created: what ``kubectl create job NAME --from=cronjob/X`` asks for."""
    return _made(cron_job, name, {_INSTANTIATED: "manual"}, block_owner_deletion=None)


def zoned_time(time: int, zone: str) -> str:
    """RFC 3339 as a clock of the zone shows it: ``2026-05-28T22:30:00+02:00``."""
    offset = offset_seconds(zone, time)
    if not offset:
        return format_time(time)
    sign, minutes = "-" if offset < 0 else "+", abs(offset) // 60
    return f"{format_time(time + offset)[:-1]}{sign}{minutes // 60:02}:{minutes % 60:02}"


def _made(
    cron_job: CronJob, name: str, annotations: Mapping[str, str], *, block_owner_deletion: bool | None
) -> Job:
    template = cron_job.spec.job_template
    meta = ObjectMeta(
        name=name,
        namespace=cron_job.metadata.namespace,
        labels=template.metadata.labels,
        annotations={**annotations, **template.metadata.annotations},
        owner_references=(evolve(owner_reference(cron_job), block_owner_deletion=block_owner_deletion),),
    )
    return Job(metadata=meta, spec=template.spec)
