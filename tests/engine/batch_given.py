"""Jobs and CronJobs for tests, and what a cluster shows of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.api.writes import Patch
from engine.cluster import Cluster
from engine.kinds import Pod, Ref, from_manifest
from engine.kinds.batch import INDEX_KEY, CronJob, Job

WORK = Ref("Job", "default", "work")
TICK = Ref("CronJob", "default", "tick")


def template(command: Sequence[str] = ("sh", "-c", "sleep 5"), policy: str = "Never") -> dict[str, Any]:
    container = {"name": "main", "image": "busybox:1.36", "command": list(command)}
    return {"spec": {"restartPolicy": policy, "containers": [container]}}


def job(script: str = "sleep 5", *, name: str = "work", policy: str = "Never", **spec: Any) -> Job:
    made = from_manifest({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": "default"},
        "spec": {"template": template(("sh", "-c", script), policy), **spec},
    })  # fmt: skip
    assert isinstance(made, Job)
    return made


def indexed(script: str = "sleep 5", *, completions: int = 3, **spec: Any) -> Job:
    spec = {"completionMode": "Indexed", "completions": completions, "parallelism": completions, **spec}
    return job(script, **spec)


def cron_job(schedule: str = "* * * * *", script: str = "sleep 5", **spec: Any) -> CronJob:
    work = {"template": template(("sh", "-c", script)), **spec.pop("job", {})}
    made = from_manifest({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "tick", "namespace": "default"},
        "spec": {"schedule": schedule, "jobTemplate": {"spec": work}, **spec},
    })  # fmt: skip
    assert isinstance(made, CronJob)
    return made


def later(cluster: Cluster, seconds: int) -> Cluster:
    cluster.advance(cluster.now + seconds)
    return cluster


def patched(cluster: Cluster, ref: Ref, spec: Mapping[str, Any]) -> Cluster:
    cluster.submit("user", [Patch(ref, {"spec": dict(spec)}, "merge")])
    cluster.settle()
    return cluster


def the_job(cluster: Cluster, name: str = "work") -> Job:
    found = cluster.state.find(Job, name, "default")
    assert found is not None
    return found


def jobs(cluster: Cluster) -> list[Job]:
    return list(cluster.state.all(Job, "default"))


def the_cron_job(cluster: Cluster) -> CronJob:
    found = cluster.state.find(CronJob, "tick", "default")
    assert found is not None
    return found


def pods(cluster: Cluster) -> list[Pod]:
    """In the order they were made."""
    found = cluster.state.all(Pod, "default")
    return sorted(found, key=lambda pod: (pod.metadata.creation_timestamp or 0, pod.metadata.name))


def phases(cluster: Cluster) -> list[str]:
    return [pod.status.phase for pod in pods(cluster)]


def indexes(cluster: Cluster) -> list[str]:
    return [pod.metadata.annotations[INDEX_KEY] for pod in pods(cluster)]


def told(cluster: Cluster, obj: Job | CronJob) -> list[str]:
    """``Reason: message`` of its Events, oldest first."""
    events = sorted(cluster.state.events_of(obj), key=lambda each: int(each.metadata.resource_version))
    return [f"{each.reason}: {each.message}" for each in events]


def conditions(job: Job) -> list[str]:
    return [f"{each.type}={each.status} {each.reason}".rstrip() for each in job.status.conditions]
