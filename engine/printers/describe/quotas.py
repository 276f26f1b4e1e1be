"""``kubectl describe resourcequota`` and ``limitrange``. Follows describeQuota and describeLimitRange."""

from collections.abc import Iterator

from engine.kinds.amounts import canonical
from engine.kinds.quota import LimitRange, ResourceQuota
from engine.printers.parts.tabs import tabbed
from engine.store.state import State

_SCOPES = {
    "Terminating": "Matches all pods that have an active deadline. "
    "These pods have a limited lifespan on a node before being actively terminated by the system.",
    "NotTerminating": "Matches all pods that do not have an active deadline. "
    "These pods usually include long running pods whose container command is not expected to terminate.",
    "BestEffort": "Matches all pods that do not have resource requirements set. "
    "These pods have a best effort quality of service.",
    "NotBestEffort": "Matches all pods that have at least one resource requirement set. "
    "These pods have a burstable or guaranteed quality of service.",
}


def describe_quota(quota: ResourceQuota, _state: State, _now: int) -> list[str]:
    return tabbed(_quota_lines(quota))


def describe_limit_range(limits: LimitRange, _state: State, _now: int) -> list[str]:
    return tabbed(_range_lines(limits))


def scope_lines(quota: ResourceQuota) -> Iterator[str]:
    scopes = sorted(quota.spec.scopes)
    if scopes:
        yield f"Scopes:\t{', '.join(scopes)}"
        yield from (f"* {_SCOPES[scope]}" for scope in scopes if scope in _SCOPES)


def usage_lines(quota: ResourceQuota) -> Iterator[str]:
    for resource, hard in sorted(quota.status.hard.items()):
        yield f"{resource}\t{canonical(quota.status.used.get(resource, '0'))}\t{canonical(hard)}"


def limit_lines(limits: LimitRange) -> Iterator[str]:
    for item in limits.spec.limits:
        columns = (item.min, item.max, item.default_request, item.default, item.max_limit_request_ratio)
        for resource in sorted({name for column in columns for name in column}):
            amounts = [canonical(column[resource]) if resource in column else "-" for column in columns]
            yield "\t".join([item.type, resource, *amounts])


def _quota_lines(quota: ResourceQuota) -> Iterator[str]:
    yield f"Name:\t{quota.metadata.name}"
    yield f"Namespace:\t{quota.metadata.namespace}"
    yield from (line if line.startswith("Scopes") else f" {line}" for line in scope_lines(quota))
    yield from ("Resource\tUsed\tHard", "--------\t----\t----")
    yield from usage_lines(quota)


def _range_lines(limits: LimitRange) -> Iterator[str]:
    yield f"Name:\t{limits.metadata.name}"
    yield f"Namespace:\t{limits.metadata.namespace}"
    yield "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio"
    yield "----\t--------\t---\t---\t---------------\t-------------\t-----------------------"
    yield from limit_lines(limits)
