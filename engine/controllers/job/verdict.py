"""Whether a Job is over, and why: the condition FailureTarget or SuccessCriteriaMet it gets, before the last one.

Follows ``syncJob`` of ``job_controller.go`` and ``success_policy.go``; the first reason in this order counts.
"""

from collections.abc import Iterator

from engine.controllers.job.failures import is_failed, match_policy, restarts_too_often
from engine.controllers.job.sight import Sight
from engine.indexes import common_count, count_of, parse_indexes
from engine.kinds import Condition
from engine.kinds.batch import Job

FAILURE, SUCCESS = "FailureTarget", "SuccessCriteriaMet"


def verdict(sight: Sight, now: int) -> Condition | None:
    """The condition that ends the Job, made now unless it has it; None as long as it goes on."""
    job = sight.job
    for each in job.status.conditions:
        if each.type in (SUCCESS, FAILURE) and each.status == "True":
            return each
    for reason, message in _failures(sight, now):
        return made(FAILURE, reason, message, now)
    matched = _success(sight)
    return None if matched is None else made(SUCCESS, "SuccessPolicy", f"Matched rules at index {matched}", now)


def made(type_: str, reason: str, message: str, now: int) -> Condition:
    return Condition(
        type=type_, status="True", last_probe_time=now, last_transition_time=now, reason=reason, message=message
    )


def reached(now: int) -> Condition:
    return made(SUCCESS, "CompletionsReached", "Reached expected number of succeeded pods", now)


def deadline(job: Job) -> int | None:
    """When it will have been active for too long; a suspended Job is not active."""
    seconds, start = job.spec.active_deadline_seconds, job.status.start_time
    return None if seconds is None or start is None or job.spec.suspend else start + seconds


def _failures(sight: Sight, now: int) -> Iterator[tuple[str, str]]:
    job = sight.job
    if job.spec.pod_failure_policy is not None:
        for pod in sight.pods:
            if is_failed(pod, job) and (message := match_policy(job, pod).message):
                yield "PodFailurePolicy", message
    limit = job.spec.backoff_limit or 0
    if sight.failed > limit or restarts_too_often(job, sight.pods):
        yield "BackoffLimitExceeded", "Job has reached the specified backoff limit"
    due = deadline(job)
    if due is not None and due <= now:
        yield "DeadlineExceeded", "Job was active longer than specified deadline"
    if sight.lost:
        lost, most = count_of(sight.lost), job.spec.max_failed_indexes
        if most is not None and lost > most:
            why = "Job has exceeded the specified maximal number of failed indexes"
            yield "MaxFailedIndexesExceeded", why
        if lost + count_of(sight.done) >= (job.spec.completions or 0):
            yield "FailedIndexes", "Job has failed indexes"


def _success(sight: Sight) -> int | None:
    """The first rule of the success policy that holds."""
    policy, completions = sight.job.spec.success_policy, sight.job.spec.completions or 0
    if policy is None or not sight.done:
        return None
    for at, rule in enumerate(policy.rules):
        if rule.succeeded_indexes is None:
            if rule.succeeded_count is not None and count_of(sight.done) >= rule.succeeded_count:
                return at
            continue
        wanted = parse_indexes(rule.succeeded_indexes, completions)
        enough = count_of(wanted) if rule.succeeded_count is None else rule.succeeded_count
        if wanted and common_count(wanted, sight.done) >= min(enough, count_of(wanted)):
            return at
    return None
