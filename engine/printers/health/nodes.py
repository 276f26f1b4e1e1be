"""Health of a node: heard from, free of pressure, open for pods."""

from engine.kinds import Node, condition
from engine.printers.durations import human_duration
from engine.printers.parts.levels import OK, Health
from engine.store.state import State

_PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")


def node_health(node: Node, _state: State, now: int) -> Health:
    ready = condition(node.status.conditions, "Ready")
    if ready is None:
        return Health("warn", "has not reported yet")
    if ready.status != "True":
        since = ready.last_transition_time
        lasting = "" if since is None else f" for {human_duration(now - since)}"
        return Health("bad", f"NotReady{lasting}: {ready.message or ready.reason or 'no reason given'}")
    for type_ in _PRESSURES:
        pressure = condition(node.status.conditions, type_)
        if pressure is not None and pressure.status == "True":
            return Health("warn", f"{type_}: {pressure.message or pressure.reason}")
    if node.spec.unschedulable:
        return Health("warn", "cordoned: takes no new pods")
    return OK
