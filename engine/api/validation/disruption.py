"""PodDisruptionBudgets.

Follows ``pkg/apis/policy/validation``.
"""

from engine.api.validation.fields import invalid, not_supported
from engine.api.validation.metadata import selector_errors
from engine.api.validation.workload import int_or_percent_errors, over_100_percent_errors
from engine.errors import FieldError
from engine.kinds import PodDisruptionBudget
from engine.kinds.codec import encode

_EVICTION_POLICIES = ("AlwaysAllow", "IfHealthyBudget")


def budget_errors(budget: PodDisruptionBudget) -> list[FieldError]:
    spec = budget.spec
    errors = []
    if spec.min_available is not None and spec.max_unavailable is not None:
        why = "minAvailable and maxUnavailable cannot be both set"
        errors.append(invalid("spec", encode(spec), why))
    for field, value in (("minAvailable", spec.min_available), ("maxUnavailable", spec.max_unavailable)):
        if value is not None:
            errors += int_or_percent_errors(value, f"spec.{field}")
            errors += over_100_percent_errors(value, f"spec.{field}")
    if spec.selector is not None:
        errors += selector_errors(spec.selector, "spec.selector")
    policy = spec.unhealthy_pod_eviction_policy
    if policy is not None and policy not in _EVICTION_POLICIES:
        errors.append(not_supported("spec.unhealthyPodEvictionPolicy", policy, _EVICTION_POLICIES))
    return errors
