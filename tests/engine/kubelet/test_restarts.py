"""Crashes, restarts and back-off (rules 6 and 16), read off the statuses alone."""

from itertools import pairwise
from typing import Any

from engine.api.writes import Create, Delete
from engine.kinds import Exec, ObjectMeta, Pod, Ref
from engine.kubelet.backoff import duration
from tests.engine.kubelet_loop import Loop, loop, node_down, pod

RUNS_3_SECONDS: dict[str, Any] = {"image": "busybox:1.36", "command": ["sleep", "3"]}


def starts(made: Loop, name: str = "p") -> list[int]:
    """Seconds from START at which the container was started."""
    found: dict[int, int] = {}
    for commit in made.commits:
        for obj in commit.puts:
            if isinstance(obj, Pod) and obj.metadata.name == name:
                running = obj.status.container_statuses[:1] and obj.status.container_statuses[0].state.running
                if running:
                    found.setdefault(running.started_at or 0, commit.revision)
    return [at - made.commits[0].time for at in found]


def line(made: Loop, text: str, *, name: str = "p", signals: dict[str, int] | None = None) -> Exec:
    status = made.status(name)
    return Exec(
        metadata=ObjectMeta(name=f"{made.pod(name).metadata.uid}-1", namespace="default"),
        pod=name,
        pod_uid=made.pod(name).metadata.uid,
        container=status.name,
        restart_count=status.restart_count,
        session="s",
        line=text,
        time=made.now,
        exit_code=0,
        signals=signals or {},
    )


def test_delays_double_from_ten_seconds_to_five_minutes() -> None:
    made = loop(pod(**RUNS_3_SECONDS), after_seconds=2000)
    waits = [start - before - 3 for before, start in pairwise(starts(made))]
    assert waits[:8] == [1, 10, 20, 40, 80, 160, 300, 300]


def test_crash_loop_back_off_says_how_long_and_which_pod() -> None:
    made = loop(pod(**RUNS_3_SECONDS), after_seconds=14)
    waiting = made.status().state.waiting
    assert waiting is not None
    where = f"p_default({made.pod().metadata.uid})"
    assert waiting.reason == "CrashLoopBackOff"
    assert waiting.message == f"back-off 10s restarting failed container=main pod={where}"
    assert f"BackOff: Back-off restarting failed container main in pod {where}" in made.events()
    last = made.status().last_state.terminated
    assert last is not None and (last.exit_code, last.reason) == (0, "Completed")
    assert made.pod().status.phase == "Running"
    assert not made.ready()


def test_a_long_life_forgets_the_back_off() -> None:
    made = loop(pod(image="busybox:1.36", command=["sleep", "700"]), after_seconds=2900)
    times = starts(made)
    assert [b - a - 700 for a, b in pairwise(times)] == [1, 1, 1, 1]


def test_on_failure_leaves_a_container_that_succeeded() -> None:
    made = loop(pod(spec={"restartPolicy": "OnFailure"}, **RUNS_3_SECONDS), after_seconds=300)
    assert made.pod().status.phase == "Succeeded"
    assert made.status().restart_count == 0
    ready = {each.type: each for each in made.pod().status.conditions}["Ready"]
    assert (ready.status, ready.reason) == ("False", "PodCompleted")


def test_never_makes_a_failed_pod_of_a_failed_container() -> None:
    spec = {"restartPolicy": "Never"}
    made = loop(pod(spec=spec, image="postgres:16"), after_seconds=300)
    assert made.pod().status.phase == "Failed"
    ended = made.status().state.terminated
    assert ended is not None and (ended.exit_code, ended.reason) == (1, "Error")


def test_a_command_that_does_not_exist_cannot_be_started() -> None:
    made = loop(pod(image="busybox:1.36", command=["nosuch"]), after_seconds=2)
    ended = made.status().state.terminated
    assert ended is not None and (ended.exit_code, ended.reason) == (128, "StartError")
    assert 'exec: "nosuch": executable file not found in $PATH' in ended.message
    made.advance(60)
    waiting = made.status().state.waiting
    assert waiting is not None and waiting.reason == "CrashLoopBackOff"
    assert any(event.startswith("Failed: Error: failed to create containerd task") for event in made.events())


def test_the_second_container_on_a_port_crashes() -> None:
    containers = [{"name": "first", "image": "nginx:1.27"}, {"name": "second", "image": "nginx:1.27"}]
    made = loop(pod(containers=containers), after_seconds=30)
    assert made.status(container=0).restart_count == 0
    second = made.status(container=1)
    assert second.restart_count >= 1
    ended = second.last_state.terminated
    assert ended is not None and ended.exit_code == 1
    assert not made.ready()


def test_containers_on_different_ports_share_a_pod() -> None:
    containers = [{"name": "web", "image": "nginx:1.27"}, {"name": "cache", "image": "redis:7"}]
    made = loop(pod(containers=containers), after_seconds=30)
    assert made.ready()


def test_killing_process_one_restarts_the_container() -> None:
    made = loop(pod(), after_seconds=30)
    before = made.status()
    made.submit(Create(line(made, "kill 1", signals={"1": 15})))
    assert made.status().state.terminated is not None
    made.advance(5)
    after = made.status()
    assert after.restart_count == 1
    assert after.container_id != before.container_id
    assert after.last_state.terminated is not None
    assert after.last_state.terminated.container_id == before.container_id
    made.advance(500)
    assert made.status().restart_count == 1, "the line belongs to the life before"


def test_sigkill_shows_as_137() -> None:
    made = loop(pod(), after_seconds=30)
    made.submit(Create(line(made, "kill -9 1", signals={"1": 9})))
    ended = made.status().state.terminated
    assert ended is not None and (ended.exit_code, ended.reason) == (137, "Error")


def test_another_image_replaces_the_container() -> None:
    made = loop(pod(), after_seconds=30)
    made.commits.clear()
    patched = pod(image="nginx:1.25")
    made.submit_update(patched)
    made.advance(30)
    assert made.status().image == "docker.io/library/nginx:1.25"
    assert made.status().restart_count == 1
    assert "Killing: Container main definition changed, will be restarted" in made.events()


def test_containers_go_on_while_their_kubelet_is_silent() -> None:
    made = loop(pod(**RUNS_3_SECONDS), after_seconds=3)
    made.submit(Create(node_down("w1")))
    made.advance(100)
    assert made.status().state.running is not None, "nobody reports the end"
    made.submit(Delete(ref=Ref("Fault", "", "w1-down")))
    ended = made.status().state.terminated or made.status().last_state.terminated
    assert ended is not None and ended.finished_at is not None and ended.finished_at < made.now


def test_durations_are_printed_as_go_does() -> None:
    assert [duration(each) for each in (10, 60, 160, 300)] == ["10s", "1m0s", "2m40s", "5m0s"]


def test_a_hang_up_asks_the_server_to_reload_and_ends_nothing() -> None:
    made = loop(pod(), after_seconds=30)
    made.submit(Create(line(made, "kill -HUP 1", signals={"1": 1})))
    made.advance(5)
    assert made.status().restart_count == 0
    assert made.status().state.running is not None


def test_a_pod_that_waits_for_a_volume_still_ends_at_its_deadline() -> None:
    spec = {"activeDeadlineSeconds": 30, "volumes": [{"name": "v", "configMap": {"name": "missing"}}]}
    made = loop(pod(spec=spec), after_seconds=60)
    assert (made.pod().status.phase, made.pod().status.reason) == ("Failed", "DeadlineExceeded")


def test_a_process_one_without_a_handler_does_not_hear_a_typed_kill() -> None:
    made = loop(pod(image="busybox:1.36", command=["sleep", "infinity"]), after_seconds=30)
    made.submit(Create(line(made, "kill 1", signals={"1": 15})))
    made.advance(60)
    assert made.status().restart_count == 0
    assert made.status().state.running is not None
