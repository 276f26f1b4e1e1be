"""Component statuses as ``kubectl get componentstatuses`` lists them. Follows printComponentStatus."""

from engine.kinds import Unmodelled
from engine.printers.durations import UNKNOWN
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State

_STATUS = {"True": "Healthy", "False": "Unhealthy"}


def cells(found: Unmodelled, _state: State, _now: int) -> tuple[str, ...]:
    healthy = next(
        (each for each in found.body.get("conditions", ()) if each.get("type") == "Healthy"), {"status": ""}
    )
    status = _STATUS.get(healthy["status"], UNKNOWN)
    return found.metadata.name, status, healthy.get("message", ""), healthy.get("error", "")


PRINTER = Printer(columns("NAME,STATUS,MESSAGE,ERROR"), cells)
