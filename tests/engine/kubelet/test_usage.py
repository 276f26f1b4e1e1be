"""Usage: smooth, seeded, within limits, and nothing for what does not run."""

from itertools import pairwise

from engine.kubelet.usage import NO_USAGE, container_usage, node_usage, pod_usage
from tests.engine.kubelet_loop import loop, pod


def test_the_same_moment_always_shows_the_same_usage() -> None:
    made = loop(pod(), after_seconds=100)
    assert pod_usage(made.state, made.pod(), made.now) == pod_usage(made.state, made.pod(), made.now)
    assert pod_usage(made.state, made.pod(), made.now).memory_bytes > 1 << 20


def test_what_does_not_run_uses_nothing() -> None:
    made = loop(pod(image="nginx:nosuch"), after_seconds=100)
    assert pod_usage(made.state, made.pod(), made.now) == NO_USAGE


def test_usage_changes_little_from_one_second_to_the_next() -> None:
    made = loop(pod(image="redis:7"), after_seconds=100)
    seen = [pod_usage(made.state, made.pod(), made.now + second).memory_bytes for second in range(600)]
    assert len(set(seen)) > 10
    assert all(abs(a - b) < 0.01 * a for a, b in pairwise(seen))


def test_usage_stays_within_limits() -> None:
    tight = {"limits": {"cpu": "1m", "memory": "2Mi"}}
    made = loop(pod(resources=tight), after_seconds=100)
    usage = container_usage(made.state, made.pod(), made.pod().spec.containers[0], made.now)
    assert usage.cpu_milli <= 1
    assert usage.memory_bytes <= 2 << 20


def test_a_node_uses_what_its_pods_use_and_a_part_of_its_own() -> None:
    made = loop(pod(), pod("q"), after_seconds=100)
    pods = pod_usage(made.state, made.pod(), made.now) + pod_usage(made.state, made.pod("q"), made.now)
    whole, empty = node_usage(made.state, "w1", made.now), node_usage(made.state, "w2", made.now)
    assert whole.memory_bytes - pods.memory_bytes == empty.memory_bytes > 0
    assert node_usage(made.state, "nosuch", made.now) == NO_USAGE
