"""What the metrics of an autoscaler ask for: each its own number of replicas, the highest one counts.

Follows ``computeReplicasForMetrics`` of ``horizontal.go``. Only resources are measured in this cluster: Pods, Object
and External metrics fail as they do where no adapter serves them.
"""

from collections.abc import Sequence
from fractions import Fraction

from engine.controllers.podautoscaler.replicas import (
    Answer,
    Measure,
    Question,
    Unmeasurable,
    by_average,
    by_utilization,
    measured_of,
)
from engine.kinds import Pod
from engine.kinds.amounts import quantity_text
from engine.kinds.autoscaling import (
    ContainerResourceMetricStatus,
    HorizontalPodAutoscaler,
    HPAScalingRules,
    MetricSpec,
    MetricStatus,
    MetricTarget,
    MetricValueStatus,
    ResourceMetricStatus,
)
from engine.kinds.frozen import frozen
from engine.kinds.quantity import parse_quantity
from engine.store.state import State

_TOLERANCE = Fraction(1, 10)


@frozen(kw_only=True)
class Proposal:
    replicas: int
    name: str
    status: MetricStatus


@frozen(kw_only=True)
class Failure:
    """``message`` is the Event's and the condition's, ``error`` that of the whole computation."""

    reason: str
    message: str
    error: str


def proposals(
    state: State, autoscaler: HorizontalPodAutoscaler, replicas: int, pods: Sequence[Pod], measure: Measure, now: int
) -> list[Proposal | Failure]:
    """One for each metric, in their order."""
    tolerances = _tolerances(autoscaler)

    def answered(metric: MetricSpec) -> Proposal | Failure:
        resource, container, target = _of_resource(metric)
        if target is None:
            return _unserved(metric, autoscaler)
        question = Question(
            resource=resource, container=container, pods=pods, replicas=replicas, tolerances=tolerances, now=now
        )
        try:
            answer = _answer(state, question, target, measure)
        except Unmeasurable as why:
            return _failure(metric, resource, target, str(why))
        return Proposal(replicas=answer.replicas, name=_name(metric, target), status=_status(metric, answer))

    return [answered(metric) for metric in autoscaler.spec.metrics]


def _answer(state: State, question: Question, target: MetricTarget, measure: Measure) -> Answer:
    measured = measured_of(state, measure, question)
    if target.average_value is not None:
        return by_average(question, int(parse_quantity(target.average_value) * 1000), measured)
    return by_utilization(question, target.average_utilization or 1, measured)


def _of_resource(metric: MetricSpec) -> tuple[str, str, MetricTarget | None]:
    """(resource, container, target); no target where it is no resource that is measured."""
    if metric.type == "Resource" and metric.resource is not None:
        return metric.resource.name, "", metric.resource.target
    if metric.type == "ContainerResource" and metric.container_resource is not None:
        source = metric.container_resource
        return source.name, source.container, source.target
    return "", "", None


def _name(metric: MetricSpec, target: MetricTarget) -> str:
    resource, container, _ = _of_resource(metric)
    name = f"{resource} container resource" if container else f"{resource} resource"
    return name if target.average_value is not None else f"{name} utilization (percentage of request)"


def _status(metric: MetricSpec, answer: Answer) -> MetricStatus:
    average = quantity_text(Fraction(answer.average, 1000), binary=False)
    current = MetricValueStatus(average_utilization=answer.utilization, average_value=average)
    resource, container, _ = _of_resource(metric)
    if container:
        status = ContainerResourceMetricStatus(container=container, name=resource, current=current)
        return MetricStatus(type=metric.type, container_resource=status)
    return MetricStatus(type=metric.type, resource=ResourceMetricStatus(name=resource, current=current))


def _failure(metric: MetricSpec, resource: str, target: MetricTarget, why: str) -> Failure:
    what = "usage" if target.average_value is not None else "utilization"
    message = f"failed to get {resource} {what}: {why}"
    if metric.type == "ContainerResource":
        error = f"failed to get {resource} container metric value: {message}"
        return Failure(reason="FailedGetContainerResourceMetric", message=message, error=error)
    error = f"failed to get {resource} resource metric value: {message}"
    return Failure(reason="FailedGetResourceMetric", message=message, error=error)


def _unserved(metric: MetricSpec, autoscaler: HorizontalPodAutoscaler) -> Failure:
    """A metric whose API nobody serves here."""
    namespace = autoscaler.metadata.namespace
    custom = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"
    external = (
        "unable to fetch metrics from external metrics API: "
        "the server could not find the requested resource (get external.metrics.k8s.io)"
    )
    if metric.type == "Pods" and metric.pods is not None:
        message = f"unable to get metric {metric.pods.metric.name}: {custom}"
        return _of_adapter("FailedGetPodsMetric", "pods", message)
    if metric.type == "Object" and metric.object is not None:
        target = metric.object.described_object
        where = f"{target.kind} {namespace}/{target.name}"
        return _of_adapter(
            "FailedGetObjectMetric", "object", f"unable to get metric {metric.object.metric.name}: {where}: {custom}"
        )
    if metric.type == "External" and metric.external is not None:
        name = metric.external.metric.name
        message = f"unable to get external metric {namespace}/{name}/nil: {external}"
        return _of_adapter("FailedGetExternalMetric", "external", message)
    message = f'unknown metric source type "{metric.type}"'
    return Failure(reason="InvalidMetricSourceType", message=message, error=message)


def _of_adapter(reason: str, kind: str, message: str) -> Failure:
    return Failure(reason=reason, message=message, error=f"failed to get {kind} metric value: {message}")


def _tolerances(autoscaler: HorizontalPodAutoscaler) -> tuple[Fraction, Fraction]:
    behavior = autoscaler.spec.behavior
    if behavior is None:
        return _TOLERANCE, _TOLERANCE
    return _tolerance(behavior.scale_down), _tolerance(behavior.scale_up)


def _tolerance(rules: HPAScalingRules | None) -> Fraction:
    return _TOLERANCE if rules is None or rules.tolerance is None else parse_quantity(rules.tolerance)
