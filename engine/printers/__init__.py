"""What kubectl prints: pure functions (object, state, now) -> cells, one file per kind.

PRINTERS gives every kind its columns, as the API server's printers define them; ``table`` lays rows out as
``kubectl get`` does; ``describe`` writes what ``kubectl describe`` says. A printer reads the State at most
through an index, and knows no clock, no width and no colour.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.kinds import KINDS
from engine.printers import (
    configmaps,
    deployments,
    endpoints,
    endpointslices,
    events,
    execs,
    faults,
    generic,
    namespaces,
    nodes,
    poddisruptionbudgets,
    pods,
    replicasets,
    replicationcontrollers,
    services,
)
from engine.printers.columns import Column, Printer
from engine.printers.table import ListOptions, list_objects, render

_OWN = {
    "ConfigMap": configmaps.PRINTER,
    "Deployment": deployments.PRINTER,
    "EndpointSlice": endpointslices.PRINTER,
    "Endpoints": endpoints.PRINTER,
    "Event": events.PRINTER,
    "Exec": execs.PRINTER,
    "Fault": faults.PRINTER,
    "Namespace": namespaces.PRINTER,
    "Node": nodes.PRINTER,
    "Pod": pods.PRINTER,
    "PodDisruptionBudget": poddisruptionbudgets.PRINTER,
    "ReplicaSet": replicasets.PRINTER,
    "ReplicationController": replicationcontrollers.PRINTER,
    "Service": services.PRINTER,
}

PRINTERS: Mapping[str, Printer] = MappingProxyType({kind: _OWN.get(kind, generic.PRINTER) for kind in KINDS})
"""Kind -> how it is listed; every kind of KINDS is here."""

__all__ = ["PRINTERS", "Column", "ListOptions", "Printer", "list_objects", "render"]
