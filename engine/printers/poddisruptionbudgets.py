"""PodDisruptionBudgets as ``kubectl get poddisruptionbudgets`` lists them."""

from engine.kinds import PodDisruptionBudget
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(budget: PodDisruptionBudget, _state: State, now: int) -> tuple[str, ...]:
    return (
        budget.metadata.name,
        _limit(budget.spec.min_available),
        _limit(budget.spec.max_unavailable),
        str(budget.status.disruptions_allowed),
        age(budget, now),
    )


PRINTER = Printer(columns("NAME,MIN AVAILABLE,MAX UNAVAILABLE,ALLOWED DISRUPTIONS,AGE"), cells)


def _limit(limit: int | str | None) -> str:
    return "N/A" if limit is None else str(limit)
