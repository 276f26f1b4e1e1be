"""``kubectl describe job`` and ``describe cronjob``. Follows describeJob and describeCronJob of describe.go."""

from collections.abc import Iterator

from engine.kinds.batch import CronJob, Job, JobSpec
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import controller_line, labels_and_annotations, name_lines, time_text
from engine.printers.describe.template_lines import template_lines
from engine.printers.durations import NONE, human_duration
from engine.printers.parts.selectors import selector_text
from engine.printers.parts.tabs import tabbed
from engine.store.state import State

_UNSET = "<unset>"
_MOST_INDEX_LETTERS = 50


def describe_job(job: Job, state: State, now: int) -> list[str]:
    return tabbed(_job_lines(job, state, now))


def describe_cron_job(cron_job: CronJob, state: State, now: int) -> list[str]:
    return tabbed(_cron_job_lines(cron_job, state, now))


def _job_lines(job: Job, state: State, now: int) -> Iterator[str]:
    spec = job.spec
    yield from name_lines(job)
    yield f"Selector:\t{selector_text(spec.selector)}"
    yield from labels_and_annotations(job)
    yield from controller_line(job)
    yield f"Parallelism:\t{_given(spec.parallelism)}"
    yield f"Completions:\t{_given(spec.completions)}"
    if spec.completion_mode is not None:
        yield f"Completion Mode:\t{spec.completion_mode}"
    if spec.suspend is not None:
        yield f"Suspend:\t{str(spec.suspend).lower()}"
    if spec.backoff_limit is not None:
        yield f"Backoff Limit:\t{spec.backoff_limit}"
    if spec.ttl_seconds_after_finished is not None:
        yield f"TTL Seconds After Finished:\t{spec.ttl_seconds_after_finished}"
    yield from _status_lines(job)
    yield from template_lines(spec.template)
    yield from events_lines(job, state, now)


def _status_lines(job: Job) -> Iterator[str]:
    status = job.status
    started, completed = status.start_time, status.completion_time
    if started is not None:
        yield f"Start Time:\t{time_text(started)}"
    if completed is not None:
        yield f"Completed At:\t{time_text(completed)}"
    if started is not None and completed is not None:
        yield f"Duration:\t{human_duration(completed - started)}"
    yield from _deadline_line(job.spec)
    ready = "" if status.ready is None else f" ({status.ready} Ready)"
    counts = f"{status.succeeded} Succeeded / {status.failed} Failed"
    yield f"Pods Statuses:\t{status.active} Active{ready} / {counts}"
    if job.spec.indexed:
        yield f"Completed Indexes:\t{_capped(status.completed_indexes)}"


def _cron_job_lines(cron_job: CronJob, state: State, now: int) -> Iterator[str]:
    spec, status = cron_job.spec, cron_job.status
    starting = spec.starting_deadline_seconds
    yield from name_lines(cron_job)
    yield from labels_and_annotations(cron_job)
    yield f"Schedule:\t{spec.schedule}"
    yield f"Concurrency Policy:\t{spec.concurrency_policy}"
    yield f"Suspend:\t{_given(spec.suspend)}"
    yield f"Time Zone:\t{_given(spec.time_zone)}"
    yield f"Successful Job History Limit:\t{_given(spec.successful_jobs_history_limit)}"
    yield f"Failed Job History Limit:\t{_given(spec.failed_jobs_history_limit)}"
    yield f"Starting Deadline Seconds:\t{_UNSET if starting is None else f'{starting}s'}"
    template = spec.job_template.spec
    yield f"Selector:\t{_UNSET if template.selector is None else selector_text(template.selector)}"
    yield f"Parallelism:\t{_given(template.parallelism)}"
    yield f"Completions:\t{_given(template.completions)}"
    yield from _deadline_line(template)
    yield from template_lines(template.template)
    last = status.last_schedule_time
    yield f"Last Schedule Time:\t{_UNSET if last is None else time_text(last)}"
    yield f"Active Jobs:\t{', '.join(each.name for each in status.active) or NONE}"
    yield from events_lines(cron_job, state, now)


def _deadline_line(spec: JobSpec) -> Iterator[str]:
    if spec.active_deadline_seconds is not None:
        yield f"Active Deadline Seconds:\t{spec.active_deadline_seconds}s"


def _given(value: object) -> str:
    return _UNSET if value is None else str(value)


def _capped(indexes: str) -> str:
    """Cut behind the first comma after so many letters."""
    end = indexes.find(",", _MOST_INDEX_LETTERS)
    return f"{indexes[: end + 1]}..." if end >= 0 else indexes or NONE
