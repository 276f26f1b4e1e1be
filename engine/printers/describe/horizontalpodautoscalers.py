"""``kubectl describe horizontalpodautoscaler``. Follows describeHorizontalPodAutoscalerV2."""

from collections.abc import Iterator

from engine.kinds.amounts import canonical
from engine.kinds.autoscaling import (
    HorizontalPodAutoscaler,
    HPAScalingRules,
    MetricSpec,
    MetricStatus,
    MetricTarget,
    MetricValueStatus,
)
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import labels_and_annotations, name_lines, time_text
from engine.printers.durations import UNKNOWN
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_autoscaler(autoscaler: HorizontalPodAutoscaler, state: State, now: int) -> list[str]:
    return tabbed(_lines(autoscaler, state, now))


def _lines(autoscaler: HorizontalPodAutoscaler, state: State, now: int) -> Iterator[str]:
    spec, status = autoscaler.spec, autoscaler.status
    yield from name_lines(autoscaler)
    yield from labels_and_annotations(autoscaler)
    yield f"CreationTimestamp:\t{time_text(autoscaler.metadata.creation_timestamp)}"
    yield f"Reference:\t{spec.scale_target_ref.kind}/{spec.scale_target_ref.name}"
    yield "Metrics:\t( current / target )"
    current = status.current_metrics
    for place, metric in enumerate(spec.metrics):
        yield _metric_line(metric, current[place] if place < len(current) else None)
    yield f"Min replicas:\t{'<unset>' if spec.min_replicas is None else spec.min_replicas}"
    yield f"Max replicas:\t{spec.max_replicas}"
    if spec.behavior is not None:
        yield "Behavior:"
        yield from _rules_lines("Scale Up", spec.behavior.scale_up)
        yield from _rules_lines("Scale Down", spec.behavior.scale_down)
    counts = f"{status.current_replicas} current / {status.desired_replicas} desired"
    yield f"{spec.scale_target_ref.kind} pods:\t{counts}"
    if status.conditions:
        yield from ("Conditions:", "  Type\tStatus\tReason\tMessage", "  ----\t------\t------\t-------")
        for each in status.conditions:
            yield f"  {each.type}\t{each.status}\t{each.reason}\t{each.message}"
    yield from events_lines(autoscaler, state, now)


def _metric_line(metric: MetricSpec, status: MetricStatus | None) -> str:
    if metric.type == "Resource" and metric.resource is not None:
        # kubectl indents the second half of this line once more.
        gap = "" if metric.resource.target.average_value is not None else "  "
        return f"  resource {metric.resource.name} on pods{gap}{_resource(metric.resource.target, status)}"
    if metric.type == "ContainerResource" and metric.container_resource is not None:
        source = metric.container_resource
        gap = "" if source.target.average_value is not None else "  "
        where = f'container "{source.container}" on pods'
        return f"  resource {source.name} of {where}{gap}{_resource(source.target, status)}"
    if metric.type == "Pods" and metric.pods is not None:
        return f'  "{metric.pods.metric.name}" on pods:\t{UNKNOWN} / {_amount(metric.pods.target.average_value)}'
    if metric.type == "Object" and metric.object is not None:
        described = metric.object.described_object
        return f'  "{metric.object.metric.name}" on {described.kind}/{described.name} {_wanted(metric.object.target)}'
    if metric.type == "External" and metric.external is not None:
        return f'  "{metric.external.metric.name}" {_wanted(metric.external.target)}'
    return f'  <unknown metric type "{metric.type}">'


def _resource(wanted: MetricTarget, status: MetricStatus | None) -> str:
    source = None if status is None else status.resource or status.container_resource
    current = MetricValueStatus() if source is None else source.current
    if wanted.average_value is not None:
        return f":\t{_amount(current.average_value)} / {canonical(wanted.average_value)}"
    percent = UNKNOWN
    if current.average_utilization is not None:
        percent = f"{current.average_utilization}% ({_amount(current.average_value)})"
    aim = "<auto>" if wanted.average_utilization is None else f"{wanted.average_utilization}%"
    return f"(as a percentage of request):\t{percent} / {aim}"


def _wanted(target: MetricTarget) -> str:
    """Of a metric that nothing here measures."""
    if target.average_value is not None:
        return f"(target average value):\t{UNKNOWN} / {canonical(target.average_value)}"
    return f"(target value):\t{UNKNOWN} / {_amount(target.value)}"


def _amount(text: str | None) -> str:
    return UNKNOWN if text is None else canonical(text)


def _rules_lines(direction: str, rules: HPAScalingRules | None) -> Iterator[str]:
    if rules is None:
        return
    yield f"  {direction}:"
    if rules.stabilization_window_seconds is not None:
        yield f"    Stabilization Window: {rules.stabilization_window_seconds} seconds"
    if rules.policies:
        yield f"    Select Policy: {rules.select_policy or 'Max'}"
        yield "    Policies:"
        for each in rules.policies:
            yield f"      - Type: {each.type}\tValue: {each.value}\tPeriod: {each.period_seconds} seconds"
