"""HorizontalPodAutoscalers as ``kubectl get horizontalpodautoscalers`` lists them."""

from typing import Any

from engine.kinds import Unmodelled
from engine.printers.durations import NONE, UNKNOWN, age
from engine.printers.parts.body import at, items, text
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State

_SHOWN = 2
_SOURCES = {
    "ContainerResource": "containerResource",
    "External": "external",
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
}


def cells(autoscaler: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    body = autoscaler.body
    target = at(body, "spec", "scaleTargetRef")
    return (
        autoscaler.metadata.name,
        f"{text(target, 'kind')}/{text(target, 'name')}",
        _targets(autoscaler),
        text(body, "spec", "minReplicas", default="<unset>"),
        text(body, "spec", "maxReplicas", default="0"),
        text(body, "status", "currentReplicas", default="0"),
        age(autoscaler, now),
    )


PRINTER = Printer(columns("NAME,REFERENCE,TARGETS,MINPODS,MAXPODS,REPLICAS,AGE"), cells)


def _targets(autoscaler: Unmodelled) -> str:
    """``cpu: 40%/80%, memory: <unknown>/64Mi + 1 more...``"""
    current = items(autoscaler.body, "status", "currentMetrics")
    metrics = items(autoscaler.body, "spec", "metrics")
    texts = [
        _target(metric, current[index] if index < len(current) else None)
        for index, metric in enumerate(metrics)
    ]
    more = f" + {len(texts) - _SHOWN} more..." if len(texts) > _SHOWN else ""
    return (", ".join(texts[:_SHOWN]) or NONE) + more


def _target(metric: Any, current: Any) -> str:
    type_ = text(metric, "type")
    source = _SOURCES.get(type_)
    if source is None:
        return "<unknown type>"
    wanted, now = at(metric, source, "target"), at(current, source, "current")
    if source in ("resource", "containerResource"):
        name = text(metric, source, "name")
        if at(wanted, "averageValue") is not None:
            return f"{name}: {text(now, 'averageValue', default=UNKNOWN)}/{text(wanted, 'averageValue')}"
        return f"{name}: {_percent(now, UNKNOWN)}/{_percent(wanted, '<auto>')}"
    if at(wanted, "averageValue") is None:
        return f"{text(now, 'value', default=UNKNOWN)}/{text(wanted, 'value')}"
    average = "" if source == "pods" else " (avg)"
    return f"{text(now, 'averageValue', default=UNKNOWN)}/{text(wanted, 'averageValue')}{average}"


def _percent(of: Any, missing: str) -> str:
    value = at(of, "averageUtilization")
    return missing if value is None else f"{value}%"
