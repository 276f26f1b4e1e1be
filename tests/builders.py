"""Objects and clusters for tests: valid by default, any field given by name."""

from collections.abc import Mapping
from typing import Any

from engine.api.writes import Create
from engine.cluster import Cluster
from engine.kinds import (
    DaemonSet,
    Deployment,
    Node,
    Object,
    Pod,
    Service,
    StatefulSet,
    from_manifest,
)
from engine.store.frames import Header

START = 1_780_000_000
"""Cluster time at which test clusters begin: 2026-05-28T20:26:40Z."""


def node(name: str = "w1", *, cpu: str = "4", memory: str = "8Gi", pods: int = 110, **labels: str) -> Node:
    made = from_manifest(
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": {key.replace("__", "/"): each for key, each in labels.items()}},
            "status": {"capacity": {"cpu": cpu, "memory": memory, "pods": str(pods)}},
        }
    )
    assert isinstance(made, Node)
    return made


def pod_spec(image: str = "nginx:1.27", **container: Any) -> dict[str, Any]:
    return {"containers": [{"name": "main", "image": image, **container}]}


def pod(
    name: str = "p", *, namespace: str = "default", labels: Mapping[str, str] | None = None, **spec: Any
) -> Pod:
    made = from_manifest(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace, "labels": dict(labels or {})},
            "spec": {**pod_spec(), **spec},
        }
    )
    assert isinstance(made, Pod)
    return made


def deployment(
    name: str = "web",
    *,
    replicas: int = 1,
    namespace: str = "default",
    template: Mapping[str, Any] | None = None,
    **spec: Any,
) -> Deployment:
    """``template`` is a pod spec; labels and selector are ``app: <name>``."""
    made = from_manifest(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": {"app": name}},
                "template": {"metadata": {"labels": {"app": name}}, "spec": dict(template or pod_spec())},
                **spec,
            },
        }
    )
    assert isinstance(made, Deployment)
    return made


def stateful_set(name: str = "web", *, replicas: int = 1, namespace: str = "default", **spec: Any) -> StatefulSet:
    """As ``deployment``, with ``serviceName: <name>``."""
    made = from_manifest(_workload("StatefulSet", name, namespace, {"replicas": replicas, "serviceName": name, **spec}))
    assert isinstance(made, StatefulSet)
    return made


def daemon_set(name: str = "agent", *, namespace: str = "default", **spec: Any) -> DaemonSet:
    made = from_manifest(_workload("DaemonSet", name, namespace, spec))
    assert isinstance(made, DaemonSet)
    return made


def _workload(kind: str, name: str, namespace: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """``template`` in ``spec`` is a pod spec; labels and selector are ``app: <name>``."""
    template = spec.get("template", pod_spec())
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            **spec,
            "template": {"metadata": {"labels": {"app": name}}, "spec": dict(template)},
        },
    }


def service(name: str = "web", *, namespace: str = "default", port: int = 80, **spec: Any) -> Service:
    """Selects ``app: <name>``."""
    made = from_manifest(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"selector": {"app": name}, "ports": [{"port": port}], **spec},
        }
    )
    assert isinstance(made, Service)
    return made


def namespace(name: str) -> Object:
    return from_manifest({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def cluster(*objects: Object, seed: str = "test") -> Cluster:
    """A cluster without a log that holds namespace default and ``objects``, settled but not advanced."""
    made = Cluster(Header(cluster="test", seed=seed, created=START))
    made.submit("bootstrap", [Create(namespace("default")), Create(namespace("kube-system"))])
    for obj in objects:
        made.submit("user", [Create(obj)])
    made.settle()
    return made


def settled(*objects: Object, seconds: int = 120, seed: str = "test") -> Cluster:
    """As ``cluster``, with ``seconds`` of cluster time passed: images pulled, pods running."""
    made = cluster(*objects, seed=seed)
    made.advance(made.now + seconds)
    return made
