"""ReplicationControllers as ``kubectl get replicationcontrollers`` lists them."""

from engine.kinds import ReplicationController
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import container_cells, labels_text
from engine.store.state import State


def cells(controller: ReplicationController, _state: State, now: int) -> tuple[str, ...]:
    spec, status = controller.spec, controller.status
    return (
        controller.metadata.name,
        str(spec.replicas or 0),
        str(status.replicas),
        str(status.ready_replicas),
        age(controller, now),
        *container_cells(spec.template.spec.containers),
        labels_text(spec.selector),
    )


PRINTER = Printer(columns("NAME,DESIRED,CURRENT,READY,AGE", "CONTAINERS,IMAGES,SELECTOR"), cells)
