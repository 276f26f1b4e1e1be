"""Which pods failed, whether that counts against the Job, and how long it waits before it tries again.

Follows ``pod_failure_policy.go`` and ``backoff_utils.go``. The memory of the back-off is the failed pods that are
there. Differs in that a failure whose pod is gone, or was deleted while it ran, delays nothing.
"""

from collections.abc import Iterable

from engine.kinds import ContainerStatus, Pod, condition
from engine.kinds.batch import Job, OnExitCodes
from engine.kinds.frozen import frozen

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 10, 600
FAILURES, IGNORED_FAILURES = (
    "batch.kubernetes.io/job-index-failure-count",
    "batch.kubernetes.io/job-index-ignored-failure-count",
)
"""Annotations of a pod that replaces failed ones of its index, where each index has a limit of its own."""


@frozen
class Match:
    """What the policy says of a failed pod: ``message`` is why the whole Job fails, if it does."""

    action: str = ""
    message: str = ""

    @property
    def counts(self) -> bool:
        return self.action != "Ignore"


def is_failed(pod: Pod, job: Job) -> bool:
    """Failed, or on its way out: unless the Job waits for the end of what is being deleted."""
    if pod.status.phase == "Failed":
        return True
    return (
        not replaces_failed_only(job)
        and pod.metadata.deletion_timestamp is not None
        and pod.status.phase != "Succeeded"
    )


def replaces_failed_only(job: Job) -> bool:
    return job.spec.pod_replacement_policy == "Failed" or job.spec.pod_failure_policy is not None


def match_policy(job: Job, pod: Pod) -> Match:
    """The first rule that the failed pod matches."""
    policy = job.spec.pod_failure_policy
    for at, rule in enumerate(policy.rules if policy is not None else ()):
        why = ""
        if rule.on_exit_codes is not None:
            status = _with_code(pod, rule.on_exit_codes)
            if status is not None and status.state.terminated is not None:
                code = status.state.terminated.exit_code
                why = f"Container {status.name} for pod {_name(pod)} failed with exit code {code}"
        else:
            wanted = {(each.type, each.status) for each in rule.on_pod_conditions}
            found = next((each.type for each in pod.status.conditions if (each.type, each.status) in wanted), "")
            why = f"Pod {_name(pod)} has condition {found}" if found else ""
        if why:
            fails = rule.action == "FailJob"
            return Match(rule.action, f"{why} matching {rule.action} rule at index {at}" if fails else "")
    return Match()


def waits_until(pods: Iterable[Pod]) -> int:
    """When the Job may make pods again: 10 s after a failure, twice as long after each further one in a row."""
    failed = [finished_at(pod) for pod in pods if pod.status.phase == "Failed"]
    if not failed:
        return 0
    succeeded = max((finished_at(pod) for pod in pods if pod.status.phase == "Succeeded"), default=-1)
    in_a_row = sum(at > succeeded for at in failed)
    return max(failed) + wait_seconds(in_a_row) if in_a_row else 0


def wait_seconds(failures: int) -> int:
    """After so many in a row."""
    return min(FIRST_WAIT_SECONDS << min(failures - 1, 10), LONGEST_WAIT_SECONDS) if failures else 0


def finished_at(pod: Pod) -> int:
    """When the last container ended; else when the pod was no longer ready, or when it was deleted."""
    ends = [each.state.terminated for each in pod.status.container_statuses]
    times = [end.finished_at for end in ends if end is not None and end.finished_at is not None]
    if times and len(times) == len(ends):
        return max(times)
    ready = condition(pod.status.conditions, "Ready")
    if ready is not None and ready.status == "False" and ready.last_transition_time:
        return ready.last_transition_time
    meta = pod.metadata
    if meta.deletion_timestamp is not None:
        return meta.deletion_timestamp - (meta.deletion_grace_period_seconds or 0)
    return meta.creation_timestamp or 0


def restarts_too_often(job: Job, pods: Iterable[Pod]) -> bool:
    """With restartPolicy OnFailure, restarts count as failures."""
    if job.spec.template.spec.restart_policy != "OnFailure":
        return False
    limit = job.spec.backoff_limit or 0
    return sum(map(restarts_of, pods)) >= max(limit, 1)


def restarts_of(pod: Pod) -> int:
    """Of a pod that has not ended."""
    if pod.status.phase not in ("Running", "Pending"):
        return 0
    statuses = (*pod.status.init_container_statuses, *pod.status.container_statuses)
    return sum(each.restart_count for each in statuses)


def failures_before(pod: Pod) -> tuple[int, int]:
    """How many pods of its index failed before it: those that count, and those that were ignored."""
    counted, ignored = (_number(pod.metadata.annotations.get(key, "")) for key in (FAILURES, IGNORED_FAILURES))
    return counted, ignored


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else 0


def _with_code(pod: Pod, wanted: OnExitCodes) -> ContainerStatus | None:
    for status in (*pod.status.container_statuses, *pod.status.init_container_statuses):
        ended = status.state.terminated
        if ended is None or ended.exit_code == 0 or wanted.container_name not in (None, status.name):
            continue
        if (ended.exit_code in wanted.values) == (wanted.operator == "In"):
            return status
    return None


def _name(pod: Pod) -> str:
    return f"{pod.metadata.namespace}/{pod.metadata.name}"
