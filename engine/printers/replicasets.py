"""ReplicaSets as ``kubectl get replicasets`` lists them."""

from engine.kinds import ReplicaSet
from engine.printers.durations import NONE, age
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import container_cells, selector_text
from engine.store.state import State


def cells(replica_set: ReplicaSet, _state: State, now: int) -> tuple[str, ...]:
    spec, status = replica_set.spec, replica_set.status
    return (
        replica_set.metadata.name,
        str(spec.replicas or 0),
        str(status.replicas),
        str(status.ready_replicas),
        age(replica_set, now),
        *container_cells(spec.template.spec.containers),
        selector_text(spec.selector) or NONE,
    )


PRINTER = Printer(columns("NAME,DESIRED,CURRENT,READY,AGE", "CONTAINERS,IMAGES,SELECTOR"), cells)
