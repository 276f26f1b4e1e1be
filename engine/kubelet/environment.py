"""The environment a container starts with: env, envFrom, the downward API, and what is missing for it.

Follows ``makeEnvironmentVariables`` in ``pkg/kubelet/kubelet_pods.go`` and ``third_party/forked/golang``.
Differs in that no variables are made of Services besides KUBERNETES_*.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from engine.kinds import EMPTY, ConfigMap, Container, EnvVar, Pod, Ref, Secret, Volume
from engine.kinds.frozen import frozen
from engine.kinds.quantity import cpu_milli, whole
from engine.store.state import State

_REFERENCE = re.compile(r"\$\$|\$\(([A-Za-z_.-][\w.-]*)\)", re.ASCII)
_API_SERVER: Mapping[str, str] = {
    "KUBERNETES_SERVICE_HOST": "10.96.0.1",
    "KUBERNETES_SERVICE_PORT": "443",
    "KUBERNETES_SERVICE_PORT_HTTPS": "443",
    "KUBERNETES_PORT": "tcp://10.96.0.1:443",
    "KUBERNETES_PORT_443_TCP": "tcp://10.96.0.1:443",
    "KUBERNETES_PORT_443_TCP_PROTO": "tcp",
    "KUBERNETES_PORT_443_TCP_PORT": "443",
    "KUBERNETES_PORT_443_TCP_ADDR": "10.96.0.1",
}
_NO_VARIABLES: Mapping[str, str] = EMPTY


@frozen(kw_only=True)
class Environment:
    """``problem`` is why the container cannot be made (CreateContainerConfigError), "" if it can."""

    variables: Mapping[str, str] = _NO_VARIABLES
    problem: str = ""


class _MissingConfig(Exception):
    pass


def environment(state: State, pod: Pod, container: Container) -> Environment:
    """What the container's processes see, HOSTNAME and PATH included."""
    try:
        own = declared(state, pod, container)
    except _MissingConfig as missing:
        return Environment(problem=str(missing))
    standard = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOSTNAME": hostname(pod),
        "HOME": "/root",
    }
    return Environment(variables={**standard, **_API_SERVER, **own})


def hostname(pod: Pod) -> str:
    """As its processes see it: that of the node in the node's network, else the pod's own or its name."""
    if pod.spec.host_network:
        return pod.spec.node_name
    return str(pod.spec.extra.get("hostname") or pod.metadata.name[:63])


def config_problem(state: State, pod: Pod, container: Container) -> str:
    """``environment(...).problem`` without the work, where nothing refers to a ConfigMap or Secret."""
    if not container.env_from and not any(each.value_from for each in container.env):
        return ""
    return environment(state, pod, container).problem


def declared(state: State, pod: Pod, container: Container) -> dict[str, str]:
    """The variables of envFrom, then of env."""
    values: dict[str, str] = {}
    for source in container.env_from:
        for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            if key in source:
                data = _data(state, pod, kind, source[key]) or {}
                values.update({f"{source.get('prefix', '')}{name}": value for name, value in data.items()})
    for variable in container.env:
        value = _value(state, pod, container, variable)
        if value is not None:
            values[variable.name] = expanded(value, values) if not variable.value_from else value
    return values


def expanded(text: str, values: Mapping[str, str]) -> str:
    """``$(NAME)`` replaced where NAME is known; ``$$`` is a dollar sign."""
    return _REFERENCE.sub(lambda m: "$" if m[0] == "$$" else values.get(m[1], m[0]), text) if "$" in text else text


def volume_problem(state: State, pod: Pod) -> str:
    """Why a volume cannot be mounted, in the words of the FailedMount Event; "" if all can."""
    for volume in pod.spec.volumes:
        missing = _missing_source(state, pod, volume)
        if missing:
            return f'MountVolume.SetUp failed for volume "{volume.name}" : {missing}'
    return ""


def _missing_source(state: State, pod: Pod, volume: Volume) -> str:
    for kind, key, name_key in (("ConfigMap", "configMap", "name"), ("Secret", "secret", "secretName")):
        source = volume.extra.get(key)
        if source is None or source.get("optional"):
            continue
        name = source.get(name_key, "")
        if state.get(Ref(kind, pod.metadata.namespace, name)) is None:
            return f'{kind.lower()} "{name}" not found'
    return ""


def _value(state: State, pod: Pod, container: Container, variable: EnvVar) -> str | None:
    source = variable.value_from
    if not source:
        return variable.value
    if "fieldRef" in source:
        return field_value(pod, source["fieldRef"].get("fieldPath", ""))
    if "resourceFieldRef" in source:
        return _resource_value(pod, container, source["resourceFieldRef"])
    for kind, key in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
        if key in source:
            wanted = source[key]
            data = _data(state, pod, kind, wanted)
            if data is not None and wanted.get("key", "") in data:
                return data[wanted["key"]]
            if wanted.get("optional"):
                return None
            where = f"{pod.metadata.namespace}/{wanted.get('name', '')}"
            raise _MissingConfig(f"couldn't find key {wanted.get('key', '')} in {kind} {where}")
    return ""


def _data(state: State, pod: Pod, kind: str, source: Mapping[str, Any]) -> Mapping[str, str] | None:
    name = source.get("name", "")
    found = state.get(Ref(kind, pod.metadata.namespace, name))
    if found is None:
        if source.get("optional"):
            return None
        raise _MissingConfig(f'{kind.lower()} "{name}" not found')
    if isinstance(found, ConfigMap):
        return found.data
    assert isinstance(found, Secret)
    return secret_data(found)


def secret_data(secret: Secret) -> dict[str, str]:
    """A Secret's data as text."""
    values = {}
    for name, encoded in secret.data.items():
        try:
            values[name] = base64.b64decode(encoded).decode(errors="replace")
        except (binascii.Error, ValueError):
            values[name] = ""
    return {**values, **secret.string_data}


def field_value(pod: Pod, path: str) -> str:
    """What a fieldRef gives; "" for a path that is not known."""
    meta = pod.metadata
    for prefix, values in (("metadata.labels", meta.labels), ("metadata.annotations", meta.annotations)):
        if path.startswith(prefix + "['") and path.endswith("']"):
            return values.get(path[len(prefix) + 2 : -2], "")
    known = {
        "metadata.name": pod.metadata.name,
        "metadata.namespace": pod.metadata.namespace,
        "metadata.uid": pod.metadata.uid,
        "spec.nodeName": pod.spec.node_name,
        "spec.serviceAccountName": pod.spec.service_account_name or "default",
        "status.hostIP": pod.status.host_ip,
        "status.podIP": pod.status.pod_ip,
        "status.podIPs": pod.status.pod_ip,
    }
    return known.get(path, "")


def _resource_value(pod: Pod, container: Container, source: Mapping[str, Any]) -> str:
    wanted = source.get("containerName")
    named = next((each for each in (*pod.spec.init_containers, *pod.spec.containers) if each.name == wanted), None)
    resources = (named or container).resources
    side, _, name = str(source.get("resource", "")).partition(".")
    amounts = {} if resources is None else resources.limits if side == "limits" else resources.requests
    if name not in amounts:
        return "0"
    try:
        divisor = str(source.get("divisor") or "1")
        if name == "cpu":
            return str(-(-cpu_milli(amounts[name]) // max(cpu_milli(divisor), 1)))
        return str(-(-whole(amounts[name]) // max(whole(divisor), 1)))
    except ValueError:
        return "0"
