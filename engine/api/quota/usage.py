"""What an object takes of a ResourceQuota, and which quotas it falls under. Follows ``pkg/quota/v1/evaluator/core``.

    count/<resource>             every object of a kind that is stored
    pods, cpu, requests.memory,  of pods that have not finished, and are not overdue in going
    limits.cpu, requests.<any>
    services.nodeports, ...      of Services; requests.storage and per class, of claims
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from engine.api.pods import qos_class
from engine.kinds import KINDS, TERMINAL_PHASES, Container, Object, Pod, PodSpec, Service, to_manifest
from engine.kinds.amounts import amount_of, is_binary, quantity_text
from engine.kinds.quota import ResourceQuota, ScopeRequirement

Usage = dict[str, Fraction]

_NAMED = {
    "Pod": "pods",
    "Service": "services",
    "ConfigMap": "configmaps",
    "Secret": "secrets",
    "PersistentVolumeClaim": "persistentvolumeclaims",
    "ReplicationController": "replicationcontrollers",
    "ResourceQuota": "resourcequotas",
}
"""Kinds that are counted under their plain name, as well as under ``count/<resource>``."""
_CLASS_SUFFIX = ".storageclass.storage.k8s.io/"
_ONE = Fraction(1)


def usage_of(obj: Object, now: int) -> Usage:
    """Resource name -> amount."""
    used: Usage = {f"count/{KINDS[obj.kind].resource}": _ONE}
    match obj:
        case Pod():
            if is_charged(obj, now):
                used |= _of_pod(obj.spec)
            return used
        case Service():
            used |= _of_service(obj)
    if obj.kind == "PersistentVolumeClaim":
        used |= _of_claim(obj)
    name = _NAMED.get(obj.kind)
    if name is not None:
        used[name] = _ONE
    return used


def is_charged(pod: Pod, now: int) -> bool:
    due = free_at(pod)
    return pod.status.phase not in TERMINAL_PHASES and (due is None or now <= due)


def free_at(pod: Pod) -> int | None:
    """After which second a pod that is being deleted is not waited for any more; None if it is not."""
    meta = pod.metadata
    if meta.deletion_timestamp is None or meta.deletion_grace_period_seconds is None:
        return None
    return meta.deletion_timestamp + meta.deletion_grace_period_seconds


def used_by(quota: ResourceQuota, objects: Iterable[Object], now: int) -> Usage:
    """What those of ``objects`` take that fall under the quota: of its own resources only."""
    total = dict.fromkeys(quota.spec.hard, Fraction(0))
    for obj in objects:
        if matches(quota, obj):
            for name, amount in usage_of(obj, now).items():
                if name in total:
                    total[name] += amount
    return total


def texts_of(amounts: Mapping[str, Fraction], hard: Mapping[str, str]) -> dict[str, str]:
    """As quantities of the family in which the quota states its limits."""
    return {name: quantity_text(amount, binary=is_binary(hard.get(name, ""))) for name, amount in amounts.items()}


def concerns(quota: ResourceQuota) -> list[str]:
    """The kinds that can be charged to it."""
    found = []
    for kind in KINDS.values():
        if kind.namespaced and any(_is_of(kind.name, name) for name in quota.spec.hard):
            found.append(kind.name)
    return found


def _is_of(kind: str, resource: str) -> bool:
    if resource.startswith("count/"):
        return resource == f"count/{KINDS[kind].resource}"
    named = _NAMED.get(kind, "")
    if resource == named or (kind == "Service" and resource.startswith("services.")):
        return True
    is_of_claims = resource == "requests.storage" or _CLASS_SUFFIX in resource
    if kind == "PersistentVolumeClaim":
        return is_of_claims
    return kind == "Pod" and resource not in _NAMED.values() and not (is_of_claims or resource.startswith("services."))


def matches(quota: ResourceQuota, obj: Object) -> bool:
    """Whether the object is of the quota's scopes; only pods have any."""
    spec = quota.spec
    selector = spec.scope_selector
    if not spec.scopes and selector is None:
        return True
    if not isinstance(obj, Pod):
        return False
    requirements = [] if selector is None else selector.match_expressions
    return all(_has_scope(obj, scope) for scope in spec.scopes) and all(_fits(obj, each) for each in requirements)


def _has_scope(pod: Pod, scope: str) -> bool:
    match scope:
        case "Terminating":
            return pod.spec.active_deadline_seconds is not None
        case "NotTerminating":
            return pod.spec.active_deadline_seconds is None
        case "BestEffort":
            return qos_class(pod.spec) == "BestEffort"
        case "NotBestEffort":
            return qos_class(pod.spec) != "BestEffort"
        case "PriorityClass":
            return bool(pod.spec.priority_class_name)
        case "CrossNamespacePodAffinity":
            return _looks_into_other_namespaces(pod)
    return False


def _fits(pod: Pod, requirement: ScopeRequirement) -> bool:
    if requirement.scope_name != "PriorityClass":
        return _has_scope(pod, requirement.scope_name)
    name = pod.spec.priority_class_name
    match requirement.operator:
        case "In":
            return bool(name) and name in requirement.values
        case "NotIn":
            return not name or name not in requirement.values
        case "Exists":
            return bool(name)
        case "DoesNotExist":
            return not name
    return False


def _looks_into_other_namespaces(pod: Pod) -> bool:
    affinity = pod.spec.affinity
    if affinity is None:
        return False
    terms = [
        term
        for rules in (affinity.pod_affinity, affinity.pod_anti_affinity)
        if rules is not None
        for term in (
            *rules.required_during_scheduling_ignored_during_execution,
            *(each.pod_affinity_term for each in rules.preferred_during_scheduling_ignored_during_execution),
        )
    ]
    return any(term.namespaces or term.namespace_selector is not None for term in terms)


def _of_pod(spec: PodSpec) -> Usage:
    used: Usage = {"pods": _ONE}
    for name in _resources(spec, "requests"):
        amount = _effective(spec, "requests", name)
        used[f"requests.{name}"] = amount
        if name in ("cpu", "memory", "ephemeral-storage") or name.startswith("hugepages-"):
            used[name] = amount
    for name in _resources(spec, "limits"):
        used[f"limits.{name}"] = _effective(spec, "limits", name)
    return used


def _amounts(container: Container, side: str) -> Mapping[str, str]:
    resources = container.resources
    if resources is None:
        return {}
    return resources.requests if side == "requests" else resources.limits


def _resources(spec: PodSpec, side: str) -> list[str]:
    return sorted({name for each in (*spec.init_containers, *spec.containers) for name in _amounts(each, side)})


def _effective(spec: PodSpec, side: str, name: str) -> Fraction:
    """The containers together, with sidecars, or the largest init step if that is more; plus the overhead."""

    def amount(container: Container) -> Fraction:
        return amount_of(_amounts(container, side).get(name, "0"))

    running = sum(map(amount, spec.containers), Fraction(0))
    sidecars = peak = Fraction(0)
    for container in spec.init_containers:
        if container.restart_policy == "Always":
            sidecars += amount(container)
            peak = max(peak, sidecars)
        else:
            peak = max(peak, sidecars + amount(container))
    return max(running + sidecars, peak) + amount_of(spec.overhead.get(name, "0"))


def _of_service(service: Service) -> Usage:
    spec = service.spec
    ports = len(spec.ports) if spec.type in ("NodePort", "LoadBalancer") else 0
    if spec.type == "LoadBalancer" and spec.allocate_load_balancer_node_ports is False:
        ports = sum(bool(port.node_port) for port in spec.ports)
    return {"services.nodeports": Fraction(ports), "services.loadbalancers": Fraction(spec.type == "LoadBalancer")}


def _of_claim(claim: Object) -> Usage:
    spec = to_manifest(claim).get("spec") or {}
    requests = (spec.get("resources") or {}).get("requests") or {}
    amount = amount_of(requests.get("storage", "0"))
    used = {"requests.storage": amount}
    name = spec.get("storageClassName")
    if name:
        used[f"{name}{_CLASS_SUFFIX}requests.storage"] = amount
        used[f"{name}{_CLASS_SUFFIX}persistentvolumeclaims"] = _ONE
    return used
