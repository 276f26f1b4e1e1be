"""ResourceQuotas as ``kubectl get resourcequotas`` lists them."""

from engine.kinds.amounts import canonical
from engine.kinds.quota import ResourceQuota
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(quota: ResourceQuota, _state: State, now: int) -> tuple[str, ...]:
    requests: list[str] = []
    limits: list[str] = []
    for resource, hard in sorted(quota.status.hard.items()):
        used = quota.status.used.get(resource, "0")
        shown = f"{resource}: {canonical(used)}/{canonical(hard)}"
        (limits if resource.startswith("limits.") else requests).append(shown)
    return quota.metadata.name, ", ".join(requests), ", ".join(limits), age(quota, now)


PRINTER = Printer(columns("NAME,REQUEST,LIMIT,AGE"), cells)
