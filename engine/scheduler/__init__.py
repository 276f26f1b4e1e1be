"""The scheduler: finds a node for every pod that has none, one pod at a time, most important first.

It reads a State and writes Bindings, the PodScheduled condition and Events; it never changes a node. Follows
kube-scheduler with its default profile. Differs in this: a pod that fits nowhere is tried again when something
changed instead of after a back-off, and FailedScheduling is told again only when its message changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from engine.api.writes import Bind, Delete, Emit, UpdateStatus, Write
from engine.kinds import TERMINAL_PHASES, Condition, Namespace, Node, Pod, Ref, condition, evolve, ref_of, set_condition
from engine.parts import FINISHED, GOES, LABELS, LEAVING, PLACED, UNBOUND
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.scheduler.preemption import PREEMPTED
from engine.scheduler.reach import woken
from engine.scheduler.schedule import Decision, are_alike, schedule, schedule_alike
from engine.store.state import State

NAME = "default-scheduler"
_LONGEST_NOTE = 1024
_MOST_AT_ONCE = 64
"""Pods bound by one commit."""
_PATIENCE = 16
"""Pods of other templates that are passed over for each that is alike: who is passed over waits once more."""

UNPLACED = Ref("Pod", "", "")
"""No pod's key: the last to be reconciled, for all pods that fitted nowhere when they were tried."""


def reconcile(state: State, key: Ref, now: int) -> Result:
    if key == UNPLACED:
        return Result(writes=tuple(_look_again(state, now)))
    pod = state.get(key)
    if not isinstance(pod, Pod) or not _is_waiting(pod):
        return NOTHING
    return Result(writes=tuple(_place(state, pod, now)))


def burst(state: State, keys: Iterator[Ref], now: int) -> Sequence[tuple[Ref, Result]]:
    """Where nodes are many, pods alike that were made in the same second are bound by one commit."""
    key = next(keys)
    pod = state.get(key)
    if isinstance(pod, Pod) and _is_waiting(pod):
        placed = schedule_alike(state, pod, islice(_alike(state, pod, keys), _MOST_AT_ONCE - 1))
        if placed:
            return [(ref_of(each), Result(writes=tuple(_bind(each, node)))) for each, node in placed]
    return [(key, reconcile(state, key, now))]


def _alike(state: State, pod: Pod, keys: Iterator[Ref]) -> Iterator[Pod]:
    """Of those whose turn is before that of any pod younger or of less importance, with a few others in between.

    Others are not counted that were tried before: there may be nothing to write about them.
    """
    turn, patience = _turn(pod), _PATIENCE
    for each in keys:
        other = state.get(each)
        if not isinstance(other, Pod) or _turn(other) != turn:
            return
        if not _is_waiting(other):
            continue
        if are_alike(pod, other):
            patience += _PATIENCE
            yield other
        elif not other.status.conditions:
            patience -= 1
            if not patience:
                return


def wakes(change: Change, state: State) -> Iterable[Ref]:
    """A pod that needs a node; all such pods (O(pending)) when a node changed or a pod left one.

    A pod that takes room on a node makes others fit only as their neighbour, but may change the reasons: both are
    looked at once, when no pod waits to be tried any more, however many were bound before.
    """
    old, new = change.old, change.new
    if change.ref.kind == "Node":
        return state.unscheduled.values() if _node_matters(old, new) and not _is_old(change, state) else ()
    if change.ref.kind == "Namespace":
        return (UNPLACED,) if state.unscheduled and _labels_differ(old, new) else ()
    if change.ref.kind != "Pod":
        return woken(change, state) if state.unscheduled else ()
    was, now_is = _takes_room(old), _takes_room(new)
    if was is not None and (now_is is None or now_is.spec is not was.spec):
        return state.unscheduled.values()
    if now_is is not None:
        return (UNPLACED,) if state.unscheduled and _neighbour_matters(was, now_is) else ()
    if isinstance(new, Pod) and _is_waiting(new) and _pod_matters(old, new):
        return (change.ref,)
    if isinstance(old, Pod) and old.status.nominated_node_name and state.unscheduled:
        return (UNPLACED,)  # it reserves no room any more
    return ()


def order(state: State, key: Ref) -> Any:
    """Priority first, then age, then name; UNPLACED last."""
    pod = state.get(key)
    if not isinstance(pod, Pod):
        return (1, 0, 0, key)
    return (*_turn(pod), key)


def _turn(pod: Pod) -> tuple[int, int, int]:
    return (0, -(pod.spec.priority or 0), pod.metadata.creation_timestamp or 0)


WATCHED = ("Pod", "Node", "Namespace", "PersistentVolumeClaim", "PersistentVolume", "StorageClass")
SCHEDULER = Controller(
    name=NAME,
    watches=WATCHED,
    heeds={"Pod": UNBOUND | PLACED | GOES | FINISHED | LABELS | LEAVING},
    wakes=wakes,
    reconcile=reconcile,
    order=order,
    burst=burst,
)


def _is_waiting(pod: Pod) -> bool:
    """For this scheduler; a gated pod does not wait yet (the API server has said so in its condition)."""
    spec = pod.spec
    return not spec.node_name and pod.active and spec.scheduler_name in ("", NAME) and not spec.scheduling_gates


def _place(state: State, pod: Pod, now: int) -> Iterator[Write]:
    decision = schedule(state, pod, pod.metadata.uid)
    if decision.node is not None:
        yield from _placed(pod, decision)
        return
    yield from _preempt(state, pod, decision, now)
    yield from _fail(pod, decision, now)


def _placed(pod: Pod, decision: Decision) -> Iterable[Write]:
    """Its binding, or what its claims need before that."""
    assert decision.node is not None
    return _bind(pod, decision.node) if decision.binds else decision.claims


def _bind(pod: Pod, node: str) -> Iterator[Write]:
    meta = pod.metadata
    yield Bind(ref_of(pod), node)
    yield Emit(
        subject=pod,
        type="Normal",
        reason="Scheduled",
        message=f"Successfully assigned {meta.namespace}/{meta.name} to {node}",
        component=NAME,
    )


def _preempt(state: State, pod: Pod, decision: Decision, now: int) -> Iterator[Write]:
    """Asks the victims to leave, and pods that wait for the same node and matter less to wait elsewhere."""
    for victim in decision.victims:
        if victim.metadata.deletion_timestamp is None:
            yield from _victim_writes(victim, pod, decision.nominated, now)
    if decision.victims:
        for key in state.unscheduled.values():
            other = state.get(key)
            if isinstance(other, Pod) and _yields(other, pod, decision.nominated):
                yield UpdateStatus(evolve(other, status=evolve(other.status, nominated_node_name="")))


def _yields(other: Pod, pod: Pod, node: str) -> bool:
    return other.status.nominated_node_name == node and (other.spec.priority or 0) < (pod.spec.priority or 0)


def _victim_writes(victim: Pod, pod: Pod, node: str, now: int) -> Iterator[Write]:
    target = Condition(
        type="DisruptionTarget",
        status="True",
        last_transition_time=now,
        reason=PREEMPTED,
        message=f"{pod.spec.scheduler_name or NAME}: preempting to accommodate a higher priority pod",
    )
    conditions = set_condition(victim.status.conditions, target)
    yield UpdateStatus(evolve(victim, status=evolve(victim.status, conditions=conditions)))
    yield Delete(ref=ref_of(victim), uid=victim.metadata.uid)
    yield Emit(
        subject=victim,
        type="Normal",
        reason="Preempted",
        message=f"Preempted by pod {pod.metadata.uid} on node {node}",
        component=NAME,
    )


def _fail(pod: Pod, decision: Decision, now: int) -> Iterator[Write]:
    """PodScheduled=False and an Event, unless that is what the condition says; quiet while victims are leaving."""
    message, nominated = decision.message, decision.nominated
    said = condition(pod.status.conditions, "PodScheduled")
    known = said is not None and (said.status, said.reason, said.message) == ("False", "Unschedulable", message)
    if decision.waits or (known and pod.status.nominated_node_name == nominated):
        return
    unschedulable = Condition(
        type="PodScheduled",
        status="False",
        last_transition_time=now,
        reason="Unschedulable",
        message=message,
    )
    conditions = set_condition(pod.status.conditions, unschedulable)
    status = evolve(pod.status, conditions=conditions, nominated_node_name=nominated)
    yield UpdateStatus(evolve(pod, status=status))
    yield Emit(subject=pod, type="Warning", reason="FailedScheduling", message=_note(message), component=NAME)


def _look_again(state: State, now: int) -> Iterator[Write]:
    """The messages that have changed, up to the first pod that fits by now: once that is bound, all look again."""
    for key in sorted(state.unscheduled.values(), key=lambda key: order(state, key)):
        pod = state.get(key)
        if isinstance(pod, Pod) and _is_waiting(pod):
            decision = schedule(state, pod, pod.metadata.uid)
            if decision.node is not None and not decision.binds and not decision.claims:
                continue  # its claims have been asked for
            if decision.node is not None:
                yield from _placed(pod, decision)
                return
            yield from _preempt(state, pod, decision, now)
            yield from _fail(pod, decision, now)
            if decision.victims:
                return


def _note(message: str) -> str:
    """What an Event has room for."""
    return message if len(message) <= _LONGEST_NOTE else message[: _LONGEST_NOTE - 4] + " ..."


def _takes_room(obj: object) -> Pod | None:
    if isinstance(obj, Pod) and obj.spec.node_name and obj.status.phase not in TERMINAL_PHASES:
        return obj
    return None


def _pod_matters(old: object, new: Pod) -> bool:
    if not isinstance(old, Pod) or old.spec is not new.spec:
        return True
    was = condition(old.status.conditions, "PodScheduled")
    return was != condition(new.status.conditions, "PodScheduled")


def _is_old(change: Change, state: State) -> bool:
    """Everything is being woken, the pods as well: not once more for each of the nodes."""
    new = change.new
    return change.old is None and new is not None and new.metadata.resource_version not in ("", str(state.revision))


def _neighbour_matters(was: Pod | None, now_is: Pod) -> bool:
    """Whether pods on nodes are now others to those that wait; the room they take is as it was."""
    if was is None:
        return True
    old, new = was.metadata, now_is.metadata
    return old.labels != new.labels or (old.deletion_timestamp is None) != (new.deletion_timestamp is None)


def _labels_differ(old: object, new: object) -> bool:
    if not isinstance(old, Namespace) or not isinstance(new, Namespace):
        return True
    return old.metadata.labels != new.metadata.labels


def _node_matters(old: object, new: object) -> bool:
    if not isinstance(old, Node) or not isinstance(new, Node):
        return True
    return (
        old.spec != new.spec
        or old.metadata.labels != new.metadata.labels
        or old.status.allocatable != new.status.allocatable
    )
