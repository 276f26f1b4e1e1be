"""Job and CronJob (batch/v1): pods that run to their end, once or by the clock."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY, Time
from engine.kinds.frozen import frozen
from engine.kinds.meta import Condition, LabelSelector, ObjectMeta, ObjectReference, is_true
from engine.kinds.pod import PodTemplateSpec

INDEXED, NON_INDEXED = "Indexed", "NonIndexed"
COMPLETE, FAILED = "Complete", "Failed"
"""The conditions of which one, True, says that a Job has finished."""
JOB_NAME_LABEL, CONTROLLER_UID_LABEL = "batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid"
INDEX_KEY = "batch.kubernetes.io/job-completion-index"
"""Label and annotation of an Indexed Job's pods."""
TRACKING_FINALIZER = "batch.kubernetes.io/job-tracking"
"""Of a Job's pods that are not in its counts yet."""
SCHEDULED_ANNOTATION = "batch.kubernetes.io/cronjob-scheduled-timestamp"


@frozen(kw_only=True)
class OnExitCodes:
    """``PodFailurePolicyOnExitCodesRequirement``; ``container_name`` None means any container."""

    container_name: str | None = None
    operator: str
    values: tuple[int, ...]
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class OnPodCondition:
    """``PodFailurePolicyOnPodConditionsPattern``."""

    type: str
    status: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PodFailurePolicyRule:
    action: str
    on_exit_codes: OnExitCodes | None = None
    on_pod_conditions: tuple[OnPodCondition, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PodFailurePolicy:
    rules: tuple[PodFailurePolicyRule, ...]
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class SuccessPolicyRule:
    succeeded_indexes: str | None = None
    succeeded_count: int | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class SuccessPolicy:
    rules: tuple[SuccessPolicyRule, ...]
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class JobSpec:
    parallelism: int | None = None
    completions: int | None = None
    active_deadline_seconds: int | None = None
    pod_failure_policy: PodFailurePolicy | None = None
    success_policy: SuccessPolicy | None = None
    backoff_limit: int | None = None
    backoff_limit_per_index: int | None = None
    max_failed_indexes: int | None = None
    selector: LabelSelector | None = None
    manual_selector: bool | None = None
    template: PodTemplateSpec
    ttl_seconds_after_finished: int | None = None
    completion_mode: str | None = None
    suspend: bool | None = None
    pod_replacement_policy: str | None = None
    managed_by: str | None = None
    extra: Mapping[str, Any] = EMPTY

    @property
    def indexed(self) -> bool:
        return self.completion_mode == INDEXED


@frozen(kw_only=True)
class UncountedTerminatedPods:
    """Uids of pods that ended and are not in the counts yet; here a commit always counts all that ended."""

    succeeded: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class JobStatus:
    conditions: tuple[Condition, ...] = ()
    start_time: Time | None = None
    completion_time: Time | None = None
    active: int = 0
    terminating: int | None = None
    succeeded: int = 0
    failed: int = 0
    completed_indexes: str = ""
    failed_indexes: str | None = None
    uncounted_terminated_pods: UncountedTerminatedPods | None = None
    ready: int | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Job:
    kind: ClassVar[str] = "Job"
    api_version: ClassVar[str] = "batch/v1"
    metadata: ObjectMeta
    spec: JobSpec
    status: JobStatus = JobStatus()
    extra: Mapping[str, Any] = EMPTY

    @property
    def finished(self) -> str:
        """``Complete``, ``Failed``, or "" for a Job that has not finished."""
        conditions = self.status.conditions
        return next((each for each in (COMPLETE, FAILED) if is_true(conditions, each)), "")


@frozen(kw_only=True)
class JobTemplateSpec:
    metadata: ObjectMeta = ObjectMeta()
    spec: JobSpec
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class CronJobSpec:
    schedule: str
    time_zone: str | None = None
    starting_deadline_seconds: int | None = None
    concurrency_policy: str = ""
    suspend: bool | None = None
    job_template: JobTemplateSpec
    successful_jobs_history_limit: int | None = None
    failed_jobs_history_limit: int | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class CronJobStatus:
    active: tuple[ObjectReference, ...] = ()
    last_schedule_time: Time | None = None
    last_successful_time: Time | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class CronJob:
    kind: ClassVar[str] = "CronJob"
    api_version: ClassVar[str] = "batch/v1"
    metadata: ObjectMeta
    spec: CronJobSpec
    status: CronJobStatus = CronJobStatus()
    extra: Mapping[str, Any] = EMPTY
