"""What ``fieldRef`` and ``resourceFieldRef`` give to a container: the downward API, in variables and in files."""

from collections.abc import Mapping
from typing import Any

from engine.kinds import Container, Pod
from engine.kinds.quantity import cpu_milli, whole


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


def resource_value(pod: Pod, container: Container, source: Mapping[str, Any]) -> str:
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
