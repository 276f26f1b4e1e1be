"""A node that is not heard of for 50 s becomes Unknown; its taints follow its conditions and its cordon.

Follows ``pkg/controller/nodelifecycle``. Heartbeats are not commits: a kubelet posts every 10 s unless a
NodeDown fault names its node, so the last one before a fault is known. Differs in: nodes are tainted as they
fall silent, not at 0.1 a second and zone; but, as there, nothing is evicted while not one node is Ready.
"""

from collections.abc import Iterable, Iterator

from engine.api.writes import Emit, Update, UpdateStatus, Write
from engine.controllers.node.taints import CONDITION_TAINTS, NODE_TAINTS, NOT_READY, UNREACHABLE, UNSCHEDULABLE
from engine.faults import down_since
from engine.kinds import Condition, Fault, Node, Ref, Taint, condition, evolve, is_true, ref_of, set_condition
from engine.readiness import is_ready
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_HEARTBEAT_SECONDS = 10
_GRACE_SECONDS, _STARTUP_GRACE_SECONDS = 50, 60
_POSTED = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
_COMPONENT = "node-controller"


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    node = state.find(Node, ref.name)
    if node is None:
        return NOTHING
    conditions, again_at = _conditions(state, node, now)
    writes: list[Write] = []
    if conditions != node.status.conditions:
        writes.append(UpdateStatus(evolve(node, status=evolve(node.status, conditions=conditions))))
    taints = _taints(state, node, conditions, now)
    if taints != node.spec.taints:
        writes.append(Update(evolve(node, spec=evolve(node.spec, taints=taints))))
    if down_since(state, ref.name) is not None and _status(conditions) == "Unknown":
        if _status(node.status.conditions) == "True":
            message = f"Node {ref.name} status is now: NodeNotReady"
            writes.append(_event(node, "Normal", message))
        writes += _pods_not_ready(state, ref.name, now)
    return Result(writes=tuple(writes), again_at=again_at)


def _conditions(state: State, node: Node, now: int) -> tuple[tuple[Condition, ...], int | None]:
    """The conditions as they should be, and when to look again."""
    conditions = node.status.conditions
    silent_since = down_since(state, node.metadata.name)
    if silent_since is None or _status(conditions) == "Unknown":
        return conditions, None
    heard = silent_since - silent_since % _HEARTBEAT_SECONDS
    due = heard + _GRACE_SECONDS
    if not conditions:
        heard = node.metadata.creation_timestamp or 0
        due = heard + _STARTUP_GRACE_SECONDS
    if now < due:
        return conditions, due
    for type_ in _POSTED:
        conditions = set_condition(conditions, _unknown(condition(conditions, type_), type_, heard, now))
    return conditions, None


def _unknown(known: Condition | None, type_: str, heard: int, now: int) -> Condition:
    if known is None:
        reason, message = "NodeStatusNeverUpdated", "Kubelet never posted node status."
    else:
        reason, message = "NodeStatusUnknown", "Kubelet stopped posting node status."
    return Condition(
        type=type_,
        status="Unknown",
        last_heartbeat_time=heard,
        last_transition_time=now,
        reason=reason,
        message=message,
    )


def _taints(state: State, node: Node, conditions: tuple[Condition, ...], now: int) -> tuple[Taint, ...]:
    """The node's taints, those that are written here as conditions and cordon ask for."""
    wanted = [(key, "NoSchedule") for type_, status, key in CONDITION_TAINTS if _is(conditions, type_, status)]
    if node.spec.unschedulable:
        wanted.append((UNSCHEDULABLE, "NoSchedule"))
    keys = [key for key, _ in wanted if key in (NOT_READY, UNREACHABLE)]
    present = {(taint.key, taint.effect): taint for taint in node.spec.taints}
    if keys and _any_ready(state, node):
        wanted += [(key, "NoExecute") for key in keys]
    kept = [
        _stamped(taint, now)
        for taint in node.spec.taints
        if (taint.key, taint.effect) in wanted or not _is_ours(taint)
    ]
    added = [
        Taint(key=key, effect=effect, time_added=now)
        for key, effect in wanted
        if (key, effect) not in present
    ]
    return (*kept, *added)


def _stamped(taint: Taint, now: int) -> Taint:
    """Tolerations that run out count from ``timeAdded``, which kubectl leaves open."""
    if taint.effect != "NoExecute" or taint.time_added is not None:
        return taint
    return evolve(taint, time_added=now)


def _is(conditions: tuple[Condition, ...], type_: str, status: str) -> bool:
    found = condition(conditions, type_)
    return found is not None and found.status == status


def _is_ours(taint: Taint) -> bool:
    if taint.effect == "NoExecute":
        return taint.key in (NOT_READY, UNREACHABLE)
    return taint.effect == "NoSchedule" and taint.key in NODE_TAINTS


def _any_ready(state: State, but: Node) -> bool:
    """Some other node is Ready; if none is, the fault is likelier here than there. Stops at the first."""
    return any(
        is_true(node.status.conditions, "Ready")
        for node in state.all(Node)
        if node.metadata.name != but.metadata.name
    )


def _pods_not_ready(state: State, node_name: str, now: int) -> Iterator[Write]:
    """Nobody answers for the pods of a silent node: they leave the Services."""
    for pod in state.pods_on(node_name):
        if is_ready(pod):
            known = condition(pod.status.conditions, "Ready")
            assert known is not None
            lost = set_condition(
                pod.status.conditions, evolve(known, status="False", last_transition_time=now)
            )
            yield UpdateStatus(evolve(pod, status=evolve(pod.status, conditions=lost)))
            yield Emit(
                subject=pod,
                type="Warning",
                reason="NodeNotReady",
                message="Node is not ready",
                component=_COMPONENT,
            )


def _event(node: Node, type_: str, message: str) -> Emit:
    return Emit(subject=node, type=type_, reason="NodeNotReady", message=message, component=_COMPONENT)


def _status(conditions: tuple[Condition, ...]) -> str:
    found = condition(conditions, "Ready")
    return "" if found is None else found.status


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    if isinstance(change.object, Fault):
        return (Ref("Node", "", change.object.spec.node),)
    old, new = change.old, change.new
    if not isinstance(old, Node) or not _status(old.status.conditions):
        return (change.ref,)
    after = _status(new.status.conditions) if isinstance(new, Node) else ""
    if (_status(old.status.conditions) == "True") == (after == "True"):
        return (change.ref,)
    # Whether others are evicted from depends on whether any node is Ready.
    silent = (ref_of(node) for node in state.all(Node) if not is_true(node.status.conditions, "Ready"))
    return dict.fromkeys((change.ref, *silent))


NODE_LIFECYCLE = Controller(
    name="node-lifecycle-controller",
    watches=("Node", "Fault"),
    wakes=_wakes,
    reconcile=_reconcile,
)
