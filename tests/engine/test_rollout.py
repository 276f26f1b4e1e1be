"""kubectl rollout's readings of a Deployment: status, history and the way back."""

import pytest
from attrs import evolve

from engine.errors import K9liteError
from engine.kinds import Condition, Deployment, DeploymentStatus, with_metadata
from engine.rollout import CHANGE_CAUSE, revision_history, rollback, rollout_status
from tests.engine.controllers.test_deployment import deployment, rolled_out, settled, updated, web
from tests.engine.given import put, state_with, stored, written


def reporting(generation: int = 2, **counts: int) -> Deployment:
    made = with_metadata(deployment(3), generation=generation)
    status = evolve(DeploymentStatus(observed_generation=2), **counts)  # type: ignore[arg-type]  # counts are ints
    return evolve(made, status=status)


@pytest.mark.parametrize(
    ("status", "line", "done"),
    [
        ({"generation": 3}, "Waiting for deployment spec update to be observed...", False),
        (
            {"updated_replicas": 1, "replicas": 4},
            'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...',
            False,
        ),
        (
            {"updated_replicas": 3, "replicas": 4},
            'Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...',
            False,
        ),
        (
            {"updated_replicas": 3, "replicas": 3, "available_replicas": 2},
            'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...',
            False,
        ),
        (
            {"updated_replicas": 3, "replicas": 3, "available_replicas": 3},
            'deployment "web" successfully rolled out',
            True,
        ),
    ],
)
def test_status_is_told_in_the_words_of_kubectl(status: dict[str, int], line: str, done: bool) -> None:
    assert rollout_status(reporting(**status)) == (line, done)


def test_status_fails_once_the_deadline_is_exceeded() -> None:
    late = Condition(type="Progressing", status="False", reason="ProgressDeadlineExceeded")
    made = reporting(updated_replicas=1)
    with pytest.raises(K9liteError, match=r'^deployment "web" exceeded its progress deadline$'):
        rollout_status(evolve(made, status=evolve(made.status, conditions=(late,))))


def test_history_lists_revisions_oldest_first() -> None:
    state = settled(updated(rolled_out(1)))
    history = revision_history(state, web(state))
    assert [revision for revision, _ in history] == [1, 2]
    images = [each.spec.template.spec.containers[0].image for _, each in history]
    assert images == ["nginx:1", "nginx:2"]


def test_going_back_restores_template_and_change_cause_and_keeps_what_is_the_deployments_own() -> None:
    state = rolled_out(1)
    noted = with_metadata(web(state), annotations={**web(state).metadata.annotations, CHANGE_CAUSE: "first"})
    state = settled(put(state, noted))
    state = settled(updated(state))
    second = with_metadata(web(state), annotations={**web(state).metadata.annotations, CHANGE_CAUSE: "second"})
    state = settled(put(state, second))
    back = rollback(state, web(state), 1)
    assert back.spec.template.spec.containers[0].image == "nginx:1"
    assert dict(back.spec.template.metadata.labels) == {"app": "web"}
    assert back.metadata.annotations[CHANGE_CAUSE] == "first"
    assert back.metadata.annotations["deployment.kubernetes.io/revision"] == "2"


def test_going_back_to_what_is_there_changes_nothing() -> None:
    state = settled(updated(rolled_out(1)))
    assert rollback(state, web(state), 2) is web(state)


@pytest.mark.parametrize("revision", [7, -1])
def test_a_revision_that_is_not_there_cannot_be_restored(revision: int) -> None:
    state = rolled_out(1)
    with pytest.raises(K9liteError, match=rf"^unable to find specified revision {revision} in history$"):
        rollback(state, web(state), revision)


def test_without_history_there_is_no_way_back() -> None:
    state = state_with(deployment(1))
    with pytest.raises(K9liteError, match=r'^no rollout history found for deployment "web"$'):
        rollback(state, stored(state, deployment(1)), 0)


def test_a_paused_deployment_is_not_rolled_back() -> None:
    state = settled(updated(rolled_out(1)))
    paused = evolve(web(state), spec=evolve(web(state).spec, paused=True))
    with pytest.raises(K9liteError, match=r"^you cannot rollback a paused deployment; resume it first"):
        rollback(written(state), paused, 1)
