"""Every rule that keeps a pod off a node, with the words in which it says so."""

from typing import Any

import pytest

from engine.kinds import Node, Pod
from engine.scheduler.explain import explain
from engine.scheduler.filters import FILTERS
from tests.engine.scheduling import bound, finished, node, pod, state_of


def reasons(pod_: Pod, node_: Node, *others: Pod) -> tuple[str, ...]:
    (verdict,) = explain(state_of(node_, *others), pod_)
    return verdict.reasons


def required(*terms: dict[str, Any]) -> dict[str, Any]:
    selector = {"nodeSelectorTerms": list(terms)}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": selector}}


def expressions(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


def fields(operator: str, *values: str) -> dict[str, Any]:
    return {"matchFields": [{"key": "metadata.name", "operator": operator, "values": list(values)}]}


def taint(key: str, effect: str, value: str = "") -> dict[str, str]:
    return {"key": key, "value": value, "effect": effect}


def test_an_empty_node_takes_a_pod() -> None:
    assert reasons(pod(), node()) == ()


def test_the_rules_are_asked_in_kubernetes_order() -> None:
    names = [rule.name for rule in FILTERS]
    assert names == [
        "NodeAffinity",
        "NodeUnschedulable",
        "NodeName",
        "TaintToleration",
        "NodeAffinity",
        "NodePorts",
        "NodeResourcesFit",
    ]


def test_a_cordoned_node_gets_no_new_pods() -> None:
    assert reasons(pod(), node(unschedulable=True)) == ("node(s) were unschedulable",)


def test_a_pod_that_tolerates_the_unschedulable_taint_goes_to_a_cordoned_node() -> None:
    tolerations = [{"key": "node.kubernetes.io/unschedulable", "operator": "Exists", "effect": "NoSchedule"}]
    assert reasons(pod(tolerations=tolerations), node(unschedulable=True)) == ()


def test_only_the_first_rule_that_rejects_is_told() -> None:
    crowded = node(unschedulable=True, taints=[taint("a", "NoSchedule")], allocatable={"pods": "0"})
    assert reasons(pod(), crowded) == ("node(s) were unschedulable",)


def test_a_pod_that_names_its_node_fits_no_other() -> None:
    assert reasons(bound(pod(), "w2"), node("w1")) == ("node(s) didn't match the requested node name",)


@pytest.mark.parametrize("effect", ["NoSchedule", "NoExecute"])
def test_an_untolerated_taint_keeps_pods_away(effect: str) -> None:
    tainted = node(taints=[taint("node.kubernetes.io/not-ready", effect)])
    assert reasons(pod(), tainted) == ("node(s) had untolerated taint(s)",)


def test_a_prefer_no_schedule_taint_keeps_no_pod_away() -> None:
    assert reasons(pod(), node(taints=[taint("a", "PreferNoSchedule")])) == ()


@pytest.mark.parametrize(
    ("toleration", "tolerates"),
    [
        ({"key": "a", "operator": "Equal", "value": "1", "effect": "NoSchedule"}, True),
        ({"key": "a", "value": "1"}, True),
        ({"key": "a", "value": "2"}, False),
        ({"key": "a", "operator": "Exists"}, True),
        ({"key": "b", "operator": "Exists"}, False),
        ({"operator": "Exists"}, True),
        ({"key": "a", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "a", "operator": "Gt", "value": "0"}, False),
    ],
)
def test_a_toleration_matches_by_key_value_and_effect(toleration: dict[str, str], tolerates: bool) -> None:
    rejected = reasons(pod(tolerations=[toleration]), node(taints=[taint("a", "NoSchedule", "1")]))
    assert rejected == (() if tolerates else ("node(s) had untolerated taint(s)",))


@pytest.mark.parametrize(
    ("term", "matches"),
    [
        (expressions("disk", "In", "ssd", "nvme"), True),
        (expressions("disk", "In", "hdd"), False),
        (expressions("disk", "NotIn", "ssd"), False),
        (expressions("tape", "NotIn", "ssd"), True),
        (expressions("disk", "Exists"), True),
        (expressions("tape", "Exists"), False),
        (expressions("tape", "DoesNotExist"), True),
        (expressions("cores", "Gt", "7"), True),
        (expressions("cores", "Gt", "8"), False),
        (expressions("cores", "Lt", "9"), True),
        (expressions("disk", "Lt", "9"), False),
        (fields("In", "w1"), True),
        (fields("NotIn", "w1"), False),
        (fields("NotIn", "w2"), True),
        (expressions("disk", "In", "ssd") | fields("NotIn", "w1"), False),
        ({}, False),
    ],
)
def test_required_affinity_matches_labels_and_names(term: dict[str, Any], matches: bool) -> None:
    rejected = reasons(pod(affinity=required(term)), node(labels={"disk": "ssd", "cores": "8"}))
    assert rejected == (() if matches else ("node(s) didn't match Pod's node affinity/selector",))


def test_one_matching_affinity_term_is_enough() -> None:
    either = required(expressions("disk", "In", "hdd"), expressions("disk", "In", "ssd"))
    assert reasons(pod(affinity=either), node(labels={"disk": "ssd"})) == ()


def test_a_node_selector_must_match_every_label() -> None:
    wish = pod(nodeSelector={"disk": "ssd", "zone": "a"})
    assert reasons(wish, node(labels={"disk": "ssd", "zone": "a"})) == ()
    assert reasons(wish, node(labels={"disk": "ssd"})) == ("node(s) didn't match Pod's node affinity/selector",)


def test_a_pod_that_names_other_nodes_by_affinity_does_not_look_at_this_one() -> None:
    cordoned = node("w1", unschedulable=True)
    rejected = reasons(pod(affinity=required(fields("In", "w2"))), cordoned)
    assert rejected == ("node(s) didn't satisfy plugin(s) [NodeAffinity]",)


@pytest.mark.parametrize(
    ("taken", "wanted", "free"),
    [
        ({"hostPort": 80}, {"hostPort": 80}, False),
        ({"hostPort": 80}, {"hostPort": 81}, True),
        ({"hostPort": 80}, {"hostPort": 80, "protocol": "UDP"}, True),
        ({"hostPort": 80, "hostIP": "10.0.0.1"}, {"hostPort": 80, "hostIP": "10.0.0.2"}, True),
        ({"hostPort": 80, "hostIP": "10.0.0.1"}, {"hostPort": 80}, False),
        ({"hostPort": 80}, {"hostPort": 80, "hostIP": "10.0.0.1"}, False),
        ({}, {"hostPort": 80}, True),
    ],
)
def test_a_host_port_is_taken_once_per_node(taken: Any, wanted: Any, free: bool) -> None:
    there = bound(pod("there", ports=[{"containerPort": 80, **taken}]), "w1")
    rejected = reasons(pod("new", ports=[{"containerPort": 80, **wanted}]), node(), there)
    assert rejected == (() if free else ("node(s) didn't have free ports for the requested pod ports",))


def test_every_resource_that_does_not_suffice_is_a_reason() -> None:
    small = node(allocatable={"cpu": "1", "memory": "1Gi", "ephemeral-storage": "1Gi", "pods": "1"})
    there = bound(pod("there", requests={"cpu": "600m", "memory": "600Mi"}), "w1")
    wish = pod(
        requests={"cpu": "500m", "memory": "500Mi", "ephemeral-storage": "2Gi", "example.com/gpu": "1"},
    )
    assert set(reasons(wish, small, there)) == {
        "Too many pods",
        "Insufficient cpu",
        "Insufficient memory",
        "Insufficient ephemeral-storage",
        "Insufficient example.com/gpu",
    }


def test_a_pod_fits_exactly_and_not_by_one_more() -> None:
    there = bound(pod("there", requests={"cpu": "3", "memory": "7Gi"}), "w1")
    assert reasons(pod(requests={"cpu": "1", "memory": "1Gi"}), node(), there) == ()
    assert reasons(pod(requests={"cpu": "1001m"}), node(), there) == ("Insufficient cpu",)
    assert reasons(pod(requests={"memory": "1025Mi"}), node(), there) == ("Insufficient memory",)


def test_a_pod_without_requests_fits_a_node_whose_cpu_is_all_taken() -> None:
    there = bound(pod("there", requests={"cpu": "4"}), "w1")
    assert reasons(pod(), node(), there) == ()


def test_finished_pods_hold_no_room() -> None:
    there = finished(bound(pod("there", requests={"cpu": "4"}), "w1"))
    assert reasons(pod(requests={"cpu": "4"}), node(), there) == ()


def test_a_node_without_allocatable_has_room_for_nothing() -> None:
    bare = node(allocatable={"cpu": None, "memory": None, "pods": None})
    assert reasons(pod(), bare) == ("Too many pods",)
