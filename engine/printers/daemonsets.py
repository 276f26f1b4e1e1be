"""DaemonSets as ``kubectl get daemonsets`` lists them."""

from engine.kinds import DaemonSet
from engine.printers.durations import NONE, age
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import container_cells, labels_text, selector_text
from engine.store.state import State


def cells(daemon_set: DaemonSet, _state: State, now: int) -> tuple[str, ...]:
    spec, status = daemon_set.spec, daemon_set.status
    counts = (
        status.desired_number_scheduled,
        status.current_number_scheduled,
        status.number_ready,
        status.updated_number_scheduled,
        status.number_available,
    )
    return (
        daemon_set.metadata.name,
        *map(str, counts),
        labels_text(spec.template.spec.node_selector),
        age(daemon_set, now),
        *container_cells(spec.template.spec.containers),
        selector_text(spec.selector) or NONE,
    )


PRINTER = Printer(
    columns(
        "NAME,DESIRED,CURRENT,READY,UP-TO-DATE,AVAILABLE,NODE SELECTOR,AGE", "CONTAINERS,IMAGES,SELECTOR"
    ),
    cells,
)
