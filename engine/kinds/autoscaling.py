"""HorizontalPodAutoscaler (autoscaling/v2): what is scaled, between which bounds, and by what measure.

``status.recommendations`` and ``status.scaleChanges`` are what Kubernetes' controller keeps in its memory.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY, Quantity, Time
from engine.kinds.frozen import frozen
from engine.kinds.meta import Condition, LabelSelector, ObjectMeta


@frozen(kw_only=True)
class CrossVersionObjectReference:
    """What is scaled, or what a metric is about."""

    api_version: str = ""
    kind: str
    name: str
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class MetricTarget:
    """``type`` is Utilization, Value or AverageValue."""

    type: str = ""
    average_utilization: int | None = None
    average_value: Quantity | None = None
    value: Quantity | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class MetricIdentifier:
    name: str
    selector: LabelSelector | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ResourceMetricSource:
    name: str
    target: MetricTarget = MetricTarget()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ContainerResourceMetricSource:
    container: str
    name: str
    target: MetricTarget = MetricTarget()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NamedMetricSource:
    """The source of Pods and External metrics."""

    metric: MetricIdentifier
    target: MetricTarget = MetricTarget()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ObjectMetricSource:
    described_object: CrossVersionObjectReference
    metric: MetricIdentifier
    target: MetricTarget = MetricTarget()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class MetricSpec:
    """``type`` says which one of the others is set."""

    type: str
    container_resource: ContainerResourceMetricSource | None = None
    external: NamedMetricSource | None = None
    object: ObjectMetricSource | None = None
    pods: NamedMetricSource | None = None
    resource: ResourceMetricSource | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class HPAScalingPolicy:
    """At most ``value`` Pods, or Percent of them, in ``period_seconds``."""

    type: str
    value: int
    period_seconds: int
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class HPAScalingRules:
    policies: tuple[HPAScalingPolicy, ...] = ()
    select_policy: str | None = None
    stabilization_window_seconds: int | None = None
    tolerance: Quantity | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class HorizontalPodAutoscalerBehavior:
    scale_down: HPAScalingRules | None = None
    scale_up: HPAScalingRules | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class HorizontalPodAutoscalerSpec:
    behavior: HorizontalPodAutoscalerBehavior | None = None
    max_replicas: int
    metrics: tuple[MetricSpec, ...] = ()
    min_replicas: int | None = None
    scale_target_ref: CrossVersionObjectReference
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class MetricValueStatus:
    average_utilization: int | None = None
    average_value: Quantity | None = None
    value: Quantity | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ResourceMetricStatus:
    current: MetricValueStatus = MetricValueStatus()
    name: str
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ContainerResourceMetricStatus:
    container: str
    current: MetricValueStatus = MetricValueStatus()
    name: str
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class MetricStatus:
    """Metrics of other sources than resources stay in ``extra``: nothing in this cluster measures them."""

    type: str
    container_resource: ContainerResourceMetricStatus | None = None
    resource: ResourceMetricStatus | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Recommendation:
    """``replicas`` was the advice of every look from ``since`` on, up to the next Recommendation."""

    replicas: int
    since: Time


@frozen(kw_only=True)
class ScaleChange:
    """So many replicas more (or, below 0, fewer) at ``time``."""

    replicas: int
    time: Time


@frozen(kw_only=True)
class HorizontalPodAutoscalerStatus:
    conditions: tuple[Condition, ...] = ()
    current_metrics: tuple[MetricStatus, ...] = ()
    current_replicas: int = 0
    desired_replicas: int
    last_scale_time: Time | None = None
    observed_generation: int | None = None
    recommendations: tuple[Recommendation, ...] = ()
    scale_changes: tuple[ScaleChange, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class HorizontalPodAutoscaler:
    kind: ClassVar[str] = "HorizontalPodAutoscaler"
    api_version: ClassVar[str] = "autoscaling/v2"
    metadata: ObjectMeta
    spec: HorizontalPodAutoscalerSpec = HorizontalPodAutoscalerSpec(
        max_replicas=0, scale_target_ref=CrossVersionObjectReference(kind="", name="")
    )
    status: HorizontalPodAutoscalerStatus = HorizontalPodAutoscalerStatus(desired_replicas=0)
    extra: Mapping[str, Any] = EMPTY
