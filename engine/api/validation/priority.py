"""PriorityClasses: what of theirs users may choose, and what never changes.

Follows ``pkg/apis/scheduling/validation``.
"""

from engine.api.validation.fields import forbidden, not_supported
from engine.errors import FieldError
from engine.kinds import Unmodelled

_HIGHEST_OF_USERS = 1_000_000_000
_POLICIES = ("Never", "PreemptLowerPriority")
_RESERVED = "priority class names with 'system-' prefix are reserved for system use only. error: "
_SYSTEM = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}


def priority_class_errors(made: Unmodelled, old: Unmodelled | None) -> list[FieldError]:
    name, value = made.metadata.name, made.body.get("value", 0)
    errors = []
    if name.startswith("system-"):
        wrong = _not_known(name, value, made.body.get("globalDefault", False))
        errors += [forbidden("metadata.name", _RESERVED + wrong)] if wrong else []
    elif isinstance(value, int) and value > _HIGHEST_OF_USERS:
        why = f"maximum allowed value of a user defined priority is {_HIGHEST_OF_USERS}"
        errors.append(forbidden("value", why))
    policy = made.body.get("preemptionPolicy", _POLICIES[1])
    if policy not in _POLICIES:
        errors.append(not_supported("preemptionPolicy", policy, _POLICIES))
    if old is not None and value != old.body.get("value", 0):
        errors.append(forbidden("value", "may not be changed in an update."))
    return errors


def _not_known(name: str, value: object, is_default: object) -> str:
    """Why it is none of the system's own; "" if it is."""
    if name not in _SYSTEM:
        return f"{name} is not a known system priority class"
    if value != _SYSTEM[name]:
        return f"value of {name} PriorityClass must be {_SYSTEM[name]}"
    return f"globalDefault of {name} PriorityClass must be false" if is_default else ""
