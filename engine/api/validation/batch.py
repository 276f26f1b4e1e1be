"""Jobs and CronJobs: pods that may end, a selector of the Job's own, a schedule that can be read.

Follows ``pkg/apis/batch/validation`` and the strategies of ``pkg/registry/batch``. Differs in that an update
that is refused shows the whole new value of an immutable field as JSON.
"""

import re
from collections.abc import Iterator
from typing import Any

from engine.api.defaults.batch import generated_labels
from engine.api.validation import names
from engine.api.validation.batch_policies import failure_policy_errors, success_policy_errors
from engine.api.validation.fields import invalid, not_supported, required
from engine.api.validation.metadata import immutable, selector_errors
from engine.api.validation.pod import template_errors
from engine.api.validation.resources import NEGATIVE
from engine.errors import FieldError
from engine.kinds import PodTemplateSpec, evolve, is_true
from engine.kinds.batch import INDEXED, NON_INDEXED, CronJob, CronJobSpec, Job, JobSpec
from engine.kinds.codec import encode
from engine.schedule import ScheduleError, parse_schedule
from engine.zones import is_known

_MOST_INDEXES = 100_000
_MOST_OF_MANY = 10_000
_LONGEST_CRON_NAME = 52
"""The Jobs' names get eleven letters more."""
_REPLACEMENTS = ("Failed", "TerminatingOrFailed")
_POLICIES = ("Allow", "Forbid", "Replace")
_RESTARTS = ("OnFailure", "Never")
_ZONE_PART = re.compile(r"[A-Za-z._0-9+][A-Za-z._\-0-9+]{0,13}")


def job_errors(job: Job, old: Job | None) -> list[FieldError]:
    spec = job.spec
    errors = [] if spec.manual_selector else list(_generated_errors(job))
    errors += _spec_errors(spec, "spec", None if old is None else old.spec)
    if spec.selector is None:
        errors.append(required("spec.selector"))
    else:
        errors += selector_errors(spec.selector, "spec.selector")
        if not spec.selector.matches(spec.template.metadata.labels):
            why = "`selector` does not match template `labels`"
            errors.append(invalid("spec.template.metadata.labels", spec.template.metadata.labels, why))
    if spec.indexed and spec.completions:
        last = f"{job.metadata.name}-{spec.completions - 1}"
        if names.dns_label(last):
            why = f"will not able to create pod with invalid DNS label: {last}"
            errors.append(invalid("metadata.name", job.metadata.name, why))
    if old is not None:
        errors += _update_errors(job, old)
    return errors


def cron_job_errors(cron_job: CronJob, old: CronJob | None) -> list[FieldError]:
    errors = list(_cron_spec_errors(cron_job.spec, None if old is None else old.spec))
    name = cron_job.metadata.name
    if old is None and len(name) > _LONGEST_CRON_NAME:
        errors.append(invalid("metadata.name", name, f"must be no more than {_LONGEST_CRON_NAME} characters"))
    return errors


def _generated_errors(job: Job) -> Iterator[FieldError]:
    if job.spec.selector is None:
        return
    labels = job.spec.template.metadata.labels
    wanted = generated_labels(job.metadata.name, job.metadata.uid)
    for label, value in wanted.items():
        here, why = f"spec.template.metadata.labels[{label}]", f"must be '{value}'"
        if label not in labels:
            yield required(here, why)
        elif labels[label] != value:
            yield invalid(here, labels, why)
    if not job.spec.selector.matches(wanted):
        yield invalid("spec.selector", encode(job.spec.selector), "`selector` not auto-generated")


def _spec_errors(spec: JobSpec, path: str, old: JobSpec | None) -> list[FieldError]:
    """What a Job's spec and the one in a CronJob's template have in common."""
    errors = list(_number_errors(spec, path))
    if spec.completion_mode not in (None, INDEXED, NON_INDEXED):
        errors.append(not_supported(f"{path}.completionMode", spec.completion_mode, (NON_INDEXED, INDEXED)))
    errors += _indexed_errors(spec, path) if spec.indexed else _non_indexed_errors(spec, path)
    errors += failure_policy_errors(spec, f"{path}.podFailurePolicy")
    errors += _replacement_errors(spec, f"{path}.podReplacementPolicy")
    if old is None or spec.template is not old.template:
        errors += template_errors(spec.template, f"{path}.template")
    errors += _restart_errors(spec, f"{path}.template.spec.restartPolicy")
    return errors


def _number_errors(spec: JobSpec, path: str) -> Iterator[FieldError]:
    numbers = {
        "parallelism": spec.parallelism,
        "completions": spec.completions,
        "activeDeadlineSeconds": spec.active_deadline_seconds,
        "backoffLimit": spec.backoff_limit,
        "ttlSecondsAfterFinished": spec.ttl_seconds_after_finished,
        "backoffLimitPerIndex": spec.backoff_limit_per_index,
        "maxFailedIndexes": spec.max_failed_indexes,
    }
    for field, value in numbers.items():
        yield from _negative(f"{path}.{field}", value)
    if spec.max_failed_indexes is not None and spec.backoff_limit_per_index is None:
        yield required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified")


def _indexed_errors(spec: JobSpec, path: str) -> Iterator[FieldError]:
    completions, parallelism, failed = spec.completions, spec.parallelism or 0, spec.max_failed_indexes
    if completions is None:
        yield required(f"{path}.completions", f"when completion mode is {INDEXED}")
    if parallelism > _MOST_INDEXES:
        why = f"must be less than or equal to {_MOST_INDEXES} when completion mode is {INDEXED}"
        yield invalid(f"{path}.parallelism", parallelism, why)
    if failed is not None and completions is not None and failed > completions:
        yield invalid(f"{path}.maxFailedIndexes", failed, "must be less than or equal to completions")
    if failed is not None and failed > _MOST_INDEXES:
        yield invalid(f"{path}.maxFailedIndexes", failed, f"must be less than or equal to {_MOST_INDEXES}")
    if completions is not None and completions > _MOST_INDEXES and spec.backoff_limit_per_index is not None:
        yield from _many_errors(spec, path)
    if completions is not None:
        yield from success_policy_errors(spec, f"{path}.successPolicy")


def _many_errors(spec: JobSpec, path: str) -> Iterator[FieldError]:
    why = (
        f"must be less than or equal to {_MOST_OF_MANY} when completions are above {_MOST_INDEXES} "
        "and used with backoff limit per index"
    )
    if spec.max_failed_indexes is None:
        yield required(
            f"{path}.maxFailedIndexes", f"must be specified when completions is above {_MOST_INDEXES}"
        )
    for field, value in (("parallelism", spec.parallelism), ("maxFailedIndexes", spec.max_failed_indexes)):
        if value is not None and value > _MOST_OF_MANY:
            yield invalid(f"{path}.{field}", value, why)


def _non_indexed_errors(spec: JobSpec, path: str) -> Iterator[FieldError]:
    for field, value in (
        ("backoffLimitPerIndex", spec.backoff_limit_per_index),
        ("maxFailedIndexes", spec.max_failed_indexes),
        ("successPolicy", None if spec.success_policy is None else encode(spec.success_policy)),
    ):
        if value is not None:
            yield invalid(f"{path}.{field}", value, "requires indexed completion mode")


def _replacement_errors(spec: JobSpec, path: str) -> list[FieldError]:
    supported = _REPLACEMENTS if spec.pod_failure_policy is None else ("Failed",)
    if spec.pod_replacement_policy is None or spec.pod_replacement_policy in supported:
        return []
    return [not_supported(path, spec.pod_replacement_policy, supported)]


def _restart_errors(spec: JobSpec, path: str) -> list[FieldError]:
    policy = spec.template.spec.restart_policy
    if policy in ("", "Always"):
        return [required(path, 'valid values: "OnFailure", "Never"')]
    if policy not in _RESTARTS:
        return [not_supported(path, policy, _RESTARTS)]
    if spec.pod_failure_policy is not None and policy != "Never":
        return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    return []


def _update_errors(job: Job, old: Job) -> list[FieldError]:
    new, before = job.spec, old.spec
    errors: list[FieldError] = []
    if not new.indexed:
        errors += immutable("spec.completions", new.completions, before.completions)
    elif new.completions not in (before.completions, None, new.parallelism):
        why = "can only be modified in tandem with spec.parallelism"
        errors.append(invalid("spec.completions", new.completions, why))
    errors += _fixed("spec.selector", new.selector, before.selector)
    errors += _fixed("spec.template", new.template, _as_far_as_mutable(new.template, old))
    errors += immutable("spec.completionMode", new.completion_mode, before.completion_mode)
    errors += _fixed("spec.podFailurePolicy", new.pod_failure_policy, before.pod_failure_policy)
    errors += immutable(
        "spec.backoffLimitPerIndex", new.backoff_limit_per_index, before.backoff_limit_per_index
    )
    errors += immutable("spec.managedBy", new.managed_by, before.managed_by)
    return errors + _fixed("spec.successPolicy", new.success_policy, before.success_policy)


def _as_far_as_mutable(new: PodTemplateSpec, old: Job) -> PodTemplateSpec:
    """The old template with what ``new`` may change: where its pods go, as long as it is suspended without any."""
    stored = old.spec.template
    rests = old.status.start_time is None or is_true(old.status.conditions, "Suspended")
    if not old.spec.suspend or not rests or old.status.active:
        return stored
    meta = evolve(stored.metadata, labels=new.metadata.labels, annotations=new.metadata.annotations)
    affinity, wanted = stored.spec.affinity, new.spec.affinity
    if wanted is not None:
        affinity = wanted if affinity is None else evolve(affinity, node_affinity=wanted.node_affinity)
    elif affinity is not None and not affinity.extra:
        affinity = None
    spec = evolve(
        stored.spec,
        affinity=affinity,
        node_selector=new.spec.node_selector,
        tolerations=new.spec.tolerations,
        scheduling_gates=new.spec.scheduling_gates,
    )
    return evolve(stored, metadata=meta, spec=spec)


def _fixed(path: str, new: Any, old: Any) -> list[FieldError]:
    if new is old or new == old:
        return []
    return [invalid(path, None if new is None else encode(new), "field is immutable")]


def _cron_spec_errors(spec: CronJobSpec, old: CronJobSpec | None) -> Iterator[FieldError]:
    yield from _schedule_errors(spec, old)
    yield from _negative("spec.startingDeadlineSeconds", spec.starting_deadline_seconds)
    if old is None or spec.time_zone != old.time_zone:
        yield from _zone_errors(spec.time_zone)
    if spec.concurrency_policy not in _POLICIES:
        yield not_supported("spec.concurrencyPolicy", spec.concurrency_policy, _POLICIES)
    template, path = spec.job_template.spec, "spec.jobTemplate.spec"
    yield from _spec_errors(template, path, None if old is None else old.job_template.spec)
    if template.selector is not None:
        yield invalid(f"{path}.selector", encode(template.selector), "`selector` will be auto-generated")
    if template.manual_selector:
        yield not_supported(f"{path}.manualSelector", template.manual_selector, ("nil", "false"))
    yield from _negative("spec.successfulJobsHistoryLimit", spec.successful_jobs_history_limit)
    yield from _negative("spec.failedJobsHistoryLimit", spec.failed_jobs_history_limit)


def _schedule_errors(spec: CronJobSpec, old: CronJobSpec | None) -> Iterator[FieldError]:
    path, schedule = "spec.schedule", spec.schedule
    if not schedule:
        yield required(path)
        return
    try:
        parse_schedule(schedule)
    except ScheduleError as error:
        yield invalid(path, schedule, str(error))
    if "TZ" not in schedule:
        return
    if old is None or "TZ" not in old.schedule:
        yield invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
    elif spec.time_zone is not None:
        yield invalid(path, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule")


def _zone_errors(zone: str | None) -> Iterator[FieldError]:
    path = "spec.timeZone"
    if zone is None:
        return
    if not zone:
        yield invalid(path, zone, "timeZone must be nil or non-empty string")
    elif zone.lower() == "local":
        yield invalid(
            path, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        )
    elif not all(map(_is_zone_part, zone.split("/"))) or not is_known(zone):
        yield invalid(path, zone, f"unknown time zone {zone}")


def _is_zone_part(part: str) -> bool:
    return part not in (".", "..") and _ZONE_PART.fullmatch(part) is not None


def _negative(path: str, value: int | None) -> list[FieldError]:
    return [invalid(path, value, NEGATIVE)] if value is not None and value < 0 else []
