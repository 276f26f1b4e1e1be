"""Leases as ``kubectl get leases`` lists them. Follows printLease."""

from engine.kinds.coordination import Lease
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(lease: Lease, _state: State, now: int) -> tuple[str, ...]:
    return lease.metadata.name, lease.spec.holder_identity, age(lease, now)


PRINTER = Printer(columns("NAME,HOLDER,AGE"), cells)
