"""Kinds for which the API server has no printer: NAME and CREATED AT (LimitRange, Role, ClusterRole)."""

from engine.kinds import Object, format_time
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(obj: Object, _state: State, _now: int) -> tuple[str, ...]:
    created = obj.metadata.creation_timestamp
    return obj.metadata.name, "" if created is None else format_time(created)


PRINTER = Printer(columns("NAME,CREATED AT"), cells)
