"""Probes: when a verdict flips, worked out without ticking."""

from typing import Any

import pytest

from engine.kinds import Container, Probe
from engine.kubelet.probes import Finding, Findings, health
from tests.engine.kubelet_loop import loop, pod, script


def http(port: int | str = 80, path: str = "/", **more: int) -> dict[str, object]:
    return {"httpGet": {"path": path, "port": port}, **more}


def container(**probes: Probe) -> Container:
    return Container(name="main", image="nginx", **probes)  # type: ignore[arg-type]  # the three probes


def probe(period: int = 10, delay: int = 0, failure: int = 3, success: int = 1) -> Probe:
    return Probe(
        period_seconds=period, initial_delay_seconds=delay, failure_threshold=failure, success_threshold=success
    )


def ready_at(made: Container, found: Findings, seconds: range) -> list[int]:
    """Seconds at which readiness flips, by looking at every second."""
    seen = [health(made, 0, found, second).ready for second in seconds]
    return [second for second, before in zip(seconds[1:], seen, strict=False) if seen[second] != before]


def test_readiness_comes_with_the_first_success_and_goes_after_three_failures() -> None:
    found = Findings(readiness=[Finding(0, False), Finding(12, True), Finding(60, False), Finding(95, True)])
    flips = ready_at(container(readiness_probe=probe()), found, range(150))
    assert flips == [21, 81, 101]


def test_a_short_failure_changes_nothing() -> None:
    found = Findings(readiness=[Finding(0, True), Finding(50, False), Finding(65, True)])
    assert ready_at(container(readiness_probe=probe()), found, range(150)) == [1]


def test_initial_delay_comes_before_the_first_probe() -> None:
    found = Findings(readiness=[Finding(0, True)])
    assert ready_at(container(readiness_probe=probe(delay=15)), found, range(50)) == [15]


def test_success_threshold_counts_successes_in_a_row() -> None:
    found = Findings(readiness=[Finding(0, True)])
    assert ready_at(container(readiness_probe=probe(success=3)), found, range(50)) == [21]


@pytest.mark.parametrize("now", range(0, 60, 7))
def test_the_next_change_is_never_in_the_past_and_never_missed(now: int) -> None:
    found = Findings(readiness=[Finding(0, False), Finding(30, True)])
    made = container(readiness_probe=probe())
    state = health(made, 0, found, now)
    later = [second for second in range(now + 1, 100) if health(made, 0, found, second).ready != state.ready]
    if later:
        assert state.changes_at is not None and now < state.changes_at <= later[0]
    elif state.changes_at is not None:
        assert state.changes_at > now


def test_the_startup_probe_holds_the_others() -> None:
    made = container(startup_probe=probe(period=5, failure=10), liveness_probe=probe(), readiness_probe=probe())
    found = Findings(
        startup=[Finding(0, False), Finding(22, True)],
        liveness=[Finding(0, False), Finding(22, True)],
        readiness=[Finding(0, True)],
    )
    assert not health(made, 0, found, 25).started
    state = health(made, 0, found, 26)
    assert state.started and state.ready and state.killed_at is None


def test_a_startup_probe_that_gives_up_kills() -> None:
    made = container(startup_probe=probe(period=5, failure=4))
    state = health(made, 0, Findings(startup=[Finding(0, False)]), 3)
    assert (state.killed_at, state.killed_by, state.started) == (16, "startup", False)


def test_a_pod_is_ready_once_its_readiness_probe_succeeded() -> None:
    made = loop(pod(readinessProbe=http(initialDelaySeconds=5)), after_seconds=6)
    assert made.status().started and not made.ready()
    made.advance(1)
    assert made.ready()
    assert "Unhealthy" not in made.reasons()


def test_a_probe_to_a_closed_port_says_so() -> None:
    made = loop(pod(readinessProbe=http(81)), after_seconds=120)
    ip = made.pod().status.pod_ip
    refused = f'Get "http://{ip}:81/": dial tcp {ip}:81: connect: connection refused'
    assert made.events()[-1] == f"Unhealthy: Readiness probe failed: {refused}"
    assert not made.ready()
    assert made.pod().status.phase == "Running"
    assert made.queue.next_due() is None, "a settled failure costs nothing"


def test_a_path_that_is_not_served_fails_with_404() -> None:
    made = loop(pod(readinessProbe=http(80, "/healthz")), after_seconds=60)
    assert made.events()[-1] == "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404"


def test_a_liveness_probe_that_fails_restarts_the_container() -> None:
    made = loop(pod(livenessProbe=http(80, "/nosuch", periodSeconds=5)), after_seconds=13)
    assert made.events()[-2:] == [
        "Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 404",
        "Killing: Container main failed liveness probe, will be restarted",
    ]
    assert made.status().restart_count == 0
    made.advance(3)
    assert made.status().restart_count == 1
    made.advance(200)
    assert made.status().restart_count > 2


def test_a_tcp_probe_by_port_name_waits_for_the_server() -> None:
    main: dict[str, Any] = {
        "image": "mysql:8.0",
        "env": [{"name": "MYSQL_ROOT_PASSWORD", "value": "x"}],
        "ports": [{"name": "mysql", "containerPort": 3306}],
        "readinessProbe": {"tcpSocket": {"port": "mysql"}, "periodSeconds": 5},
    }
    made = loop(pod(**main), after_seconds=8)
    started = made.status().state.running
    assert started is not None and started.started_at is not None and not made.ready()
    made.advance(started.started_at + 11 - made.now)
    assert made.ready()


def test_a_probe_reaches_a_server_in_another_container() -> None:
    containers: list[dict[str, Any]] = [
        {"name": "web", "image": "nginx:1.27"},
        {"name": "box", "image": "busybox:1.36", "command": ["sleep", "infinity"], "readinessProbe": http(80)},
    ]
    made = loop(pod(containers=containers), after_seconds=30)
    assert made.ready()


@pytest.mark.parametrize(("command", "ready"), [(["true"], True), (["false"], False), (["nosuch"], False)])
def test_exec_probes_run_a_command(command: list[str], ready: bool) -> None:
    made = loop(pod(readinessProbe={"exec": {"command": command}}), after_seconds=30)
    assert made.ready() == ready


def test_an_exec_probe_sees_the_files_that_lines_leave() -> None:
    command = {"exec": {"command": ["cat", "/tmp/ready"]}, "periodSeconds": 5}
    made = loop(pod(readinessProbe=command), after_seconds=60)
    assert not made.ready()
    assert "No such file or directory" in made.events()[-1]
    made.type("touch /tmp/ready")
    made.advance(5)
    assert made.ready()
    made.type("rm /tmp/ready")
    made.advance(5)
    assert made.ready(), "two failures more"
    made.advance(10)
    assert not made.ready()
    assert made.queue.next_due() is None


def test_a_liveness_command_that_starts_to_fail_restarts_the_container() -> None:
    command = {"exec": {"command": ["sh", "-c", "! test -e /tmp/broken"]}, "periodSeconds": 5}
    made = loop(pod(livenessProbe=command), after_seconds=60)
    made.type("touch /tmp/broken")
    made.advance(17)
    assert made.status().restart_count == 1
    made.advance(300)
    assert made.status().restart_count == 1, "the file ended with the life before"


def test_a_liveness_command_sees_what_the_containers_script_does() -> None:
    made = loop(
        pod(
            **script("touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"),
            livenessProbe={
                "exec": {"command": ["cat", "/tmp/healthy"]},
                "initialDelaySeconds": 5,
                "periodSeconds": 5,
            },
            spec={"terminationGracePeriodSeconds": 4},
        ),
        after_seconds=2,
    )
    made.advance(39)
    assert "Killing" not in made.reasons()
    made.advance(1)
    assert made.events()[-1] == "Killing: Container main failed liveness probe, will be restarted"
    made.advance(5)
    assert made.status().restart_count == 1
    last = made.status().last_state.terminated
    assert last is not None and last.exit_code == 137


def test_a_server_that_falls_ill_is_restarted_by_its_liveness_probe() -> None:
    check = http(8080, "/healthz", initialDelaySeconds=3, periodSeconds=3)
    image = "registry.k8s.io/e2e-test-images/agnhost:2.40"
    made = loop(pod(image=image, args=["liveness"], livenessProbe=check), after_seconds=10)
    assert made.ready() and made.status().restart_count == 0
    made.advance(20)
    assert made.status().restart_count == 1
    assert any(event.endswith("HTTP probe failed with statuscode: 500") for event in made.events())


def test_a_database_that_speaks_grpc_beside_http_passes_a_grpc_probe() -> None:
    check = {"grpc": {"port": 2379}, "initialDelaySeconds": 10}
    made = loop(pod(image="registry.k8s.io/etcd:3.5.1-0", livenessProbe=check), after_seconds=90)
    assert made.ready() and made.status().restart_count == 0
