"""Health of autoscalers: whether they find what they scale, can measure it, and have room to go on."""

from engine.kinds import condition
from engine.kinds.autoscaling import HorizontalPodAutoscaler
from engine.printers.parts.levels import OK, Health
from engine.store.state import State


def autoscaler_health(autoscaler: HorizontalPodAutoscaler, _state: State, _now: int) -> Health:
    status = autoscaler.status
    able, active = condition(status.conditions, "AbleToScale"), condition(status.conditions, "ScalingActive")
    if able is None:
        return Health("warn", "has not looked yet")
    if able.status != "True":
        return Health("bad", able.message or able.reason)
    if active is not None and active.reason == "ScalingDisabled":
        return Health("dim", active.message)
    if active is not None and active.status != "True":
        return Health("bad", active.message or active.reason)
    limited = condition(status.conditions, "ScalingLimited")
    if limited is not None and limited.status == "True" and limited.reason == "TooManyReplicas":
        return Health("warn", f"at its {autoscaler.spec.max_replicas} replicas: {limited.message}")
    return OK
