"""Which pods are behind a Service, on which ports, and which Services a change of a pod concerns.

Follows ``k8s.io/endpointslice/util``. A named targetPort is looked up in each pod, so that pods of one
Service may listen on different ports.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, cast

from engine.kinds import (
    EMPTY,
    TERMINAL_PHASES,
    EndpointPort,
    LabelSelector,
    Object,
    ObjectReference,
    Pod,
    Ref,
    Same,
    Service,
    ServicePort,
    condition,
    ref_of,
    same,
)
from engine.reconcile import Change
from engine.store.sorted_map import SortedMap
from engine.store.state import State

HEADLESS = "service.kubernetes.io/headless"


class Target(NamedTuple):
    """One port of a Service as a pod has it: an EndpointPort that can be told apart by its value."""

    name: str
    port: int
    protocol: str
    app_protocol: str | None

    def endpoint_port(self) -> EndpointPort:
        return EndpointPort(**self._asdict())


def target_of(port: EndpointPort) -> Target:
    return Target(port.name, port.port, port.protocol, port.app_protocol)


def is_managed(service: Service) -> bool:
    """Without a selector (or as an ExternalName) a Service has the endpoints someone gives it."""
    return bool(service.spec.selector) and service.spec.type != "ExternalName"


def is_headless(service: Service) -> bool:
    return service.spec.cluster_ip in ("", "None")


def pods_behind(state: State, service: Service, *, terminating: bool) -> Iterator[Pod]:
    """Pods with an address that have not finished, by name."""
    selector = LabelSelector(match_labels=service.spec.selector)
    pods = cast(Iterator[Pod], state.select("Pod", service.metadata.namespace, selector))
    return (pod for pod in pods if _belongs(pod) and (terminating or pod.metadata.deletion_timestamp is None))


def ports_of(service: Service, pod: Pod) -> tuple[Target, ...]:
    """The Service's ports as this pod has them; one whose name the pod does not know is left out."""
    found = []
    for port in service.spec.ports:
        number = _target(port, pod)
        if number is not None:
            found.append(Target(port.name, number, port.protocol or "TCP", port.app_protocol))
    return tuple(found)


def reference_to(pod: Pod) -> ObjectReference:
    meta = pod.metadata
    return ObjectReference(kind="Pod", namespace=meta.namespace, name=meta.name, uid=meta.uid)


def hostname_of(service: Service, pod: Pod) -> str:
    """The name DNS gives the pod, if it asks for one below this Service."""
    extra = pod.spec.extra
    return str(extra.get("hostname") or "") if extra.get("subdomain") == service.metadata.name else ""


def labels_for(service: Service, own: Mapping[str, str]) -> dict[str, str]:
    """The Service's labels, the headless mark, and the ``own`` labels of the object."""
    labels = {key: value for key, value in service.metadata.labels.items() if key != HEADLESS}
    return {**labels, **({HEADLESS: ""} if is_headless(service) else {}), **own}


def concerned_services(change: Change, state: State) -> Iterable[Ref]:
    """Services that select the changed pod now or did before."""
    old = change.old if isinstance(change.old, Pod) else None
    new = change.new if isinstance(change.new, Pod) else None
    if _facts(old) == _facts(new):
        return ()
    services = same(state.table(Service.kind))
    found: tuple[Ref, ...] = ()
    for pod in (old, new):
        if pod is not None and _belongs(pod):
            found += _selecting(same(pod.metadata.labels), services, change.ref.namespace)
    return dict.fromkeys(found)


@lru_cache(maxsize=1024)
def _selecting(
    labels: Same[Mapping[str, str]], services: Same[SortedMap[tuple[str, str], Object]], namespace: str
) -> tuple[Ref, ...]:
    """Of one namespace; scans its Services, once for all pods of a template as long as no Service changes."""
    found = (each for _, each in services().range((namespace,)) if isinstance(each, Service))
    return tuple(ref_of(each) for each in found if is_managed(each) and _selects(each, labels()))


def _belongs(pod: Pod) -> bool:
    return bool(pod.status.pod_ip) and pod.status.phase not in TERMINAL_PHASES


def _facts(pod: Pod | None) -> object:
    """All of a pod that endpoints depend on; None while it has no part in any."""
    if pod is None or not _belongs(pod):
        return None
    ready = condition(pod.status.conditions, "Ready")
    deleting = pod.metadata.deletion_timestamp is not None
    return pod.status.pod_ip, pod.metadata.labels, ready is not None and ready.status, deleting, pod.metadata.uid


def _selects(service: Service, labels: Mapping[str, str]) -> bool:
    return all(labels.get(key) == value for key, value in (service.spec.selector or EMPTY).items())


def _target(port: ServicePort, pod: Pod) -> int | None:
    target = port.target_port
    if not target:
        return port.port
    if isinstance(target, int):
        return target
    sidecars = (each for each in pod.spec.init_containers if each.restart_policy == "Always")
    for container in (*pod.spec.containers, *sidecars):
        for each in container.ports:
            if each.name == target and (each.protocol or "TCP") == (port.protocol or "TCP"):
                return each.container_port
    return None
