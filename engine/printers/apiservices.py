"""APIServices as ``kubectl get apiservices`` lists them. Follows kube-aggregator's printer columns."""

from engine.kinds import Unmodelled
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(found: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    service = found.body.get("spec", {}).get("service")
    by = f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local"
    conditions = found.body.get("status", {}).get("conditions", ())
    available = (each for each in conditions if each.get("type") == "Available")
    status, reason = next(((each.get("status"), each.get("reason", "")) for each in available), ("Unknown", ""))
    return found.metadata.name, by, status if status == "True" else f"{status} ({reason})", age(found, now)


PRINTER = Printer(columns("NAME,SERVICE,AVAILABLE,AGE"), cells)
