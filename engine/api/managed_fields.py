"""``metadata.managedFields``, as far as anything here reads it: when a CronJob's schedule was last changed.

The API server notes who set which field when; a controller that starts up again cannot know otherwise that the
times before that are not the schedule's. kubectl shows it only when asked.
"""

from collections.abc import Mapping
from typing import Any

from engine.kinds import format_time, parse_time, with_metadata
from engine.kinds.batch import CronJob

_KEY = "managedFields"
_SCHEDULE: Mapping[str, Any] = {"f:spec": {"f:schedule": {}}}


def with_schedule_noted(cron_job: CronJob, stored: CronJob, now: int) -> CronJob:
    """``cron_job`` as it will be stored, with the time if it has another schedule than before."""
    before, after = stored.spec, cron_job.spec
    extra = cron_job.metadata.extra
    if (before.schedule, before.time_zone) == (after.schedule, after.time_zone):
        kept = stored.metadata.extra.get(_KEY)
        return cron_job if kept is None or _KEY in extra else with_metadata(cron_job, extra={**extra, _KEY: kept})
    entry = {
        "manager": "kubectl",
        "operation": "Update",
        "apiVersion": cron_job.api_version,
        "time": format_time(now),
        "fieldsType": "FieldsV1",
        "fieldsV1": _SCHEDULE,
    }
    return with_metadata(cron_job, extra={**extra, _KEY: [entry]})


def schedule_set_at(cron_job: CronJob) -> int:
    """0 for a schedule it has had from the beginning."""
    entries = cron_job.metadata.extra.get(_KEY)
    times = [_time(each) for each in entries] if isinstance(entries, (list, tuple)) else []
    return max(times, default=0)


def _time(entry: Any) -> int:
    if not isinstance(entry, Mapping) or entry.get("fieldsV1") != _SCHEDULE:
        return 0
    try:
        return parse_time(str(entry.get("time")))
    except ValueError:
        return 0
