"""As many active pods as ``spec.replicas`` says: adopts, releases, creates, deletes, and reports.

Follows kube-controller-manager's ReplicaSet controller (``pkg/controller/replicaset``); a
ReplicationController is the same with another selector. Differs in: one step is one commit, so that a burst
doubles (1, 2, 4, ... at most 500) from one reconcile to the next, and there are no expectations to wait for.
"""

from collections.abc import Iterable, Mapping
from functools import partial

from engine.claims import claim
from engine.controllers.replicaset.owner import Owner, owner_of, selector_of
from engine.controllers.replicaset.scaling import create_pods, delete_pods, retry_at
from engine.controllers.replicaset.status import status_write
from engine.kinds import (
    Object,
    Pod,
    Ref,
    ReplicaSet,
    ReplicationController,
    ref_of,
)
from engine.namespaces import is_terminating
from engine.parts import COMES, FINISHED, GOES, LABELS, LEAVING, OWNERS, READY
from engine.readiness import available_at, ready_since
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    owner = owner_of(state, ref)
    if owner is None:
        return NOTHING
    claims = claim(state, owner, "Pod", selector_of(owner))
    if claims.writes:
        return Result(writes=claims.writes)
    active = tuple([pod for pod in claims.kept if isinstance(pod, Pod) and pod.active])
    wanted = owner.spec.replicas if owner.spec.replicas is not None else 1
    if owner.metadata.deletion_timestamp is None:
        if len(active) > wanted:
            return delete_pods(state, owner, active, len(active) - wanted, now)
        if len(active) < wanted and not is_terminating(state, ref.namespace):
            due = retry_at(state, owner, len(active))
            if due <= now:
                return create_pods(state, owner, active, wanted - len(active), now)
            return Result(writes=status_write(owner, active, now, keep_failure=True), again_at=due)
    return Result(
        writes=status_write(owner, active, now), again_at=_next_available(owner, active, now), settles=True
    )


def _next_available(owner: Owner, pods: Iterable[Pod], now: int) -> int | None:
    """When the next ready pod will have been ready for minReadySeconds."""
    if not owner.spec.min_ready_seconds:
        return None
    dates = (available_at(pod, owner.spec.min_ready_seconds) for pod in pods)
    return min((date for date in dates if date is not None and date > now), default=None)


def _wakes(kind: str, change: Change, state: State) -> Iterable[Ref]:
    ref, old, new = change
    if ref.kind == kind:
        return (ref,)
    if isinstance(old, Pod) and isinstance(new, Pod):
        if _looks_the_same(old, new):
            return ()
        before, after = old.metadata, new.metadata
        if before.owner_references is after.owner_references and before.labels is after.labels:
            return _owners(kind, new, state)
    woken: dict[Ref, None] = {}
    for pod in (old, new):
        if isinstance(pod, Pod):
            woken.update(dict.fromkeys(_owners(kind, pod, state)))
    return woken


def _looks_the_same(old: Pod, new: Pod) -> bool:
    """Nothing changed that a replica count, a selector or a status could depend on."""
    before, after = old.metadata, new.metadata
    return (
        (before.labels is after.labels or before.labels == after.labels)
        and (before.owner_references is after.owner_references or before.owner_references == after.owner_references)
        and (old.status.conditions is new.status.conditions or ready_since(old) == ready_since(new))
        and old.active == new.active
    )


def _owners(kind: str, pod: Pod, state: State) -> Iterable[Ref]:
    """The pod's controller; for an orphan every one of its namespace that might adopt it (scans those)."""
    namespace = pod.metadata.namespace
    managed_by = pod.metadata.controller
    if managed_by is not None:
        return (Ref(kind, namespace, managed_by.name),) if managed_by.kind == kind else ()
    labels = pod.metadata.labels
    return [ref_of(obj) for obj in state.objects(kind, namespace) if _selects(obj, labels)]


def _selects(obj: Object, labels: Mapping[str, str]) -> bool:
    assert isinstance(obj, (ReplicaSet, ReplicationController))
    selector = selector_of(obj)
    return selector is not None and selector.matches(labels)


_HEEDS = {"Pod": COMES | GOES | LABELS | OWNERS | READY | FINISHED | LEAVING}

REPLICASET = Controller(
    name="replicaset-controller",
    watches=("ReplicaSet", "Pod"),
    heeds=_HEEDS,
    wakes=partial(_wakes, "ReplicaSet"),
    reconcile=_reconcile,
    pods_with="ReplicaSet",
)

REPLICATION_CONTROLLER = Controller(
    name="replication-controller",
    watches=("ReplicationController", "Pod"),
    heeds=_HEEDS,
    wakes=partial(_wakes, "ReplicationController"),
    reconcile=_reconcile,
    pods_with="ReplicationController",
)
