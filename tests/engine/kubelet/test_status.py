"""Phases as getPhase gives them (rules 6)."""

from typing import Any

import pytest
from attrs import evolve, fields

from engine.api.writes import UpdateStatus
from engine.kinds import (
    Condition,
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
    PodStatus,
    condition,
)  # fmt: skip
from engine.kubelet.scene import Scene
from engine.kubelet.status import phase_of, pod_status
from tests.engine.kubelet_loop import loop, pod

RUNNING = ContainerState(running=ContainerStateRunning(started_at=1))
WAITING = ContainerState(waiting=ContainerStateWaiting(reason="ContainerCreating"))


def ended(code: int) -> ContainerState:
    return ContainerState(terminated=ContainerStateTerminated(exit_code=code))


def status(state: ContainerState, last: ContainerState | None = None, started: bool = True) -> ContainerStatus:
    return ContainerStatus(
        name="x",
        state=state,
        last_state=last or ContainerState(),
        ready=False,
        restart_count=0,
        image="",
        image_id="",
        started=started,
        container_id="c" if state is not WAITING or last else "",
    )


def phase(policy: str, *states: ContainerState | ContainerStatus, init: Any = (), sidecar: bool = False) -> str:
    names = [{"name": f"c{place}", "image": "nginx"} for place, _ in enumerate(states)]
    extra = {"restartPolicy": "Always"} if sidecar else {}
    inits = [{"name": f"i{place}", "image": "nginx", **extra} for place, _ in enumerate(init)]
    made = pod(containers=names, spec={"restartPolicy": policy, "initContainers": inits})
    wrap = [each if isinstance(each, ContainerStatus) else status(each) for each in states]
    return phase_of(made, [each if isinstance(each, ContainerStatus) else status(each) for each in init], wrap)


@pytest.mark.parametrize(
    ("policy", "states", "expected"),
    [
        ("Always", [WAITING], "Pending"),
        ("Always", [RUNNING, WAITING], "Pending"),
        ("Always", [RUNNING, ended(0)], "Running"),
        ("Always", [ended(0)], "Running"),
        ("OnFailure", [ended(0), ended(1)], "Running"),
        ("OnFailure", [ended(0), ended(0)], "Succeeded"),
        ("Never", [ended(0), ended(0)], "Succeeded"),
        ("Never", [ended(0), ended(2)], "Failed"),
        ("Never", [ended(2), RUNNING], "Running"),
    ],
)
def test_a_phase_follows_from_the_containers(policy: str, states: list[ContainerState], expected: str) -> None:
    assert phase(policy, *states) == expected


def test_a_container_in_back_off_counts_as_started() -> None:
    assert phase("Always", status(WAITING, ended(1))) == "Running"


def test_an_unfinished_init_container_keeps_the_pod_pending() -> None:
    assert phase("Always", WAITING, init=[RUNNING]) == "Pending"
    assert phase("Always", WAITING, init=[ended(1)]) == "Pending"
    assert phase("Never", WAITING, init=[ended(1)]) == "Failed"


def test_a_sidecar_that_has_not_started_keeps_the_pod_pending() -> None:
    assert phase("Always", WAITING, init=[status(RUNNING, started=False)], sidecar=True) == "Pending"
    assert phase("Always", RUNNING, init=[status(RUNNING, started=False)], sidecar=True) == "Running"


def test_what_does_not_follow_from_the_containers_stays_in_a_status() -> None:
    made = loop(pod(), after_seconds=10)
    old, node = made.pod(), made.node()
    names = {each.name for each in fields(PodStatus)}
    kept: dict[str, Any] = {
        "message": "m",
        "reason": "r",
        "nominated_node_name": "n",
        "ephemeral_container_statuses": old.status.container_statuses,
        "qos_class": "q",
        "extra": {"resize": "x"},
        "start_time": 7,
    }
    scene = Scene(state=made.state, node=node, pod=evolve(old, status=evolve(old.status, **kept)), now=made.now)
    after = pod_status(scene, (), old.status.container_statuses, pod_ip="10.244.0.9")
    assert {name: getattr(after, name) for name in kept} == kept
    derived = {"observed_generation", "phase", "conditions", "host_ip", "host_ips", "pod_ip", "pod_ips"}
    assert names - kept.keys() - derived == {"init_container_statuses", "container_statuses"}


def test_readiness_gates_hold_ready_back() -> None:
    made = loop(pod(spec={"readinessGates": [{"conditionType": "x.io/gate"}]}), after_seconds=10)
    found = condition(made.pod().status.conditions, "Ready")
    assert found is not None and (found.status, found.reason) == ("False", "ReadinessGatesNotReady")
    assert found.message == 'corresponding condition of pod readiness gate "x.io/gate" does not exist.'
    opened = made.pod()
    gate = Condition(type="x.io/gate", status="True", last_transition_time=made.now)
    conditions = (*opened.status.conditions, gate)
    made.submit(UpdateStatus(evolve(opened, status=evolve(opened.status, conditions=conditions))))
    assert made.ready()
    assert condition(made.pod().status.conditions, "x.io/gate") == gate


def test_a_pod_whose_containers_are_not_ready_names_them_in_both_conditions() -> None:
    failing = {"httpGet": {"path": "/", "port": 81}}
    main = {"name": "main", "image": "nginx:1.27", "readinessProbe": failing}
    made = loop(pod(spec={"containers": [main]}), after_seconds=60)
    for each in ("ContainersReady", "Ready"):
        found = condition(made.pod().status.conditions, each)
        assert found is not None and (found.status, found.reason) == ("False", "ContainersNotReady")
        assert found.message == "containers with unready status: [main]"
