"""``kubectl describe priorityclass``. Follows describePriorityClass."""

from collections.abc import Iterator

from engine.kinds import Unmodelled
from engine.printers.describe.event_table import events_lines
from engine.printers.parts.body import at, text
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_priority_class(priority_class: Unmodelled, state: State, now: int) -> list[str]:
    return tabbed([*_lines(priority_class), *events_lines(priority_class, state, now)])


def _lines(priority_class: Unmodelled) -> Iterator[str]:
    body = priority_class.body
    yield f"Name:\t{priority_class.metadata.name}"
    yield f"Value:\t{text(body, 'value', default='0')}"
    yield f"GlobalDefault:\t{'true' if at(body, 'globalDefault') else 'false'}"
    yield f"PreemptionPolicy:\t{text(body, 'preemptionPolicy', default='PreemptLowerPriority')}"
    yield f"Description:\t{text(body, 'description')}"
    annotations = sorted(priority_class.metadata.annotations.items())
    yield f"Annotations:\t{','.join(f'{name}={value}' for name, value in annotations) or '<none>'}"
