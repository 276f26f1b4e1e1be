"""Faults: what an operator broke, and since when. Not a kind of Kubernetes."""

from engine.kinds import Fault
from engine.printers.durations import NONE, age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(fault: Fault, _state: State, now: int) -> tuple[str, ...]:
    spec = fault.spec
    pod = f"{spec.namespace or 'default'}/{spec.pod}" if spec.pod else NONE
    return fault.metadata.name, spec.type, spec.node or NONE, pod, age(fault, now), spec.component or NONE


PRINTER = Printer(columns("NAME,TYPE,NODE,POD,AGE", "COMPONENT"), cells)
