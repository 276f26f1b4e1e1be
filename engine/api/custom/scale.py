"""The scale of an object of a custom kind: a number at a path that its definition tells, as autoscaling/v1 has it.

Follows ``apiextensions-apiserver/pkg/registry/customresource/etcd.go``. Paths are plain: ``.spec.pool.size``.
"""

from collections.abc import Mapping
from typing import Any

from engine.kinds.extensions import ScaleSubresource

_KEPT = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def scale_of(manifest: Mapping[str, Any], paths: ScaleSubresource) -> dict[str, Any]:
    """A Scale; 0 where no number is written."""
    meta = manifest.get("metadata") or {}
    selector = _at(manifest, paths.label_selector_path) if paths.label_selector_path else None
    status: dict[str, Any] = {"replicas": replicas_at(manifest, paths.status_replicas_path)}
    if isinstance(selector, str) and selector:
        status["selector"] = selector
    return {
        "apiVersion": "autoscaling/v1",
        "kind": "Scale",
        "metadata": {key: meta[key] for key in _KEPT if key in meta},
        "spec": {"replicas": replicas_at(manifest, paths.spec_replicas_path)},
        "status": status,
    }


def replicas_at(manifest: Mapping[str, Any], path: str) -> int:
    found = _at(manifest, path)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def with_replicas(manifest: Mapping[str, Any], path: str, replicas: Any) -> dict[str, Any]:
    """What lies on the way and is no mapping makes room."""
    name, _, rest = path.removeprefix(".").partition(".")
    if not rest:
        return {**manifest, name: replicas}
    inner = manifest.get(name)
    return {**manifest, name: with_replicas(inner if isinstance(inner, Mapping) else {}, rest, replicas)}


def _at(value: Any, path: str) -> Any:
    for name in path.removeprefix(".").split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
