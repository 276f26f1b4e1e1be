"""ResourceQuotas as ``kubectl get resourcequotas`` lists them."""

from engine.kinds import Unmodelled
from engine.kinds.amounts import canonical
from engine.printers.durations import age
from engine.printers.parts.body import mapping, text
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(quota: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    requests: list[str] = []
    limits: list[str] = []
    for resource, hard in sorted(mapping(quota.body, "status", "hard").items()):
        used = text(quota.body, "status", "used", resource, default="0")
        shown = f"{resource}: {canonical(used)}/{canonical(str(hard))}"
        (limits if resource.startswith("limits.") else requests).append(shown)
    return quota.metadata.name, ", ".join(requests), ", ".join(limits), age(quota, now)


PRINTER = Printer(columns("NAME,REQUEST,LIMIT,AGE"), cells)
