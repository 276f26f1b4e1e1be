"""The environment a container starts with: env, envFrom, the downward API, and what is missing for it.

Follows ``makeEnvironmentVariables`` in ``pkg/kubelet/kubelet_pods.go`` and ``third_party/forked/golang``.
Differs in that no variables are made of Services besides KUBERNETES_*.
"""

import re
from collections.abc import Mapping
from typing import Any

from engine.kinds import EMPTY, Container, EnvVar, Pod, Ref
from engine.kinds.frozen import frozen
from engine.kubelet.generated import config_at
from engine.kubelet.references import field_value, resource_value
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
        own = declared(state, pod, container, _began(pod, container))
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


def full_name(pod: Pod) -> str:
    """What ``hostname -f`` says: with the pod's domain, where its headless Service gives it one."""
    domain = pod.spec.extra.get("subdomain")
    name = hostname(pod)
    return f"{name}.{domain}.{pod.metadata.namespace}.svc.cluster.local" if domain else name


def config_problem(state: State, pod: Pod, container: Container) -> str:
    """``environment(...).problem`` without the work, where nothing refers to a ConfigMap or Secret."""
    if not container.env_from and not any(each.value_from for each in container.env):
        return ""
    return environment(state, pod, container).problem


def declared(state: State, pod: Pod, container: Container, at: int | None = None) -> dict[str, str]:
    """The variables of envFrom, then of env, for a container that began at ``at`` or, for None, begins now."""
    values: dict[str, str] = {}
    for source in container.env_from:
        for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            if key in source:
                data = _data(state, pod, kind, source[key], at) or {}
                values.update({f"{source.get('prefix', '')}{name}": value for name, value in data.items()})
    for variable in container.env:
        value = _value(state, pod, container, variable, at)
        if value is not None:
            values[variable.name] = expanded(value, values) if not variable.value_from else value
    return values


def expanded(text: str, values: Mapping[str, str]) -> str:
    """``$(NAME)`` replaced where NAME is known; ``$$`` is a dollar sign."""
    return _REFERENCE.sub(lambda m: "$" if m[0] == "$$" else values.get(m[1], m[0]), text) if "$" in text else text


def _value(state: State, pod: Pod, container: Container, variable: EnvVar, at: int | None) -> str | None:
    source = variable.value_from
    if not source:
        return variable.value
    if "fieldRef" in source:
        return field_value(pod, source["fieldRef"].get("fieldPath", ""))
    if "resourceFieldRef" in source:
        return resource_value(pod, container, source["resourceFieldRef"])
    for kind, key in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
        if key in source:
            wanted = source[key]
            data = _data(state, pod, kind, wanted, at)
            if data is not None and wanted.get("key", "") in data:
                return data[wanted["key"]]
            if wanted.get("optional"):
                return None
            where = f"{pod.metadata.namespace}/{wanted.get('name', '')}"
            raise _MissingConfig(f"couldn't find key {wanted.get('key', '')} in {kind} {where}")
    return ""


def _data(
    state: State, pod: Pod, kind: str, source: Mapping[str, Any], at: int | None
) -> Mapping[str, str] | None:
    name = str(source.get("name", ""))
    found = config_at(state, Ref(kind, pod.metadata.namespace, name), at)
    if found is None and not source.get("optional"):
        raise _MissingConfig(f'{kind.lower()} "{name}" not found')
    return found


def _began(pod: Pod, container: Container) -> int | None:
    """When a container that runs took its variables."""
    for status in (*pod.status.container_statuses, *pod.status.init_container_statuses):
        if status.name == container.name and status.state.running is not None:
            return status.state.running.started_at
    return None
