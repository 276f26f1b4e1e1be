"""Init containers, sidecars, and what a container needs before it can be made."""

from typing import Any

from engine.api.writes import Create, Delete
from engine.kinds import Ref, condition
from tests.engine.kubelet_loop import Loop, config_map, loop, pod

SLEEP: dict[str, Any] = {"image": "busybox:1.36", "command": ["sleep", "5"]}
FAIL: dict[str, Any] = {"image": "busybox:1.36", "command": ["false"]}


def with_init(*init: dict[str, Any], **spec: Any) -> Any:
    named = [{"name": f"init-{place}", **each} for place, each in enumerate(init)]
    return pod(spec={"initContainers": named, **spec})


def running(made: Loop) -> list[str]:
    status = made.pod().status
    every = (*status.init_container_statuses, *status.container_statuses)
    return [each.name for each in every if each.state.running is not None]


def test_init_containers_run_one_after_the_other() -> None:
    made = loop(with_init(SLEEP, SLEEP), after_seconds=3)
    assert running(made) == ["init-0"]
    waiting = made.status().state.waiting
    assert waiting is not None and waiting.reason == "PodInitializing"
    made.advance(6)
    assert running(made) == ["init-1"]
    found = condition(made.pod().status.conditions, "Initialized")
    assert found is not None and (found.status, found.reason) == ("False", "ContainersNotInitialized")
    assert found.message == "containers with incomplete status: [init-1]"
    assert made.pod().status.phase == "Pending"
    made.advance(10)
    assert running(made) == ["main"]
    assert [each.ready for each in made.pod().status.init_container_statuses] == [True, True]
    assert made.ready()


def test_a_failing_init_container_keeps_the_others_waiting() -> None:
    made = loop(with_init(FAIL), after_seconds=40)
    status = made.pod().status
    assert status.phase == "Pending"
    waiting = status.init_container_statuses[0].state.waiting
    assert waiting is not None and waiting.reason == "CrashLoopBackOff"
    assert status.container_statuses[0].container_id == ""


def test_a_failing_init_container_fails_a_pod_that_never_restarts() -> None:
    made = loop(with_init(FAIL, restartPolicy="Never"), after_seconds=40)
    assert made.pod().status.phase == "Failed"


def test_a_sidecar_runs_beside_the_others_and_counts_as_a_container() -> None:
    sidecar = {"image": "redis:7", "restartPolicy": "Always"}
    made = loop(with_init(sidecar, SLEEP), after_seconds=30)
    assert running(made) == ["init-0", "main"]
    assert made.ready()
    made.submit(Delete(ref=Ref("Pod", "default", "p")))
    made.advance(1)
    assert running(made) == ["init-0"], "a sidecar is stopped after the others"
    made.advance(1)
    assert made.gone()


def test_a_pod_with_a_sidecar_succeeds_when_the_others_are_done() -> None:
    sidecar = {"image": "redis:7", "restartPolicy": "Always"}
    spec = {"initContainers": [{"name": "side", **sidecar}], "restartPolicy": "Never"}
    made = loop(pod(spec=spec, **SLEEP), after_seconds=60)
    assert made.pod().status.phase == "Succeeded"
    assert running(made) == []


def test_a_missing_config_map_key_holds_the_container_until_it_is_there() -> None:
    ref = {"configMapKeyRef": {"name": "settings", "key": "colour"}}
    made = loop(pod(env=[{"name": "COLOUR", "valueFrom": ref}]), after_seconds=10)
    waiting = made.status().state.waiting
    assert waiting is not None
    assert (waiting.reason, waiting.message) == ("CreateContainerConfigError", 'configmap "settings" not found')
    assert made.queue.next_due() is None
    made.submit(Create(config_map("settings", size="1")))
    waiting = made.status().state.waiting
    assert waiting is not None
    assert waiting.message == "couldn't find key colour in ConfigMap default/settings"
    made.submit(Delete(ref=Ref("ConfigMap", "default", "settings")))
    made.submit(Create(config_map("settings", colour="blue")))
    made.advance(5)
    assert made.ready()


def test_an_optional_config_map_may_be_missing() -> None:
    ref = {"configMapKeyRef": {"name": "settings", "key": "colour", "optional": True}}
    made = loop(pod(env=[{"name": "COLOUR", "valueFrom": ref}]), after_seconds=10)
    assert made.ready()


def test_a_volume_without_its_config_map_is_not_mounted() -> None:
    volumes = [{"name": "conf", "configMap": {"name": "settings"}}]
    made = loop(pod(spec={"volumes": volumes}), after_seconds=30)
    assert made.events() == [
        'FailedMount: MountVolume.SetUp failed for volume "conf" : configmap "settings" not found'
    ]
    waiting = made.status().state.waiting
    assert waiting is not None and waiting.reason == "ContainerCreating"
    made.submit(Create(config_map("settings", colour="blue")))
    made.advance(10)
    assert made.ready()


def test_a_database_without_its_password_exits() -> None:
    made = loop(pod(image="postgres:16"), after_seconds=10)
    ended = made.status().state.terminated or made.status().last_state.terminated
    assert ended is not None and ended.exit_code == 1
    made.submit(Create(pod("q", image="postgres:16", env=[{"name": "POSTGRES_PASSWORD", "value": "x"}])))
    made.advance(10)
    assert made.ready("q")
