"""Deployments as ``kubectl get deployments`` lists them."""

from engine.kinds import Deployment
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import container_cells, selector_text
from engine.store.state import State


def cells(deployment: Deployment, _state: State, now: int) -> tuple[str, ...]:
    spec, status = deployment.spec, deployment.status
    return (
        deployment.metadata.name,
        f"{status.ready_replicas}/{spec.replicas or 0}",
        str(status.updated_replicas),
        str(status.available_replicas),
        age(deployment, now),
        *container_cells(spec.template.spec.containers),
        selector_text(spec.selector),
    )


PRINTER = Printer(columns("NAME,READY,UP-TO-DATE,AVAILABLE,AGE", "CONTAINERS,IMAGES,SELECTOR"), cells)
