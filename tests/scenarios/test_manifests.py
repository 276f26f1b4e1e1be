"""Real manifests by others: each applies without an error, and what has a controller comes to Running and ready."""

from pathlib import Path

import pytest

from engine.kinds import DaemonSet, Deployment, Pod, ReplicationController, StatefulSet, is_true
from tests.scenarios.sample import MANIFESTS, sample_client
from tests.scenarios.scripts import pass_time, run

pytestmark = pytest.mark.skipif(not MANIFESTS.is_dir(), reason="the shared manifests are not beside the checkout")
FOLDERS = sorted(path.name for path in MANIFESTS.iterdir() if path.is_dir()) if MANIFESTS.is_dir() else []


@pytest.mark.parametrize("name", FOLDERS)
def test_manifests_of_others_apply_and_run(name: str) -> None:
    client = sample_client(seconds=60)
    shown = run(f"kubectl apply -f {MANIFESTS / name}", client, Path())
    assert not [line for line in shown if line.startswith(("!", "exit"))], shown
    pass_time(client, 180)
    state = client.state
    workloads: list[Deployment | ReplicationController | StatefulSet] = list(state.all(Deployment, "default"))
    workloads += [*state.all(ReplicationController, "default"), *state.all(StatefulSet, "default")]
    for workload in workloads:
        assert workload.status.ready_replicas == workload.spec.replicas, workload.metadata.name
    for daemon_set in state.all(DaemonSet, "default"):
        assert daemon_set.status.number_ready == daemon_set.status.desired_number_scheduled > 0
    for pod in state.all(Pod, "default"):
        assert pod.status.phase == "Running", pod.metadata.name
        assert is_true(pod.status.conditions, "Ready"), pod.metadata.name
    again = run(f"kubectl apply -f {MANIFESTS / name}", client, Path())
    assert again
    assert all(line.endswith((" unchanged", " configured")) for line in again), again
