"""APIServices: who serves which version of the API, as far as nobody wrote it down.

Follows kube-aggregator's autoregistration: one a version, "Local" for the API server's own and for those of
CustomResourceDefinitions; the metrics API is metrics-server's. They follow from what is served.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.access.attributes import METRICS_GROUP
from engine.kinds import KINDS, Namespace, Object, ObjectMeta, Unmodelled, format_time
from engine.serving import definitions, is_established, served_versions
from engine.store.state import State

API_SERVICE = "APIService"
_API_VERSION = "apiregistration.k8s.io/v1"
_AUTOMANAGED = "kube-aggregator.kubernetes.io/automanaged"
_MINIMUM = {
    "": 18000, "apps": 17800, "autoscaling": 17500, "batch": 17400, "networking.k8s.io": 17200, "policy": 17100,
    "rbac.authorization.k8s.io": 17000, "storage.k8s.io": 16800, "apiextensions.k8s.io": 16700,
    "scheduling.k8s.io": 16600, "coordination.k8s.io": 16500, "discovery.k8s.io": 16200,
}  # fmt: skip
"""Which group counts before which where a word means a kind of several."""
_CUSTOM_MINIMUM = 1000
_METRICS_SERVER = {"name": "metrics-server", "namespace": "kube-system", "port": 443}


def api_services(state: State, _now: int) -> Iterator[Object]:
    system = state.find(Namespace, "kube-system")
    began = None if system is None else system.metadata.creation_timestamp
    for version in dict.fromkeys(kind.api_version for kind in KINDS.values()):
        yield _local(version, began, "onstart")
    for definition in definitions(state):
        for each in served_versions(definition) if is_established(definition) else ():
            yield _local(f"{definition.spec.group}/{each.name}", definition.metadata.creation_timestamp, "true")
    spec = {
        "group": METRICS_GROUP, "groupPriorityMinimum": 100, "insecureSkipTLSVerify": True,
        "service": _METRICS_SERVER, "version": "v1beta1", "versionPriority": 100,
    }  # fmt: skip
    labels = {"k8s-app": "metrics-server"}
    yield _made(f"v1beta1.{METRICS_GROUP}", began, labels, spec, ("Passed", "all checks passed"))


def _local(api_version: str, began: int | None, automanaged: str) -> Object:
    group, _, version = api_version.rpartition("/")
    minimum = _MINIMUM.get(group, _CUSTOM_MINIMUM)
    spec = {
        **({"group": group} if group else {}), "groupPriorityMinimum": minimum, "version": version,
        "versionPriority": 100 if minimum == _CUSTOM_MINIMUM else 1 if not group else 15,
    }  # fmt: skip
    said = "Local", "Local APIServices are always available"
    return _made(f"{version}.{group}", began, {_AUTOMANAGED: automanaged}, spec, said)


def _made(
    name: str, began: int | None, labels: Mapping[str, str], spec: Mapping[str, Any], said: tuple[str, str]
) -> Object:
    since = {} if began is None else {"lastTransitionTime": format_time(began)}
    condition = {**since, "message": said[1], "reason": said[0], "status": "True", "type": "Available"}
    meta = ObjectMeta(name=name, creation_timestamp=began, labels=labels)
    body = {"spec": spec, "status": {"conditions": [condition]}}
    return Unmodelled(kind=API_SERVICE, api_version=_API_VERSION, metadata=meta, body=body)
