"""Node pools: bounds that make sense, and a size within them."""

from engine.api.validation import names
from engine.api.validation.fields import each_invalid, invalid
from engine.api.validation.resources import NEGATIVE
from engine.api.validation.scheduling import taint_errors
from engine.errors import FieldError
from engine.kinds.node_pool import NodePool
from engine.kinds.quantity import parse_quantity

_MOST = 1000


def node_pool_errors(pool: NodePool) -> list[FieldError]:
    spec = pool.spec
    errors: list[FieldError] = []
    if spec.min < 0:
        errors.append(invalid("spec.min", spec.min, NEGATIVE))
    if not max(spec.min, 1) <= spec.max <= _MOST:
        why = f"must be between {max(spec.min, 1)} (spec.min) and {_MOST}"
        errors.append(invalid("spec.max", spec.max, why))
    elif spec.replicas is not None and not spec.min <= spec.replicas <= spec.max:
        why = f"must be between {spec.min} (spec.min) and {spec.max} (spec.max)"
        errors.append(invalid("spec.replicas", spec.replicas, why))
    errors += taint_errors(spec.template.taints, "spec.template.taints")
    for key, value in spec.template.labels.items():
        errors += each_invalid("spec.template.labels", value, names.label_value(value))
        errors += each_invalid("spec.template.labels", key, names.qualified_name(key))
    errors += [
        invalid(f"spec.template.capacity.{name}", amount, NEGATIVE)
        for name, amount in spec.template.capacity.items()
        if parse_quantity(amount) < 0
    ]
    return errors
