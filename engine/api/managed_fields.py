"""``metadata.managedFields``, as far as anything here reads it: when a CronJob's schedule was last changed, and when
a pod was last given an ephemeral container.

The API server notes who set which field when; a controller that starts up again cannot know otherwise that the
times before that are not the schedule's, nor a kubelet since when it pulls an image. kubectl shows it only when asked.
"""

from collections.abc import Mapping
from typing import Any

from engine.kinds import Object, Pod, format_time, parse_time, with_metadata
from engine.kinds.batch import CronJob

_KEY = "managedFields"
_SCHEDULE: Mapping[str, Any] = {"f:spec": {"f:schedule": {}}}
_ADDED: Mapping[str, Any] = {"f:spec": {"f:ephemeralContainers": {}}}


def with_schedule_noted(cron_job: CronJob, stored: CronJob, now: int) -> CronJob:
    """``cron_job`` as it will be stored, with the time if it has another schedule than before."""
    before, after = stored.spec, cron_job.spec
    extra = cron_job.metadata.extra
    if (before.schedule, before.time_zone) == (after.schedule, after.time_zone):
        kept = stored.metadata.extra.get(_KEY)
        return cron_job if kept is None or _KEY in extra else with_metadata(cron_job, extra={**extra, _KEY: kept})
    return with_metadata(cron_job, extra={**extra, _KEY: _beside_others(extra, _entry(cron_job, _SCHEDULE, now))})


def schedule_set_at(cron_job: CronJob) -> int:
    """0 for a schedule it has had from the beginning."""
    return _newest(cron_job, _SCHEDULE)


def with_addition_noted(pod: Pod, now: int) -> Pod:
    """``pod`` with the time at which it was given another ephemeral container."""
    entry = {**_entry(pod, _ADDED, now), "subresource": "ephemeralcontainers"}
    return with_metadata(pod, extra={**pod.metadata.extra, _KEY: _beside_others(pod.metadata.extra, entry)})


def added_at(pod: Pod) -> int:
    """When it was given the newest of its ephemeral containers; 0 where that is not known."""
    return _newest(pod, _ADDED)


def _beside_others(extra: Mapping[str, Any], entry: Mapping[str, Any]) -> list[Any]:
    """What was noted of the same fields before is replaced."""
    found = extra.get(_KEY)
    others = [each for each in found if isinstance(each, Mapping)] if isinstance(found, list | tuple) else []
    return [*(each for each in others if each.get("fieldsV1") != entry["fieldsV1"]), entry]


def _entry(obj: Object, fields: Mapping[str, Any], now: int) -> dict[str, Any]:
    return {
        "manager": "kubectl",
        "operation": "Update",
        "apiVersion": obj.api_version,
        "time": format_time(now),
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }


def _newest(obj: Object, fields: Mapping[str, Any]) -> int:
    entries = obj.metadata.extra.get(_KEY)
    times = [_time(each, fields) for each in entries] if isinstance(entries, (list, tuple)) else []
    return max(times, default=0)


def _time(entry: Any, fields: Mapping[str, Any]) -> int:
    if not isinstance(entry, Mapping) or entry.get("fieldsV1") != fields:
        return 0
    try:
        return parse_time(str(entry.get("time")))
    except ValueError:
        return 0
