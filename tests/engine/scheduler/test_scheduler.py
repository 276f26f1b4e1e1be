"""Which node a pod gets, what is said when it gets none, and when the scheduler looks again."""

from collections import Counter
from collections.abc import Callable

import pytest
from attrs import evolve

from engine.kinds import Event, Namespace, Node, ObjectMeta, Pod, Ref, Toleration, condition, ref_of, with_metadata
from engine.reconcile import Change
from engine.scheduler import SCHEDULER
from engine.scheduler.explain import explain
from engine.scheduler.schedule import Decision, schedule
from tests.engine.scheduling import Scheduling, bound, finished, node, pod, put, state_of

DEFAULT = Namespace(metadata=ObjectMeta(name="default"))
NOT_HELPFUL = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"


def test_a_pod_goes_to_the_node_with_most_room() -> None:
    there = bound(pod("there", requests={"cpu": "2", "memory": "4Gi"}), "w1")
    wish = pod(requests={"cpu": "1", "memory": "2Gi"})
    assert schedule(state_of(node("w1"), node("w2"), there), wish, "seed") == Decision("w2")


def test_without_nodes_there_is_one_thing_to_say() -> None:
    assert schedule(state_of(pod()), pod(), "seed") == Decision(None, "no nodes available to schedule pods")


def test_a_refusal_counts_its_reasons_and_sorts_them_as_strings() -> None:
    nodes = [node(f"full-{n}", allocatable={"cpu": "100m"}) for n in range(10)]
    nodes += [node(f"cordoned-{n}", unschedulable=True) for n in range(2)]
    decision = schedule(state_of(*nodes), pod(requests={"cpu": "1"}), "seed")
    assert decision == Decision(
        None,
        "0/12 nodes are available: 10 Insufficient cpu, 2 node(s) were unschedulable. "
        f"preemption: 0/12 nodes are available: 12 {NOT_HELPFUL}.",
    )


def test_nodes_that_would_fit_were_they_emptier_are_told_apart_from_hopeless_ones() -> None:
    there = bound(pod("there", requests={"cpu": "4"}), "busy")
    nodes = [node("busy"), node("small", allocatable={"cpu": "1"}), node("hdd", labels={"disk": "hdd"})]
    wish = pod(requests={"cpu": "2"}, nodeSelector={"disk": "ssd"})
    nodes[:2] = [with_metadata(each, labels={"disk": "ssd"}) for each in nodes[:2]]
    assert schedule(state_of(*nodes, there), wish, "seed").message == (
        "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 2 Insufficient cpu. "
        f"preemption: 0/3 nodes are available: 1 {NO_VICTIMS}, 2 {NOT_HELPFUL}."
    )


def test_a_pod_that_never_preempts_says_so() -> None:
    decision = schedule(state_of(node(unschedulable=True)), pod(preemptionPolicy="Never"), "seed")
    assert decision.message == (
        "0/1 nodes are available: 1 node(s) were unschedulable. preemption: not eligible due to preemptionPolicy=Never."
    )


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["a", "b"], "pod affinity terms conflict"),
        (["gone"], "2 node(s) didn't satisfy plugin(s) [NodeAffinity]"),
    ],
)
def test_affinity_to_nodes_by_name_is_settled_before_any_node_is_looked_at(names: list[str], told: str) -> None:
    fields = [{"key": "metadata.name", "operator": "In", "values": [name]} for name in names]
    selector = {"nodeSelectorTerms": [{"matchFields": fields}]}
    wish = pod(affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": selector}})
    assert schedule(state_of(node("a"), node("b")), wish, "seed").message == (
        f"0/2 nodes are available: {told}. preemption: 0/2 nodes are available: 2 {NOT_HELPFUL}."
    )


def test_ties_follow_from_the_seed_and_spread_over_all_that_tie() -> None:
    state = state_of(*(node(f"w{n}") for n in range(4)), node("cordoned", unschedulable=True))
    chosen = [schedule(state, pod(), f"uid-{n}").node for n in range(400)]
    assert chosen == [schedule(state, pod(), f"uid-{n}").node for n in range(400)]
    spread = Counter(chosen)
    assert sorted(map(str, spread)) == ["w0", "w1", "w2", "w3"]
    assert min(spread.values()) > 60


def test_the_explanation_names_every_node_and_agrees_with_the_decision() -> None:
    state = state_of(node("a"), node("b", allocatable={"cpu": "8"}), node("c", unschedulable=True))
    verdicts = explain(state, pod(requests={"cpu": "1", "memory": "1Gi"}))
    assert [each.node for each in verdicts] == ["a", "b", "c"]
    assert verdicts[2].reasons == ("node(s) were unschedulable",)
    best = max(verdicts, key=lambda each: each.total)
    assert schedule(state, pod(requests={"cpu": "1", "memory": "1Gi"}), "seed") == Decision(best.node)


def test_an_older_state_still_decides_as_it_did() -> None:
    wish = pod(requests={"cpu": "1", "memory": "2Gi"})
    before = state_of(node("w1"), node("w2"), bound(pod("there", requests={"cpu": "1"}), "w1"))
    after = put(before, bound(pod("more", requests={"cpu": "3"}), "w2"))
    assert schedule(before, wish, "seed") == Decision("w2")
    assert schedule(after, wish, "seed") == Decision("w1")
    assert schedule(before, wish, "seed") == Decision("w2")


def test_a_new_pod_is_bound_and_an_event_tells_where() -> None:
    run = Scheduling(DEFAULT, node("w1"), pod("p"))
    assert run.settle() == 1
    assert run.pod("p").spec.node_name == "w1"
    assert run.why("p") == "True"
    (event,) = run.state.events_of(run.pod("p"))
    assert (event.type, event.reason, event.message, event.source.component) == (
        "Normal",
        "Scheduled",
        "Successfully assigned default/p to w1",
        "default-scheduler",
    )


def test_a_pod_that_fits_nowhere_is_told_once() -> None:
    run = Scheduling(DEFAULT, node(unschedulable=True), pod("p"))
    assert run.settle() == 1
    message = run.why("p").removeprefix("False Unschedulable: ")
    assert message.startswith("0/1 nodes are available: 1 node(s) were unschedulable. preemption: ")
    (event,) = run.state.events_of(run.pod("p"))
    assert (event.type, event.reason, event.message) == ("Warning", "FailedScheduling", message)
    run.wake_everything()
    assert run.settle() == 0


def test_an_event_has_room_for_1024_characters() -> None:
    requests = {f"example.com/{'x' * 55}-{n}": "1" for n in range(20)}
    run = Scheduling(DEFAULT, node(), pod("p", requests=requests))
    run.settle()
    (event,) = run.state.all(Event)
    assert len(event.message) == 1024
    assert event.message.endswith(" ...")
    assert len(run.why("p")) > 1024


def test_more_important_pods_are_placed_first_then_older_ones_then_by_name() -> None:
    made = [
        with_metadata(pod("old"), creation_timestamp=1),
        with_metadata(pod("young-b"), creation_timestamp=2),
        with_metadata(pod("young-a"), creation_timestamp=2),
        with_metadata(pod("important", priority=5), creation_timestamp=3),
    ]
    run = Scheduling(DEFAULT, node(), *made)
    run.settle()
    assert run.bound() == ["important", "old", "young-a", "young-b"]


def test_pods_that_are_gated_finished_leaving_or_anothers_are_left_alone() -> None:
    waiting = [
        pod("gated", schedulingGates=[{"name": "example.com/later"}]),
        finished(pod("finished")),
        with_metadata(pod("leaving"), deletion_timestamp=1),
        pod("anothers", schedulerName="other"),
    ]
    run = Scheduling(DEFAULT, node(), *waiting)
    assert run.settle() == 0


def test_a_pod_whose_last_gate_is_removed_is_placed() -> None:
    run = Scheduling(DEFAULT, node(), pod("p", schedulingGates=[{"name": "example.com/later"}]))
    run.settle()
    run.change("user", (pod("p"),))
    run.settle()
    assert run.bound() == ["p"]


def uncordoned(run: Scheduling) -> None:
    run.change("user", (node("w1"),))


def joined(run: Scheduling) -> None:
    run.change("user", (node("w2"),))


def left(run: Scheduling) -> None:
    run.change("user", removes=(Ref("Pod", "default", "there"),))


def ended(run: Scheduling) -> None:
    run.change("kubelet/w1", (finished(run.pod("there")),))


@pytest.mark.parametrize(
    ("makes_room", "first"),
    [
        (uncordoned, node("w1", unschedulable=True)),
        (joined, node("w1", unschedulable=True)),
        (left, node("w1", allocatable={"pods": "1"})),
        (ended, node("w1", allocatable={"pods": "1"})),
    ],
)
def test_a_waiting_pod_is_placed_as_soon_as_there_is_room(
    makes_room: Callable[[Scheduling], None], first: Node
) -> None:
    run = Scheduling(DEFAULT, first, bound(pod("there"), "w1"), pod("p"))
    run.settle()
    assert run.why("p").startswith("False Unschedulable")
    makes_room(run)
    run.settle()
    assert run.bound() == ["p"]


def test_when_everything_is_woken_the_pods_are_woken_once() -> None:
    known = with_metadata(node(unschedulable=True), resource_version="1")
    state = put(state_of(known), pod("p"))
    assert list(SCHEDULER.wakes(Change(ref_of(known), None, known), state)) == []
    joined = with_metadata(node("w2"), resource_version="3")
    assert list(SCHEDULER.wakes(Change(ref_of(joined), None, joined), put(state, joined))) == [ref_of(pod("p"))]


def test_a_heartbeat_wakes_nobody() -> None:
    run = Scheduling(DEFAULT, node(unschedulable=True), pod("p"))
    run.settle()
    (beating,) = run.state.all(Node)
    run.change("kubelet/w1", (evolve(beating, status=evolve(beating.status, node_info={"a": "b"})),))
    assert not run.queue


def test_the_reasons_are_brought_up_to_date_when_others_took_the_room() -> None:
    run = Scheduling(DEFAULT, node(allocatable={"cpu": "1", "pods": "2"}), pod("big", requests={"cpu": "2"}))
    run.settle()
    assert "1 Insufficient cpu." in run.why("big")
    run.change("user", (pod("a"), pod("b")))
    assert run.settle() == 3
    assert "1 Insufficient cpu, 1 Too many pods." in run.why("big")


def test_the_reasons_of_many_are_told_anew_in_one_commit() -> None:
    big = [pod(f"big-{n}", requests={"cpu": "2"}) for n in range(20)]
    run = Scheduling(DEFAULT, node(allocatable={"cpu": "1", "pods": "1"}), *big)
    run.settle()
    run.change("user", (pod("a"),))
    assert run.settle() == 2
    assert {run.why(each.metadata.name) for each in big} == {run.why("big-0")}
    assert "Too many pods" in run.why("big-0")


def test_the_transition_time_stays_while_the_pod_waits() -> None:
    run = Scheduling(DEFAULT, node("w1", unschedulable=True), pod("p"))
    run.settle()
    first = condition(run.pod("p").status.conditions, "PodScheduled")
    assert first is not None
    later = SCHEDULER.reconcile(put(run.state, node("w2", unschedulable=True)), ref_of(pod("p")), 2_000_000_000)
    (update, _) = later.writes
    told = condition(update.object.status.conditions, "PodScheduled")  # type: ignore[union-attr]  # UpdateStatus
    assert told is not None
    assert told.message != first.message
    assert told.last_transition_time == first.last_transition_time


def test_a_key_that_is_gone_needs_nothing() -> None:
    assert SCHEDULER.reconcile(state_of(node()), Ref("Pod", "default", "gone"), 1).writes == ()


def test_pods_of_one_template_share_what_is_computed_for_them() -> None:
    template = pod("template", requests={"cpu": "10m", "memory": "10Mi"}).spec
    pods = [
        Pod(metadata=ObjectMeta(name=f"p{n:03}", namespace="default", uid=f"u{n}"), spec=template) for n in range(60)
    ]
    run = Scheduling(DEFAULT, *(node(f"w{n}") for n in range(3)), *pods)
    run.settle()
    on_nodes = Counter(each.spec.node_name for each in run.state.all(Pod))
    assert on_nodes == {"w0": 20, "w1": 20, "w2": 20}


def test_pods_that_share_containers_but_not_tolerations_are_told_apart() -> None:
    plain = pod().spec
    tolerant = evolve(plain, tolerations=(Toleration(operator="Exists"),))
    state = state_of(node(taints=[{"key": "a", "effect": "NoSchedule"}]))
    assert schedule(state, evolve(pod(), spec=plain), "seed").node is None
    assert schedule(state, evolve(pod(), spec=tolerant), "seed").node == "w1"


def test_a_node_that_fills_up_or_frees_itself_changes_how_the_others_compare() -> None:
    soft = [{"key": key, "effect": "PreferNoSchedule"} for key in "wxyz"]
    nodes = [node("one", taints=soft[:1]), node("busy"), node("four", taints=soft, allocatable={"pods": "1"})]
    busy = bound(pod("busy", requests={"cpu": "3900m", "memory": "8000Mi"}), "busy")
    wish = pod(requests={"cpu": "10m", "memory": "20Mi"})
    free = state_of(*nodes, busy)
    full = put(free, bound(pod("there"), "four"))
    # One taint of at most four costs 75 points, one of at most one costs 300; being busy costs some 100.
    assert [schedule(state, wish, "seed").node for state in (free, full)] == ["one", "busy"]
    freed = put(full, finished(bound(pod("there"), "four")))
    assert schedule(freed, wish, "seed").node == "one"
