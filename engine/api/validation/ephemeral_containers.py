"""Ephemeral containers: what may be added to a pod that runs; what was added stays as it is.

Follows ``validateEphemeralContainers`` and ``ValidatePodEphemeralContainersUpdate`` of
``pkg/apis/core/validation``. Differs in that a change that is refused does not print the difference.
"""

from collections.abc import Collection

from engine.api.validation.containers import container_own_errors
from engine.api.validation.fields import duplicate, forbidden, not_found
from engine.control_plane import MIRROR
from engine.errors import FieldError
from engine.kinds import Container, Pod, PodSpec

_NOT_HERE = "cannot be set for an Ephemeral Container"


def ephemeral_container_errors(spec: PodSpec, path: str, volumes: Collection[str]) -> list[FieldError]:
    others = {each.name for each in (*spec.containers, *spec.init_containers)}
    seen = set(others)
    errors = []
    for index, container in enumerate(spec.ephemeral_containers):
        here = f"{path}[{index}]"
        errors += container_own_errors(container, here, volumes)
        if container.name in seen:
            errors.append(duplicate(f"{here}.name", container.name))
        seen.add(container.name)
        target = container.extra.get("targetContainerName")
        if target and target not in others:
            errors.append(not_found(f"{here}.targetContainerName", target))
        errors += [forbidden(f"{here}.{field}", _NOT_HERE) for field in _held(container)]
        errors += [
            forbidden(f"{here}.volumeMounts[{number}].{field}", _NOT_HERE)
            for number, mount in enumerate(container.volume_mounts)
            for field, value in (("subPath", mount.sub_path), ("subPathExpr", mount.extra.get("subPathExpr")))
            if value
        ]
    return errors


def addition_errors(pod: Pod, old: Pod) -> list[FieldError]:
    """Of a pod that differs from the stored one in its ephemeral containers; those there are may not change."""
    if MIRROR in old.metadata.annotations:
        return [forbidden("", "static pods do not support ephemeral containers")]
    given = {each.name: each for each in pod.spec.ephemeral_containers}
    errors = []
    for known in old.spec.ephemeral_containers:
        here = f'existing ephemeral containers "{known.name}" may not be'
        if known.name not in given:
            errors.append(forbidden("spec.ephemeralContainers", f"{here} removed\n"))
        elif given[known.name] != known:
            errors.append(forbidden("spec.ephemeralContainers", f"{here} changed\n"))
    return errors


def _held(container: Container) -> list[str]:
    """What it has of what belongs to a pod's work, in the order of Kubernetes' type."""
    held = {
        "ports": container.ports,
        "resources": container.resources,
        "resizePolicy": container.extra.get("resizePolicy"),
        "restartPolicy": container.restart_policy,
        "restartPolicyRules": container.extra.get("restartPolicyRules"),
        "livenessProbe": container.liveness_probe,
        "readinessProbe": container.readiness_probe,
        "startupProbe": container.startup_probe,
        "lifecycle": container.lifecycle,
    }
    return [field for field, value in held.items() if value]
