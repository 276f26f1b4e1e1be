"""Pods leave a node with NoExecute taints: at once, or once their tolerations run out.

Follows ``pkg/controller/tainteviction``. Differs in: time counts from the taint's ``timeAdded``, so that
nothing has to be remembered; and a deletion that is called off again is not reported.
"""

from collections.abc import Iterable

from engine.api.writes import Delete, Emit, UpdateStatus
from engine.kinds import TERMINAL_PHASES, Condition, Node, Pod, Ref, Taint, evolve, ref_of, set_condition
from engine.parts import PLACED
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State
from engine.tolerations import first_that_tolerates


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    pod = state.find(Pod, ref.name, ref.namespace)
    if pod is None or not pod.active or not pod.spec.node_name:
        return NOTHING
    due = _leaves_at(pod, _taints_of(state, pod.spec.node_name))
    if due is None:
        return NOTHING
    return _evicted(pod, now) if due <= now else Result(again_at=due)


def _leaves_at(pod: Pod, taints: Iterable[Taint]) -> int | None:
    """When the first toleration runs out; 0 where a taint is not tolerated; None for never."""
    dates = []
    for taint in taints:
        toleration = first_that_tolerates(pod.spec.tolerations, taint)
        if toleration is None:
            return 0
        # Without a time the taint is about to get one from the node lifecycle controller.
        if toleration.toleration_seconds is not None and taint.time_added is not None:
            dates.append(taint.time_added + max(0, toleration.toleration_seconds))
    return min(dates, default=None)


def _taints_of(state: State, node_name: str) -> tuple[Taint, ...]:
    node = state.find(Node, node_name)
    return () if node is None else tuple(taint for taint in node.spec.taints if taint.effect == "NoExecute")


def _evicted(pod: Pod, now: int) -> Result:
    target = Condition(
        type="DisruptionTarget",
        status="True",
        last_transition_time=now,
        reason="DeletionByTaintManager",
        message="Taint manager: deleting due to NoExecute taint",
    )
    status = evolve(pod.status, conditions=set_condition(pod.status.conditions, target))
    report = Emit(
        subject=pod,
        type="Normal",
        reason="TaintManagerEviction",
        message=f"Marking for deletion Pod {pod.metadata.namespace}/{pod.metadata.name}",
        component="taint-eviction-controller",
    )
    return Result(
        writes=(report, UpdateStatus(evolve(pod, status=status)), Delete(ref=ref_of(pod), uid=pod.metadata.uid))
    )


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    match change.new:
        case Pod() as pod:
            old = change.old
            if isinstance(old, Pod) and _is_same(old, pod):
                return ()
            if not pod.spec.node_name or pod.status.phase in TERMINAL_PHASES:
                return ()
            return (change.ref,) if _taints_of(state, pod.spec.node_name) else ()
        case Node() as node:
            before = change.old.spec.taints if isinstance(change.old, Node) else ()
            if before == node.spec.taints:
                return ()
            return [ref_of(pod) for pod in state.pods_on(node.metadata.name)]
    return ()


def _is_same(old: Pod, new: Pod) -> bool:
    before, after = old.spec, new.spec
    return before is after or (before.node_name == after.node_name and before.tolerations == after.tolerations)


TAINT_EVICTION = Controller(
    name="taint-eviction-controller",
    watches=("Pod", "Node"),
    heeds={"Pod": PLACED},
    wakes=_wakes,
    reconcile=_reconcile,
)
