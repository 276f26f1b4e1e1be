"""One sync of a Deployment: what kind of sync it is, and nothing more.

Follows ``pkg/controller/deployment``: being deleted -> status only; paused or resized -> scale; else the
strategy. Differs in: all writes of one sync are one commit, and collisions of names are settled within it.
"""

from collections.abc import Iterable

from engine.claims import claim, might_manage
from engine.controllers.deployment.progress import check_paused, report_rollout, report_scale
from engine.controllers.deployment.recreate import roll_out_recreate
from engine.controllers.deployment.revisions import clean_up, renumber
from engine.controllers.deployment.rolling import roll_out_rolling
from engine.controllers.deployment.scaling import scale
from engine.controllers.deployment.sync import Sync, number
from engine.kinds import TERMINAL_PHASES, Deployment, LabelSelector, Pod, Ref, ReplicaSet, ref_of
from engine.parts import FINISHED, GOES
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.rollout import DESIRED_REPLICAS
from engine.store.state import State


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    deployment = state.find(Deployment, ref.name, ref.namespace)
    if deployment is None or not _selects_something(deployment.spec.selector):
        return NOTHING
    claims = claim(state, deployment, "ReplicaSet", deployment.spec.selector)
    if claims.writes:
        return Result(writes=claims.writes)
    sync = Sync.of(state, deployment, claims.of(ReplicaSet), now)
    if deployment.metadata.deletion_timestamp is not None:
        report_scale(sync)
        return sync.result()
    check_paused(sync)
    if deployment.spec.paused or _is_resized(sync):
        renumber(sync)
        scale(sync)
        if deployment.spec.paused:
            clean_up(sync)
        report_scale(sync)
    else:
        if deployment.spec.strategy is not None and deployment.spec.strategy.type == "Recreate":
            roll_out_recreate(sync)
        else:
            roll_out_rolling(sync)
        report_rollout(sync)
    return sync.result()


def _selects_something(selector: LabelSelector | None) -> bool:
    return selector is not None and bool(selector.match_labels or selector.match_expressions)


def _is_resized(sync: Sync) -> bool:
    """``spec.replicas`` changed since the active ReplicaSets were last given their share."""
    for each in sync.replica_sets:
        desired = number(each.metadata.annotations.get(DESIRED_REPLICAS))
        if each.spec.replicas and desired is not None and desired != sync.replicas:
            return True
    return False


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    if change.ref.kind == "Pod" and not _stopped(change):
        return ()
    match change.object:
        case Pod() as pod:
            return _waiting_to_recreate(pod, state)
        case Deployment():
            return (change.ref,)
        case ReplicaSet():
            woken: dict[Ref, None] = {}
            for each in (change.old, change.new):
                if isinstance(each, ReplicaSet):
                    woken.update(dict.fromkeys(might_manage(each, state, Deployment)))
            return woken
    return ()


def _stopped(change: Change) -> bool:
    """A pod went, or finished: what Recreate waits for."""
    _, old, new = change
    if new is None:
        return True
    return (
        isinstance(old, Pod)
        and isinstance(new, Pod)
        and new.status.phase in TERMINAL_PHASES
        and old.status.phase not in TERMINAL_PHASES
    )


def _waiting_to_recreate(pod: Pod, state: State) -> Iterable[Ref]:
    managed_by = pod.metadata.controller
    if managed_by is None or managed_by.kind != "ReplicaSet":
        return ()
    replica_set = state.find(ReplicaSet, managed_by.name, pod.metadata.namespace)
    above = None if replica_set is None else replica_set.metadata.controller
    if above is None or above.kind != "Deployment":
        return ()
    deployment = state.find(Deployment, above.name, pod.metadata.namespace)
    if deployment is None or deployment.spec.strategy is None or deployment.spec.strategy.type != "Recreate":
        return ()
    return (ref_of(deployment),)


DEPLOYMENT = Controller(
    name="deployment-controller",
    watches=("Deployment", "ReplicaSet", "Pod"),
    heeds={"Pod": GOES | FINISHED},
    wakes=_wakes,
    reconcile=_reconcile,
)
