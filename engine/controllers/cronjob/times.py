"""Which time of its schedule a CronJob has to start now, and when the next one comes.

Follows ``mostRecentScheduleTime`` of ``pkg/controller/cronjob/utils.go``: of all times that were missed only the
newest counts, found without walking through them.
"""

from engine.api.managed_fields import schedule_set_at
from engine.kinds.batch import CronJob
from engine.kinds.frozen import frozen
from engine.schedule import ScheduleError, parse_schedule

_MANY = 100


@frozen(kw_only=True)
class Times:
    """``due`` is the newest time that has passed, None if none did; ``next`` the first that has not."""

    due: int | None = None
    next: int | None = None
    missed_many: bool = False


def times(cron_job: CronJob, now: int) -> Times | None:
    """None for a schedule that cannot be read."""
    spec = cron_job.spec
    try:
        schedule = parse_schedule(spec.schedule)
    except ScheduleError:
        return None
    zone = spec.time_zone or "UTC"
    earliest = cron_job.status.last_schedule_time or cron_job.metadata.creation_timestamp or 0
    earliest = max(earliest, schedule_set_at(cron_job))
    following = schedule.next(max(now, earliest) if not schedule.every_seconds else earliest, zone)
    if spec.starting_deadline_seconds is not None:
        earliest = max(earliest, now - spec.starting_deadline_seconds)
    first = schedule.next(earliest, zone)
    if first is None or first > now:
        return Times(next=first if schedule.every_seconds else following)
    second = schedule.next(first, zone)
    if second is None or second > now:
        return Times(due=first, next=second)
    # The first two are as far apart as any two, more or less: where the newest is, too.
    apart = second - first
    missed = (now - first) // apart + 1
    time: int | None = schedule.next(first + (missed - 2) * apart, zone)
    due: int | None = None
    while time is not None and time <= now:
        due, time = time, schedule.next(time, zone)
    return Times(due=due, next=time, missed_many=missed > _MANY)
