"""APIServices as ``kubectl get apiservices`` lists them. Follows kube-aggregator's printer columns."""

from engine.kinds import Unmodelled
from engine.printers.durations import age
from engine.printers.parts.body import items, mapping, text
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(found: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    service = mapping(found.body, "spec", "service")
    by = f"{text(service, 'namespace')}/{text(service, 'name')}" if service else "Local"
    conditions = items(found.body, "status", "conditions")
    available = next((each for each in conditions if text(each, "type") == "Available"), None)
    status, reason = text(available, "status", default="Unknown"), text(available, "reason")
    return found.metadata.name, by, status if status == "True" else f"{status} ({reason})", age(found, now)


PRINTER = Printer(columns("NAME,SERVICE,AVAILABLE,AGE"), cells)
