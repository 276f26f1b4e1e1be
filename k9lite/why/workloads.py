"""Why a workload hangs: its conditions, what it could not create, and the pods that hold it up, with their causes."""

from collections.abc import Iterator
from itertools import islice

from engine.kinds import (
    DaemonSet,
    Deployment,
    Object,
    Pod,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
    ref_of,
)
from engine.kinds.batch import Job
from engine.printers.health import health
from engine.store.state import State
from k9lite.why.cause import Cause
from k9lite.why.pods import pod_causes

_LOOK_AT, _MOST_SHOWN = 200, 3


Workload = Deployment | ReplicaSet | ReplicationController | StatefulSet | DaemonSet | Job


def workload_causes(obj: Workload, state: State, now: int) -> Iterator[Cause]:
    for condition in obj.status.conditions:
        trouble = (condition.type, condition.status) in (
            ("Progressing", "False"), ("Available", "False"), ("ReplicaFailure", "True"), ("Failed", "True"),
        )  # fmt: skip
        if trouble:
            yield Cause(f"{condition.type} is {condition.status}: {condition.message or condition.reason}", "warn")
    owners: list[Object] = [obj]
    if isinstance(obj, Deployment):
        owners = list(state.owned_by(obj.metadata.uid, "ReplicaSet"))
        for each in owners:
            found = health(each, state, now)
            if found.level == "bad":
                yield Cause(f"replicaset {each.metadata.name}: {found.reason}", "bad", ref_of(each))
    pods = (pod for owner in owners for pod in state.owned_by(owner.metadata.uid, "Pod"))
    bad = [
        pod
        for pod in islice(pods, _LOOK_AT)
        if isinstance(pod, Pod) and health(pod, state, now).level in ("warn", "bad")
    ]
    by_reason: dict[str, list[Pod]] = {}
    for pod in bad:
        by_reason.setdefault(health(pod, state, now).reason, []).append(pod)
    for reason, alike in islice(by_reason.items(), _MOST_SHOWN):
        more = f" and {len(alike) - 1} more" if len(alike) > 1 else ""
        yield Cause(f"pod {alike[0].metadata.name}{more}: {reason}", "bad", ref_of(alike[0]))
        for cause in pod_causes(alike[0], state, now):
            yield cause.deeper()
