"""Health of what keeps pods: deployments, replica sets, stateful sets, daemon sets and disruption budgets.

Where pods are missing the line names one that fails; at most ``_LOOK_AT`` pods are looked at for that.
"""

from collections.abc import Iterator
from itertools import islice

from engine.kinds import (
    Condition,
    DaemonSet,
    Deployment,
    Object,
    Pod,
    PodDisruptionBudget,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
    condition,
    is_true,
)
from engine.printers.parts.levels import OK, Health
from engine.printers.parts.pod_health import pod_health
from engine.store.state import State

_LOOK_AT = 50
_REVISION_LABEL = "controller-revision-hash"


def deployment_health(deployment: Deployment, state: State, now: int) -> Health:
    wanted, status = deployment.spec.replicas or 0, deployment.status
    stuck = _stuck(status.conditions)
    if stuck is not None:
        return Health("bad", stuck.message or stuck.reason)
    if wanted == 0:
        return Health("dim", "scaled to 0")
    if status.available_replicas < wanted:
        culprit = _culprit(_pods_of_deployment(deployment, state), state, now)
        return _missing(status.available_replicas, wanted, "available", culprit)
    if status.updated_replicas < wanted:
        return Health("warn", f"rolling out: {status.updated_replicas} of {wanted} updated")
    if deployment.spec.paused:
        return Health("warn", "paused")
    return OK


def replica_set_health(replica_set: ReplicaSet | ReplicationController, state: State, now: int) -> Health:
    wanted, status = replica_set.spec.replicas or 0, replica_set.status
    failure = condition(status.conditions, "ReplicaFailure")
    if failure is not None and failure.status == "True":
        return Health("bad", failure.message or failure.reason)
    if wanted == 0:
        return Health("dim", "scaled to 0")
    if status.ready_replicas < wanted:
        pods = _pods_of(replica_set.metadata.uid, state)
        return _missing(status.ready_replicas, wanted, "ready", _culprit(pods, state, now))
    return OK


def stateful_set_health(stateful_set: StatefulSet, state: State, now: int) -> Health:
    spec, status, wanted = stateful_set.spec, stateful_set.status, stateful_set.spec.wanted
    if status.replicas < wanted and (refusal := _refusal(stateful_set, state)):
        return Health("bad", refusal)
    if wanted == 0 and status.replicas == 0:
        return Health("dim", "scaled to 0")
    if status.available_replicas < wanted:
        culprit = _blocking(stateful_set, state) or _culprit(_pods_of(stateful_set.metadata.uid, state), state, now)
        waits = status.replicas < wanted and spec.pod_management_policy != "Parallel"
        word = "available, the next one waits" if culprit and waits else "available"
        return _missing(status.available_replicas, wanted, word, culprit)
    if status.replicas > wanted:
        return Health("warn", f"scaling down: {status.replicas - wanted} to go")
    rolling = spec.update_strategy.rolling_update
    partition = 0 if rolling is None else rolling.partition or 0
    return _updated(status.updated_replicas, wanted - partition, spec.update_strategy.type)


def _blocking(stateful_set: StatefulSet, state: State) -> str:
    """A set in order never replaces a pod that is not ready: not even by one of a template that would be."""
    spec, update = stateful_set.spec, stateful_set.status.update_revision
    if spec.pod_management_policy == "Parallel" or spec.update_strategy.type != "RollingUpdate":
        return ""
    for pod in islice(_pods_of(stateful_set.metadata.uid, state), _LOOK_AT):
        stays = pod.metadata.deletion_timestamp is None
        if stays and not is_true(pod.status.conditions, "Ready") and pod.metadata.labels.get(_REVISION_LABEL) != update:
            return f"{pod.metadata.name} has an older template and is replaced only when it is ready or deleted"
    return ""


def daemon_set_health(daemon_set: DaemonSet, state: State, now: int) -> Health:
    status = daemon_set.status
    desired, available = status.desired_number_scheduled, status.number_available
    if status.current_number_scheduled < desired and (refusal := _refusal(daemon_set, state)):
        return Health("bad", refusal)
    if desired == 0 and not status.number_misscheduled:
        return Health("dim", "no node is eligible")
    if available < desired:
        return _missing(available, desired, "available", _culprit(_pods_of(daemon_set.metadata.uid, state), state, now))
    if status.number_misscheduled:
        return Health("warn", f"{status.number_misscheduled} on nodes that are to have none")
    return _updated(status.updated_number_scheduled, desired, daemon_set.spec.update_strategy.type)


def disruption_budget_health(budget: PodDisruptionBudget, _state: State, _now: int) -> Health:
    status = budget.status
    if status.current_healthy < status.desired_healthy:
        return Health("bad", f"only {status.current_healthy} healthy, {status.desired_healthy} needed")
    if status.expected_pods and status.disruptions_allowed == 0:
        return Health("warn", f"no eviction allowed: all {status.desired_healthy} healthy pods are needed")
    return OK


def _updated(updated: int, wanted: int, strategy: str) -> Health:
    if updated >= wanted:
        return OK
    if strategy == "OnDelete":
        return Health("warn", f"{wanted - updated} of an older template, until somebody deletes them")
    return Health("warn", f"rolling out: {updated} of {wanted} updated")


def _refusal(owner: Object, state: State) -> str:
    """Why its last pod could not be made; "" if one was made since."""
    told = [event for event in state.events_of(owner) if event.reason in ("FailedCreate", "SuccessfulCreate")]
    return told[-1].message if told and told[-1].reason == "FailedCreate" else ""


def _stuck(conditions: tuple[Condition, ...]) -> Condition | None:
    progressing, failure = condition(conditions, "Progressing"), condition(conditions, "ReplicaFailure")
    if progressing is not None and progressing.status == "False":
        return progressing
    return failure if failure is not None and failure.status == "True" else None


def _missing(there: int, wanted: int, word: str, culprit: str) -> Health:
    return Health(
        "warn" if there else "bad", f"{there} of {wanted} {word}" + (f": {culprit}" if culprit else "")
    )


def _pods_of_deployment(deployment: Deployment, state: State) -> Iterator[Pod]:
    for replica_set in state.owned_by(deployment.metadata.uid, "ReplicaSet"):
        yield from _pods_of(replica_set.metadata.uid, state)


def _pods_of(uid: str, state: State) -> Iterator[Pod]:
    return (pod for pod in state.owned_by(uid, "Pod") if isinstance(pod, Pod))


def _culprit(pods: Iterator[Pod], state: State, now: int) -> str:
    """``web-1 CrashLoopBackOff...``: the first pod that is bad, else the first that is not yet well."""
    waiting = ""
    for pod in islice(pods, _LOOK_AT):
        health = pod_health(pod, state, now)
        line = f"{pod.metadata.name} {health.reason}"
        if health.level == "bad":
            return line
        if health.level == "warn" and not waiting:
            waiting = line
    return waiting
