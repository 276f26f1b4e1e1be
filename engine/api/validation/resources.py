"""Requests and limits of a container.

Follows ``validateResourceRequirements`` of ``pkg/apis/core/validation``.
"""

from collections.abc import Mapping

from engine.api.validation import names
from engine.api.validation.fields import each_invalid, invalid, required
from engine.errors import FieldError
from engine.kinds import ResourceRequirements
from engine.kinds.quantity import parse_quantity

_STANDARD = ("cpu", "memory", "ephemeral-storage")
NEGATIVE = "must be greater than or equal to 0"


def resource_errors(resources: ResourceRequirements, path: str) -> list[FieldError]:
    limits, requests = resources.limits, resources.requests
    errors = _amount_errors(limits, f"{path}.limits")
    errors += _amount_errors(requests, f"{path}.requests")
    for name, wanted in requests.items():
        limit = limits.get(name)
        if limit is None:
            if not _may_overcommit(name):
                errors.append(required(f"{path}.limits", "Limit must be set for non overcommitable resources"))
        elif parse_quantity(wanted) != parse_quantity(limit) and not _may_overcommit(name):
            errors.append(invalid(f"{path}.requests", wanted, f"must be equal to {name} limit of {limit}"))
        elif parse_quantity(wanted) > parse_quantity(limit):
            why = f"must be less than or equal to {name} limit of {limit}"
            errors.append(invalid(f"{path}.requests", wanted, why))
    return errors


def _amount_errors(amounts: Mapping[str, str], path: str) -> list[FieldError]:
    errors = []
    for name, amount in amounts.items():
        here = f"{path}[{name}]"
        wrong = names.qualified_name(name)
        errors += each_invalid(here, name, wrong)
        if not wrong and "/" not in name and name not in _STANDARD and not name.startswith("hugepages-"):
            errors.append(invalid(here, name, "must be a standard resource type or fully qualified"))
            errors.append(invalid(here, name, "must be a standard resource for containers"))
        value = parse_quantity(amount)
        if value < 0:
            errors.append(invalid(here, amount, NEGATIVE))
        if not _may_overcommit(name) and value.denominator != 1:
            errors.append(invalid(here, amount, "must be an integer"))
    return errors


def _may_overcommit(name: str) -> bool:
    """Only the node's own resources may be limited above what is requested, huge pages excepted."""
    native = "/" not in name or name.partition("/")[0].endswith("kubernetes.io")
    return native and not name.startswith("hugepages-")
