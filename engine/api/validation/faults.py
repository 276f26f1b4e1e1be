"""Faults: of a known type, and with what that breaks."""

from engine.api.validation.fields import invalid, not_supported, required
from engine.control_plane import ELECTED
from engine.errors import FieldError
from engine.faults import COMPONENT_DOWN, FAULT_TYPES, MEMORY_LEAK
from engine.kinds import Fault
from engine.kinds.quantity import parse_quantity


def fault_errors(fault: Fault) -> list[FieldError]:
    spec = fault.spec
    if spec.type not in FAULT_TYPES:
        return [not_supported("spec.type", spec.type, FAULT_TYPES)]
    errors: list[FieldError] = []
    if spec.type == MEMORY_LEAK and not spec.pod:
        errors.append(required("spec.pod", "must name the pod that loses memory"))
    if spec.type == COMPONENT_DOWN:
        if spec.component not in ELECTED:
            errors.append(not_supported("spec.component", spec.component, ELECTED))
    elif spec.type != MEMORY_LEAK and not spec.node:
        errors.append(required("spec.node", "must name the node that is broken"))
    if spec.memory is not None and parse_quantity(spec.memory) <= 0:
        errors.append(invalid("spec.memory", spec.memory, "must be positive"))
    return errors
