"""Memory: what stress and leaks take of it, and who is killed when a limit is passed (rules 9)."""

from typing import Any

import pytest

from engine.api.writes import Create, Delete
from engine.cluster import Cluster
from engine.errors import Invalid
from engine.kinds import Event, Object, Pod, Ref, from_manifest
from engine.kubelet.demand import demand_of
from engine.kubelet.logs import log_lines
from engine.kubelet.oom import oom_score_adj
from engine.kubelet.usage import pod_usage
from tests.builders import node, pod, settled

MI = 1 << 20


def stressed(size: str = "150M", *, limit: str = "", request: str = "", **spec: Any) -> Pod:
    """polinux/stress of the memory tutorial."""
    resources = {name: {"memory": text} for name, text in (("limits", limit), ("requests", request)) if text}
    args = ["--vm", "1", "--vm-bytes", size, "--vm-hang", "1"]
    main = {"name": "main", "image": "polinux/stress", "command": ["stress"], "args": args, "resources": resources}
    return pod(containers=[main], **spec)


def fault(**spec: Any) -> Object:
    return from_manifest({"apiVersion": "k9lite.dev/v1", "kind": "Fault", "metadata": {"name": "f"}, "spec": spec})


def the_pod(made: Cluster, name: str = "p") -> Pod:
    found = made.state.find(Pod, name, "default")
    assert found is not None
    return found


def node_events(made: Cluster) -> list[str]:
    return [each.message for each in made.state.all(Event) if each.reason == "OOMKilling"]


def test_a_container_within_its_limit_holds_what_it_asked_for() -> None:
    made = settled(node(), stressed(limit="200Mi"), seconds=60)
    assert the_pod(made).status.phase == "Running"
    assert 150 * MI <= pod_usage(made.state, the_pod(made), made.now).memory_bytes < 152 * MI


def test_a_container_over_its_limit_is_killed_and_backs_off() -> None:
    made = settled(node(), stressed("250M", limit="100Mi"), seconds=60)
    (status,) = the_pod(made).status.container_statuses
    assert status.state.waiting is not None and status.last_state.terminated is not None
    assert status.state.waiting.reason == "CrashLoopBackOff"
    assert (status.last_state.terminated.reason, status.last_state.terminated.exit_code) == ("OOMKilled", 137)
    assert status.restart_count == 3
    assert all(text.startswith("Memory cgroup out of memory: Killed process") for text in node_events(made))
    assert len(node_events(made)) == 4


def test_a_pod_that_is_not_restarted_fails_as_oom_killed() -> None:
    made = settled(node(), stressed("250M", limit="100Mi", restartPolicy="Never"), seconds=60)
    (status,) = the_pod(made).status.container_statuses
    assert status.state.terminated is not None
    assert (the_pod(made).status.phase, status.state.terminated.reason) == ("Failed", "OOMKilled")


@pytest.mark.parametrize(
    ("image", "command", "expected"),
    [
        ("polinux/stress", ["stress", "--cpu", "2"], (2000, MI)),
        ("polinux/stress", ["stress", "--vm", "2", "--vm-bytes", "1G"], (2000, MI + (2 << 30))),
        ("alexeiled/stress-ng", ["/stress-ng", "--cpu", "1", "--cpu-load=50"], (500, MI)),
        ("vish/stress", ["/stress", "-cpus", "2"], (2000, 2 * MI)),
        ("busybox", ["sh", "-c", "yes > /dev/null"], (1000, 2 * MI)),
        ("busybox", ["sh", "-c", "yes > /dev/null & yes > /dev/null"], (2000, 2 * MI)),
        ("busybox", ["sh", "-c", "while true; do :; done"], (1000, 2 * MI)),
        ("busybox", ["sleep", "3600"], (0, 2 * MI)),
    ],
)
def test_what_a_command_line_asks_for(image: str, command: list[str], expected: tuple[int, int]) -> None:
    found = demand_of(pod(containers=[{"name": "main", "image": image, "command": command}]).spec.containers[0])
    assert (found.busy_milli, found.memory_bytes) == expected


def test_cpu_is_throttled_to_the_limit() -> None:
    main = {
        "name": "main",
        "image": "vish/stress",
        "args": ["-cpus", "2"],
        "resources": {"requests": {"cpu": "0.5"}, "limits": {"cpu": "1"}},
    }
    made = settled(node(), pod(containers=[main]), seconds=60)
    assert pod_usage(made.state, the_pod(made), made.now).cpu_milli == 1000


def test_memory_taken_step_by_step_kills_when_the_steps_add_up() -> None:
    args = ["-mem-total", "1100Mi", "-mem-alloc-size", "100Mi", "-mem-alloc-sleep", "10s"]
    main = {"name": "main", "image": "vish/stress", "args": args, "resources": {"limits": {"memory": "500Mi"}}}
    made = settled(node(), pod(containers=[main]))
    ended = the_pod(made).status.container_statuses[0].last_state.terminated
    assert ended is not None
    assert (ended.reason, (ended.finished_at or 0) - (ended.started_at or 0)) == ("OOMKilled", 50)


def test_a_server_makes_do_with_a_little_less_but_not_with_a_fraction() -> None:
    def served(limit: str) -> str:
        resources = {"limits": {"memory": limit}}
        main = {"name": "main", "image": "mongo:7", "resources": resources}
        found = the_pod(settled(node(), pod(containers=[main]), seconds=60))
        last = found.status.container_statuses[0].last_state.terminated
        return "" if last is None else last.reason

    assert [served(limit) for limit in ("200Mi", "64Mi", "20Mi")] == ["", "", "OOMKilled"]


def test_a_leak_takes_more_every_second_until_it_is_lifted_or_kills() -> None:
    limits = {"limits": {"memory": "256Mi"}}
    made = settled(node(), pod(containers=[{"name": "main", "image": "nginx:1.27", "resources": limits}]), seconds=60)
    made.submit("user", [Create(fault(type="MemoryLeak", pod="p", memory="5Mi"))])
    made.advance(made.now + 20)
    assert pod_usage(made.state, the_pod(made), made.now).memory_bytes == 105 * MI
    made.advance(made.now + 34)
    (status,) = the_pod(made).status.container_statuses
    assert status.restart_count == 1 and status.last_state.terminated is not None
    assert status.last_state.terminated.reason == "OOMKilled"
    made.submit("user", [Delete(ref=Ref("Fault", "", "f"))])
    made.advance(made.now + 600)
    assert the_pod(made).status.container_statuses[0].restart_count == 1


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"type": "Meteor"}, 'spec.type: Unsupported value: "Meteor"'),
        ({"type": "NodeDown"}, "spec.node: Required value: must name the node that is broken"),
        ({"type": "MemoryLeak"}, "spec.pod: Required value: must name the pod that loses memory"),
        ({"type": "MemoryFull", "node": "w1", "memory": "0"}, 'spec.memory: Invalid value: "0": must be positive'),
    ],
)
def test_a_fault_must_say_what_breaks(spec: dict[str, str], message: str) -> None:
    with pytest.raises(Invalid) as caught:
        settled(node(), fault(**spec))
    assert message in str(caught.value)


def test_the_kernel_spares_whom_the_kubelet_asks_it_to_spare() -> None:
    def score(request: str, limit: str) -> int:
        found = the_pod(settled(node(), stressed("1M", request=request, limit=limit), seconds=0))
        return oom_score_adj(found, found.spec.containers[0], 8 << 30)

    guaranteed = pod(containers=[{
        "name": "main", "image": "nginx:1.27", "resources": {"limits": {"memory": "1Gi", "cpu": "1"}},
    }])  # fmt: skip
    found = the_pod(settled(node(), guaranteed, seconds=0))
    assert oom_score_adj(found, found.spec.containers[0], 8 << 30) == -997
    assert [score("", ""), score("2Gi", ""), score("8Gi", "9Gi"), score("1Ki", "")] == [1000, 750, 3, 999]


def test_stress_says_what_it_does_and_how_it_was_killed() -> None:
    made = settled(node(), stressed("250M", limit="100Mi", restartPolicy="Never"), seconds=30)
    assert [line.text for line in log_lines(made.state, the_pod(made), "main", made.now)] == [
        "stress: info: [1] dispatching hogs: 0 cpu, 0 io, 1 vm, 0 hdd",
        "stress: FAIL: [1] (416) <-- worker 7 got signal 9",
        "stress: WARN: [1] (418) now reaping child worker processes",
        "stress: FAIL: [1] (452) failed run completed in 1s",
    ]
    args = ["-cpus", "1", "-mem-total", "100Mi", "-mem-alloc-size", "10Mi", "-mem-alloc-sleep", "1s"]
    made = settled(node(), pod(containers=[{"name": "main", "image": "vish/stress", "args": args}]), seconds=30)
    lines = [line.text.partition("] ")[2] for line in log_lines(made.state, the_pod(made), "main", made.now)]
    assert lines == [
        'Allocating "100Mi" memory, in "10Mi" chunks, with a 1s sleep between allocations',
        "Spawning a thread to consume CPU",
        'Allocated "100Mi" memory',
    ]
