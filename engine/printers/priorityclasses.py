"""PriorityClasses as ``kubectl get priorityclasses`` lists them."""

from engine.kinds import Unmodelled
from engine.printers.durations import age
from engine.printers.parts.body import at, text
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(priority_class: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    body = priority_class.body
    return (
        priority_class.metadata.name,
        text(body, "value", default="0"),
        "true" if at(body, "globalDefault") else "false",
        age(priority_class, now),
        text(body, "preemptionPolicy"),
    )


PRINTER = Printer(columns("NAME,VALUE,GLOBAL-DEFAULT,AGE,PREEMPTIONPOLICY"), cells)
