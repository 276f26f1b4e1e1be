"""ReplicaSets and ReplicationControllers: state in, writes out."""

from typing import Any

from attrs import evolve

from engine.api.writes import Create, Delete, Update, UpdateStatus
from engine.controllers.replicaset import REPLICASET, REPLICATION_CONTROLLER
from engine.errors import Forbidden
from engine.kinds import Pod, Ref, ReplicaSet, ReplicationController, ref_of, with_metadata
from engine.store.state import State
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
    writes_of,
    written,
)

WEB = Ref("ReplicaSet", "default", "web")


def replica_set(replicas: int = 3, name: str = "web", **spec: Any) -> ReplicaSet:
    made = manifest(
        "ReplicaSet",
        name,
        "apps/v1",
        spec={
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}, "annotations": {"team": "shop"}},
                "spec": {"containers": [{"name": "main", "image": "nginx:1.27"}]},
            },
            **spec,
        },
    )
    assert isinstance(made, ReplicaSet)
    return made


def bare_pod(name: str, **labels: str) -> Pod:
    containers = [{"name": "main", "image": "nginx:1.27"}]
    made = manifest("Pod", name, spec={"containers": containers})
    assert isinstance(made, Pod)
    return with_metadata(made, labels=labels)


def pods_of(state: State) -> list[Pod]:
    return list(state.all(Pod, "default"))


def running(replicas: int, **spec: Any) -> State:
    """A ReplicaSet with all of its pods ready since NOW."""
    state = reconciled(state_with(replica_set(replicas, **spec)), REPLICASET, WEB)
    return reconciled(all_started(state), REPLICASET, WEB)


def test_a_burst_starts_slowly_and_doubles() -> None:
    state = state_with(replica_set(20))
    batches = []
    while creates := writes_of(REPLICASET.reconcile(state, WEB, NOW), Create):
        batches.append(len(creates))
        state = written(state, *creates)
    assert batches == [1, 1, 2, 4, 8, 4]


def test_a_burst_creates_at_most_500_pods_at_once() -> None:
    state = running(600)
    ref_set = stored(state, replica_set())
    grown = evolve(ref_set, spec=evolve(ref_set.spec, replicas=2000))
    assert len(writes_of(REPLICASET.reconcile(put(state, grown), WEB, NOW), Create)) == 500


def test_a_pod_is_made_from_the_template_and_owned() -> None:
    state = reconciled(state_with(replica_set(1)), REPLICASET, WEB)
    (pod,) = pods_of(state)
    owner = pod.metadata.controller
    assert owner is not None
    assert (owner.kind, owner.name, owner.uid) == ("ReplicaSet", "web", stored(state, replica_set()).metadata.uid)
    assert pod.metadata.name.startswith("web-") and len(pod.metadata.name) == len("web-") + 5
    assert pod.metadata.generate_name == "web-"
    assert (dict(pod.metadata.labels), dict(pod.metadata.annotations)) == ({"app": "web"}, {"team": "shop"})


def test_pods_of_a_burst_share_one_spec_with_the_template() -> None:
    state = state_with(replica_set(4))
    result = REPLICASET.reconcile(state, WEB, NOW)
    template = stored(state, replica_set()).spec.template
    assert all(write.object.spec is template.spec for write in result.writes if isinstance(write, Create))  # type: ignore[attr-defined]  # all are pods


def test_creation_and_deletion_are_reported_with_the_pods_name() -> None:
    state = state_with(replica_set(1))
    result = REPLICASET.reconcile(state, WEB, NOW)
    state = reconciled(state, REPLICASET, WEB)
    (pod,) = pods_of(state)
    assert messages(result) == [f"SuccessfulCreate: Created pod: {pod.metadata.name}"]
    owner = stored(state, replica_set())
    state = put(state, evolve(owner, spec=evolve(owner.spec, replicas=0)))
    assert messages(REPLICASET.reconcile(state, WEB, NOW)) == [
        f"SuccessfulDelete: Deleted pod: {pod.metadata.name}"
    ]


def test_more_than_ten_reports_are_combined() -> None:
    state = reconciled(state_with(replica_set(100)), REPLICASET, WEB)
    owner = stored(state, replica_set())
    said = [event.message for event in state.events_of(owner)]
    assert sum(text.startswith("Created pod: ") for text in said) == 10
    combined = "(combined from similar events): Created pod: "
    assert all(text.startswith(("Created pod: ", combined)) for text in said)
    assert len(said) < 20


def test_a_settled_replicaset_writes_nothing() -> None:
    result = REPLICASET.reconcile(running(5), WEB, NOW + 60)
    assert result.writes == () and result.again_at is None


def test_the_status_counts_active_pods() -> None:
    state = running(3)
    first, second, _ = pods_of(state)
    failed = evolve(first, status=evolve(first.status, phase="Failed"))
    unready = started(second, ready=False)
    labelled = with_metadata(unready, labels={**unready.metadata.labels, "extra": "yes"})
    state = put(state, failed, labelled)
    state = reconciled(state, REPLICASET, WEB)
    status = stored(state, replica_set()).status
    assert (status.replicas, status.fully_labeled_replicas, status.ready_replicas) == (3, 3, 1)


def test_a_finished_pod_is_replaced_and_kept() -> None:
    state = running(2)
    first = pods_of(state)[0]
    state = put(state, evolve(first, status=evolve(first.status, phase="Failed")))
    state = reconciled(state, REPLICASET, WEB)
    assert sum(pod.active for pod in pods_of(state)) == 2
    assert len(pods_of(state)) == 3


def test_a_ready_pod_is_available_only_after_min_ready_seconds() -> None:
    state = running(1, minReadySeconds=30)
    result = REPLICASET.reconcile(state, WEB, NOW + 29)
    assert result.writes == () and result.again_at == NOW + 30
    state = reconciled(state, REPLICASET, WEB, now=NOW + 30)
    assert stored(state, replica_set()).status.available_replicas == 1


def test_an_orphan_that_matches_is_adopted() -> None:
    state = state_with(bare_pod("lonely", app="web"), bare_pod("other", app="db"), replica_set(1))
    state = reconciled(state, REPLICASET, WEB)
    lonely = state.find(Pod, "lonely", "default")
    assert lonely is not None and lonely.metadata.controller is not None
    assert lonely.metadata.controller.name == "web"
    assert len(pods_of(state)) == 2


def test_a_pod_of_another_owner_is_left_alone() -> None:
    state = reconciled(state_with(replica_set(1), replica_set(1, name="twin")), REPLICASET, WEB)
    state = reconciled(state, REPLICASET, Ref("ReplicaSet", "default", "twin"))
    owners = sorted(pod.metadata.owner_references[0].name for pod in pods_of(state))
    assert owners == ["twin", "web"]


def test_a_pod_whose_labels_no_longer_match_is_released_and_replaced() -> None:
    state = running(1)
    (pod,) = pods_of(state)
    state = reconciled(put(state, with_metadata(pod, labels={"app": "debug"})), REPLICASET, WEB)
    released = state.find(Pod, pod.metadata.name, "default")
    assert released is not None and released.metadata.owner_references == ()
    assert len(pods_of(state)) == 2


def test_an_orphan_without_labels_wakes_who_selects_by_what_is_missing() -> None:
    selector = {"matchExpressions": [{"key": "gone", "operator": "DoesNotExist"}]}
    before = state_with(replica_set(1, selector=selector))
    after = put(before, bare_pod("old"))
    assert woken(REPLICASET, before, after, Ref("Pod", "default", "old")) == [WEB]


def test_a_replicaset_that_is_being_deleted_creates_and_adopts_nothing() -> None:
    state = state_with(bare_pod("lonely", app="web"), replica_set(3))
    owner = stored(state, replica_set())
    state = put(state, with_metadata(owner, deletion_timestamp=NOW, finalizers=("foregroundDeletion",)))
    result = REPLICASET.reconcile(state, WEB, NOW)
    assert not writes_of(result, Create) and not writes_of(result, Update)


def test_a_terminating_namespace_gets_no_new_pods() -> None:
    state = state_with(replica_set(3))
    namespace = state.get(Ref("Namespace", "", "default"))
    assert namespace is not None
    state = put(state, with_metadata(namespace, deletion_timestamp=NOW))
    assert not writes_of(REPLICASET.reconcile(state, WEB, NOW), Create)


def test_a_refused_batch_is_asked_for_again_at_half_its_size() -> None:
    state = running(4)
    owner = stored(state, replica_set())
    state = put(state, evolve(owner, spec=evolve(owner.spec, replicas=8)))
    result = REPLICASET.reconcile(state, WEB, NOW)
    sizes = []
    while creates := writes_of(result, Create):
        sizes.append(len(creates))
        assert result.refused is not None
        result = result.refused(Forbidden("exceeded quota: pods"))
    assert sizes == [4, 2, 1]
    assert messages(result) == ["FailedCreate: Error creating: exceeded quota: pods"]


def failing(now: int = NOW) -> State:
    """A ReplicaSet whose first pod was refused at ``now``."""
    state = state_with(replica_set(1))
    return refused(state, now)


def refused(state: State, now: int) -> State:
    result = REPLICASET.reconcile(state, WEB, now)
    assert result.refused is not None
    return written(state, *result.refused(Forbidden("exceeded quota: pods")).writes, now=now)


def test_a_refusal_becomes_a_condition() -> None:
    (failure,) = stored(failing(), replica_set()).status.conditions
    assert (failure.type, failure.status, failure.reason) == ("ReplicaFailure", "True", "FailedCreate")
    assert failure.message == "exceeded quota: pods"


def test_after_a_refusal_the_waits_double() -> None:
    state, now, waits = failing(), NOW, []
    for _ in range(5):
        result = REPLICASET.reconcile(state, WEB, now)
        assert result.writes == () and result.again_at is not None
        waits.append(result.again_at - now)
        now = result.again_at
        state = refused(state, now)
    assert waits == [1, 1, 2, 4, 8]


def test_a_refusal_is_forgotten_once_pods_can_be_created() -> None:
    state = reconciled(failing(), REPLICASET, WEB, now=NOW + 1)
    assert stored(state, replica_set()).status.conditions == ()
    assert len(pods_of(state)) == 1


def test_a_change_of_the_spec_ends_the_wait() -> None:
    state = failing()
    owner = stored(state, replica_set())
    state = written(state, Update(evolve(owner, spec=evolve(owner.spec, replicas=2))))
    assert writes_of(REPLICASET.reconcile(state, WEB, NOW), Create)


def test_only_changes_that_matter_wake_the_owner() -> None:
    state = running(1)
    (pod,) = pods_of(state)
    annotated = put(state, with_metadata(pod, annotations={"note": "x"}))
    assert woken(REPLICASET, state, annotated, ref_of(pod)) == []
    unready = put(state, started(pod, ready=False))
    assert woken(REPLICASET, state, unready, ref_of(pod)) == [WEB]
    assert woken(REPLICATION_CONTROLLER, state, unready, ref_of(pod)) == []


def test_a_new_orphan_wakes_those_that_select_it() -> None:
    before = state_with(replica_set(1))
    after = written(before, Create(bare_pod("lonely", app="web")), Create(bare_pod("other", app="db")))
    assert woken(REPLICASET, before, after, Ref("Pod", "default", "lonely")) == [WEB]
    assert woken(REPLICASET, before, after, Ref("Pod", "default", "other")) == []


def test_a_replication_controller_is_the_same_with_another_selector() -> None:
    made = manifest(
        "ReplicationController",
        "old",
        spec={
            "replicas": 2,
            "selector": {"app": "old"},
            "template": {
                "metadata": {"labels": {"app": "old"}},
                "spec": {"containers": [{"name": "main", "image": "nginx:1.27"}]},
            },
        },
    )
    assert isinstance(made, ReplicationController)
    state = reconciled(state_with(made), REPLICATION_CONTROLLER, ref_of(made))
    state = reconciled(all_started(state), REPLICATION_CONTROLLER, ref_of(made))
    status = stored(state, made).status
    assert (status.replicas, status.ready_replicas, status.available_replicas) == (2, 2, 2)


def test_what_is_gone_needs_nothing() -> None:
    result = REPLICASET.reconcile(state_with(), WEB, NOW)
    assert result.writes == ()
    assert not writes_of(result, Delete) and not writes_of(result, UpdateStatus)
