"""Containers of a pod: names, images, ports, environment, mounts, probes.

Follows ``validateContainers`` and ``validateInitContainers`` of ``pkg/apis/core/validation``. Two containers
on one containerPort are allowed; on one hostPort they are not.
"""

from collections.abc import Collection, Mapping

from engine.api.validation import names
from engine.api.validation.fields import (
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_found,
    not_supported,
    required,
)
from engine.api.validation.probes import probe_errors
from engine.api.validation.resources import resource_errors
from engine.errors import FieldError
from engine.kinds import Container, ContainerPort, EnvVar, VolumeMount

PROTOCOLS = ("SCTP", "TCP", "UDP")
_PULL_POLICIES = ("Always", "IfNotPresent", "Never")
_MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
_ENV_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_ONLY_SIDECARS = "may not be set for init containers without restartPolicy=Always"


def container_errors(containers: tuple[Container, ...], path: str, volumes: Collection[str]) -> list[FieldError]:
    """Of the regular containers; ``volumes`` are the names that mounts may use."""
    if not containers:
        return [required(path)]
    errors = []
    seen: set[str] = set()
    for index, container in enumerate(containers):
        here = f"{path}[{index}]"
        errors += container_own_errors(container, here, volumes)
        if container.name in seen:
            errors.append(duplicate(f"{here}.name", container.name))
        seen.add(container.name)
        errors += _probes_errors(container, here)
    return errors + host_port_errors(containers, path)


def init_container_errors(
    containers: tuple[Container, ...], path: str, volumes: Collection[str], regular: tuple[Container, ...]
) -> list[FieldError]:
    errors = []
    seen = {container.name for container in regular}
    for index, container in enumerate(containers):
        here = f"{path}[{index}]"
        errors += container_own_errors(container, here, volumes)
        if container.restart_policy not in (None, "Always", "Never", "OnFailure"):
            supported = ("Always", "Never", "OnFailure")
            errors.append(not_supported(f"{here}.restartPolicy", container.restart_policy, supported))
        if container.name in seen:
            errors.append(duplicate(f"{here}.name", container.name))
        seen.add(container.name)
        errors += host_port_errors((container,), path)
        if container.restart_policy == "Always":
            errors += _probes_errors(container, here)
            continue
        held = {
            "lifecycle": container.lifecycle,
            "livenessProbe": container.liveness_probe,
            "readinessProbe": container.readiness_probe,
            "startupProbe": container.startup_probe,
        }
        wrong = [field for field, value in held.items() if value is not None]
        errors += [forbidden(f"{here}.{field}", _ONLY_SIDECARS) for field in wrong]
    return errors


def host_port_errors(containers: tuple[Container, ...], path: str) -> list[FieldError]:
    """A hostPort is taken once per protocol and host IP."""
    errors = []
    seen: set[str] = set()
    for index, container in enumerate(containers):
        for number, port in enumerate(container.ports):
            if not port.host_port:
                continue
            key = f"{port.protocol}/{port.host_ip}/{port.host_port}"
            if key in seen:
                errors.append(duplicate(f"{path}[{index}].ports[{number}].hostPort", key))
            seen.add(key)
    return errors


def container_own_errors(container: Container, path: str, volumes: Collection[str]) -> list[FieldError]:
    """Those that it has by itself, of whatever list it is."""
    errors = []
    if not container.name:
        errors.append(required(f"{path}.name"))
    else:
        errors += each_invalid(f"{path}.name", container.name, names.dns_label(container.name))
    if not container.image:
        errors.append(required(f"{path}.image"))
    policy = container.termination_message_policy
    if policy not in _MESSAGE_POLICIES:
        errors.append(not_supported(f"{path}.terminationMessagePolicy", policy, _MESSAGE_POLICIES))
    errors += _port_errors(container.ports, f"{path}.ports")
    errors += _env_errors(container.env, f"{path}.env")
    errors += _env_from_errors(container.env_from, f"{path}.envFrom")
    errors += _mount_errors(container.volume_mounts, f"{path}.volumeMounts", volumes)
    pull = container.image_pull_policy
    if pull not in _PULL_POLICIES:
        errors.append(not_supported(f"{path}.imagePullPolicy", pull, _PULL_POLICIES))
    if container.resources is not None:
        errors += resource_errors(container.resources, f"{path}.resources")
    return errors


def _port_errors(ports: tuple[ContainerPort, ...], path: str) -> list[FieldError]:
    errors = []
    seen: set[str] = set()
    for index, port in enumerate(ports):
        here = f"{path}[{index}]"
        if port.name:
            wrong = names.port_name(port.name)
            errors += each_invalid(f"{here}.name", port.name, wrong)
            if not wrong and port.name in seen:
                errors.append(duplicate(f"{here}.name", port.name))
            seen.add(port.name)
        if not port.container_port:
            errors.append(required(f"{here}.containerPort"))
        else:
            wrong = names.port_number(port.container_port)
            errors += each_invalid(f"{here}.containerPort", port.container_port, wrong)
        if port.host_port:
            errors += each_invalid(f"{here}.hostPort", port.host_port, names.port_number(port.host_port))
        if port.protocol not in PROTOCOLS:
            errors.append(not_supported(f"{here}.protocol", port.protocol, PROTOCOLS))
    return errors


def _env_errors(env: tuple[EnvVar, ...], path: str) -> list[FieldError]:
    errors = []
    for index, variable in enumerate(env):
        here = f"{path}[{index}]"
        if not variable.name:
            errors.append(required(f"{here}.name"))
        else:
            errors += each_invalid(f"{here}.name", variable.name, names.env_name(variable.name))
        source = variable.value_from
        if not source:
            continue
        given = sum(name in source for name in _ENV_SOURCES)
        if not given:
            why = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
            errors.append(invalid(f"{here}.valueFrom", "", why))
        elif variable.value:
            why = "may not be specified when `value` is not empty"
            errors.append(invalid(f"{here}.valueFrom", "", why))
        elif given > 1:
            why = "may not have more than one field specified at a time"
            errors.append(invalid(f"{here}.valueFrom", "", why))
    return errors


def _env_from_errors(sources: tuple[Mapping[str, object], ...], path: str) -> list[FieldError]:
    errors = []
    for index, source in enumerate(sources):
        prefix = source.get("prefix")
        if isinstance(prefix, str) and prefix:
            errors += each_invalid(f"{path}[{index}].prefix", prefix, names.env_name(prefix))
        given = [name for name in ("configMapRef", "secretRef") if source.get(name) is not None]
        if not given:
            errors.append(invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(given) > 1:
            errors.append(invalid(path, "", "may not have more than one field specified at a time"))
        for name in given:
            reference = source[name]
            if not (isinstance(reference, Mapping) and reference.get("name")):
                errors.append(required(f"{path}[{index}].{name}.name"))
    return errors


def _mount_errors(mounts: tuple[VolumeMount, ...], path: str, volumes: Collection[str]) -> list[FieldError]:
    errors = []
    seen: set[str] = set()
    for index, mount in enumerate(mounts):
        here = f"{path}[{index}]"
        if not mount.name:
            errors.append(required(f"{here}.name"))
        if mount.name not in volumes:
            errors.append(not_found(f"{here}.name", mount.name))
        if not mount.mount_path:
            errors.append(required(f"{here}.mountPath"))
        if mount.mount_path in seen:
            errors.append(invalid(f"{here}.mountPath", mount.mount_path, "must be unique"))
        seen.add(mount.mount_path)
        if mount.sub_path.startswith("/"):
            errors.append(invalid(f"{path}.subPath", mount.sub_path, "must be a relative path"))
        if ".." in mount.sub_path.split("/"):
            errors.append(invalid(f"{path}.subPath", mount.sub_path, "must not contain '..'"))
    return errors


def _probes_errors(container: Container, path: str) -> list[FieldError]:
    """Liveness and startup probes succeed with their first success."""
    errors = probe_errors(container.liveness_probe, f"{path}.livenessProbe", only_once=True)
    errors += probe_errors(container.readiness_probe, f"{path}.readinessProbe", only_once=False)
    return errors + probe_errors(container.startup_probe, f"{path}.startupProbe", only_once=True)
