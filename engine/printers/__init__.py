"""What kubectl prints: pure functions (object, state, now) -> cells, one file per kind. No widths, no colours.

PRINTERS gives every kind its columns, as the API server's printers define them; ``table`` lays rows out as
``kubectl get`` does; ``describe`` writes what ``kubectl describe`` says. A printer reads the State at most
through an index, and knows no clock and no terminal.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.kinds import KINDS
from engine.printers import (
    deployments,
    generic,
    nodes,
    pods,
    replicasets,
    replicationcontrollers,
    services,
)  # fmt: skip
from engine.printers.columns import Column, Printer
from engine.printers.table import ListOptions, list_objects, render

_OWN = {
    "Deployment": deployments.PRINTER,
    "Node": nodes.PRINTER,
    "Pod": pods.PRINTER,
    "ReplicaSet": replicasets.PRINTER,
    "ReplicationController": replicationcontrollers.PRINTER,
    "Service": services.PRINTER,
}

PRINTERS: Mapping[str, Printer] = MappingProxyType({kind: _OWN.get(kind, generic.PRINTER) for kind in KINDS})
"""Kind -> how it is listed; every kind of KINDS is here."""

__all__ = ["PRINTERS", "Column", "ListOptions", "Printer", "list_objects", "render"]
