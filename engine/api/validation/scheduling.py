"""What steers scheduling: node selectors, node affinity, tolerations, taints.

Follows ``ValidateTolerations``, ``ValidateNodeSelector`` and ``validateNodeTaints`` of
``pkg/apis/core/validation``.
"""

from engine.api.validation import names
from engine.api.validation.fields import duplicate, each_invalid, forbidden, invalid, not_supported, required
from engine.errors import FieldError
from engine.kinds import NodeAffinity, NodeSelector, NodeSelectorTerm, Requirement, Taint, Toleration

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_UNIQUE_TAINTS = "taints must be unique by key and effect pair"


def toleration_errors(tolerations: tuple[Toleration, ...], path: str) -> list[FieldError]:
    errors = []
    for index, each in enumerate(tolerations):
        here = f"{path}[{index}]"
        if each.key:
            errors += each_invalid(f"{here}.key", each.key, names.qualified_name(each.key))
        elif each.operator != "Exists":
            why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
            errors.append(invalid(f"{here}.operator", each.operator, why))
        if each.toleration_seconds is not None and each.effect != "NoExecute":
            why = "effect must be 'NoExecute' when `tolerationSeconds` is set"
            errors.append(invalid(f"{here}.effect", each.effect, why))
        if each.operator in ("", "Equal"):
            wrong = names.label_value(each.value)
            if wrong:
                errors.append(invalid(f"{here}.operator", each.value, ";".join(wrong)))
        elif each.operator != "Exists":
            errors.append(not_supported(f"{here}.operator", each.operator, ("Equal", "Exists")))
        elif each.value:
            why = "value must be empty when `operator` is 'Exists'"
            errors.append(invalid(f"{here}.operator", each.value, why))
        if each.effect and each.effect not in EFFECTS:
            errors.append(not_supported(f"{here}.effect", each.effect, EFFECTS))
    return errors


def taint_errors(taints: tuple[Taint, ...], path: str) -> list[FieldError]:
    errors = []
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        here = f"{path}[{index}]"
        errors += each_invalid(f"{here}.key", taint.key, names.qualified_name(taint.key))
        wrong = names.label_value(taint.value)
        if wrong:
            errors.append(invalid(f"{here}.value", taint.value, ";".join(wrong)))
        if not taint.effect:
            errors.append(required(f"{here}.effect"))
        elif taint.effect not in EFFECTS:
            errors.append(not_supported(f"{here}.effect", taint.effect, EFFECTS))
        if (taint.key, taint.effect) in seen:
            shown = {"key": taint.key, "value": taint.value, "effect": taint.effect}
            found = duplicate(here, {key: value for key, value in shown.items() if value})
            errors.append(FieldError(found.path, _UNIQUE_TAINTS, found.type, found.value))
        seen.add((taint.key, taint.effect))
    return errors


def node_affinity_errors(affinity: NodeAffinity, path: str) -> list[FieldError]:
    errors = []
    needed = affinity.required_during_scheduling_ignored_during_execution
    if needed is not None:
        errors += node_selector_errors(needed, f"{path}.requiredDuringSchedulingIgnoredDuringExecution")
    for index, term in enumerate(affinity.preferred_during_scheduling_ignored_during_execution):
        here = f"{path}.preferredDuringSchedulingIgnoredDuringExecution[{index}]"
        if not 1 <= term.weight <= 100:
            errors.append(invalid(f"{here}.weight", term.weight, "must be in the range 1-100"))
        errors += _term_errors(term.preference, f"{here}.preference")
    return errors


def node_selector_errors(selector: NodeSelector, path: str) -> list[FieldError]:
    here = f"{path}.nodeSelectorTerms"
    if not selector.node_selector_terms:
        return [required(here, "must have at least one node selector term")]
    errors = []
    for index, term in enumerate(selector.node_selector_terms):
        errors += _term_errors(term, f"{here}[{index}]")
    return errors


def _term_errors(term: NodeSelectorTerm, path: str) -> list[FieldError]:
    errors = []
    for index, each in enumerate(term.match_expressions):
        errors += _expression_errors(each, f"{path}.matchExpressions[{index}]")
    for index, each in enumerate(term.match_fields):
        here = f"{path}.matchFields[{index}]"
        if each.operator not in ("In", "NotIn"):
            errors.append(invalid(f"{here}.operator", each.operator, "not a valid selector operator"))
        elif len(each.values) != 1:
            why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
            errors.append(required(f"{here}.values", why))
        if each.key != "metadata.name":
            errors.append(invalid(f"{here}.key", each.key, "not a valid field selector key"))
    return errors


def _expression_errors(each: Requirement, path: str) -> list[FieldError]:
    errors = []
    match each.operator:
        case "In" | "NotIn":
            if not each.values:
                why = "must be specified when `operator` is 'In' or 'NotIn'"
                errors.append(required(f"{path}.values", why))
        case "Exists" | "DoesNotExist":
            if each.values:
                why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                errors.append(forbidden(f"{path}.values", why))
        case "Gt" | "Lt":
            if len(each.values) != 1:
                why = "must be specified single value when `operator` is 'Lt' or 'Gt'"
                errors.append(required(f"{path}.values", why))
        case _:
            errors.append(invalid(f"{path}.operator", each.operator, "not a valid selector operator"))
    return errors + each_invalid(f"{path}.key", each.key, names.qualified_name(each.key))
