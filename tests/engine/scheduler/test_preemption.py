"""Less important pods leave for a more important one that fits nowhere: who, where, and what is said."""

from typing import Any

import pytest
from attrs import evolve

from engine.kinds import (
    LabelSelector,
    Namespace,
    Object,
    ObjectMeta,
    Pod,
    PodDisruptionBudget,
    PodDisruptionBudgetSpec,
    PodDisruptionBudgetStatus,
    Ref,
    condition,
    ref_of,
    with_metadata,
)
from engine.scheduler.schedule import schedule
from tests.engine.scheduling import Scheduling, bound, node, pod, put, state_of

DEFAULT = Namespace(metadata=ObjectMeta(name="default"))
NOT_HELPFUL = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"


def there(name: str, on: str, priority: int = 0, cpu: str = "2", started: int | None = None, **spec: Any) -> Pod:
    made = bound(pod(name, requests={"cpu": cpu}, priority=priority, **spec), on)
    return evolve(made, status=evolve(made.status, start_time=started))


def important(name: str = "vip", cpu: str = "4", priority: int = 100, **spec: Any) -> Pod:
    return pod(name, requests={"cpu": cpu}, priority=priority, **spec)


def budget(app: str, allowed: int) -> PodDisruptionBudget:
    return PodDisruptionBudget(
        metadata=ObjectMeta(name=app, namespace="default"),
        spec=PodDisruptionBudgetSpec(selector=LabelSelector(match_labels={"app": app})),
        status=PodDisruptionBudgetStatus(
            disruptions_allowed=allowed, current_healthy=1, desired_healthy=1, expected_pods=1
        ),
    )


def choice(*objects: Object, wish: Pod | None = None) -> tuple[str, list[str]]:
    """The node the pod is nominated for, and who has to leave, the most important first."""
    decision = schedule(state_of(*objects), wish or important(), "seed")
    return decision.nominated, [each.metadata.name for each in decision.victims]


def gone(run: Scheduling, name: str) -> None:
    run.change("kubelet/w1", removes=(Ref("Pod", "default", name),))
    run.settle()


def test_the_less_important_leaves_and_the_more_important_takes_its_place() -> None:
    run = Scheduling(DEFAULT, node("w1"), there("small", "w1"), important())
    run.settle()
    vip, small = run.pod("vip"), run.pod("small")
    assert (vip.spec.node_name, vip.status.nominated_node_name) == ("", "w1")
    assert run.why("vip") == "False Unschedulable: 0/1 nodes are available: 1 Insufficient cpu."
    assert small.metadata.deletion_timestamp is not None
    said = condition(small.status.conditions, "DisruptionTarget")
    assert said is not None
    assert (said.status, said.reason, said.message) == (
        "True",
        "PreemptionByScheduler",
        "default-scheduler: preempting to accommodate a higher priority pod",
    )
    (event,) = run.state.events_of(small)
    assert (event.type, event.reason, event.message) == (
        "Normal",
        "Preempted",
        "Preempted by pod uid-vip on node w1",
    )
    gone(run, "small")
    assert run.pod("vip").spec.node_name == "w1"
    assert run.pod("vip").status.nominated_node_name == ""


def test_while_victims_are_leaving_nothing_more_is_done() -> None:
    run = Scheduling(DEFAULT, node("w1"), there("a", "w1"), there("b", "w1"), important())
    run.settle()
    run.wake_everything()
    assert run.settle() == 0
    assert schedule(run.state, run.pod("vip"), "any").message == (
        "0/1 nodes are available: 1 Insufficient cpu. "
        "preemption: not eligible due to a terminating pod on the nominated node."
    )
    gone(run, "a")
    assert run.pod("vip").spec.node_name == ""
    gone(run, "b")
    assert run.pod("vip").spec.node_name == "w1"


def test_the_room_that_was_made_is_kept_for_whom_it_was_made() -> None:
    run = Scheduling(DEFAULT, node("w1"), there("small", "w1"), important())
    run.settle()
    run.change("user", (pod("a-late-one", requests={"cpu": "1"}),))
    run.change("kubelet/w1", removes=(Ref("Pod", "default", "small"),))
    assert schedule(run.state, run.pod("a-late-one"), "seed").node is None
    run.settle()
    assert (run.pod("vip").spec.node_name, run.pod("a-late-one").spec.node_name) == ("w1", "")


def test_who_is_as_important_stays() -> None:
    state = state_of(node("w1"), there("peer", "w1", priority=100))
    assert schedule(state, important(), "seed").message == (
        f"0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 {NO_VICTIMS}."
    )
    mixed = put(state, node("w2"), there("small", "w2", cpu="1"), there("peer-2", "w2", cpu="1", priority=100))
    assert schedule(mixed, important(), "seed").message == (
        "0/2 nodes are available: 2 Insufficient cpu. "
        f"preemption: 0/2 nodes are available: 1 Insufficient cpu, 1 {NO_VICTIMS}."
    )


def test_a_pod_that_must_not_preempt_waits() -> None:
    state = state_of(node("w1"), there("small", "w1"))
    decision = schedule(state, important(preemptionPolicy="Never"), "seed")
    assert decision.victims == ()
    assert decision.message.endswith("preemption: not eligible due to preemptionPolicy=Never.")


def test_only_as_many_leave_as_must_and_the_most_important_stay() -> None:
    on = [there(f"p{n}", "w1", priority=n, cpu="1") for n in range(4)]
    assert choice(node("w1"), *on, wish=important(cpu="2")) == ("w1", ["p1", "p0"])


def test_of_equally_important_ones_those_that_started_last_leave() -> None:
    on = [there(f"p{n}", "w1", cpu="1", started=started) for n, started in enumerate((30, 10, None, 20))]
    assert choice(node("w1"), *on, wish=important(cpu="2")) == ("w1", ["p0", "p2"])


def app(made: Pod, name: str) -> Pod:
    return with_metadata(made, labels={"app": name})


@pytest.mark.parametrize(
    ("on_w1", "on_w2", "why"),
    [
        ([app(there("a", "w1", 0), "tight")], [there("b", "w2", 9)], "no budget is violated"),
        ([there("a", "w1", 9)], [there("b", "w2", 5), there("c", "w2", 5)], "the highest victim matters less"),
        (
            [there("a", "w1", 5), there("b", "w1", 5)],
            [there("c", "w2", 5), there("d", "w2", 1)],
            "they matter less together",
        ),
        ([there("a", "w1", 5, started=10)], [there("b", "w2", 5, started=20)], "it started later"),
        ([there("a", "w1", 5, started=20)], [there("b", "w2", 5, started=None)], "it has not started"),
    ],
)
def test_the_node_is_chosen_where_least_is_lost(on_w1: list[Pod], on_w2: list[Pod], why: str) -> None:
    nominated, victims = choice(node("w1"), node("w2"), budget("tight", 0), *on_w1, *on_w2)
    assert nominated == "w2", why
    assert victims == [each.metadata.name for each in on_w2]


def test_where_all_is_equal_the_first_node_is_taken() -> None:
    assert choice(node("w1"), node("w2"), there("a", "w1"), there("b", "w2"))[0] == "w1"


def test_who_a_budget_protects_leaves_last() -> None:
    tight = [app(there(name, "w1", cpu="1", priority=n), "tight") for n, name in enumerate(("a", "b"))]
    loose = [there(name, "w1", cpu="1", priority=7 + n) for n, name in enumerate(("c", "d"))]
    assert choice(node("w1"), budget("tight", 0), *tight, *loose, wish=important(cpu="2")) == ("w1", ["d", "c"])
    # One of the two may go, and the more important one is counted first.
    assert choice(node("w1"), budget("tight", 1), *tight, *loose, wish=important(cpu="3"))[1] == ["d", "c", "b"]


def test_who_shuns_the_more_important_leaves_too() -> None:
    term = {"labelSelector": {"matchLabels": {"app": "vip"}}, "topologyKey": "zone"}
    anti = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    places = [node("w1", labels={"zone": "a"}), node("w2", labels={"zone": "b"})]
    shy, plain = there("shy", "w1", cpu="1", affinity=anti), there("plain", "w1", cpu="1")
    full = there("full", "w2", priority=500, cpu="4")
    wish = app(important(cpu="1"), "vip")
    assert choice(*places, shy, plain, full, wish=wish) == ("w1", ["shy"])


def test_pods_on_other_nodes_do_not_leave_for_spread() -> None:
    places = [node(f"w{n}", labels={"zone": zone}) for n, zone in enumerate("aab")]
    selector = {"matchLabels": {"app": "vip"}}
    constraint = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector}
    wish = app(important(cpu="1", topologySpreadConstraints=[constraint]), "vip")
    others = [app(there("one", "w0", cpu="1"), "vip"), there("full", "w2", priority=500, cpu="4")]
    assert choice(*places, *others, wish=wish) == ("w0", ["one"])


def test_one_that_matters_less_no_longer_waits_for_the_same_room() -> None:
    run = Scheduling(DEFAULT, node("w1"), there("small", "w1"), important("middle", priority=50))
    run.settle()
    assert run.pod("middle").status.nominated_node_name == "w1"
    run.change("user", (important("vip", priority=100),))
    run.settle()
    assert run.pod("middle").status.nominated_node_name == ""
    assert run.pod("vip").status.nominated_node_name == "w1"
    gone(run, "small")
    assert (run.pod("vip").spec.node_name, run.pod("middle").spec.node_name) == ("w1", "")


def test_who_waits_in_vain_for_a_node_that_is_gone_looks_elsewhere() -> None:
    run = Scheduling(DEFAULT, node("w1"), there("small", "w1"), important())
    run.settle()
    run.change("user", (node("w2"),), removes=(Ref("Node", "", "w1"),))
    run.settle()
    assert run.pod("vip").spec.node_name == "w2"


def test_room_is_free_again_when_the_one_it_was_kept_for_is_deleted() -> None:
    run = Scheduling(
        DEFAULT, node("w1"), there("small", "w1", cpu="3"), important(), pod("other", requests={"cpu": "1"})
    )
    run.settle()
    assert run.pod("other").spec.node_name == ""
    run.change("user", removes=(ref_of(run.pod("vip")),))
    run.settle()
    assert run.pod("other").spec.node_name == "w1"


def test_among_many_nodes_room_is_kept_as_well() -> None:
    nodes = [node(f"w{n:02}") for n in range(40)]
    full = [there(f"p{n:02}", f"w{n:02}", cpu="4") for n in range(40)]
    run = Scheduling(DEFAULT, *nodes, *full, important())
    run.settle()
    on = run.pod("vip").status.nominated_node_name
    assert on == "w00"
    run.change("user", (pod("late", requests={"cpu": "1"}),))
    run.change("kubelet/w00", removes=(Ref("Pod", "default", "p00"),))
    assert schedule(run.state, run.pod("late"), "seed").node is None
    run.settle()
    assert run.pod("vip").spec.node_name == "w00"
