"""Volumes, claims and classes for tests: valid by default, any field of their spec given by name."""

from typing import Any

from engine.cluster import Cluster
from engine.kinds import Object, Pod, from_manifest
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from tests.builders import pod


def claim(name: str = "data", *, size: str = "1Gi", **spec: Any) -> PersistentVolumeClaim:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    made = _made("PersistentVolumeClaim", name, namespace="default", spec=wanted)
    assert isinstance(made, PersistentVolumeClaim)
    return made


def volume(
    name: str = "pv-1", *, size: str = "1Gi", labels: dict[str, str] | None = None, node: str = "", **spec: Any
) -> PersistentVolume:
    """``node`` is the one it can be reached from."""
    wanted = {
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": size},
        "hostPath": {"path": "/mnt/data"},
        **spec,
    }
    if node:
        here = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
        wanted["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}}
    made = _made("PersistentVolume", name, labels=labels or {}, spec=wanted)
    assert isinstance(made, PersistentVolume)
    return made


def storage_class(
    name: str = "standard",
    *,
    default: bool = False,
    waits: bool = False,
    provisioner: str = "k9lite.dev/disk",
    **body: Any,
) -> StorageClass:
    marks = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    mode = {"volumeBindingMode": "WaitForFirstConsumer"} if waits else {}
    made = from_manifest({
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name, "annotations": marks},
        "provisioner": provisioner,
        **mode,
        **body,
    })  # fmt: skip
    assert isinstance(made, StorageClass)
    return made


def claiming(name: str = "p", *claims: str, mounts: dict[str, Any] | None = None, **spec: Any) -> Pod:
    """A pod with the claims mounted at ``/data``, or at ``/<claim>`` where there are several."""
    container: dict[str, Any] = {"name": "main", "image": "busybox:1.36", "command": ["sleep", "3600"]}
    container["volumeMounts"] = [
        {"name": each, "mountPath": "/data" if len(claims) == 1 else f"/{each}", **(mounts or {})} for each in claims
    ]
    volumes = [{"name": each, "persistentVolumeClaim": {"claimName": each}} for each in claims]
    return pod(name, **{"containers": [container], "volumes": volumes, **spec})


def the_claim(made: Cluster, name: str = "data") -> PersistentVolumeClaim:
    found = made.state.find(PersistentVolumeClaim, name, "default")
    assert found is not None, f"there is no claim {name}"
    return found


def the_volume(made: Cluster, name: str = "pv-1") -> PersistentVolume:
    found = made.state.find(PersistentVolume, name)
    assert found is not None, f"there is no volume {name}"
    return found


def said_of(made: Cluster, obj: Object) -> list[tuple[str, str]]:
    """Reason and message of its Events, oldest first."""
    events = sorted(made.state.events_of(obj), key=lambda event: int(event.metadata.resource_version))
    return [(event.reason, event.message) for event in events]


def _made(kind: str, name: str, *, spec: dict[str, Any], **metadata: Any) -> Object:
    return from_manifest({"apiVersion": "v1", "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec})
