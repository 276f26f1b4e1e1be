"""Manifests in an older version of their kind, as the one that is served. What is not older comes back as it is.

Follows ``pkg/apis/autoscaling/v1/conversion.go``.
"""

from collections.abc import Mapping
from typing import Any


def converted(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    if manifest.get("kind") == "HorizontalPodAutoscaler" and manifest.get("apiVersion") == "autoscaling/v1":
        return _autoscaler(manifest)
    return manifest


def _autoscaler(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """v1 knows one measure, the use of cpu in percent of what is requested; its status is made anew."""
    made = {key: value for key, value in manifest.items() if key != "status"}
    made["apiVersion"] = "autoscaling/v2"
    spec = manifest.get("spec")
    if isinstance(spec, Mapping):
        kept = {key: value for key, value in spec.items() if key != "targetCPUUtilizationPercentage"}
        percent = spec.get("targetCPUUtilizationPercentage")
        if percent is not None:
            target = {"type": "Utilization", "averageUtilization": percent}
            kept["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
        made["spec"] = kept
    return made
