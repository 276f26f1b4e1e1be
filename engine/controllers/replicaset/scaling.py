"""Creating and deleting pods, and what is reported about it.

A batch is refused whole (one commit), so a refused one is asked for again at half its size until a single pod
is refused: that many fit. Then the owner says so, and tries again 1, 2, 4, ... seconds later. The memory of
this back-off is the Event FailedCreate and the condition ReplicaFailure.
"""

from collections.abc import Sequence

from engine.api.writes import Create, Delete, Emit, Write
from engine.controllers.replicaset.owner import COMPONENT, Owner
from engine.controllers.replicaset.status import FAILURE, status_write
from engine.controllers.replicaset.victims import victims
from engine.errors import ApiError
from engine.kinds import ObjectMeta, Pod, condition, evolve, owner_reference, ref_of
from engine.pod_control import CREATED, DELETED, LONGEST_BASE, LONGEST_WAIT_SECONDS, new_names, reports
from engine.reconcile import Result
from engine.store.state import State

BURST = 500
"""Pods created or deleted by one reconcile at most (``BurstReplicas``)."""


def create_pods(state: State, owner: Owner, active: Sequence[Pod], missing: int, now: int) -> Result:
    """A slow start: never more new pods than there are active ones."""
    return _create(state, owner, active, min(missing, max(1, len(active)), BURST), now)


def delete_pods(state: State, owner: Owner, active: Sequence[Pod], surplus: int, now: int) -> Result:
    chosen = victims(state, owner, active, min(surplus, BURST), now)
    writes: list[Write] = [Delete(ref=ref_of(pod), uid=pod.metadata.uid) for pod in chosen]
    names = [pod.metadata.name for pod in chosen]
    return Result(writes=(*writes, *reports(state, owner, DELETED, names, COMPONENT[owner.kind])))


def retry_at(state: State, owner: Owner, active_count: int) -> int:
    """When pods may be created: at once, unless the last attempt failed and nothing changed since."""
    failed = condition(owner.status.conditions, FAILURE)
    if failed is None or failed.last_transition_time is None:
        return 0
    if active_count != owner.status.replicas or owner.metadata.generation != owner.status.observed_generation:
        return 0
    events = state.events_of(owner)
    last = max((event.last_timestamp or 0 for event in events if event.reason == "FailedCreate"), default=0)
    waited_seconds = last - failed.last_transition_time
    return last + max(1, min(waited_seconds, LONGEST_WAIT_SECONDS)) if last else 0


def _create(state: State, owner: Owner, active: Sequence[Pod], count: int, now: int) -> Result:
    def refused(error: ApiError) -> Result:
        if count > 1:
            return evolve(_create(state, owner, active, count // 2, now), again_at=now + 1)
        return _failed(owner, active, error, now)

    metadata = owner.spec.template.metadata
    names = new_names(state, owner, [f"{owner.metadata.name[: LONGEST_BASE - 1]}-"] * count)
    shared = ObjectMeta(
        generate_name=f"{owner.metadata.name}-",
        namespace=owner.metadata.namespace,
        labels=metadata.labels,
        annotations=metadata.annotations,
        finalizers=metadata.finalizers,
        owner_references=(owner_reference(owner),),
    )
    spec = owner.spec.template.spec
    writes: list[Write] = [Create(Pod(metadata=evolve(shared, name=name), spec=spec)) for name in names]
    writes += reports(state, owner, CREATED, names, COMPONENT[owner.kind])
    return Result(writes=tuple(writes), refused=refused)


def _failed(owner: Owner, active: Sequence[Pod], error: ApiError, now: int) -> Result:
    component = COMPONENT[owner.kind]
    since = condition(owner.status.conditions, FAILURE)
    began = now if since is None or since.last_transition_time is None else since.last_transition_time
    report = Emit(
        subject=owner,
        type="Warning",
        reason="FailedCreate",
        message=f"Error creating: {error}",
        component=component,
    )
    status = status_write(owner, active, now, failure=str(error))
    return Result(
        writes=(report, *status), again_at=now + max(1, min(now - began, LONGEST_WAIT_SECONDS))
    )
