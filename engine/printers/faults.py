"""Faults: what an operator broke, and since when. Not a kind of Kubernetes."""

from engine.kinds import Fault
from engine.printers.durations import NONE, age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(fault: Fault, _state: State, now: int) -> tuple[str, ...]:
    return fault.metadata.name, fault.spec.type, fault.spec.node or NONE, age(fault, now)


PRINTER = Printer(columns("NAME,TYPE,NODE,AGE"), cells)
