"""PodDisruptionBudgets (rules 7): how many pods may go."""

from typing import Any

import pytest
from attrs import evolve

from engine.controllers.disruption import DISRUPTION
from engine.controllers.replicaset import REPLICASET
from engine.kinds import (
    Condition,
    DaemonSet,
    Pod,
    PodDisruptionBudget,
    Ref,
    condition,
    owner_reference,
    ref_of,
    with_metadata,
)
from engine.store.state import State
from tests.builders import daemon_set
from tests.engine.controllers.test_deployment import deployment, rolled_out, web, with_image
from tests.engine.controllers.test_replicaset import WEB, bare_pod, replica_set
from tests.engine.given import (
    NOW,
    all_started,
    manifest,
    messages,
    put,
    reconciled,
    started,
    state_with,
    stored,
    woken,
)

PDB = Ref("PodDisruptionBudget", "default", "web")


def budget(**spec: Any) -> PodDisruptionBudget:
    selector = {"matchLabels": {"app": "web"}}
    made = manifest("PodDisruptionBudget", "web", "policy/v1", spec={"selector": selector, **spec})
    assert isinstance(made, PodDisruptionBudget)
    return made


def with_pods(count: int, **spec: Any) -> State:
    """A ReplicaSet of ``count`` ready pods and a budget over them."""
    state = reconciled(state_with(budget(**spec), replica_set(count)), REPLICASET, WEB)
    return reconciled(all_started(state), DISRUPTION, PDB)


def counts(state: State) -> tuple[int, int, int, int]:
    """(expected, desired, healthy, allowed)."""
    status = stored(state, budget()).status
    return status.expected_pods, status.desired_healthy, status.current_healthy, status.disruptions_allowed


def allowed(state: State) -> Condition:
    found = condition(stored(state, budget()).status.conditions, "DisruptionAllowed")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"minAvailable": 2}, (4, 2, 4, 2)),
        ({"minAvailable": 9}, (4, 9, 4, 0)),
        ({"minAvailable": "60%"}, (4, 3, 4, 1)),
        ({"maxUnavailable": 1}, (4, 3, 4, 1)),
        ({"maxUnavailable": "30%"}, (4, 2, 4, 2)),
        ({"maxUnavailable": 9}, (4, 0, 4, 4)),
        ({"maxUnavailable": 0}, (4, 4, 4, 0)),
    ],
)
def test_what_is_desired_follows_from_numbers_and_percentages(
    spec: dict[str, Any], expected: tuple[int, int, int, int]
) -> None:
    assert counts(with_pods(4, **spec)) == expected


def test_pods_that_are_not_ready_or_leaving_are_not_healthy() -> None:
    state = with_pods(4, minAvailable=2)
    first, second, *_ = state.all(Pod)
    state = put(state, started(first, ready=False), with_metadata(second, deletion_timestamp=NOW + 30))
    state = reconciled(state, DISRUPTION, PDB)
    assert counts(state) == (4, 2, 2, 0)
    assert (allowed(state).status, allowed(state).reason) == ("False", "InsufficientPods")


def test_it_says_whether_disruptions_are_allowed_and_what_it_has_seen() -> None:
    state = with_pods(2, minAvailable=1)
    assert (allowed(state).status, allowed(state).reason) == ("True", "SufficientPods")
    assert stored(state, budget()).status.observed_generation == 1


def test_pods_of_a_deployment_in_the_middle_of_a_rollout_are_expected_once() -> None:
    state = rolled_out(3)
    state = put(state, with_image(web(state), "nginx:2"))
    made = evolve(budget(maxUnavailable=1), metadata=evolve(budget().metadata, uid="b", generation=1))
    state = reconciled(put(state, made), DISRUPTION, PDB)
    assert counts(state) == (3, 2, 3, 1)
    assert isinstance(web(state), type(deployment()))


def test_pods_without_a_controller_count_only_for_a_plain_number() -> None:
    lonely = bare_pod("lonely", app="web")
    state = state_with(lonely, budget(minAvailable=1))
    state = put(state, started(stored(state, lonely)))
    assert counts(reconciled(state, DISRUPTION, PDB)) == (1, 1, 1, 0)
    state = put(state, evolve(stored(state, budget()), spec=budget(maxUnavailable=1).spec))
    result = DISRUPTION.reconcile(state, PDB, NOW)
    selector = "&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}"
    (said,) = messages(result)
    assert said.startswith(f"UnmanagedPods: Pods selected by this PodDisruptionBudget (selector: {selector}) were")
    assert counts(reconciled(state, DISRUPTION, PDB)) == (0, 0, 1, 0)


def test_pods_of_what_cannot_be_scaled_fail_the_budget() -> None:
    state = rolled_daemons()
    result = DISRUPTION.reconcile(state, PDB, NOW)
    why = "daemonsets.apps does not implement the scale subresource"
    assert messages(result) == [
        f"CalculateExpectedPodCountFailed: Failed to calculate the number of expected pods: {why}"
    ]
    state = reconciled(state, DISRUPTION, PDB)
    assert (allowed(state).status, allowed(state).reason, allowed(state).message) == ("False", "SyncFailed", why)


def test_a_budget_that_selects_nothing_says_so() -> None:
    assert messages(DISRUPTION.reconcile(state_with(budget(minAvailable=1)), PDB, NOW)) == [
        "NoPods: No matching pods found"
    ]


def rolled_daemons() -> State:
    """A DaemonSet's pod under a budget that must know how many there should be."""
    state = state_with(daemon_set("web"), bare_pod("web-1", app="web"), budget(maxUnavailable=1))
    owner = state.find(DaemonSet, "web", "default")
    pod = state.find(Pod, "web-1", "default")
    assert owner is not None and pod is not None
    return put(state, with_metadata(pod, owner_references=(owner_reference(owner),)))


def test_an_evicted_pod_counts_as_gone_for_two_minutes_until_its_deletion_shows() -> None:
    state = with_pods(3, minAvailable=1)
    victim = next(state.all(Pod)).metadata.name
    spent = stored(state, budget())
    spent = evolve(spent, status=evolve(spent.status, disrupted_pods={victim: NOW}, disruptions_allowed=1))
    state = put(state, spent)
    waiting = DISRUPTION.reconcile(state, PDB, NOW + 1)
    assert waiting.again_at == NOW + 120
    assert counts(reconciled(state, DISRUPTION, PDB, now=NOW + 1)) == (3, 1, 2, 1)
    state = reconciled(state, DISRUPTION, PDB, now=NOW + 120)
    assert counts(state) == (3, 1, 3, 2)
    assert dict(stored(state, budget()).status.disrupted_pods) == {}


def test_a_budget_over_nothing_allows_nothing() -> None:
    state = reconciled(state_with(budget(minAvailable=0)), DISRUPTION, PDB)
    assert counts(state) == (0, 0, 0, 0)


def test_an_empty_selector_selects_all_pods_of_the_namespace() -> None:
    made = manifest("PodDisruptionBudget", "web", "policy/v1", spec={"selector": {}, "minAvailable": 0})
    state = state_with(made, bare_pod("a"), bare_pod("b", app="db"))
    assert counts(reconciled(state, DISRUPTION, PDB))[0] == 2


def test_a_settled_budget_writes_nothing() -> None:
    result = DISRUPTION.reconcile(with_pods(3, minAvailable=1), PDB, NOW + 999)
    assert result.writes == () and result.again_at is None


def test_pods_wake_the_budgets_that_select_them_when_their_health_changes() -> None:
    state = with_pods(1, minAvailable=1)
    (pod,) = state.all(Pod)
    assert woken(DISRUPTION, state, put(state, started(pod, ready=False)), ref_of(pod)) == [PDB]
    annotated = put(state, with_metadata(pod, annotations={"a": "b"}))
    assert woken(DISRUPTION, state, annotated, ref_of(pod)) == []
    other = put(state, bare_pod("db", app="db"))
    assert woken(DISRUPTION, state, other, Ref("Pod", "default", "db")) == []


def test_scaling_a_controller_wakes_the_budgets_of_its_namespace() -> None:
    state = with_pods(2, maxUnavailable=1)
    owner = stored(state, replica_set())
    grown = put(state, evolve(owner, spec=evolve(owner.spec, replicas=5)))
    assert woken(DISRUPTION, state, grown, WEB) == [PDB]
    counted = put(state, evolve(owner, status=evolve(owner.status, replicas=1)))
    assert woken(DISRUPTION, state, counted, WEB) == []
