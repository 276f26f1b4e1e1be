"""Rules 2: which pods a ReplicaSet deletes first."""

from typing import Any

import pytest
from attrs import evolve

from engine.controllers.replicaset.victims import victims
from engine.kinds import (
    Condition,
    ContainerStatus,
    ObjectMeta,
    OwnerReference,
    Pod,
    PodSpec,
    PodStatus,
    ReplicaSet,
)
from engine.store.state import State
from tests.engine.controllers.test_replicaset import replica_set
from tests.engine.given import NOW, put

_OWNER = evolve(replica_set(), metadata=ObjectMeta(name="web", namespace="default", uid="owner"))


def pod(
    uid: str,
    *,
    node: str = "w1",
    phase: str = "Running",
    ready_for: int | None = 3600,
    cost: str = "",
    restarts: int = 0,
    age: int = 7200,
) -> Pod:
    """``ready_for`` and ``age`` in seconds before NOW; not ready for None."""
    conditions: tuple[Condition, ...] = ()
    if ready_for is not None:
        conditions = (Condition(type="Ready", status="True", last_transition_time=NOW - ready_for),)
    status = ContainerStatus(name="main", ready=True, restart_count=restarts, image="nginx", image_id="")
    return Pod(
        metadata=ObjectMeta(
            name=f"web-{uid}",
            namespace="default",
            uid=uid,
            creation_timestamp=NOW - age,
            annotations={"controller.kubernetes.io/pod-deletion-cost": cost} if cost else {},
        ),
        spec=PodSpec(containers=(), node_name=node),
        status=PodStatus(phase=phase, conditions=conditions, container_statuses=(status,)),
    )


def first_victim(*pods: Pod, state: State | None = None, owner: ReplicaSet = _OWNER) -> str:
    (victim,) = victims(state or State(), owner, pods, 1, NOW)
    return victim.metadata.uid


@pytest.mark.parametrize(
    ("victim", "survivor"),
    [
        ({"node": ""}, {"phase": "Pending", "ready_for": None}),
        ({"phase": "Pending", "restarts": 0}, {"phase": "Unknown", "ready_for": None}),
        ({"phase": "Unknown"}, {"phase": "Running", "ready_for": None}),
        ({"ready_for": None}, {"cost": "-100"}),
        ({"cost": "-1"}, {}),
        ({}, {"cost": "10", "ready_for": 1}),
        ({"ready_for": 10}, {"ready_for": 3600, "restarts": 9}),
        ({"restarts": 2}, {"restarts": 1, "age": 10}),
        ({"age": 10}, {"age": 7200}),
    ],
    ids=[
        "unassigned", "pending", "unknown", "not ready", "cheaper", "not dearer", "ready for less",
        "more restarts", "newer",
    ],
)  # fmt: skip
def test_the_first_rule_that_differs_decides(victim: dict[str, Any], survivor: dict[str, Any]) -> None:
    assert first_victim(pod("b", **victim), pod("a", **survivor)) == "b"
    assert first_victim(pod("a", **survivor), pod("b", **victim)) == "b"


def test_a_pod_on_the_more_crowded_node_goes_first() -> None:
    pods = [pod("a", node="w1", ready_for=1), pod("b", node="w2"), pod("c", node="w2")]
    assert first_victim(*pods) in ("b", "c")


def test_the_crowd_counts_pods_of_sibling_replicasets() -> None:
    def owned(obj: Any, uid: str, kind: str) -> Any:
        reference = OwnerReference(api_version="apps/v1", kind=kind, name=uid, uid=uid, controller=True)
        return evolve(obj, metadata=evolve(obj.metadata, owner_references=(reference,)))

    owner = owned(_OWNER, "deployment", "Deployment")
    old = owned(replica_set(name="old"), "deployment", "Deployment")
    old = evolve(old, metadata=evolve(old.metadata, uid="old"))
    siblings = [owned(pod(uid, node="w2"), "old", "ReplicaSet") for uid in ("x", "y")]
    pods = (pod("a", node="w1", ready_for=1), pod("b", node="w2"))
    mine = [owned(each, "owner", "ReplicaSet") for each in pods]
    state = put(State(), owner, old, *siblings, *mine)
    assert first_victim(*mine, state=state, owner=owner) == "b"


def test_ages_in_the_same_power_of_two_count_as_equal_and_the_lower_uid_goes() -> None:
    assert first_victim(pod("b", ready_for=1000), pod("a", ready_for=1001)) == "a"


def test_all_go_where_all_must() -> None:
    pods = [pod("a"), pod("b")]
    assert list(victims(State(), _OWNER, pods, 5, NOW)) == pods
