"""Containers added to a pod that runs: what may be added, how they live, and what they see."""

from typing import Any

import pytest

from engine.api.writes import Create, Delete, Patch
from engine.errors import Invalid
from engine.kinds import ContainerStatus, Ref
from tests.engine.kubelet_loop import Loop, loop, pod

POD = Ref("Pod", "default", "p")


def add(made: Loop, **container: Any) -> None:
    given = {"name": "dbg", "image": "busybox:1.36", "stdin": True, **container}
    body = {"spec": {"ephemeralContainers": [given]}}
    made.submit(Patch(ref=POD, body=body, subresource="ephemeralcontainers"))


def running(**spec: Any) -> Loop:
    return loop(pod(spec=spec), after_seconds=30)


def printed(made: Loop) -> str:
    """What the newest typed line printed."""
    return list(made.state.execs_of(made.pod().metadata.uid))[-1].stdout


def added(made: Loop) -> ContainerStatus:
    return made.pod().status.ephemeral_container_statuses[0]


def test_a_container_added_to_a_pod_runs_beside_the_others() -> None:
    made = running()
    add(made)
    made.advance(10)
    assert added(made).state.running is not None
    assert (added(made).ready, added(made).started) == (False, None)
    assert made.ready() and made.pod().status.phase == "Running"
    assert made.pod().metadata.generation == 2


def test_an_added_container_is_never_started_again() -> None:
    made = running()
    add(made, command=["false"], stdin=False)
    made.advance(120)
    ended = added(made).state.terminated
    assert ended is not None and ended.exit_code == 1
    assert added(made).restart_count == 0
    assert made.ready() and made.pod().status.phase == "Running"


def test_an_image_of_an_added_container_that_is_missing_leaves_the_pod_alone() -> None:
    made = running()
    add(made, image="no-such-image-anywhere:1")
    made.advance(5)
    waiting = added(made).state.waiting
    assert waiting is not None and waiting.reason in ("ErrImagePull", "ImagePullBackOff")
    assert made.ready()


def test_a_container_added_before_the_sandbox_stands_waits_for_it() -> None:
    made = loop(pod(image="nginx:1.27"), after_seconds=0)
    add(made)
    made.advance(30)
    assert made.ready() and added(made).state.running is not None


def test_an_added_container_sees_the_processes_and_files_of_its_target() -> None:
    made = running()
    add(made, targetContainerName="main")
    made.advance(10)
    made.type("ps; ls /proc/1/root/usr/share/nginx/html", container="dbg")
    assert "1 root      0:00 nginx: master process" in printed(made)
    assert "index.html" in printed(made)


def test_without_a_target_it_sees_its_own_processes_alone() -> None:
    made = running()
    add(made)
    made.advance(10)
    made.type("ps", container="dbg")
    assert "nginx" not in printed(made)


def test_killing_process_one_of_the_target_ends_the_target() -> None:
    made = running()
    add(made, targetContainerName="main")
    made.advance(10)
    made.type("kill 1", container="dbg")
    made.advance(1)
    assert made.status().restart_count == 1 or made.status().state.terminated is not None
    assert added(made).state.running is not None


def test_containers_of_a_pod_that_shares_its_processes_see_each_other() -> None:
    made = running(shareProcessNamespace=True)
    made.type("ps")
    assert "/pause" in printed(made)


def test_an_added_container_goes_with_its_pod() -> None:
    made = running()
    add(made)
    made.advance(10)
    made.submit(Delete(ref=POD))
    assert made.state.get(POD) is not None
    made.advance(31)
    assert made.state.get(POD) is None


def test_a_pod_cannot_be_made_with_one() -> None:
    made = loop()
    given = pod(image="nginx:1.27", spec={"ephemeralContainers": [{"name": "dbg", "image": "busybox"}]})
    with pytest.raises(Invalid, match=r"spec.ephemeralContainers: Forbidden: cannot be set on create"):
        made.submit(Create(given))


def test_what_was_added_cannot_be_removed_or_changed() -> None:
    made = running()
    add(made)
    removal = [{"op": "remove", "path": "/spec/ephemeralContainers/0"}]
    with pytest.raises(Invalid, match='existing ephemeral containers "dbg" may not be removed'):
        made.submit(Patch(POD, removal, "json", "ephemeralcontainers"))
    with pytest.raises(Invalid, match='existing ephemeral containers "dbg" may not be changed'):
        add(made, image="alpine")
    with pytest.raises(Invalid, match="pod updates may not change fields other than"):
        made.submit(Patch(POD, removal, "json"))


@pytest.mark.parametrize(
    ("container", "refused"),
    [
        ({"name": "main"}, 'spec.ephemeralContainers[0].name: Duplicate value: "main"'),
        ({"targetContainerName": "x"}, 'spec.ephemeralContainers[0].targetContainerName: Not found: "x"'),
        (
            {"ports": [{"containerPort": 80}]},
            "spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container",
        ),
        (
            {"resources": {"limits": {"cpu": "1"}}},
            "spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container",
        ),
    ],
)
def test_an_added_container_is_no_part_of_the_pods_work(container: dict[str, Any], refused: str) -> None:
    made = running()
    with pytest.raises(Invalid) as raised:
        add(made, **container)
    assert refused in str(raised.value)


def test_nothing_but_the_added_containers_changes_by_the_subresource() -> None:
    made = running()
    body = {"spec": {"ephemeralContainers": [{"name": "dbg", "image": "busybox"}], "activeDeadlineSeconds": 5}}
    made.submit(Patch(ref=POD, body=body, subresource="ephemeralcontainers"))
    assert made.pod().spec.active_deadline_seconds is None
    assert [each.name for each in made.pod().spec.ephemeral_containers] == ["dbg"]
