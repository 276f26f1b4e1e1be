"""Pods and what has a template of pods: where their containers are, and patches of these. Pure.

Follows kubectl's ``polymorphichelpers.UpdatePodSpecForObjectFn`` and the helpers of ``cmd/set``.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import UsageError
from engine.kinds import Object, to_manifest
from k9lite.arguments.jsonpath import mapping_at
from k9lite.verb import Option

TEMPLATED = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job", "CronJob")
CONTAINERS = Option(
    name="containers", short="c", value="string", default="*", summary="Which containers; * stands for any letters"
)
_PATHS: Mapping[str, tuple[str, ...]] = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
_TEMPLATE_PATH = ("spec", "template", "spec")


def spec_path(kind: str) -> tuple[str, ...]:
    """Where the pod's spec is. Raises UsageError for what has none."""
    if kind != "Pod" and kind not in TEMPLATED:
        raise UsageError("the object is not a pod or does not have a pod template")
    return _PATHS.get(kind, _TEMPLATE_PATH)


def pod_spec(obj: Object) -> Mapping[str, Any]:
    """Raises UsageError."""
    return mapping_at(to_manifest(obj), *spec_path(obj.kind))


def spec_patch(kind: str, changed: Mapping[str, Any]) -> dict[str, Any]:
    """The patch of an object that changes its pods' spec."""
    body: Any = dict(changed)
    for name in reversed(spec_path(kind)):
        body = {name: body}
    return dict(body)


def containers_of(spec: Mapping[str, Any], field: str) -> Sequence[Mapping[str, Any]]:
    """What can be a container in a body without a model."""
    listed = spec.get(field)
    found = listed if isinstance(listed, list) else []
    return [each for each in found if isinstance(each, dict) and isinstance(each.get("name"), str)]


def selected(spec: Mapping[str, Any], pattern: str) -> list[tuple[str, Mapping[str, Any]]]:
    """(field, container) of those whose names fit, containers before init containers."""
    fits = re.compile(".*".join(map(re.escape, pattern.split("*"))))
    return [
        (field, each)
        for field in ("containers", "initContainers")
        for each in containers_of(spec, field)
        if fits.fullmatch(each["name"])
    ]
