"""Files that are big, and pods that write more of them than they may."""

from typing import Any

import pytest

from engine.bulk import amount, bulk, joined, printable, size_of
from tests.engine.kubelet_loop import Loop, loop, pod, script

CACHE: dict[str, Any] = {"volumes": [{"name": "cache", "emptyDir": {"sizeLimit": "100Mi"}}]}
MOUNT = [{"name": "cache", "mountPath": "/cache"}]


def limited(amount: str) -> dict[str, Any]:
    return {"resources": {"limits": {"ephemeral-storage": amount}}}


def typed(made: Loop, line: str) -> str:
    made.type(line)
    last = list(made.state.execs_of(made.pod().metadata.uid))[-1]
    return last.stdout + last.stderr


def test_a_bulky_text_is_known_by_its_size_alone() -> None:
    assert size_of(bulk(1 << 30)) == 1 << 30
    assert joined("a\n", bulk(10)) == bulk(12)
    assert size_of(joined(bulk(10), "ä")) == 12
    assert printable(f"a{bulk(5)}b") == "ab"
    assert [amount(word) for word in ("512", "1K", "1M", "10MB", "2x512", "x")] == [
        512, 1024, 1 << 20, 10_000_000, 1024, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "dd if=/dev/zero of=/tmp/f bs=1M count=200 2>/dev/null",
        "fallocate -l 200M /tmp/f",
        "truncate -s 200M /tmp/f",
        "head -c 200M /dev/zero > /tmp/f",
        "head -c 209715200 < /dev/urandom > /tmp/f",
        "dd if=/dev/zero bs=100M count=1 2>/dev/null > /tmp/f; head -c 100M /dev/zero >> /tmp/f",
        "fallocate -l 200M /tmp/g; cp /tmp/g /tmp/h; cat /tmp/h > /tmp/f",
    ],
)
def test_programs_fill_files_of_any_size(line: str) -> None:
    made = loop(pod(**script("sleep 100000")), after_seconds=10)
    assert typed(made, line) == ""
    assert typed(made, "wc -c < /tmp/f; du -h /tmp/f; cat /tmp/f").split() == ["209715200", "200.0M", "/tmp/f"]


def test_dd_says_how_much_it_copied() -> None:
    made = loop(pod(**script("sleep 100000")), after_seconds=10)
    printed = typed(made, "dd if=/dev/zero of=/tmp/f bs=1M count=100")
    assert printed.startswith("100+0 records in\n100+0 records out\n104857600 bytes (100.0MB) copied, ")


def test_an_endless_source_ends_with_the_disk() -> None:
    made = loop(pod(**script("sleep 100000")), after_seconds=10)
    assert "No space left on device" in typed(made, "dd if=/dev/zero of=/tmp/f bs=1M")


def test_a_pod_that_fills_an_empty_dir_beyond_its_limit_is_evicted() -> None:
    made = loop(pod(spec=CACHE, volumeMounts=MOUNT, **script("sleep 100000")), after_seconds=11)
    made.type("fallocate -l 90M /cache/a")
    made.advance(30)
    assert made.pod().status.phase == "Running"
    made.type("fallocate -l 20M /cache/b")
    made.advance(10)
    status = made.pod().status
    assert (status.phase, status.reason) == ("Failed", "Evicted")
    assert status.message == 'Usage of EmptyDir volume "cache" exceeds the limit "100Mi". '
    assert "Killing" in made.reasons()
    assert f"Evicted: {status.message}" in made.events()


def test_a_file_that_is_gone_at_the_next_look_counts_no_more() -> None:
    made = loop(pod(spec=CACHE, volumeMounts=MOUNT, **script("sleep 100000")), after_seconds=11)
    made.type("fallocate -l 200M /cache/a")
    made.type("rm /cache/a")
    made.advance(60)
    assert made.pod().status.phase == "Running"


def test_a_program_that_fills_its_volume_is_evicted_when_it_passes_the_limit() -> None:
    text = "i=0; while true; do dd if=/dev/zero of=/cache/$i bs=1M count=10; i=$((i+1)); sleep 5; done"
    made = loop(pod(spec=CACHE, volumeMounts=MOUNT, **script(text)), after_seconds=30)
    assert made.pod().status.phase == "Running"
    made.advance(60)
    assert made.pod().status.reason == "Evicted"


def test_the_limits_of_all_containers_hold_for_all_that_is_written() -> None:
    spec = {"volumes": [{"name": "cache", "emptyDir": {}}]}
    made = loop(pod(spec=spec, volumeMounts=MOUNT, **script("sleep 100000"), **limited("50Mi")), after_seconds=11)
    made.type("fallocate -l 60M /cache/a")
    made.advance(10)
    why = "Pod ephemeral local storage usage exceeds the total limit of containers 50Mi. "
    assert made.pod().status.message == why


def test_a_container_is_held_to_its_own_limit() -> None:
    containers = [
        {"name": "main", **script("sleep 100000"), **limited("50Mi")},
        {"name": "other", **script("sleep 100000"), **limited("1Gi")},
    ]
    made = loop(pod(containers=containers), after_seconds=11)
    made.type("fallocate -l 60M /tmp/a")
    made.advance(10)
    why = 'Container main exceeded its local ephemeral storage limit "50Mi". '
    assert made.pod().status.message == why


def test_a_pod_within_its_limits_costs_no_look() -> None:
    made = loop(pod(spec=CACHE, volumeMounts=MOUNT, **script("sleep 100000")), after_seconds=11)
    commits = len(made.commits)
    made.advance(3600)
    assert len(made.commits) == commits
