"""What the benchmarks fill logs with: pods of about 2 KB of JSON that wait at a gate, so that nobody acts on them."""

import sys
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve

from engine.api.writes import Create
from engine.cluster import Cluster
from engine.kinds import Pod, from_manifest
from engine.store.frames import Header
from engine.store.log import Log
from tests.builders import START, namespace

TEMPLATES, A_COMMIT = 100, 100


def tell(text: str) -> None:
    """Progress, for whoever waits."""
    print(f"    {text}", file=sys.stderr, flush=True)


def storing(path: Path) -> Cluster:
    """A cluster without nodes, where nothing happens by itself; its log is ``path``."""
    header = Header(cluster="bench", seed="bench", created=START)
    cluster = Cluster(header, Log.create(path, header))
    cluster.submit("bootstrap", [Create(namespace("default"))])
    return cluster


def fill(path: Path, pods: int) -> None:
    """A log with so many pods, closed when nothing waited."""
    cluster = storing(path)
    some: list[Create] = []
    for each in gated_pods(pods):
        some.append(Create(each))
        if len(some) == A_COMMIT:
            cluster.submit("user", some)
            some = []
    if some:
        cluster.submit("user", some)
    cluster.close()


def gated_pods(count: int) -> Iterator[Pod]:
    """Those of one template are equal but for their names, as a ReplicaSet's are."""
    templates = [_of_template(template) for template in range(min(count, TEMPLATES))]
    for number in range(count):
        pod = templates[number % TEMPLATES]
        yield evolve(pod, metadata=evolve(pod.metadata, name=pod_name(number)))


def _of_template(template: int) -> Pod:
    container = {
        "name": "app",
        "image": f"ghcr.io/bookshop/catalog:1.{template}.0",
        "ports": [{"containerPort": 8080}],
        "env": [{"name": f"SETTING_{each}", "value": f"value-{template}-{each}"} for each in range(16)],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10},
    }
    made = from_manifest(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": pod_name(template),
                "namespace": "default",
                "labels": {"app": f"checkout-{template}", "tier": "back"},
            },
            "spec": {"containers": [container], "schedulingGates": [{"name": "example.com/quota"}]},
        }
    )
    assert isinstance(made, Pod)
    return made


def pod_name(number: int) -> str:
    return f"checkout-{number % TEMPLATES}-{number:06}"
