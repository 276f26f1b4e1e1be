"""HorizontalPodAutoscalers: one pod at least, by 80 % of the cpu requested; a behavior is filled up, never made.

Follows ``pkg/apis/autoscaling/v2/defaults.go``.
"""

from engine.api.defaults.filling import changed, filled
from engine.kinds.autoscaling import (
    HorizontalPodAutoscaler,
    HorizontalPodAutoscalerBehavior,
    HPAScalingPolicy,
    HPAScalingRules,
    MetricSpec,
    MetricTarget,
    ResourceMetricSource,
)

_MEASURE = MetricSpec(
    type="Resource",
    resource=ResourceMetricSource(name="cpu", target=MetricTarget(type="Utilization", average_utilization=80)),
)
_DOUBLE = HPAScalingPolicy(type="Percent", value=100, period_seconds=15)
_UP = HPAScalingRules(
    stabilization_window_seconds=0,
    select_policy="Max",
    policies=(HPAScalingPolicy(type="Pods", value=4, period_seconds=15), _DOUBLE),
)
_DOWN = HPAScalingRules(select_policy="Max", policies=(_DOUBLE,))


def default_autoscaler(autoscaler: HorizontalPodAutoscaler) -> HorizontalPodAutoscaler:
    spec = autoscaler.spec
    if spec.min_replicas is None:
        spec = changed(spec, min_replicas=1)
    spec = filled(spec, metrics=(_MEASURE,))
    if spec.behavior is not None:
        spec = changed(spec, behavior=_behavior(spec.behavior))
    return changed(autoscaler, spec=spec)


def _behavior(behavior: HorizontalPodAutoscalerBehavior) -> HorizontalPodAutoscalerBehavior:
    return changed(
        behavior, scale_up=_rules(behavior.scale_up, _UP), scale_down=_rules(behavior.scale_down, _DOWN)
    )


def _rules(rules: HPAScalingRules | None, usual: HPAScalingRules) -> HPAScalingRules:
    if rules is None:
        return usual
    rules = filled(rules, select_policy=usual.select_policy, policies=usual.policies)
    if rules.stabilization_window_seconds is None and usual.stabilization_window_seconds is not None:
        rules = changed(rules, stabilization_window_seconds=usual.stabilization_window_seconds)
    return rules
