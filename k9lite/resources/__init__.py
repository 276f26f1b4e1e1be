"""HOW a kind looks in the console: kubectl's columns, what the console adds to them, and where Enter leads.

One file per kind that adds something; every other kind is listed as ``kubectl get -o wide`` lists it. A row is
formatted only when it is on the screen.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.kinds import KINDS
from engine.kinds.registry import is_custom
from k9lite.resource import Resource
from k9lite.resources import (
    daemonsets,
    deployments,
    events,
    horizontalpodautoscalers,
    jobs,
    namespaces,
    nodepools,
    nodes,
    pods,
    replicasets,
    services,
    statefulsets,
)
from k9lite.resources.listed import listed

_OWN = {
    resource.kind: resource
    for resource in (
        daemonsets.RESOURCE,
        deployments.RESOURCE,
        events.RESOURCE,
        horizontalpodautoscalers.RESOURCE,
        jobs.CRON_JOBS,
        jobs.JOBS,
        namespaces.RESOURCE,
        nodepools.RESOURCE,
        nodes.RESOURCE,
        pods.RESOURCE,
        replicasets.RESOURCE,
        services.RESOURCE,
        statefulsets.RESOURCE,
    )
}



class _Resources(dict[str, Resource]):
    """Custom kinds are listed by name and age: their own columns, only the State knows."""

    def __missing__(self, kind: str) -> Resource:
        if not is_custom(kind):
            raise KeyError(kind)
        return listed(kind)


RESOURCES: Mapping[str, Resource] = MappingProxyType(
    _Resources({kind: _OWN[kind] if kind in _OWN else listed(kind) for kind in KINDS})
)
