"""HorizontalPodAutoscalers as ``kubectl get horizontalpodautoscalers`` lists them."""

from collections.abc import Mapping
from typing import Any

from engine.kinds.amounts import canonical
from engine.kinds.autoscaling import HorizontalPodAutoscaler, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus
from engine.printers.durations import NONE, UNKNOWN, age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State

_SHOWN = 2
_SOURCES = {"External": "external", "Object": "object", "Pods": "pods"}


def cells(autoscaler: HorizontalPodAutoscaler, _state: State, now: int) -> tuple[str, ...]:
    spec, status = autoscaler.spec, autoscaler.status
    return (
        autoscaler.metadata.name,
        f"{spec.scale_target_ref.kind}/{spec.scale_target_ref.name}",
        _targets(autoscaler),
        "<unset>" if spec.min_replicas is None else str(spec.min_replicas),
        str(spec.max_replicas),
        str(status.current_replicas),
        age(autoscaler, now),
    )


PRINTER = Printer(columns("NAME,REFERENCE,TARGETS,MINPODS,MAXPODS,REPLICAS,AGE"), cells)


def _targets(autoscaler: HorizontalPodAutoscaler) -> str:
    """``cpu: 40%/80%, memory: <unknown>/64Mi + 1 more...``"""
    current = autoscaler.status.current_metrics
    metrics = autoscaler.spec.metrics
    texts = [
        _target(metric, current[place] if place < len(current) else None) for place, metric in enumerate(metrics)
    ]
    more = f" + {len(texts) - _SHOWN} more..." if len(texts) > _SHOWN else ""
    return (", ".join(texts[:_SHOWN]) or NONE) + more


def _target(metric: MetricSpec, current: MetricStatus | None) -> str:
    source = metric.resource if metric.type == "Resource" else metric.container_resource
    if metric.type in ("Resource", "ContainerResource") and source is not None:
        return f"{source.name}: {_resource(source.target, _value_of(current))}"
    other = {"External": metric.external, "Object": metric.object, "Pods": metric.pods}.get(metric.type)
    if other is None:
        return "<unknown type>"
    current_value: Mapping[str, Any] = _adapter_value(current, _SOURCES[metric.type])
    if other.target.average_value is None:
        return f"{current_value.get('value', UNKNOWN)}/{canonical(other.target.value or '')}"
    average = "" if metric.type == "Pods" else " (avg)"
    return f"{current_value.get('averageValue', UNKNOWN)}/{canonical(other.target.average_value)}{average}"


def _resource(wanted: MetricTarget, current: MetricValueStatus | None) -> str:
    if wanted.average_value is not None:
        known = None if current is None else current.average_value
        return f"{UNKNOWN if known is None else canonical(known)}/{canonical(wanted.average_value)}"
    percent = None if current is None else current.average_utilization
    aim = "<auto>" if wanted.average_utilization is None else f"{wanted.average_utilization}%"
    return f"{UNKNOWN if percent is None else f'{percent}%'}/{aim}"


def _value_of(status: MetricStatus | None) -> MetricValueStatus | None:
    source = None if status is None else status.resource or status.container_resource
    return None if source is None else source.current


def _adapter_value(status: MetricStatus | None, source: str) -> Mapping[str, Any]:
    """What an adapter would have said, as it stands in the manifest."""
    found = None if status is None else status.extra.get(source)
    current = found.get("current") if isinstance(found, Mapping) else None
    return current if isinstance(current, Mapping) else {}
