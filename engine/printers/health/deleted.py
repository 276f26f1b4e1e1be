"""Health of what is being deleted: it goes in a moment, unless its finalizers hold it."""

from engine.kinds import ObjectMeta
from engine.printers.durations import human_duration
from engine.printers.parts.levels import Health

_OVERDUE_SECONDS = 10
"""Finalizers of controllers that live are gone by then."""


def deleted_health(meta: ObjectMeta, since: int, now: int) -> Health:
    if not meta.finalizers or now - since <= _OVERDUE_SECONDS:
        return Health("dim", "being deleted")
    held = ", ".join(meta.finalizers)
    return Health("warn", f"being deleted for {human_duration(now - since)}, waits for finalizers {held}")
