"""Why a workload hangs: its conditions, what it could not create, and the pods that hold it up, with their causes."""

from collections.abc import Iterator
from itertools import islice

from engine.kinds import (
    DaemonSet,
    Deployment,
    Node,
    Object,
    Pod,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
    evolve,
    ref_of,
)
from engine.kinds.batch import Job
from engine.printers.health import health
from engine.store.state import State
from k9lite.why.cause import Cause
from k9lite.why.pods import pod_causes
from k9lite.why.verdicts import kept_off

_LOOK_AT, _MOST_SHOWN, _MOST_NODES = 200, 3, 20


Workload = Deployment | ReplicaSet | ReplicationController | StatefulSet | DaemonSet | Job


def workload_causes(obj: Workload, state: State, now: int) -> Iterator[Cause]:
    for condition in obj.status.conditions:
        trouble = (condition.type, condition.status) in (
            ("Progressing", "False"), ("Available", "False"), ("ReplicaFailure", "True"), ("Failed", "True"),
        )  # fmt: skip
        if trouble:
            yield Cause(f"{condition.type} is {condition.status}: {condition.message or condition.reason}", "warn")
    if isinstance(obj, DaemonSet):
        yield from _without_a_daemon(obj, state)
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
    if any(pod.active for pod in bad) and not isinstance(obj, Job):
        bad = [pod for pod in bad if pod.active]  # an evicted one holds nothing up
    by_reason: dict[str, list[Pod]] = {}
    for pod in bad:
        by_reason.setdefault(health(pod, state, now).reason, []).append(pod)
    for reason, alike in islice(by_reason.items(), _MOST_SHOWN):
        more = f" and {len(alike) - 1} more" if len(alike) > 1 else ""
        yield Cause(f"pod {alike[0].metadata.name}{more}: {reason}", "bad", ref_of(alike[0]))
        for cause in pod_causes(alike[0], state, now):
            yield cause.deeper()


def _without_a_daemon(daemon_set: DaemonSet, state: State) -> Iterator[Cause]:
    """The nodes that are not to have one, and why not: whoever misses it there looks here."""
    # What a controller of the engine knows of daemons is asked for here alone: a console imports it when it lives.
    from engine.controllers.daemonset.pods import daemon_tolerations

    template = daemon_set.spec.template
    spec = evolve(template.spec, tolerations=daemon_tolerations(template.spec))
    pod = Pod(metadata=evolve(template.metadata, name=daemon_set.metadata.name), spec=spec)
    kept = ((node, kept_off(pod, node, state)) for node in state.all(Node))
    for node, why in islice(((node, why) for node, why in kept if why), _MOST_NODES):
        yield Cause(f"{node.metadata.name} is to have none: {why}", "dim", ref_of(node))
