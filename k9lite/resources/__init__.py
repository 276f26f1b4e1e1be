"""HOW a kind looks in the console: kubectl's columns, what the console adds to them, and where Enter leads.

One file per kind that adds something; every other kind is listed as ``kubectl get -o wide`` lists it. A row is
formatted only when it is on the screen.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.kinds import KINDS
from k9lite.resource import Resource
from k9lite.resources import (
    daemonsets,
    deployments,
    events,
    horizontalpodautoscalers,
    jobs,
    namespaces,
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
        nodes.RESOURCE,
        pods.RESOURCE,
        replicasets.RESOURCE,
        services.RESOURCE,
        statefulsets.RESOURCE,
    )
}

RESOURCES: Mapping[str, Resource] = MappingProxyType(
    {kind: _OWN[kind] if kind in _OWN else listed(kind) for kind in KINDS}
)
