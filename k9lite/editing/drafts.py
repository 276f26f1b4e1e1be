"""A manifest to begin with: for common kinds one that works, for others their head and what they require. Pure."""

from collections.abc import Mapping
from typing import Any

from engine.kinds import Kind, dump_yaml
from engine.store.state import State
from k9lite.explaining.custom import types_of
from k9lite.explaining.layout import Types
from k9lite.explaining.schema import Field, type_of_kind

_DEEPEST = 6
_NAME = "new"
_LABELS = {"app": _NAME}
_CONTAINERS = [{"name": "main", "image": "nginx:1.27"}]
_POD = {"metadata": {"labels": _LABELS}, "spec": {"containers": _CONTAINERS}}
_ONCE = {"spec": {"containers": [{**_CONTAINERS[0], "image": "busybox:1.36", "command": ["echo", "done"]}],
                  "restartPolicy": "Never"}}  # fmt: skip
_BODIES: Mapping[str, Mapping[str, Any]] = {
    "Pod": {"spec": _POD["spec"]},
    "Deployment": {"spec": {"replicas": 1, "selector": {"matchLabels": _LABELS}, "template": _POD}},
    "ReplicaSet": {"spec": {"replicas": 1, "selector": {"matchLabels": _LABELS}, "template": _POD}},
    "DaemonSet": {"spec": {"selector": {"matchLabels": _LABELS}, "template": _POD}},
    "StatefulSet": {
        "spec": {"serviceName": _NAME, "replicas": 1, "selector": {"matchLabels": _LABELS}, "template": _POD}
    },
    "Job": {"spec": {"template": _ONCE}},
    "CronJob": {"spec": {"schedule": "*/5 * * * *", "jobTemplate": {"spec": {"template": _ONCE}}}},
    "Service": {"spec": {"selector": _LABELS, "ports": [{"port": 80, "targetPort": 80}]}},
    "ConfigMap": {"data": {"key": "value"}},
    "Secret": {"type": "Opaque", "stringData": {"key": "value"}},
    "PersistentVolumeClaim": {
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    },
    "Ingress": {
        "spec": {"rules": [{"host": "example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix",
                 "backend": {"service": {"name": _NAME, "port": {"number": 80}}}}]}}]}
    },
    "PodDisruptionBudget": {"spec": {"minAvailable": 1, "selector": {"matchLabels": _LABELS}}},
    "HorizontalPodAutoscaler": {
        "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": _NAME},
                 "minReplicas": 1, "maxReplicas": 5}
    },
    "NetworkPolicy": {"spec": {"podSelector": {"matchLabels": _LABELS}, "policyTypes": ["Ingress"]}},
    "Namespace": {}, "ServiceAccount": {},
}  # fmt: skip
_HOLDERS: Mapping[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "Quantity": "1"}


def draft(state: State, kind: Kind, namespace: str) -> str:
    """Text to begin with; a namespaced kind's is in ``namespace``."""
    metadata = {"name": _NAME, "namespace": namespace} if kind.namespaced else {"name": _NAME}
    if kind.name == "Deployment":
        metadata = {**metadata, "labels": _LABELS}  # type: ignore[dict-item]  # a mapping among texts
    body = _BODIES.get(kind.name)
    if body is None:
        types = types_of(state, kind)
        fields = (types(kind.name) or type_of_kind(kind)).fields
        body = {field.name: _held(field, types, 1) for field in fields
                if (field.required or field.name == "spec") and field.name not in ("metadata", "status")}  # fmt: skip
    return dump_yaml({"apiVersion": kind.api_version, "kind": kind.shown, "metadata": metadata, **body})


def _held(field: Field, types: Types, depth: int) -> Any:
    """A value of the field's type that has what it must have."""
    if field.enum:
        return field.enum[0]
    if field.type.startswith("map[string]"):
        return {}
    inner = types(field.inner) if field.inner and depth < _DEEPEST else None
    value: Any = _HOLDERS.get(field.type.removeprefix("[]"), {})
    if inner is not None:
        value = {each.name: _held(each, types, depth + 1) for each in inner.fields if each.required}
    return [value] if field.type.startswith("[]") else value
