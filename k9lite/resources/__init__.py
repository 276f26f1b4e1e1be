"""HOW a kind looks in the console: kubectl's columns, what the console adds to them, and where Enter leads.

One file per kind that adds something; every other kind is listed as ``kubectl get -o wide`` lists it. A row is
formatted only when it is on the screen.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.kinds import KINDS
from engine.kinds.registry import is_custom
from engine.printers.custom import printer_of
from engine.serving import served_kind
from engine.store.state import State
from k9lite.resource import Resource
from k9lite.resources import (
    access,
    daemonsets,
    deployments,
    events,
    horizontalpodautoscalers,
    ingresses,
    jobs,
    namespaces,
    nodepools,
    nodes,
    poddisruptionbudgets,
    pods,
    replicasets,
    services,
    settings,
    statefulsets,
    storage,
)
from k9lite.resources.listed import listed, printed

_OWN = {
    resource.kind: resource
    for resource in (
        access.ACCOUNTS,
        access.CLUSTER_ROLE_BINDINGS,
        access.CLUSTER_ROLES,
        access.ROLE_BINDINGS,
        access.ROLES,
        daemonsets.RESOURCE,
        deployments.RESOURCE,
        events.RESOURCE,
        horizontalpodautoscalers.RESOURCE,
        ingresses.RESOURCE,
        jobs.CRON_JOBS,
        jobs.JOBS,
        namespaces.RESOURCE,
        nodepools.RESOURCE,
        nodes.RESOURCE,
        poddisruptionbudgets.RESOURCE,
        pods.RESOURCE,
        replicasets.RESOURCE,
        services.RESOURCE,
        settings.CONFIG_MAPS,
        settings.INGRESS_CLASSES,
        settings.PRIORITY_CLASSES,
        settings.SECRETS,
        statefulsets.RESOURCE,
        storage.CLAIMS,
        storage.CLASSES,
        storage.VOLUMES,
    )
}


RESOURCES: Mapping[str, Resource] = MappingProxyType(
    {kind: _OWN[kind] if kind in _OWN else listed(kind) for kind in KINDS}
)


def resource_of(kind: str, state: State) -> Resource:
    """Any kind's; a custom kind has the columns its definition says, of a kind that is not served only NAME and AGE."""
    if not is_custom(kind):
        return RESOURCES[kind]
    return printed(served_kind(state, kind) or KINDS[kind], printer_of(state, kind))
