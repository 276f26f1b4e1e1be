"""HorizontalPodAutoscalers. Follows ``pkg/apis/autoscaling/validation``."""

from collections.abc import Mapping

from engine.api.validation.fields import forbidden, invalid, not_supported, required
from engine.errors import FieldError
from engine.kinds.autoscaling import (
    CrossVersionObjectReference,
    HorizontalPodAutoscaler,
    HPAScalingPolicy,
    HPAScalingRules,
    MetricIdentifier,
    MetricSpec,
    MetricTarget,
)
from engine.kinds.quantity import parse_quantity

_SOURCES: Mapping[str, tuple[str, str]] = {
    "ContainerResource": ("containerResource", "container_resource"),
    "External": ("external", "external"),
    "Object": ("object", "object"),
    "Pods": ("pods", "pods"),
    "Resource": ("resource", "resource"),
}
_LONGEST_WINDOW_SECONDS, _LONGEST_PERIOD_SECONDS = 3600, 1800


def autoscaler_errors(autoscaler: HorizontalPodAutoscaler) -> list[FieldError]:
    spec = autoscaler.spec
    errors: list[FieldError] = []
    least = spec.min_replicas
    if least is not None and least < 1:
        errors.append(invalid("spec.minReplicas", least, "must be greater than or equal to 1"))
    if spec.max_replicas < 1:
        errors.append(invalid("spec.maxReplicas", spec.max_replicas, "must be greater than 0"))
    if least is not None and spec.max_replicas < least:
        why = "must be greater than or equal to `minReplicas`"
        errors.append(invalid("spec.maxReplicas", spec.max_replicas, why))
    errors += _reference_errors(spec.scale_target_ref, "spec.scaleTargetRef")
    for place, metric in enumerate(spec.metrics):
        errors += _metric_errors(metric, f"spec.metrics[{place}]")
    if spec.behavior is not None:
        for name, rules in (("scaleUp", spec.behavior.scale_up), ("scaleDown", spec.behavior.scale_down)):
            if rules is not None:
                errors += _rules_errors(rules, f"spec.behavior.{name}")
    return errors


def _reference_errors(reference: CrossVersionObjectReference, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for name, value in (("kind", reference.kind), ("name", reference.name)):
        if not value:
            errors.append(required(f"{path}.{name}"))
        elif value in (".", ".."):
            errors.append(invalid(f"{path}.{name}", value, f"may not be '{value}'"))
        else:
            errors += [
                invalid(f"{path}.{name}", value, f"may not contain '{sign}'") for sign in "/%" if sign in value
            ]
    return errors


def _metric_errors(metric: MetricSpec, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if not metric.type:
        errors.append(required(f"{path}.type", "must specify a metric source type"))
    if metric.type not in _SOURCES:
        return [*errors, not_supported(f"{path}.type", metric.type, _SOURCES)]
    present = [name for name, attribute in _SOURCES.values() if getattr(metric, attribute) is not None]
    wanted = _SOURCES[metric.type][0]
    if present:
        errors += _source_errors(metric, present[0], f"{path}.{present[0]}")
    if wanted not in present:
        errors.append(required(f"{path}.{wanted}", "must populate information for the given metric source"))
    if len(present) > 1:
        others = [name for name in present if name != wanted]
        errors += [forbidden(f"{path}.{name}", "must populate the given metric source only") for name in others]
    return errors


def _source_errors(metric: MetricSpec, name: str, path: str) -> list[FieldError]:
    if name == "resource" and metric.resource is not None:
        return _resource_errors(metric.resource.name, metric.resource.target, path)
    if name == "containerResource" and metric.container_resource is not None:
        source = metric.container_resource
        errors = [] if source.container else [required(f"{path}.container", "must specify a container")]
        return errors + _resource_errors(source.name, source.target, path)
    if name == "object" and metric.object is not None:
        errors = _reference_errors(metric.object.described_object, f"{path}.describedObject")
        errors += _identifier_errors(metric.object.metric, path) + _target_errors(metric.object.target, path)
        if metric.object.target.value is None and metric.object.target.average_value is None:
            why = "must set either a target value or averageValue"
            errors.append(required(f"{path}.target.averageValue", why))
        return errors
    named = metric.pods if name == "pods" else metric.external
    if named is None:
        return []
    errors = _identifier_errors(named.metric, path) + _target_errors(named.target, path)
    if name == "pods" and named.target.average_value is None:
        errors.append(required(f"{path}.target.averageValue", "must specify a positive target averageValue"))
    if name == "external":
        value, average = named.target.value, named.target.average_value
        if value is None and average is None:
            why = "must set either a target value for metric or a per-pod target"
            errors.append(required(f"{path}.target.averageValue", why))
        if value is not None and average is not None:
            why = "may not set both a target value for metric and a per-pod target"
            errors.append(forbidden(f"{path}.target.value", why))
    return errors


def _resource_errors(name: str, target: MetricTarget, path: str) -> list[FieldError]:
    errors = [] if name else [required(f"{path}.name", "must specify a resource name")]
    errors += _target_errors(target, path)
    if target.average_utilization is None and target.average_value is None:
        why = "must set either a target raw value or a target utilization"
        errors.append(required(f"{path}.target.averageUtilization", why))
    if target.average_utilization is not None and target.average_value is not None:
        why = "may not set both a target raw value and a target utilization"
        errors.append(forbidden(f"{path}.target.averageValue", why))
    return errors


def _identifier_errors(metric: MetricIdentifier, path: str) -> list[FieldError]:
    return [] if metric.name else [required(f"{path}.metric.name", "must specify a metric name")]


def _target_errors(target: MetricTarget, path: str) -> list[FieldError]:
    path = f"{path}.target"
    errors: list[FieldError] = []
    if not target.type:
        errors.append(required(f"{path}.type", "must specify a metric target type"))
    if target.type not in ("Utilization", "Value", "AverageValue"):
        errors.append(invalid(f"{path}.type", target.type, "must be either Utilization, Value, or AverageValue"))
    for name, amount in (("value", target.value), ("averageValue", target.average_value)):
        if amount is not None and parse_quantity(amount) <= 0:
            errors.append(invalid(f"{path}.{name}", amount, "must be positive"))
    percent = target.average_utilization
    if percent is not None and percent < 1:
        errors.append(invalid(f"{path}.averageUtilization", percent, "must be greater than 0"))
    return errors


def _rules_errors(rules: HPAScalingRules, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    window = rules.stabilization_window_seconds
    if window is not None and window < 0:
        errors.append(invalid(f"{path}.stabilizationWindowSeconds", window, "must be greater than or equal to zero"))
    if window is not None and window > _LONGEST_WINDOW_SECONDS:
        why = f"must be less than or equal to {_LONGEST_WINDOW_SECONDS}"
        errors.append(invalid(f"{path}.stabilizationWindowSeconds", window, why))
    if rules.select_policy is not None and rules.select_policy not in ("Disabled", "Max", "Min"):
        errors.append(not_supported(f"{path}.selectPolicy", rules.select_policy, ("Disabled", "Max", "Min")))
    if not rules.policies:
        errors.append(required(f"{path}.policies", "must specify at least one Policy"))
    for place, policy in enumerate(rules.policies):
        errors += _policy_errors(policy, f"{path}.policies[{place}]")
    if rules.tolerance is not None and parse_quantity(rules.tolerance) < 0:
        errors.append(invalid(f"{path}.tolerance", rules.tolerance, "must be greater or equal to 0"))
    return errors


def _policy_errors(policy: HPAScalingPolicy, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if policy.type not in ("Pods", "Percent"):
        errors.append(not_supported(f"{path}.type", policy.type, ("Percent", "Pods")))
    if policy.value <= 0:
        errors.append(invalid(f"{path}.value", policy.value, "must be greater than zero"))
    if policy.period_seconds <= 0:
        errors.append(invalid(f"{path}.periodSeconds", policy.period_seconds, "must be greater than zero"))
    if policy.period_seconds > _LONGEST_PERIOD_SECONDS:
        why = f"must be less than or equal to {_LONGEST_PERIOD_SECONDS}"
        errors.append(invalid(f"{path}.periodSeconds", policy.period_seconds, why))
    return errors
