"""What a cluster has before anyone applies anything: the system namespaces and priorities, ``kubernetes``, roles."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.accounts import DEFAULT_ACCOUNT
from engine.api.pods import SYSTEM_PRIORITIES
from engine.api.writes import Apply, Create, Write
from engine.api_access import root_certificates
from engine.default_roles import default_bindings, default_roles
from engine.kinds import Object, from_manifest

SYSTEM_NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
_FIRST = ("Namespace", "Node", "PriorityClass", "StorageClass", "ServiceAccount", "ConfigMap", "Secret")

_PRIORITY_CLASSES = {
    "system-cluster-critical": "Used for system critical pods that must run in the cluster, but can be moved to "
    "another node if necessary.",
    "system-node-critical": "Used for system critical pods that must not be moved from their current node.",
}


def bootstrap() -> list[Write]:
    """The writes of a cluster's first commit."""
    objects = [_object("v1", "Namespace", name) for name in SYSTEM_NAMESPACES]
    objects.append(
        _object(
            "v1",
            "Service",
            "kubernetes",
            namespace="default",
            labels={"component": "apiserver", "provider": "kubernetes"},
            spec={
                "clusterIP": "10.96.0.1",
                "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
            },
        )
    )
    objects += [from_manifest(each) for each in (*default_roles(), *default_bindings())]
    objects += [_object("v1", "ServiceAccount", DEFAULT_ACCOUNT, namespace=name) for name in SYSTEM_NAMESPACES]
    objects += [root_certificates(name) for name in SYSTEM_NAMESPACES]
    objects += [
        _object("scheduling.k8s.io/v1", "PriorityClass", name, value=SYSTEM_PRIORITIES[name], description=description)
        for name, description in _PRIORITY_CLASSES.items()
    ]
    return [Create(obj) for obj in objects]


def applied(manifests: Iterable[Mapping[str, Any]]) -> list[Write]:
    """``kubectl apply`` of a directory; what others live in or refer to comes first, the rest as it stands."""
    ordered = sorted(manifests, key=lambda each: _rank(each.get("kind")))
    return [Apply(manifest) for manifest in ordered]


def _rank(kind: Any) -> int:
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST)


def _object(
    version: str,
    kind: str,
    name: str,
    *,
    namespace: str = "",
    labels: Mapping[str, str] | None = None,
    **rest: Any,
) -> Object:
    metadata: dict[str, Any] = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = dict(labels)
    return from_manifest({"apiVersion": version, "kind": kind, "metadata": metadata, **rest})
