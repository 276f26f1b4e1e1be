"""``kubectl describe poddisruptionbudget``. Follows describePodDisruptionBudgetV1."""

from collections.abc import Iterator

from engine.kinds import PodDisruptionBudget
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import name_lines
from engine.printers.durations import NONE
from engine.printers.parts.selectors import selector_text
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_disruption_budget(budget: PodDisruptionBudget, state: State, now: int) -> list[str]:
    return tabbed(_lines(budget, state, now))


def _lines(budget: PodDisruptionBudget, state: State, now: int) -> Iterator[str]:
    spec, status = budget.spec, budget.status
    yield from name_lines(budget)
    if spec.min_available is not None:
        yield f"Min available:\t{spec.min_available}"
    elif spec.max_unavailable is not None:
        yield f"Max unavailable:\t{spec.max_unavailable}"
    yield f"Selector:\t{'<unset>' if spec.selector is None else selector_text(spec.selector) or NONE}"
    yield "Status:"
    yield f"    Allowed disruptions:\t{status.disruptions_allowed}"
    yield f"    Current:\t{status.current_healthy}"
    yield f"    Desired:\t{status.desired_healthy}"
    yield f"    Total:\t{status.expected_pods}"
    yield from events_lines(budget, state, now)
