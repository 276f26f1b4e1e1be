"""Pods on a node that does not exist are failed and removed: no kubelet will ever finish them.

Follows ``pkg/controller/podgc``. Differs in: the 40 s it waits for a node to come count from the pod's creation,
so that an older pod goes with its node at once, and finished pods are never too many (Kubernetes removes the
oldest above 12,500).
"""

from collections.abc import Iterable

from engine.api.writes import Delete, UpdateStatus
from engine.kinds import TERMINAL_PHASES, Condition, Node, Pod, Ref, evolve, ref_of, set_condition
from engine.parts import PLACED
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_QUARANTINE_SECONDS = 40
"""Without it, a ReplicaSet whose template names a node that is not there makes and loses pods without end."""


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    pod = state.find(Pod, ref.name, ref.namespace)
    if pod is None or not _is_lost(state, pod):
        return NOTHING
    lost_at = (pod.metadata.creation_timestamp or 0) + _QUARANTINE_SECONDS
    if now < lost_at:
        return Result(again_at=lost_at)
    gone = Delete(ref=ref, uid=pod.metadata.uid, grace_seconds=0)
    if pod.status.phase in TERMINAL_PHASES:
        return Result(writes=(gone,))
    target = Condition(
        type="DisruptionTarget",
        status="True",
        last_transition_time=now,
        reason="DeletionByPodGC",
        message="PodGC: node no longer exists",
    )
    status = evolve(pod.status, phase="Failed", conditions=set_condition(pod.status.conditions, target))
    return Result(writes=(UpdateStatus(evolve(pod, status=status)), gone))


def _is_lost(state: State, pod: Pod) -> bool:
    return bool(pod.spec.node_name) and state.find(Node, pod.spec.node_name) is None


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    ref, old, new = change
    if isinstance(new, Pod):
        if isinstance(old, Pod) and old.spec is new.spec:
            return ()
        return (ref,) if _is_lost(state, new) else ()
    return [ref_of(pod) for pod in state.pods_on(ref.name)] if new is None and isinstance(old, Node) else ()


POD_GC = Controller(
    name="pod-garbage-collector",
    watches=("Pod", "Node"),
    heeds={"Pod": PLACED},
    wakes=_wakes,
    reconcile=_reconcile,
)
