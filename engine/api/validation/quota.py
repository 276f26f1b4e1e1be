"""ResourceQuotas and LimitRanges. Follows ``ValidateResourceQuota`` and ``ValidateLimitRange``."""

from collections.abc import Mapping

from engine.api.validation.fields import forbidden, invalid, not_supported, required
from engine.errors import FieldError
from engine.kinds.quantity import parse_quantity
from engine.kinds.quota import LimitRange, LimitRangeItem, ResourceQuota

_STANDARD = frozenset((
    "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
    "limits.cpu", "limits.memory", "limits.ephemeral-storage", "requests.storage", "pods", "services",
    "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims",
    "services.loadbalancers", "services.nodeports",
))  # fmt: skip
_SCOPES = ("Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity")
_OPPOSITES = (frozenset(_SCOPES[:2]), frozenset(_SCOPES[2:4]))
_WHOLE = ("pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps",
          "persistentvolumeclaims", "services.loadbalancers", "services.nodeports")  # fmt: skip
_TYPES = ("Container", "Pod", "PersistentVolumeClaim")


def quota_errors(quota: ResourceQuota, old: ResourceQuota | None) -> list[FieldError]:
    spec = quota.spec
    errors: list[FieldError] = []
    for name, text in spec.hard.items():
        path = f"spec.hard[{name}]"
        if name not in _STANDARD and "/" not in name and not name.startswith(("hugepages-", "requests.hugepages-")):
            errors.append(invalid(path, name, "must be a standard resource type or fully qualified"))
            errors.append(invalid(path, name, "must be a standard resource for quota"))
        amount = parse_quantity(text)
        if amount < 0:
            errors.append(invalid(path, text, "must be greater than or equal to 0"))
        if (name in _WHOLE or name.startswith("count/")) and amount.denominator != 1:
            errors.append(invalid(path, text, "must be an integer"))
    for scope in spec.scopes:
        if scope not in _SCOPES:
            errors.append(invalid("spec.scopes", scope, "unsupported scope"))
    for pair in _OPPOSITES:
        if pair <= set(spec.scopes):
            errors.append(invalid("spec.scopes", list(spec.scopes), "conflicting scopes"))
    if old is not None and set(old.spec.scopes) != set(spec.scopes):
        errors.append(invalid("spec.scopes", list(spec.scopes), "field is immutable"))
    return errors


def limit_range_errors(limits: LimitRange) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for place, item in enumerate(limits.spec.limits):
        path = f"spec.limits[{place}]"
        if item.type not in _TYPES and "/" not in item.type:
            errors.append(not_supported(f"{path}.type", item.type, _TYPES))
        if item.type in seen:
            errors.append(FieldError(f"{path}.type", "", "Duplicate value", f'"{item.type}"'))
        seen.add(item.type)
        errors += _item_errors(item, path)
    return errors


def _item_errors(item: LimitRangeItem, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if item.type == "Pod":
        for field, amounts in (("default", item.default), ("defaultRequest", item.default_request)):
            if amounts:
                errors.append(forbidden(f"{path}.{field}", "may not be specified when `type` is 'Pod'"))
    if item.type == "PersistentVolumeClaim" and "storage" not in item.min and "storage" not in item.max:
        why = "either minimum or maximum storage value is required, but neither was provided"
        errors.append(required(f"{path}.limits", why))
    errors += _above(item, path, "min", item.min, "max", item.max)
    errors += _above(item, path, "min", item.min, "defaultRequest", item.default_request)
    errors += _above(item, path, "defaultRequest", item.default_request, "max", item.max)
    errors += _above(item, path, "defaultRequest", item.default_request, "default", item.default)
    errors += _above(item, path, "min", item.min, "default", item.default)
    errors += _above(item, path, "default", item.default, "max", item.max)
    for name, ratio in item.max_limit_request_ratio.items():
        if parse_quantity(ratio) < 1:
            errors.append(invalid(f"{path}.maxLimitRequestRatio[{name}]", ratio, f"ratio {ratio} is less than 1"))
    return errors


_WORDS = {"min": "min", "max": "max", "default": "default", "defaultRequest": "default request"}


def _above(
    item: LimitRangeItem,
    path: str,
    lower: str,
    low: Mapping[str, str],
    upper: str,
    high: Mapping[str, str],
) -> list[FieldError]:
    if item.type == "Pod" and ("default" in lower or "default" in upper):
        return []
    return [
        invalid(
            f"{path}.{lower}[{name}]",
            text,
            f"{_WORDS[lower]} value {text} is greater than {_WORDS[upper]} value {high[name]}",
        )
        for name, text in sorted(low.items())
        if name in high and parse_quantity(text) > parse_quantity(high[name])
    ]
