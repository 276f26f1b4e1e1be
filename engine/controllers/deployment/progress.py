"""The status of a Deployment: counts, Available, Progressing, ReplicaFailure. Follows ``progress.go``.

Progress is what the counts show: more updated, ready or available pods, or fewer old ones. A rollout without
any for progressDeadlineSeconds has timed out; nothing is rolled back because of it.
"""


from engine.controllers.deployment.sync import Sync, sizes
from engine.kinds import Condition, DeploymentStatus, condition, evolve
from engine.rollout import TIMED_OUT

_AVAILABLE = "NewReplicaSetAvailable"
_PAUSED, _RESUMED = "DeploymentPaused", "DeploymentResumed"


def report_scale(sync: Sync) -> None:
    """The status after a sync that was no rollout."""
    sync.status = _counted(sync)


def report_rollout(sync: Sync) -> None:
    """The status after a sync that rolled out; looks again when the deadline will have passed."""
    current = condition(sync.status.conditions, "Progressing")
    sync.status = _counted(sync)
    if sync.deadline_seconds is None:
        _remove_condition(sync, "Progressing")
    elif not _was_complete(sync, current):
        _estimate_progress(sync, current)
    _report_failure(sync)
    _look_again(sync)


def check_paused(sync: Sync) -> None:
    """A pause interrupts the watch over progress, and resuming begins it anew."""
    current = condition(sync.status.conditions, "Progressing")
    if sync.deadline_seconds is None or (current is not None and current.reason == TIMED_OUT):
        return
    noted = current is not None and current.reason == _PAUSED
    if sync.deployment.spec.paused and not noted:
        set_condition(sync, "Progressing", "Unknown", _PAUSED, "Deployment is paused")
    elif not sync.deployment.spec.paused and noted:
        set_condition(sync, "Progressing", "Unknown", _RESUMED, "Deployment is resumed")


def is_complete(sync: Sync, status: DeploymentStatus) -> bool:
    """All pods are of the present template and available, and no other is left."""
    counts = (status.updated_replicas, status.replicas, status.available_replicas)
    observed = status.observed_generation >= sync.deployment.metadata.generation
    return counts == (sync.replicas,) * 3 and observed


def set_condition(sync: Sync, type_: str, status: str, reason: str, message: str) -> None:
    """Nothing where status and reason are the same; a new transition time where the status is another."""
    current = condition(sync.status.conditions, type_)
    if current is not None and (current.status, current.reason) == (status, reason):
        return
    _put_condition(sync, _condition(sync, type_, status, reason, message))


def _condition(sync: Sync, type_: str, status: str, reason: str, message: str) -> Condition:
    current = condition(sync.status.conditions, type_)
    same = current is not None and current.status == status
    return Condition(
        type=type_,
        status=status,
        reason=reason,
        message=message,
        last_update_time=sync.now,
        last_transition_time=current.last_transition_time if current is not None and same else sync.now,
    )


def _put_condition(sync: Sync, new: Condition) -> None:
    rest = (each for each in sync.status.conditions if each.type != new.type)
    sync.status = evolve(sync.status, conditions=(*rest, new))


def _remove_condition(sync: Sync, type_: str) -> None:
    rest = tuple(each for each in sync.status.conditions if each.type != type_)
    sync.status = evolve(sync.status, conditions=rest)


def _counted(sync: Sync) -> DeploymentStatus:
    available = sum(each.status.available_replicas for each in sync.replica_sets)
    sync.status = evolve(
        sync.status,
        observed_generation=sync.deployment.metadata.generation,
        replicas=sum(each.status.replicas for each in sync.replica_sets),
        updated_replicas=0 if sync.new is None else sync.new.status.replicas,
        ready_replicas=sum(each.status.ready_replicas for each in sync.replica_sets),
        available_replicas=available,
        unavailable_replicas=max(0, sizes(sync.replica_sets) - available),
    )
    if available >= sync.replicas - sync.max_unavailable:
        message = "Deployment has minimum availability."
        set_condition(sync, "Available", "True", "MinimumReplicasAvailable", message)
    else:
        message = "Deployment does not have minimum availability."
        set_condition(sync, "Available", "False", "MinimumReplicasUnavailable", message)
    return sync.status


def _was_complete(sync: Sync, current: Condition | None) -> bool:
    all_updated = sync.status.replicas == sync.status.updated_replicas
    return all_updated and current is not None and current.reason == _AVAILABLE


def _estimate_progress(sync: Sync, current: Condition | None) -> None:
    name = sync.deployment.metadata.name if sync.new is None else sync.new.metadata.name
    subject = f'{"Deployment" if sync.new is None else "ReplicaSet"} "{name}"'
    if is_complete(sync, sync.status):
        set_condition(sync, "Progressing", "True", _AVAILABLE, f"{subject} has successfully progressed.")
    elif _has_progressed(sync):
        # Written anew even with the same reason: its update time is what the deadline counts from.
        message = f"{subject} is progressing."
        _put_condition(sync, _condition(sync, "Progressing", "True", "ReplicaSetUpdated", message))
    elif _has_timed_out(sync, current):
        set_condition(sync, "Progressing", "False", TIMED_OUT, f"{subject} has timed out progressing.")


def _has_progressed(sync: Sync) -> bool:
    before, after = sync.seen.status, sync.status
    return (
        after.updated_replicas > before.updated_replicas
        or after.replicas - after.updated_replicas < before.replicas - before.updated_replicas
        or after.ready_replicas > before.ready_replicas
        or after.available_replicas > before.available_replicas
    )


def _has_timed_out(sync: Sync, current: Condition | None) -> bool:
    if current is None or current.reason == _AVAILABLE:
        return False
    return current.reason == TIMED_OUT or _deadline(sync, current) <= sync.now


def _deadline(sync: Sync, current: Condition) -> int:
    """The first second in which more than progressDeadlineSeconds have passed."""
    assert sync.deadline_seconds is not None
    return (current.last_update_time or 0) + sync.deadline_seconds + 1


def _report_failure(sync: Sync) -> None:
    """Carries over the ReplicaFailure of the new ReplicaSet, or else of an old one."""
    newest_first = reversed(sync.replica_sets) if sync.new is None else (sync.new, *sync.old)
    for each in newest_first:
        failure = condition(each.status.conditions, "ReplicaFailure")
        if failure is not None:
            current = condition(sync.status.conditions, "ReplicaFailure")
            if current is None or (current.status, current.reason) != (failure.status, failure.reason):
                _put_condition(sync, evolve(failure, last_update_time=failure.last_transition_time))
            return
    _remove_condition(sync, "ReplicaFailure")


def _look_again(sync: Sync) -> None:
    current = condition(sync.status.conditions, "Progressing")
    if sync.deadline_seconds is None or current is None or current.reason in (_AVAILABLE, TIMED_OUT):
        return
    if not is_complete(sync, sync.status) and _deadline(sync, current) > sync.now:
        due = _deadline(sync, current)
        sync.again_at = due if sync.again_at is None else min(sync.again_at, due)
