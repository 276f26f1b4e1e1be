"""Deployments: state in, writes out; a step of a rollout is one reconcile."""

from typing import Any

import pytest
from attrs import evolve

from engine.api.writes import Create, Update
from engine.controllers.deployment import DEPLOYMENT
from engine.controllers.deployment.revisions import ensure_new, template_hash
from engine.controllers.deployment.sync import Sync
from engine.controllers.replicaset import REPLICASET
from engine.errors import Forbidden
from engine.kinds import Deployment, Pod, PodTemplateSpec, Ref, ReplicaSet, condition, ref_of, with_metadata
from engine.rollout import (
    DESIRED_REPLICAS,
    HASH_LABEL,
    MAX_REPLICAS,
    REVISION,
    REVISION_HISTORY,
    find_new,
    rollback,
)
from engine.store.state import State
from tests.engine.given import (
    NOW,
    all_started,
    manifest,
    messages,
    put,
    reconciled,
    removed,
    state_with,
    stored,
    woken,
    writes_of,
    written,
)

WEB = Ref("Deployment", "default", "web")


def deployment(replicas: int = 10, **spec: Any) -> Deployment:
    made = manifest(
        "Deployment",
        "web",
        "apps/v1",
        spec={
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "main", "image": "nginx:1"}]},
            },
            **spec,
        },
    )
    assert isinstance(made, Deployment)
    return made


def web(state: State) -> Deployment:
    return stored(state, deployment())


def replica_sets(state: State) -> list[ReplicaSet]:
    """Oldest revision first."""
    return sorted(state.all(ReplicaSet), key=lambda each: int(each.metadata.annotations[REVISION]))


def sizes(state: State) -> list[int | None]:
    return [each.spec.replicas for each in replica_sets(state)]


def with_image(obj: Deployment, image: str) -> Deployment:
    template = obj.spec.template
    container = evolve(template.spec.containers[0], image=image)
    changed = evolve(template, spec=evolve(template.spec, containers=(container,)))
    return evolve(obj, spec=evolve(obj.spec, template=changed))


def resized(obj: Deployment, replicas: int) -> Deployment:
    return evolve(obj, spec=evolve(obj.spec, replicas=replicas))


def step(state: State, now: int = NOW) -> State:
    """One sync of the Deployment, then everything its ReplicaSets do about it; no pod starts."""
    result = DEPLOYMENT.reconcile(state, WEB, now)
    state = written(state, *result.writes, now=now) if result.writes else state
    for each in list(state.all(ReplicaSet)):
        state = reconciled(state, REPLICASET, ref_of(each), now=now)
    return state


def gone(state: State) -> State:
    """Every pod that is being deleted has stopped."""
    return removed(state, *(ref_of(pod) for pod in state.all(Pod) if pod.metadata.deletion_timestamp is not None))


def settled(state: State, now: int = NOW) -> State:
    """Reconciled until nothing changes, every pod starting and stopping at once."""
    for _ in range(60):
        before = state
        state = step(state, now)
        state = gone(all_started(state, now=now) if any(_waits(pod) for pod in state.all(Pod)) else state)
        for each in list(state.all(ReplicaSet)):
            state = reconciled(state, REPLICASET, ref_of(each), now=now)
        if not DEPLOYMENT.reconcile(state, WEB, now).writes and all(
            not REPLICASET.reconcile(state, ref_of(each), now).writes for each in state.all(ReplicaSet)
        ):
            return state
        assert state is not before
    raise AssertionError("the rollout never ends")


def _waits(pod: Pod) -> bool:
    return pod.active and pod.status.phase != "Running"


def rolled_out(replicas: int = 10, **spec: Any) -> State:
    return settled(state_with(deployment(replicas, **spec)))


def updated(state: State, image: str = "nginx:2") -> State:
    return written(state, Update(with_image(web(state), image)))


def progressing(state: State) -> tuple[str, str, str]:
    found = condition(web(state).status.conditions, "Progressing")
    assert found is not None
    return found.status, found.reason, found.message


def test_a_new_deployment_makes_one_replicaset_of_its_template() -> None:
    state = step(state_with(deployment(3)))
    (made,) = replica_sets(state)
    suffix = made.metadata.labels[HASH_LABEL]
    assert made.metadata.name == f"web-{suffix}"
    assert made.spec.selector is not None
    assert dict(made.spec.selector.match_labels) == {"app": "web", HASH_LABEL: suffix}
    assert dict(made.spec.template.metadata.labels) == {"app": "web", HASH_LABEL: suffix}
    assert made.spec.template.spec is web(state).spec.template.spec
    annotations = made.metadata.annotations
    assert (annotations[REVISION], annotations[DESIRED_REPLICAS], annotations[MAX_REPLICAS]) == ("1", "3", "4")
    assert web(state).metadata.annotations[REVISION] == "1"


def test_creation_is_told() -> None:
    state = state_with(deployment(3))
    result = DEPLOYMENT.reconcile(state, WEB, NOW)
    state = step(state)
    name = replica_sets(state)[0].metadata.name
    assert messages(result) == [f"ScalingReplicaSet: Scaled up replica set {name} from 0 to 3"]
    assert progressing(written(state_with(deployment(3)), *result.writes)) == (
        "True",
        "NewReplicaSetCreated",
        f'Created new replica set "{name}"',
    )


def test_a_settled_deployment_writes_nothing() -> None:
    result = DEPLOYMENT.reconcile(rolled_out(3), WEB, NOW + 9999)
    assert result.writes == () and result.again_at is None


def test_a_finished_rollout_says_so() -> None:
    state = rolled_out(3)
    name = replica_sets(state)[0].metadata.name
    assert progressing(state) == (
        "True",
        "NewReplicaSetAvailable",
        f'ReplicaSet "{name}" has successfully progressed.',
    )
    available = condition(web(state).status.conditions, "Available")
    assert available is not None
    assert (available.status, available.reason, available.message) == (
        "True",
        "MinimumReplicasAvailable",
        "Deployment has minimum availability.",
    )
    status = web(state).status
    assert (status.replicas, status.updated_replicas, status.available_replicas) == (3, 3, 3)
    assert (status.unavailable_replicas, status.observed_generation) == (0, 1)


def test_a_rollout_surges_first_and_gives_up_what_it_may() -> None:
    state = step(updated(rolled_out(10)))
    assert sizes(state) == [8, 3]
    state = step(state)
    assert sizes(state) == [8, 5]
    state = step(state)
    assert sizes(state) == [8, 5], "13 pods are the most, and 8 available ones the fewest"


def test_a_rollout_goes_on_as_new_pods_become_available() -> None:
    state = updated(rolled_out(10))
    seen = []
    for _ in range(12):
        state = gone(all_started(step(state)))
        for each in replica_sets(state):
            state = reconciled(state, REPLICASET, ref_of(each))
        seen.append(tuple(sizes(state)))
    assert seen[-1] == (0, 10)
    assert all(old + new <= 13 for old, new in seen if old is not None and new is not None)


def test_old_pods_that_are_not_available_go_first() -> None:
    state = rolled_out(4, strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}})
    broken = settled_but_broken(updated(state, "broken:1"))
    assert sizes(broken) == [3, 1]
    again = step(updated(broken, "nginx:3"))
    assert sizes(again) == [3, 0, 0], "the broken pod was of no use to anybody"
    assert sizes(step(again)) == [3, 0, 1]


def test_old_pods_stay_while_new_ones_fail_even_if_one_of_them_is_lost() -> None:
    rolling = {"rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}
    state = settled_but_broken(updated(rolled_out(10, strategy=rolling), "broken:1"))
    assert sizes(state) == [8, 5]
    old, _ = replica_sets(state)
    state = put(state, evolve(old, status=evolve(old.status, available_replicas=7)))
    assert not writes_of(DEPLOYMENT.reconcile(state, WEB, NOW), Update)


def settled_but_broken(state: State) -> State:
    """As far as a rollout gets whose new pods never become ready."""
    for _ in range(10):
        state = gone(step(state))
    return state


def test_recreate_waits_until_the_last_old_pod_has_stopped() -> None:
    state = rolled_out(3, strategy={"type": "Recreate"})
    state = step(updated(state))
    assert sizes(state) == [0]
    state = step(step(state))
    assert sizes(state) == [0], "pods are still terminating"
    state = step(gone(state))
    assert sizes(state) == [0, 3]
    assert sizes(settled(state)) == [0, 3]


def test_the_end_of_an_old_pod_wakes_a_deployment_that_recreates() -> None:
    state = rolled_out(1, strategy={"type": "Recreate"})
    (pod,) = state.all(Pod)
    assert woken(DEPLOYMENT, state, removed(state, ref_of(pod)), ref_of(pod)) == [WEB]
    rolling = rolled_out(1)
    (pod,) = rolling.all(Pod)
    assert woken(DEPLOYMENT, rolling, removed(rolling, ref_of(pod)), ref_of(pod)) == []


def test_scaling_alone_changes_the_one_replicaset() -> None:
    state = rolled_out(3)
    state = step(written(state, Update(resized(web(state), 5))))
    assert sizes(state) == [5]
    annotations = replica_sets(state)[0].metadata.annotations
    assert (annotations[DESIRED_REPLICAS], annotations[MAX_REPLICAS]) == ("5", "7")
    assert progressing(settled(state))[1] == "NewReplicaSetAvailable"


def test_scaling_in_the_middle_of_a_rollout_shares_proportionally() -> None:
    state = settled_but_broken(updated(rolled_out(10)))
    assert sizes(state) == [8, 5]
    grown = step(written(state, Update(resized(web(state), 15))))
    assert sizes(grown) == [12, 7], "of 19 allowed: 8/13 and 5/13, what is left to the largest"
    shrunk = step(written(state, Update(resized(web(state), 5))))
    assert sizes(shrunk) == [4, 3], "of 7 allowed"
    assert sizes(step(written(state, Update(resized(web(state), 0))))) == [0, 0]


def test_a_paused_deployment_scales_but_does_not_roll_out() -> None:
    state = rolled_out(3)
    paused = evolve(web(state), spec=evolve(web(state).spec, paused=True))
    state = updated(written(state, Update(paused)))
    state = step(step(state))
    assert sizes(state) == [3]
    assert progressing(state) == ("Unknown", "DeploymentPaused", "Deployment is paused")
    state = step(written(state, Update(resized(web(state), 4))))
    assert sizes(state) == [4]
    resumed = evolve(web(state), spec=evolve(web(state).spec, paused=False))
    state = settled(written(state, Update(resumed)))
    assert sizes(state) == [0, 4]
    assert progressing(state)[1] == "NewReplicaSetAvailable"


def test_a_complete_deployment_that_is_resumed_is_complete_again() -> None:
    state = rolled_out(3)
    paused = evolve(web(state), spec=evolve(web(state).spec, paused=True))
    state = step(written(state, Update(paused)))
    assert progressing(state) == ("Unknown", "DeploymentPaused", "Deployment is paused")
    resumed = evolve(web(state), spec=evolve(web(state).spec, paused=False))
    state = written(state, Update(resumed))
    result = DEPLOYMENT.reconcile(state, WEB, NOW)
    assert progressing(written(state, *result.writes))[1] == "NewReplicaSetAvailable"


def test_a_rollout_without_progress_times_out_and_looks_again_by_itself() -> None:
    state = settled_but_broken(updated(rolled_out(4)))
    name = replica_sets(state)[-1].metadata.name
    waiting = DEPLOYMENT.reconcile(state, WEB, NOW + 600)
    assert waiting.writes == () and waiting.again_at == NOW + 601
    state = step(state, NOW + 601)
    assert progressing(state) == (
        "False",
        "ProgressDeadlineExceeded",
        f'ReplicaSet "{name}" has timed out progressing.',
    )
    after = DEPLOYMENT.reconcile(state, WEB, NOW + 700)
    assert after.writes == () and after.again_at is None
    assert progressing(settled(all_started(state, now=NOW + 800), NOW + 800))[1] == "NewReplicaSetAvailable"


def test_going_back_reuses_the_replicaset_and_renumbers_it() -> None:
    state = settled(updated(rolled_out(3)))
    first, second = replica_sets(state)
    state = settled(written(state, Update(rollback(state, web(state), 0))))
    old, new = replica_sets(state)
    assert (old.metadata.name, new.metadata.name) == (second.metadata.name, first.metadata.name)
    assert new.metadata.annotations[REVISION] == "3"
    assert new.metadata.annotations[REVISION_HISTORY] == "1"
    assert web(state).metadata.annotations[REVISION] == "3"
    assert sizes(state) == [0, 3]


def test_annotations_of_the_deployment_become_history() -> None:
    applied = "kubectl.kubernetes.io/last-applied-configuration"
    made = with_metadata(deployment(1), annotations={"kubernetes.io/change-cause": "first", applied: "{}"})
    (replica_set,) = replica_sets(step(state_with(made)))
    assert replica_set.metadata.annotations["kubernetes.io/change-cause"] == "first"
    assert applied not in replica_set.metadata.annotations


def test_old_revisions_past_the_limit_are_forgotten_oldest_first() -> None:
    state = rolled_out(1, revisionHistoryLimit=2)
    for number in range(2, 6):
        state = settled(updated(state, f"nginx:{number}"))
    revisions = [each.metadata.annotations[REVISION] for each in replica_sets(state)]
    assert revisions == ["3", "4", "5"]


def test_the_failure_of_a_replicaset_is_carried_over() -> None:
    state = rolled_out(1)
    (made,) = replica_sets(state)
    result = REPLICASET.reconcile(put(state, evolve(made, spec=evolve(made.spec, replicas=2))), ref_of(made), NOW)
    assert result.refused is not None
    refused = result.refused(Forbidden("exceeded quota"))
    state = written(state, *refused.writes)
    state = reconciled(state, DEPLOYMENT, WEB)
    failure = condition(web(state).status.conditions, "ReplicaFailure")
    assert failure is not None and (failure.reason, failure.message) == ("FailedCreate", "exceeded quota")


def test_a_replicaset_that_cannot_be_created_is_tried_again_later() -> None:
    state = state_with(deployment(1))
    result = DEPLOYMENT.reconcile(state, WEB, NOW)
    assert result.refused is not None
    refused = result.refused(Forbidden("exceeded quota"))
    state = written(state, *refused.writes)
    status, reason, message = progressing(state)
    assert (status, reason) == ("False", "ReplicaSetCreateError")
    assert message.startswith('Failed to create new replica set "web-') and message.endswith(": exceeded quota")
    state = reconciled(state, DEPLOYMENT, WEB)
    waiting = DEPLOYMENT.reconcile(state, WEB, NOW)
    assert waiting.writes == () and waiting.again_at == NOW + 1
    assert writes_of(DEPLOYMENT.reconcile(state, WEB, NOW + 1), Create)


def test_a_taken_name_counts_as_a_collision() -> None:
    name = replica_sets(step(state_with(deployment(1))))[0].metadata.name
    stranger = manifest(
        "ReplicaSet",
        name,
        "apps/v1",
        spec={
            "replicas": 0,
            "selector": {"matchLabels": {"app": "other"}},
            "template": {
                "metadata": {"labels": {"app": "other"}},
                "spec": {"containers": [{"name": "main", "image": "nginx:1"}]},
            },
        },
    )
    state = state_with(stranger, deployment(1))
    state = reconciled(state, DEPLOYMENT, WEB)
    names = [each.metadata.name for each in state.all(ReplicaSet)]
    assert len(names) == 2 and name in names
    assert web(state).status.collision_count == 1


def test_an_orphaned_replicaset_is_adopted_as_the_new_one() -> None:
    state = rolled_out(2)
    (made,) = replica_sets(state)
    state = put(state, with_metadata(made, owner_references=()))
    state = settled(state)
    (adopted,) = replica_sets(state)
    assert adopted.metadata.controller is not None and adopted.metadata.controller.name == "web"


def test_a_deployment_that_is_being_deleted_only_reports() -> None:
    state = updated(rolled_out(2))
    state = put(state, with_metadata(web(state), deletion_timestamp=NOW, finalizers=("foregroundDeletion",)))
    result = DEPLOYMENT.reconcile(state, WEB, NOW)
    assert not writes_of(result, Create) and not writes_of(result, Update)


def test_templates_that_differ_in_the_hash_alone_are_the_same() -> None:
    state = rolled_out(1)
    (made,) = replica_sets(state)
    assert isinstance(made.spec.template, PodTemplateSpec)
    state = reconciled(state, DEPLOYMENT, WEB)
    assert len(replica_sets(state)) == 1


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "limits"),
    [
        (10, "25%", "25%", (3, 2)),
        (1, "25%", "25%", (1, 0)),
        (3, 0, "10%", (0, 1)),
        (3, 0, 9, (0, 3)),
        (0, "25%", 1, (0, 0)),
    ],
)
def test_surge_rounds_up_unavailable_down_and_both_are_never_0(
    replicas: int, surge: int | str, unavailable: int | str, limits: tuple[int, int]
) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    state = state_with(deployment(replicas, strategy=strategy))
    sync = Sync.of(state, web(state), [], NOW)
    assert (sync.max_surge, sync.max_unavailable) == limits
    assert sync.min_available == replicas - limits[1]


def test_a_deployment_that_recreates_may_be_short_of_nothing() -> None:
    state = state_with(deployment(4, strategy={"type": "Recreate"}))
    sync = Sync.of(state, web(state), [], NOW)
    assert (sync.max_surge, sync.max_unavailable) == (0, 0)


def test_one_hash_a_template_in_letters_that_spell_nothing() -> None:
    first, same, other = deployment(1), deployment(7), with_image(deployment(1), "nginx:2")
    spelt = template_hash(first.spec.template)
    assert spelt == template_hash(same.spec.template) != template_hash(other.spec.template)
    assert template_hash(first.spec.template, 1) != spelt, "a collision counts"
    assert set(spelt) <= set("bcdfghjklmnpqrstvwxz2456789")
    (made,) = replica_sets(rolled_out(1))
    label = made.metadata.labels["pod-template-hash"]
    assert made.metadata.name == f"web-{label}"
    assert made.spec.selector is not None and made.spec.selector.match_labels["pod-template-hash"] == label
    assert made.spec.template.metadata.labels["pod-template-hash"] == label


def test_of_several_replicasets_with_the_template_the_oldest_is_the_new_one() -> None:
    state = rolled_out(1)
    (made,) = replica_sets(state)
    older = with_metadata(made, name="web-older", uid="older", creation_timestamp=NOW - 60)
    assert find_new(web(state), [made, older]) == older == find_new(web(state), [older, made])


def test_a_replicaset_that_is_there_already_is_found() -> None:
    state = rolled_out(1)
    (made,) = replica_sets(state)
    forgotten = evolve(web(state), status=evolve(web(state).status, conditions=()))
    sync = Sync.of(state, forgotten, [made], NOW)
    ensure_new(sync)
    found = condition(sync.status.conditions, "Progressing")
    assert found is not None
    assert (found.reason, found.message) == ("FoundNewReplicaSet", f'Found new replica set "{made.metadata.name}"')


def test_a_stuck_rollout_that_is_resumed_has_its_deadline_anew() -> None:
    state = settled_but_broken(updated(rolled_out(4)))
    state = step(written(state, Update(evolve(web(state), spec=evolve(web(state).spec, paused=True)))))
    assert progressing(step(state, NOW + 900))[1] == "DeploymentPaused", "who is paused is not late"
    resumed = evolve(web(state), spec=evolve(web(state).spec, paused=False))
    state = step(written(state, Update(resumed), now=NOW + 900), NOW + 900)
    assert progressing(state) == ("Unknown", "DeploymentResumed", "Deployment is resumed")
    assert progressing(step(state, NOW + 1501))[1] == "ProgressDeadlineExceeded"
