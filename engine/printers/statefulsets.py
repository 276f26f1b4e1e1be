"""StatefulSets as ``kubectl get statefulsets`` lists them."""

from engine.kinds import Unmodelled
from engine.printers.durations import age
from engine.printers.parts.body import at, container_cells, number
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(stateful_set: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    body = stateful_set.body
    ready, wanted = number(body, "status", "readyReplicas"), number(body, "spec", "replicas", default=1)
    template = at(body, "spec", "template")
    return stateful_set.metadata.name, f"{ready}/{wanted}", age(stateful_set, now), *container_cells(template)


PRINTER = Printer(columns("NAME,READY,AGE", "CONTAINERS,IMAGES"), cells)
