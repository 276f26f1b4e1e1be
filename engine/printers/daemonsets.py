"""DaemonSets as ``kubectl get daemonsets`` lists them."""

from engine.kinds import Unmodelled
from engine.printers.durations import NONE, age
from engine.printers.parts.body import at, container_cells, mapping, selector, text
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import labels_text, selector_text
from engine.store.state import State

_COUNTS = (
    "desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled",
    "numberAvailable",
)  # fmt: skip


def cells(daemon_set: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    body = daemon_set.body
    return (
        daemon_set.metadata.name,
        *(text(body, "status", count, default="0") for count in _COUNTS),
        labels_text(mapping(body, "spec", "template", "spec", "nodeSelector")),
        age(daemon_set, now),
        *container_cells(at(body, "spec", "template")),
        selector_text(selector(body, "spec", "selector")) or NONE,
    )


PRINTER = Printer(
    columns(
        "NAME,DESIRED,CURRENT,READY,UP-TO-DATE,AVAILABLE,NODE SELECTOR,AGE", "CONTAINERS,IMAGES,SELECTOR"
    ),
    cells,
)
