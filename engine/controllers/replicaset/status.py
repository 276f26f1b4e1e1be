"""The status of a ReplicaSet: how many of its active pods exist, match, are ready and are available.

Follows ``replica_set_utils.go``. ReplicaFailure is there exactly while the last attempt failed.
"""

from collections.abc import Mapping, Sequence

from engine.api.writes import UpdateStatus
from engine.controllers.replicaset.owner import Owner
from engine.kinds import Condition, Pod, condition, evolve
from engine.readiness import each_available_at

FAILURE = "ReplicaFailure"


def status_write(
    owner: Owner, pods: Sequence[Pod], now: int, *, failure: str = "", keep_failure: bool = False
) -> tuple[UpdateStatus, ...]:
    """The write that makes the status true, or none. ``failure`` is the message of a failed creation."""
    labels = owner.spec.template.metadata.labels
    available = each_available_at(pods, owner.spec.min_ready_seconds)
    status = evolve(
        owner.status,
        replicas=len(pods),
        fully_labeled_replicas=sum(_covers(pod.metadata.labels, labels) for pod in pods),
        ready_replicas=sum(date is not None for date in available),
        available_replicas=sum(date is not None and date <= now for date in available),
        observed_generation=owner.metadata.generation,
    )
    if not keep_failure:
        status = evolve(status, conditions=_conditions(status.conditions, failure, now))
    return () if status == owner.status else (UpdateStatus(evolve(owner, status=status)),)


def _covers(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return labels is wanted or all(labels.get(key) == value for key, value in wanted.items())


def _conditions(conditions: tuple[Condition, ...], failure: str, now: int) -> tuple[Condition, ...]:
    present = condition(conditions, FAILURE)
    if failure and present is None:
        return (*conditions, _failed(failure, now))
    if not failure and present is not None:
        return tuple(each for each in conditions if each is not present)
    return conditions


def _failed(message: str, now: int) -> Condition:
    return Condition(
        type=FAILURE, status="True", reason="FailedCreate", message=message, last_transition_time=now
    )
