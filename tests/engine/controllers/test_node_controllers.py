"""Rules 7: nodes that fall silent, taints, and the pods that leave because of them."""

from typing import Any

import pytest
from attrs import evolve

from engine.api.writes import Create, Delete, Emit, Update, UpdateStatus
from engine.controllers.node import NODE_LIFECYCLE, TAINT_EVICTION
from engine.kinds import (
    Condition,
    Fault,
    Node,
    Pod,
    Ref,
    Taint,
    Toleration,
    condition,
    is_true,
    ref_of,
)
from engine.readiness import is_ready
from engine.store.state import State
from tests.engine.given import (
    NOW,
    manifest,
    messages,
    put,
    reconciled,
    removed,
    started,
    state_with,
    stored,
    woken,
    writes_of,
    written,
)

W1 = Ref("Node", "", "w1")
P = Ref("Pod", "default", "p")
NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"


def node(name: str = "w1", *, ready: str = "True") -> Node:
    made = manifest("Node", name, namespace="", status={"capacity": {"cpu": "4"}})
    assert isinstance(made, Node)
    types = ("MemoryPressure", "DiskPressure", "PIDPressure")
    conditions = [Condition(type=each, status="False", last_transition_time=NOW) for each in types]
    conditions.append(Condition(type="Ready", status=ready, last_transition_time=NOW))
    return evolve(made, status=evolve(made.status, conditions=tuple(conditions)))


def pod(**spec: Any) -> Pod:
    made = manifest("Pod", "p", spec={"containers": [{"name": "main", "image": "nginx"}], **spec})
    assert isinstance(made, Pod)
    return made


def fault(name: str = "down", on: str = "w1") -> Fault:
    made = manifest("Fault", name, "k9lite.dev/v1", "", spec={"type": "NodeDown", "node": on})
    assert isinstance(made, Fault)
    return made


def silent(*, at: int, others: tuple[Node, ...] = (node("w2"),)) -> State:
    """Node w1 with a ready pod; its kubelet stopped ``at`` this time."""
    state = state_with(node(), *others, pod())
    state = put(state, started(stored(state, pod())))
    return written(state, Create(fault()), now=at)


def ready_of(state: State) -> Condition:
    found = condition(stored(state, node()).status.conditions, "Ready")
    assert found is not None
    return found


def taints_of(state: State, name: str = "w1") -> list[tuple[str, str]]:
    return [(taint.key, taint.effect) for taint in stored(state, node(name)).spec.taints]


def test_a_healthy_node_is_left_alone() -> None:
    result = NODE_LIFECYCLE.reconcile(state_with(node()), W1, NOW + 9999)
    assert result.writes == () and result.again_at is None


def test_a_silent_node_becomes_unknown_50_seconds_after_its_last_heartbeat() -> None:
    state = silent(at=NOW + 7)
    waiting = NODE_LIFECYCLE.reconcile(state, W1, NOW + 49)
    assert waiting.writes == () and waiting.again_at == NOW + 50
    state = reconciled(state, NODE_LIFECYCLE, W1, now=NOW + 50)
    ready = ready_of(state)
    assert (ready.status, ready.reason) == ("Unknown", "NodeStatusUnknown")
    assert ready.message == "Kubelet stopped posting node status."
    assert (ready.last_heartbeat_time, ready.last_transition_time) == (NOW, NOW + 50)
    statuses = {each.type: each.status for each in stored(state, node()).status.conditions}
    assert set(statuses.values()) == {"Unknown"}


def test_an_unreachable_node_is_tainted_and_the_time_noted() -> None:
    state = reconciled(silent(at=NOW), NODE_LIFECYCLE, W1, now=NOW + 50)
    assert taints_of(state) == [(UNREACHABLE, "NoSchedule"), (UNREACHABLE, "NoExecute")]
    assert {taint.time_added for taint in stored(state, node()).spec.taints} == {NOW + 50}


def test_pods_of_a_silent_node_are_no_longer_ready_and_both_are_told() -> None:
    state = silent(at=NOW)
    result = NODE_LIFECYCLE.reconcile(state, W1, NOW + 50)
    assert messages(result) == [
        "NodeNotReady: Node w1 status is now: NodeNotReady",
        "NodeNotReady: Node is not ready",
    ]
    state = reconciled(state, NODE_LIFECYCLE, W1, now=NOW + 50)
    assert not is_ready(stored(state, pod()))
    assert NODE_LIFECYCLE.reconcile(state, W1, NOW + 5000).writes == ()


def test_the_taints_go_when_the_kubelet_posts_again() -> None:
    state = reconciled(silent(at=NOW), NODE_LIFECYCLE, W1, now=NOW + 50)
    state = removed(state, ref_of(fault()))
    well = evolve(stored(state, node()), status=evolve(node().status, conditions=node().status.conditions))
    state = reconciled(put(state, well), NODE_LIFECYCLE, W1, now=NOW + 90)
    assert taints_of(state) == []
    assert is_true(stored(state, node()).status.conditions, "Ready")


def test_nothing_is_evicted_while_not_one_node_is_ready() -> None:
    state = reconciled(silent(at=NOW, others=()), NODE_LIFECYCLE, W1, now=NOW + 50)
    assert taints_of(state) == [(UNREACHABLE, "NoSchedule")]
    before = written(state, Create(node("w2", ready="Unknown")))
    assert taints_of(reconciled(before, NODE_LIFECYCLE, W1, now=NOW + 60)) == [(UNREACHABLE, "NoSchedule")]
    after = put(before, evolve(stored(before, node("w2")), status=node("w2").status))
    assert W1 in woken(NODE_LIFECYCLE, before, after, Ref("Node", "", "w2"))
    assert (UNREACHABLE, "NoExecute") in taints_of(reconciled(after, NODE_LIFECYCLE, W1, now=NOW + 60))


def test_a_node_that_was_never_heard_of_gets_60_seconds() -> None:
    bare = evolve(node(), status=evolve(node().status, conditions=()))
    state = written(state_with(bare, node("w2")), Create(fault()), now=NOW + 1)
    assert NODE_LIFECYCLE.reconcile(state, W1, NOW + 2).again_at == NOW + 60
    state = reconciled(state, NODE_LIFECYCLE, W1, now=NOW + 60)
    assert ready_of(state).reason == "NodeStatusNeverUpdated"


def test_a_cordoned_node_is_tainted_and_an_uncordoned_one_is_not() -> None:
    state = state_with(node())
    cordoned = evolve(stored(state, node()), spec=evolve(node().spec, unschedulable=True))
    state = reconciled(written(state, Update(cordoned)), NODE_LIFECYCLE, W1)
    assert taints_of(state) == [("node.kubernetes.io/unschedulable", "NoSchedule")]
    free = stored(state, node())
    state = reconciled(put(state, evolve(free, spec=evolve(free.spec, unschedulable=False))), NODE_LIFECYCLE, W1)
    assert taints_of(state) == []


@pytest.mark.parametrize(
    ("type_", "status", "key"),
    [
        ("Ready", "False", NOT_READY),
        ("MemoryPressure", "True", "node.kubernetes.io/memory-pressure"),
        ("DiskPressure", "True", "node.kubernetes.io/disk-pressure"),
        ("PIDPressure", "True", "node.kubernetes.io/pid-pressure"),
        ("NetworkUnavailable", "True", "node.kubernetes.io/network-unavailable"),
    ],
)
def test_conditions_become_taints(type_: str, status: str, key: str) -> None:
    sick = node()
    others = tuple(each for each in sick.status.conditions if each.type != type_)
    sick = evolve(sick, status=evolve(sick.status, conditions=(*others, Condition(type=type_, status=status))))
    state = reconciled(state_with(sick, node("w2")), NODE_LIFECYCLE, W1)
    assert (key, "NoSchedule") in taints_of(state)


def test_taints_of_others_stay_and_get_a_time_where_one_is_needed() -> None:
    own = (Taint(key="gpu", effect="NoSchedule"), Taint(key="maintenance", effect="NoExecute"))
    state = reconciled(state_with(evolve(node(), spec=evolve(node().spec, taints=own))), NODE_LIFECYCLE, W1)
    assert [(each.key, each.time_added) for each in stored(state, node()).spec.taints] == [
        ("gpu", None),
        ("maintenance", NOW),
    ]


def on_tainted_node(*tolerations: Toleration, effect: str = "NoExecute") -> State:
    """A pod bound to w1, which has been tainted at NOW."""
    taint = Taint(key=UNREACHABLE, effect=effect, time_added=NOW)
    state = state_with(evolve(node(), spec=evolve(node().spec, taints=(taint,))), pod())
    bound = started(stored(state, pod()))
    return put(state, evolve(bound, spec=evolve(bound.spec, tolerations=tolerations)))


def test_a_pod_that_does_not_tolerate_leaves_at_once() -> None:
    result = TAINT_EVICTION.reconcile(on_tainted_node(), P, NOW)
    assert messages(result) == ["TaintManagerEviction: Marking for deletion Pod default/p"]
    (delete,) = writes_of(result, Delete)
    assert isinstance(delete, Delete) and delete.grace_seconds is None
    after = written(on_tainted_node(), *result.writes)
    target = condition(stored(after, pod()).status.conditions, "DisruptionTarget")
    assert target is not None and (target.status, target.reason) == ("True", "DeletionByTaintManager")
    assert target.message == "Taint manager: deleting due to NoExecute taint"
    assert stored(after, pod()).metadata.deletion_timestamp == NOW + 30
    assert TAINT_EVICTION.reconcile(after, P, NOW + 1).writes == ()


def test_a_pod_leaves_when_its_toleration_runs_out() -> None:
    tolerant = Toleration(key=UNREACHABLE, operator="Exists", effect="NoExecute", toleration_seconds=300)
    state = on_tainted_node(tolerant)
    waiting = TAINT_EVICTION.reconcile(state, P, NOW + 299)
    assert waiting.writes == () and waiting.again_at == NOW + 300
    assert writes_of(TAINT_EVICTION.reconcile(state, P, NOW + 300), Delete)


def test_a_toleration_without_seconds_lasts_for_ever() -> None:
    tolerant = Toleration(operator="Exists")
    result = TAINT_EVICTION.reconcile(on_tainted_node(tolerant), P, NOW + 99999)
    assert result.writes == () and result.again_at is None


def test_a_toleration_of_negative_seconds_ends_at_once() -> None:
    tolerant = Toleration(operator="Exists", toleration_seconds=-5)
    assert writes_of(TAINT_EVICTION.reconcile(on_tainted_node(tolerant), P, NOW), Delete)


def test_the_default_tolerations_keep_a_pod_for_five_minutes() -> None:
    state = state_with(node(), pod())
    tolerations = stored(state, pod()).spec.tolerations
    assert {(each.key, each.toleration_seconds) for each in tolerations} == {(NOT_READY, 300), (UNREACHABLE, 300)}
    state = on_tainted_node(*tolerations)
    assert TAINT_EVICTION.reconcile(state, P, NOW).again_at == NOW + 300


def test_taints_that_only_keep_new_pods_out_evict_nobody() -> None:
    assert TAINT_EVICTION.reconcile(on_tainted_node(effect="NoSchedule"), P, NOW).writes == ()


def test_new_taints_wake_the_pods_of_their_node() -> None:
    before = state_with(node(), pod())
    before = put(before, started(stored(before, pod())))
    tainted = evolve(node().spec, taints=(Taint(key="x", effect="NoExecute", time_added=NOW),))
    after = put(before, evolve(stored(before, node()), spec=tainted))
    assert woken(TAINT_EVICTION, before, after, W1) == [P]
    assert woken(TAINT_EVICTION, after, after, W1) == []


def test_a_pod_wakes_only_when_it_comes_to_a_tainted_node() -> None:
    state = on_tainted_node()
    bound = stored(state, pod())
    unbound = put(state, evolve(bound, spec=evolve(bound.spec, node_name="")))
    assert woken(TAINT_EVICTION, unbound, state, P) == [P]
    assert woken(TAINT_EVICTION, state, put(state, started(bound, ready=False)), P) == []
    clean = state_with(node(), pod())
    assert woken(TAINT_EVICTION, clean, put(clean, started(stored(clean, pod()))), P) == []


def test_what_is_written_about_a_silent_node_is_one_commit() -> None:
    result = NODE_LIFECYCLE.reconcile(silent(at=NOW), W1, NOW + 50)
    kinds = [type(write) for write in result.writes]
    assert kinds == [UpdateStatus, Update, Emit, UpdateStatus, Emit]
