"""What the API server says of a pod's wishes about other pods, and of its priority."""

from typing import Any

import pytest

from engine.api.validation.pod import pod_spec_errors
from engine.api.writes import Create
from engine.errors import ApiError
from engine.kinds import ObjectMeta, Pod, Unmodelled, from_manifest, to_manifest
from tests.builders import cluster, pod

TERM = {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "zone"}
SPREAD = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}


def said(**spec: Any) -> list[str]:
    return [str(error) for error in pod_spec_errors(pod(**spec).spec, "spec")]


def usual(**spec: Any) -> list[str]:
    plain = set(said())
    return [error for error in said(**spec) if error not in plain]


def required(**term: Any) -> dict[str, Any]:
    return {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{**TERM, **term}]}}


def test_affinity_to_pods_and_spread_come_back_as_they_were_applied() -> None:
    anti = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 3, "podAffinityTerm": TERM}]}
    made = pod(affinity={**required(), "podAntiAffinity": anti}, topologySpreadConstraints=[SPREAD])
    assert usual(affinity={**required(), "podAntiAffinity": anti}, topologySpreadConstraints=[SPREAD]) == []
    assert from_manifest(to_manifest(made)) == made
    assert to_manifest(made)["spec"]["affinity"]["podAntiAffinity"] == anti


@pytest.mark.parametrize(
    ("affinity", "error"),
    [
        (required(topologyKey=""), "topologyKey: Required value: can not be empty"),
        (required(namespaces=["No"]), 'namespace: Invalid value: "No": a lowercase RFC 1123 label'),
        (
            required(labelSelector=None, matchLabelKeys=["a"]),
            "matchLabelKeys: Forbidden: must not be specified when labelSelector is not set",
        ),
        (
            required(matchLabelKeys=["app"]),
            'matchLabelKeys[0]: Invalid value: "app": exists in both matchLabelKeys and labelSelector',
        ),
    ],
)
def test_a_wrong_affinity_term_is_refused(affinity: dict[str, Any], error: str) -> None:
    path = "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]."
    assert any(each.startswith(path + error) for each in usual(affinity=affinity))


def test_a_weight_is_from_1_to_100() -> None:
    anti = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 0, "podAffinityTerm": TERM}]}
    assert usual(affinity={"podAntiAffinity": anti}) == [
        "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: "
        "Invalid value: 0: must be in the range 1-100"
    ]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"maxSkew": 0}, "maxSkew: Invalid value: 0: must be greater than zero"),
        ({"topologyKey": ""}, "topologyKey: Required value: can not be empty"),
        (
            {"whenUnsatisfiable": "Never"},
            'whenUnsatisfiable: Unsupported value: "Never": supported values: "DoNotSchedule", "ScheduleAnyway"',
        ),
        (
            {"whenUnsatisfiable": "ScheduleAnyway", "minDomains": 2},
            "minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, "
            "not ScheduleAnyway",
        ),
        ({"nodeTaintsPolicy": "x"}, 'nodeTaintsPolicy: Unsupported value: "x": supported values: "Honor", "Ignore"'),
    ],
)
def test_a_wrong_spread_constraint_is_refused(change: dict[str, Any], error: str) -> None:
    assert usual(topologySpreadConstraints=[{**SPREAD, **change}]) == [f"spec.topologySpreadConstraints[0].{error}"]


def test_two_spread_constraints_do_not_say_the_same() -> None:
    assert usual(topologySpreadConstraints=[SPREAD, SPREAD]) == [
        "spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: "
        'Duplicate value: "{zone, DoNotSchedule}"'
    ]


def priority_class(**body: Any) -> Unmodelled:
    return Unmodelled(
        kind="PriorityClass", api_version="scheduling.k8s.io/v1", metadata=ObjectMeta(name="high"), body=body
    )


def test_a_pod_that_must_not_preempt_learns_it_from_its_class() -> None:
    made = cluster(priority_class(value=7, preemptionPolicy="Never"))
    made.submit("user", [Create(pod("p", priorityClassName="high"))])
    found = made.state.find(Pod, "p", "default")
    assert found is not None
    assert (found.spec.priority, found.spec.preemption_policy) == (7, "Never")


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        (
            {"priority": 9},
            "the integer value of priority (9) must not be provided in pod spec; "
            "priority admission controller computed 7 from the given PriorityClass name",
        ),
        (
            {"preemptionPolicy": "Never"},
            "the string value of PreemptionPolicy (Never) must not be provided in pod spec; "
            "priority admission controller computed PreemptLowerPriority from the given PriorityClass name",
        ),
    ],
)
def test_a_pod_may_not_contradict_its_class(spec: dict[str, Any], error: str) -> None:
    made = cluster(priority_class(value=7))
    with pytest.raises(ApiError) as raised:
        made.submit("user", [Create(pod("p", priorityClassName="high", **spec))])
    assert error in str(raised.value)
