"""Deletion and eviction (rules 7 and 14)."""

import pytest
from attrs import evolve

from engine.api.admit import admit
from engine.api.eviction import MORE_THAN_ONE, REFUSED
from engine.api.writes import Bind, Create, Delete, Evict, RunLine, Update, UpdateStatus
from engine.errors import BadRequest, Conflict, Forbidden, InternalError, NotFound, TooManyRequests
from engine.kinds import (
    Condition,
    Deployment,
    Exec,
    ObjectMeta,
    Pod,
    PodDisruptionBudget,
    PodDisruptionBudgetStatus,
    Ref,
    condition,
    with_metadata,
)
from engine.store.commit import Commit
from engine.store.state import State, fold
from tests.builders import deployment, namespace, node, pod
from tests.engine.admitting import NOW, holding, manifest, submitted

P = Ref("Pod", "default", "p")


def running(*, ready: bool = True, phase: str = "Running", finalizers: tuple[str, ...] = ()) -> State:
    """Pod p on node w1, past its start."""
    state = holding(node("w1"), with_metadata(pod("p", labels={"app": "web"}), finalizers=finalizers))
    state = submitted(state, Bind(P, "w1"))
    stored = of(state)
    seen = Condition(type="Ready", status="True" if ready else "False")
    status = evolve(stored.status, phase=phase, conditions=(*stored.status.conditions, seen))
    return submitted(state, UpdateStatus(evolve(stored, status=status)))


def of(state: State) -> Pod:
    found = state.find(Pod, "p", "default")
    assert found is not None
    return found


def test_a_running_pod_gets_its_grace() -> None:
    meta = of(submitted(running(), Delete(ref=P))).metadata
    assert (meta.deletion_timestamp, meta.deletion_grace_period_seconds) == (NOW + 30, 30)
    assert meta.generation == 2


def test_the_grace_asked_for_counts() -> None:
    meta = of(submitted(running(), Delete(ref=P, grace_seconds=5))).metadata
    assert (meta.deletion_timestamp, meta.deletion_grace_period_seconds) == (NOW + 5, 5)


def test_no_grace_removes_at_once() -> None:
    assert submitted(running(), Delete(ref=P, grace_seconds=0)).get(P) is None


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_finished_pod_has_nothing_to_stop(phase: str) -> None:
    assert submitted(running(phase=phase), Delete(ref=P)).get(P) is None


def test_an_unscheduled_pod_has_nothing_to_stop() -> None:
    assert submitted(holding(pod("p")), Delete(ref=P)).get(P) is None


def test_deleting_again_keeps_the_time() -> None:
    state = submitted(running(), Delete(ref=P))
    assert submitted(state, Delete(ref=P), now=NOW + 10) is state
    assert submitted(state, Delete(ref=P, grace_seconds=60), now=NOW + 10) is state


def test_deleting_again_with_less_grace_is_sooner() -> None:
    state = submitted(running(), Delete(ref=P))
    meta = of(submitted(state, Delete(ref=P, grace_seconds=12), now=NOW + 10)).metadata
    assert (meta.deletion_timestamp, meta.deletion_grace_period_seconds) == (NOW + 12, 12)


def test_the_kubelet_ends_a_deletion_with_no_grace() -> None:
    state = submitted(running(), Delete(ref=P))
    assert submitted(state, Delete(ref=P, grace_seconds=0)).get(P) is None


def test_a_finalizer_holds_a_finished_pod_until_it_goes() -> None:
    state = submitted(running(finalizers=("a.b/c",)), Delete(ref=P, grace_seconds=0))
    assert of(state).metadata.deletion_grace_period_seconds == 0
    state = submitted(state, Update(with_metadata(of(state), finalizers=())))
    assert state.get(P) is None


def test_a_finalizer_that_goes_first_does_not_cut_the_grace() -> None:
    state = submitted(running(finalizers=("a.b/c",)), Delete(ref=P))
    state = submitted(state, Update(with_metadata(of(state), finalizers=())))
    assert of(state).metadata.deletion_timestamp == NOW + 30


def test_the_lines_typed_into_a_pod_go_with_it() -> None:
    state = with_line(running())
    assert [each.line for each in state.all(Exec)] == ["ls"]
    after = submitted(state, Delete(ref=P, grace_seconds=0))
    assert list(after.all(Exec)) == []


def with_line(state: State) -> State:
    line = Exec(
        metadata=ObjectMeta(name=f"{of(state).metadata.uid}-1", namespace="default"),
        pod="p",
        pod_uid=of(state).metadata.uid,
        container="main",
        restart_count=0,
        session="1",
        line="ls",
        time=NOW,
        exit_code=0,
    )
    return submitted(state, Create(line))


def test_what_does_not_exist_cannot_be_deleted() -> None:
    with pytest.raises(NotFound, match=r'^pods "p" not found$'):
        submitted(holding(), Delete(ref=P))


def test_a_uid_is_a_precondition() -> None:
    with pytest.raises(Conflict, match="Precondition failed: UID in precondition: other, UID in object meta"):
        submitted(running(), Delete(ref=P, uid="other"))
    state = running()
    assert submitted(state, Delete(ref=P, uid=of(state).metadata.uid, grace_seconds=0)).get(P) is None


@pytest.mark.parametrize(("propagation", "left"), [("Foreground", "foregroundDeletion"), ("Orphan", "orphan")])
def test_an_owner_waits_for_the_garbage_collector(propagation: str, left: str) -> None:
    ref = Ref("Deployment", "default", "web")
    state = submitted(holding(deployment("web")), Delete(ref=ref, propagation=propagation))
    stored = state.find(Deployment, "web", "default")
    assert stored is not None
    assert stored.metadata.finalizers == (left,)
    assert (stored.metadata.deletion_timestamp, stored.metadata.generation) == (NOW, 2)
    assert submitted(state, Delete(ref=ref, propagation="Background")).get(ref) is None


@pytest.mark.parametrize("propagation", ["", "Background"])
def test_an_owner_goes_at_once_by_default(propagation: str) -> None:
    ref = Ref("Deployment", "default", "web")
    assert submitted(holding(deployment("web")), Delete(ref=ref, propagation=propagation)).get(ref) is None


def test_an_unknown_propagation_is_refused() -> None:
    with pytest.raises(BadRequest, match='invalid propagation policy "Sideways"'):
        submitted(running(), Delete(ref=P, propagation="Sideways"))


@pytest.mark.parametrize("name", ["default", "kube-system"])
def test_the_first_namespaces_stay(name: str) -> None:
    state = holding() if name == "default" else holding(namespace(name))
    why = f'namespaces "{name}" is forbidden: this namespace may not be deleted'
    with pytest.raises(Forbidden, match=why):
        submitted(state, Delete(ref=Ref("Namespace", "", name)))


def test_deleting_a_terminating_namespace_again_changes_nothing() -> None:
    ref = Ref("Namespace", "", "old")
    state = submitted(holding(namespace("old")), Delete(ref=ref))
    assert submitted(state, Delete(ref=ref), now=NOW + 5) is state


def guarded(state: State, *, allowed: int, healthy: int = 2, desired: int = 1, name: str = "web") -> State:
    """The state with a budget over the pods labelled app=web, its status as its controller would leave it."""
    state = submitted(
        state,
        Create(
            manifest(
                "PodDisruptionBudget",
                name,
                "policy/v1",
                spec={"minAvailable": desired, "selector": {"matchLabels": {"app": "web"}}},
            )
        ),
    )
    stored = budget(state, name)
    status = PodDisruptionBudgetStatus(
        observed_generation=1,
        disruptions_allowed=allowed,
        current_healthy=healthy,
        desired_healthy=desired,
        expected_pods=2,
    )
    return submitted(state, UpdateStatus(evolve(stored, status=status)))


def budget(state: State, name: str = "web") -> PodDisruptionBudget:
    found = state.find(PodDisruptionBudget, name, "default")
    assert found is not None
    return found


def test_an_eviction_without_a_budget_is_a_deletion_with_its_reason() -> None:
    after = of(submitted(running(), Evict(ref=P)))
    assert after.metadata.deletion_timestamp == NOW + 30
    found = condition(after.status.conditions, "DisruptionTarget")
    assert found is not None
    assert (found.status, found.reason, found.message) == (
        "True",
        "EvictionByEvictionAPI",
        "Eviction API: evicting",
    )


def test_an_eviction_spends_a_disruption_of_its_budget() -> None:
    after = submitted(guarded(running(), allowed=1), Evict(ref=P))
    status = budget(after).status
    assert (status.disruptions_allowed, status.disrupted_pods) == (0, {"p": NOW})
    assert of(after).metadata.deletion_timestamp is not None


def test_a_spent_budget_refuses_and_says_what_it_lacks() -> None:
    state = guarded(running(), allowed=0, healthy=1)
    with pytest.raises(TooManyRequests, match=REFUSED) as refused:
        submitted(state, Evict(ref=P))
    assert refused.value.cause == "The disruption budget web needs 1 healthy pods and has 1 currently"
    assert refused.value.retry_after_seconds == 0


def test_a_budget_that_its_controller_has_not_seen_asks_to_wait() -> None:
    state = guarded(running(), allowed=5)
    stored = budget(state)
    state = submitted(state, Update(evolve(stored, spec=evolve(stored.spec, min_available=2))))
    with pytest.raises(TooManyRequests, match=REFUSED) as refused:
        submitted(state, Evict(ref=P))
    assert refused.value.retry_after_seconds == 10
    assert refused.value.cause == "The disruption budget web is still being processed by the server."


def test_two_budgets_over_one_pod_are_one_too_many() -> None:
    state = guarded(guarded(running(), allowed=1), allowed=1, name="second")
    with pytest.raises(InternalError, match=MORE_THAN_ONE):
        submitted(state, Evict(ref=P))


@pytest.mark.parametrize("phase", ["Pending", "Succeeded", "Failed"])
def test_a_pod_that_serves_nobody_needs_no_budget(phase: str) -> None:
    state = guarded(running(phase=phase), allowed=0)
    after = submitted(state, Evict(ref=P, grace_seconds=0))
    assert after.get(P) is None
    assert budget(after).status.disrupted_pods == {}


def test_an_unready_pod_is_free_while_enough_others_are_healthy() -> None:
    state = guarded(running(ready=False), allowed=0, healthy=1, desired=1)
    after = submitted(state, Evict(ref=P))
    assert of(after).metadata.deletion_timestamp is not None
    assert budget(after).status == budget(state).status


def test_an_unready_pod_is_held_while_too_few_are_healthy() -> None:
    state = guarded(running(ready=False), allowed=0, healthy=0, desired=1)
    with pytest.raises(TooManyRequests, match=REFUSED):
        submitted(state, Evict(ref=P))


def test_always_allow_frees_every_unready_pod() -> None:
    state = guarded(running(ready=False), allowed=0, healthy=0, desired=1)
    stored = budget(state)
    wanted = evolve(stored, spec=evolve(stored.spec, unhealthy_pod_eviction_policy="AlwaysAllow"))
    after = submitted(submitted(state, Update(wanted)), Evict(ref=P))
    assert of(after).metadata.deletion_timestamp is not None


def test_two_evictions_of_one_call_cannot_spend_one_disruption_twice() -> None:
    state = submitted(running(), Create(pod("q", labels={"app": "web"})))
    q = Ref("Pod", "default", "q")
    state = submitted(state, Bind(q, "w1"))
    other = state.find(Pod, "q", "default")
    assert other is not None
    state = submitted(state, UpdateStatus(evolve(other, status=of(state).status)))
    with pytest.raises(TooManyRequests):
        submitted(guarded(state, allowed=1), Evict(ref=P), Evict(ref=q))


def test_a_line_needs_somebody_to_run_it() -> None:
    with pytest.raises(BadRequest, match='no kubelet can run a line in pod "p"'):
        submitted(running(), RunLine(ref=P, container="main", session="1", line="ls"))


def typed(state: State, *lines: str) -> State:
    """The state after lines that print themselves were typed into pod p, in one call."""

    def echo(_state: State, write: RunLine, now: int) -> Exec:
        return Exec(
            metadata=ObjectMeta(),
            pod="p",
            pod_uid=of(state).metadata.uid,
            container=write.container,
            restart_count=0,
            session=write.session,
            line=write.line,
            time=now,
            stdout=write.line,
            exit_code=0,
        )

    writes = [RunLine(ref=P, container="main", session="1", line=line) for line in lines]
    admitted = admit(state, writes, now=NOW, seed="test", run_line=echo)
    return fold(state, Commit(revision=state.revision + 1, time=NOW, actor="user", puts=admitted.puts))


def test_lines_become_objects_that_list_in_the_order_they_were_typed() -> None:
    state = typed(typed(running(), "first", "second"), "third")
    uid = of(state).metadata.uid
    assert [each.stdout for each in state.execs_of(uid)] == ["first", "second", "third"]
    assert [each.metadata.name for each in state.all(Exec)] == [f"{uid}-{n:06}" for n in (1, 2, 3)]
    assert all(each.metadata.uid and each.metadata.creation_timestamp == NOW for each in state.all(Exec))


def test_a_line_needs_a_pod() -> None:
    with pytest.raises(NotFound, match='pods "p" not found'):
        admit(
            holding(),
            [RunLine(ref=P, container="main", session="1", line="ls")],
            now=NOW,
            seed="test",
            run_line=lambda _state, _write, _now: pytest.fail("nobody runs a line without a pod"),
        )


def test_folding_a_removal_and_a_new_object_of_that_name_keeps_the_new_one() -> None:
    state = holding(pod("p"))
    after = submitted(state, Delete(ref=P), Create(pod("p")))
    assert of(after).metadata.uid != of(state).metadata.uid
    assert isinstance(fold(after, Commit(revision=after.revision + 1, time=NOW, actor="user")), State)
