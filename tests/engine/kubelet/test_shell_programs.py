"""What a container's command does, told ahead: when it ends, what it prints, and what it waits for."""

from typing import Any

import pytest

from engine.kinds import Pod
from engine.kubelet.process import process_of, program_of
from engine.kubelet.programs import Program
from engine.kubelet.shell.recording import MAX_STEPS
from engine.kubelet.wire import wire_of
from tests.engine.containers import Terminal, running, service, slice_of, terminal

BEGAN = 1_779_998_400


def made(*command: str, image: str = "busybox", **spec: Any) -> Terminal:
    return terminal(running("p", image, "10.244.1.9", container={"command": list(command), **spec}))


def pod_of(box: Terminal) -> Pod:
    pod = box.state.find(Pod, "p", "default")
    assert pod is not None
    return pod


def program(box: Terminal, now: int = BEGAN) -> Program:
    pod = pod_of(box)
    container = pod.spec.containers[0]
    found = program_of(box.state, pod, container, now, wire_of(box.state, pod, container, now))
    assert found is not None
    return found


def sh(script: str, **spec: Any) -> Program:
    return program(made("sh", "-c", script, **spec))


@pytest.mark.parametrize(
    ("script", "seconds", "code"),
    [
        ("echo hi; sleep 5; exit 1", 5, 1),
        ("sleep 3600", 3600, 0),
        ("sleep infinity", None, 0),
        ("tail -f /dev/null", None, 0),
        ("while true; do date; sleep 5; done", None, 0),
        ("for i in 1 2 3; do sleep 10; done; [ $i = 3 ] && exit 4", 30, 4),
        ("n=0; while [ $n -lt 100 ]; do n=$((n+1)); sleep 1; done; exit 2", 100, 2),
        ("set -e; false; sleep 10", 0, 1),
        ("nonsense", 0, 127),
        ("echo ${", 0, 2),
        ("(sleep 3; exit 5); exit $?", 3, 5),
        ("sleep 2 & wait; exit 3", 2, 3),
    ],
)
def test_a_script_ends_when_and_as_it_says(script: str, seconds: int | None, code: int) -> None:
    found = sh(script)
    assert (found.exits_after_seconds, found.exit_code) == (seconds, code)


def test_a_command_without_a_shell_runs_too() -> None:
    assert program(made("sleep", "7")).exits_after_seconds == 7
    assert program(made("false")).exit_code == 1
    greeting = program(made("echo", "hello", "$(NAME)", env=[{"name": "NAME", "value": "you"}]))
    assert greeting.lines_between(0, 1) == [(0, "hello you")]
    pod = pod_of(made("nginx", "-g", "daemon off;", image="nginx"))
    assert program_of(terminal().state, pod, pod.spec.containers[0], BEGAN) is None


def test_an_endless_loop_is_kept_as_a_loop_and_not_as_lines() -> None:
    found = sh('i=0; while true; do echo "n=$i"; i=$((i+1)); sleep 1; done')
    assert found.recording.loop is not None and len(found.recording.chunks) < 10
    assert found.lines_between(0, 3) == [(0, "n=0"), (1, "n=1"), (2, "n=2")]
    assert found.lines_between(10**6, 10**6 + 2) == [(10**6, "n=1000000"), (10**6 + 1, "n=1000001")]


def test_a_counter_that_decides_nothing_until_late_is_followed_as_far_as_the_limit() -> None:
    found = sh("i=0; while true; do i=$((i+1)); if [ $((i % 3)) -eq 0 ]; then echo fizz $i; fi; sleep 1; done")
    assert found.exits_after_seconds is None and found.recording.loop is not None
    assert found.recording.loop.start_ms > MAX_STEPS // 10 * 1000
    assert found.lines_between(0, 6) == [(2, "fizz 3"), (5, "fizz 6")]
    assert found.lines_between(300_000, 300_003) == [(300_002, "fizz 300003")]


def test_an_unfinished_line_and_stderr_are_lines_too() -> None:
    assert sh("echo -n a; sleep 2; echo b; echo c >&2; printf d").lines_between(0, 9) == [
        (2, "ab"),
        (2, "c"),
        (2, "d"),
    ]


def test_sigterm_ends_only_a_script_that_catches_it() -> None:
    assert sh("while true; do sleep 1; done").term_exit_code is None
    assert sh("trap 'exit 7' TERM; while true; do sleep 1; done").term_exit_code == 7
    assert sh("trap 'echo ignored' TERM; while true; do sleep 1; done").term_exit_code is None


def test_a_script_can_end_in_the_images_own_server() -> None:
    box = made("sh", "-c", "echo ready; sleep 4; exec nginx -g 'daemon off;'", image="nginx")
    found = program(box)
    assert (found.exits_after_seconds, found.serves_after_seconds) == (None, 4)
    acts = process_of(box.state, pod_of(box), pod_of(box).spec.containers[0], BEGAN)
    assert acts.listens == (80,) and acts.ready_after_seconds == 4
    web = made("httpd", "-f", "-p", "8080")
    assert process_of(web.state, pod_of(web), pod_of(web).spec.containers[0], BEGAN).listens == (8080,)


WAITING = "until nslookup db; do echo waiting for db; sleep 2; done"


def test_a_program_that_waits_for_the_network_is_asked_again_when_it_asks_again() -> None:
    box = made("sh", "-c", WAITING)
    found = program(box, now=BEGAN + 101)
    assert (found.exits_after_seconds, found.asks_again_at) == (None, BEGAN + 102)
    assert [line for line in found.lines_between(0, 101) if "waiting" in line[1]][-1] == (100, "waiting for db")
    box.put(service("db", "10.96.7.7"))
    assert program(box, now=BEGAN + 101).exits_after_seconds == 102
    assert program(box, now=BEGAN + 102).exits_after_seconds == 102


def test_a_wait_with_a_limit_fails_when_the_limit_is_reached() -> None:
    script = "for i in 1 2 3; do wget -q -T 1 -O- http://db && exit 0; sleep 5; done; exit 9"
    box = made("sh", "-c", script)
    assert (program(box).exits_after_seconds, program(box).exit_code) == (15, 9)
    db = running("db", "nginx", "10.244.1.4")
    box.put(service("db", "10.96.7.7"), db, slice_of("db", db))
    late = program(box, now=BEGAN + 6)
    assert (late.exits_after_seconds, late.exit_code) == (10, 0)


def test_a_request_loop_that_never_ends_asks_nothing_of_the_kubelet() -> None:
    found = sh("while true; do wget -q -O- http://web > /dev/null; sleep 1; done")
    assert found.asks_network and found.asks_again_at is None and found.exits_after_seconds is None


def test_a_script_sees_what_containers_before_it_wrote() -> None:
    mounts = [{"name": "v", "mountPath": "/v"}]
    containers = [
        {"name": "w", "image": "busybox", "command": ["sh", "-c", "sleep 20; touch /v/go; sleep 999"],
         "volumeMounts": mounts},
        {"name": "r", "image": "busybox", "command": ["sh", "-c", "until [ -f /v/go ]; do sleep 3; done; exit 6"],
         "volumeMounts": mounts},
    ]  # fmt: skip
    box = terminal(running("p", "", "10.244.1.9", containers=containers, volumes=[{"name": "v", "emptyDir": {}}]))
    pod = pod_of(box)
    found = program_of(box.state, pod, pod.spec.containers[1], BEGAN)
    assert found is not None and (found.exits_after_seconds, found.exit_code) == (21, 6)


def test_a_typed_line_reaches_a_waiting_script() -> None:
    box = made("sh", "-c", "while [ ! -f /tmp/stop ]; do sleep 1; done; exit 8")
    assert program(box, now=box.now).exits_after_seconds is None
    box.type("p", "touch /tmp/stop")
    found = program(box, now=box.now)
    assert (found.exits_after_seconds, found.exit_code) == (box.now - 1 - BEGAN, 8)
