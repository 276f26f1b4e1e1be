"""The events at the end of a description: oldest first, with their age and how often they were repeated."""

from collections.abc import Iterator

from engine.kinds import Event, Object
from engine.printers.durations import since
from engine.store.state import State


def events_lines(obj: Object, state: State, now: int) -> Iterator[str]:
    yield from table_lines(state.events_of(obj) if obj.metadata.uid else [], now)


def table_lines(events: list[Event], now: int) -> Iterator[str]:
    if not events:
        yield "Events:\t<none>"
        return
    # Times have whole seconds: what happened within one shows in the order it was stored, or else must have had.
    events = sorted(events, key=lambda event: (event.last_timestamp or 0, _revision(event), _step(event)))
    yield from ("Events:", "  Type\tReason\tAge\tFrom\tMessage", "  ----\t------\t----\t----\t-------")
    for event in events:
        path = event.involved_object.field_path
        message = f"{path}: {event.message.strip()}" if path else event.message.strip()
        yield f"  {event.type}\t{event.reason}\t{_interval(event, now)}\t{event.source.component}\t{message}"


_STEPS = ("Scheduled", "Pulling", "Pulled", "Created", "Started")


def _step(event: Event) -> int:
    """Where in a container's start it belongs; what is no part of one comes after."""
    return _STEPS.index(event.reason) if event.reason in _STEPS else len(_STEPS)


def _revision(event: Event) -> int:
    version = event.metadata.resource_version
    return int(version) if version.isdecimal() else 0


def _interval(event: Event, now: int) -> str:
    """``3m (x4 over 5m)`` for one that was repeated."""
    first = since(event.first_timestamp, now)
    return first if event.count <= 1 else f"{since(event.last_timestamp, now)} (x{event.count} over {first})"
