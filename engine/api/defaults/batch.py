"""Defaults of Jobs and CronJobs.

Follows ``pkg/apis/batch/v1/defaults.go``, and the job strategy's selector in ``pkg/registry/batch/job``.
"""

from engine.api.defaults.filling import changed, each, filled
from engine.api.defaults.pod import default_template
from engine.kinds import LabelSelector, evolve, with_metadata
from engine.kinds.batch import (
    CONTROLLER_UID_LABEL,
    JOB_NAME_LABEL,
    NON_INDEXED,
    CronJob,
    Job,
    JobSpec,
    OnPodCondition,
    PodFailurePolicyRule,
)

_MANY = 2**31 - 1


def default_job(job: Job) -> Job:
    """A template's labels are the Job's own where it has none."""
    labels = job.spec.template.metadata.labels
    if labels and not job.metadata.labels:
        job = with_metadata(job, labels=labels)
    return changed(job, spec=_default_spec(job.spec))


def default_cron_job(cron_job: CronJob) -> CronJob:
    """What its Jobs leave open is filled in with each of them, all but the pod template."""
    spec = filled(cron_job.spec, concurrency_policy="Allow")
    template = spec.job_template
    spec = changed(
        spec,
        job_template=changed(template, spec=_default_parts(template.spec)),
        suspend=bool(spec.suspend),
        successful_jobs_history_limit=_set(spec.successful_jobs_history_limit, 3),
        failed_jobs_history_limit=_set(spec.failed_jobs_history_limit, 1),
    )
    return changed(cron_job, spec=spec)


def with_selector(job: Job) -> Job:
    """The new Job with a selector that only its own pods match, unless it brings one (``manualSelector``).

    Labels that are there stay; validation refuses wrong ones.
    """
    if job.spec.manual_selector:
        return job
    name, uid = job.metadata.name, job.metadata.uid
    template, selector = job.spec.template, job.spec.selector or LabelSelector.empty
    labels = {**generated_labels(name, uid), **template.metadata.labels}
    spec = evolve(
        job.spec,
        selector=evolve(selector, match_labels={CONTROLLER_UID_LABEL: uid, **selector.match_labels}),
        template=evolve(template, metadata=evolve(template.metadata, labels=labels)),
    )
    return default_job(evolve(job, spec=spec))


def generated_labels(name: str, uid: str) -> dict[str, str]:
    """What a Job's pods are labelled with; the names without a prefix are from before there was one."""
    return {"controller-uid": uid, "job-name": name, CONTROLLER_UID_LABEL: uid, JOB_NAME_LABEL: name}


def _default_spec(spec: JobSpec) -> JobSpec:
    if spec.completions is None and spec.parallelism is None:
        spec = evolve(spec, completions=1)
    limit = 6 if spec.backoff_limit_per_index is None else _MANY
    replaced = "TerminatingOrFailed" if spec.pod_failure_policy is None else "Failed"
    return changed(
        filled(_default_parts(spec), completion_mode=NON_INDEXED, pod_replacement_policy=replaced),
        parallelism=_set(spec.parallelism, 1),
        backoff_limit=_set(spec.backoff_limit, limit),
        suspend=bool(spec.suspend),
        manual_selector=bool(spec.manual_selector),
    )


def _default_parts(spec: JobSpec) -> JobSpec:
    policy = spec.pod_failure_policy
    if policy is not None:
        spec = changed(spec, pod_failure_policy=changed(policy, rules=each(policy.rules, _default_rule)))
    return changed(spec, template=default_template(spec.template))


def _default_rule(rule: PodFailurePolicyRule) -> PodFailurePolicyRule:
    return changed(rule, on_pod_conditions=each(rule.on_pod_conditions, _default_condition))


def _default_condition(pattern: OnPodCondition) -> OnPodCondition:
    return filled(pattern, status="True")


def _set(value: int | None, default: int) -> int:
    return default if value is None else value
