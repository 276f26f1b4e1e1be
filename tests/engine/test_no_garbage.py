"""What a cluster leaves behind is freed by counting references: garbage is not collected while values are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from engine.api.writes import Create, Delete, Patch
from engine.cluster import Cluster
from engine.collecting import building
from engine.kinds import Ref, from_manifest
from engine.store.frames import Header
from engine.store.state import State
from tests.builders import START, deployment, namespace, node, service

WEB = Ref("Deployment", "default", "web")


def cluster_at_work() -> Cluster:
    """A roll-out, scaling, a Job, a StatefulSet, refusals and deletions, all to the end."""
    cluster = Cluster(Header(cluster="garbage", seed="garbage", created=START))
    cluster.submit("bootstrap", [Create(namespace("default")), *(Create(node(name)) for name in ("w1", "w2"))])
    cluster.submit("user", [Create(deployment("web", replicas=3)), Create(service("web"))])
    cluster.advance(START + 60)
    container = {"name": "main", "image": "busybox:1.36", "command": ["true"]}
    template = {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [container]}}
    of_job = {"spec": {"containers": [container], "restartPolicy": "Never"}}
    selector = {"matchLabels": {"app": "db"}}
    head = {"metadata": {"name": "db", "namespace": "default"}}
    stateful = {"serviceName": "db", "replicas": 2, "selector": selector, "template": template}
    quota = {"hard": {"pods": "9"}}
    for manifest in (
        {"apiVersion": "batch/v1", "kind": "Job", **head, "spec": {"completions": 2, "template": of_job}},
        {"apiVersion": "apps/v1", "kind": "StatefulSet", **head, "spec": stateful},
        {"apiVersion": "v1", "kind": "ResourceQuota", **head, "spec": quota},
    ):
        cluster.submit("user", [Create(from_manifest(manifest))])
    cluster.advance(START + 120)
    image = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "nginx:1.29"}]}}}}
    cluster.submit("user", [Patch(WEB, image, "strategic"), Patch(WEB, {"spec": {"replicas": 12}}, "merge")])
    cluster.advance(START + 240)
    cluster.submit("user", [Delete(ref=WEB)])
    cluster.advance(START + 600)
    return cluster


@contextmanager
def garbage() -> Iterator[list[object]]:
    """What only a collection finds, of what was made here; complete at the end."""
    found: list[object] = []
    gc.collect()
    gc.freeze()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield found
        gc.collect()
        found += gc.garbage
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.unfreeze()


def test_no_state_waits_for_a_collection() -> None:
    with garbage() as found, building():
        cluster = cluster_at_work()
    assert cluster.settled
    assert [type(each).__name__ for each in found if isinstance(each, State)] == []
