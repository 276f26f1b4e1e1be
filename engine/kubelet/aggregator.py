"""GET of all the API's paths: those of the metrics API come from metrics-server, all others from the API server.

Follows kube-aggregator and metrics-server's ``pkg/api``: usage as it was scraped last, for pods only where it was
scraped twice. Differs in that there is no metrics-server whose pod could be down.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.access.attributes import METRICS_GROUP, Attributes
from engine.access.seen import behind, require
from engine.api.selectors import parse_label_selector
from engine.errors import NotFound
from engine.kinds import LabelSelector, Node, ObjectMeta, Pod, format_time, is_true
from engine.kubelet.metrics import RESOLUTION_SECONDS, pod_metrics
from engine.kubelet.usage import node_usage
from engine.rest import answer_to as api_answer_to
from engine.rest import missing
from engine.store.state import State

_VERSION = f"{METRICS_GROUP}/v1beta1"
_KINDS = {"nodes": "NodeMetrics", "pods": "PodMetrics"}


def answer_to(state: State, path: str, query: Mapping[str, str], now: int) -> Mapping[str, Any] | str:
    """JSON or text. ``path`` is without what stands behind a question mark, which is ``query``."""
    match [part for part in path.split("/") if part]:
        case ["apis", group, version] if f"{group}/{version}" == _VERSION:
            require(state, Attributes(verb="get", path=path.rstrip("/")))
            return _resources()
        case ["apis", group, version, *rest] if f"{group}/{version}" == _VERSION:
            namespace = ""
            if len(rest) > 2 and rest[0] == "namespaces":
                namespace, rest = rest[1], rest[2:]
            return _metrics(state, namespace, rest, parse_label_selector(query.get("labelSelector", "")), now)
        case _:
            return api_answer_to(state, path, query)


def _resources() -> dict[str, Any]:
    resources = [
        {"name": name, "singularName": "", "namespaced": name == "pods", "kind": kind, "verbs": ["get", "list"]}
        for name, kind in _KINDS.items()
    ]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": _VERSION, "resources": resources}


def _metrics(
    state: State, namespace: str, rest: Sequence[str], labels: LabelSelector, now: int
) -> Mapping[str, Any]:
    """``nodes``, ``nodes/w1``, ``pods``, ``pods/web`` of a namespace."""
    resource, name, *more = (*rest, "") if len(rest) == 1 else rest
    if more or resource not in _KINDS or (namespace and resource == "nodes"):
        raise missing()
    verb = "get" if name else "list"
    require(state, Attributes(verb=verb, group=METRICS_GROUP, resource=resource, namespace=namespace, name=name))
    items = _of_nodes(behind(state), now) if resource == "nodes" else _of_pods(behind(state), namespace, now)
    if not name:
        chosen = [item for item in items if labels.matches(item["metadata"].get("labels", {}))]
        return {"kind": f"{_KINDS[resource]}List", "apiVersion": _VERSION, "metadata": {}, "items": chosen}
    found = next((item for item in items if item["metadata"]["name"] == name), None)
    if found is None:
        kind = _KINDS[resource].lower()
        raise NotFound(f'{kind}.{METRICS_GROUP} "{f"{namespace}/" if namespace else ""}{name}" not found')
    return {"kind": _KINDS[resource], "apiVersion": _VERSION, **found}


def _of_nodes(state: State, now: int) -> list[dict[str, Any]]:
    """Nothing is known of a node whose kubelet is silent."""
    scraped_at = now - now % RESOLUTION_SECONDS
    items = []
    for node in state.all(Node):
        if is_true(node.status.conditions, "Ready"):
            used = node_usage(state, node.metadata.name, scraped_at)
            usage = _usage(used.cpu_milli, used.memory_bytes)
            items.append({**_head(node.metadata, scraped_at, now), "usage": usage})
    return items


def _of_pods(state: State, namespace: str, now: int) -> list[dict[str, Any]]:
    scraped_at = now - now % RESOLUTION_SECONDS
    items = []
    for pod in state.all(Pod, namespace):
        measured = pod_metrics(state, pod, now)
        if measured is not None:
            containers = [
                {"name": name, "usage": _usage(each["cpu"], each["memory"] // 1000)} for name, each in measured.items()
            ]
            items.append({**_head(pod.metadata, scraped_at, now), "containers": containers})
    return items


def _head(meta: ObjectMeta, scraped_at: int, now: int) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": meta.name}
    if meta.namespace:
        metadata["namespace"] = meta.namespace
    metadata["creationTimestamp"] = format_time(now)
    if meta.labels:
        metadata["labels"] = dict(meta.labels)
    return {"metadata": metadata, "timestamp": format_time(scraped_at), "window": f"{RESOLUTION_SECONDS}s"}


def _usage(cpu_milli: int, memory_bytes: int) -> dict[str, str]:
    return {"cpu": f"{cpu_milli * 1_000_000}n" if cpu_milli else "0", "memory": f"{memory_bytes >> 10}Ki"}
