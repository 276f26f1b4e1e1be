"""StatefulSets as ``kubectl get statefulsets`` lists them."""

from engine.kinds import StatefulSet
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import container_cells
from engine.store.state import State


def cells(stateful_set: StatefulSet, _state: State, now: int) -> tuple[str, ...]:
    spec, status = stateful_set.spec, stateful_set.status
    ready = f"{status.ready_replicas}/{spec.wanted}"
    return stateful_set.metadata.name, ready, age(stateful_set, now), *container_cells(spec.template.spec.containers)


PRINTER = Printer(columns("NAME,READY,AGE", "CONTAINERS,IMAGES"), cells)
