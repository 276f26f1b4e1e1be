"""Pod affinity, pod anti-affinity and topology spread constraints.

Follows ``validatePodAffinityTerms``, ``validateWeightedPodAffinityTerms`` and
``validateTopologySpreadConstraints`` of ``pkg/apis/core/validation``.
"""

from engine.api.validation import names
from engine.api.validation.fields import duplicate, each_invalid, forbidden, invalid, not_supported, required
from engine.api.validation.metadata import selector_errors
from engine.errors import FieldError
from engine.kinds import LabelSelector, PodAffinity, PodAffinityTerm, PodAntiAffinity, TopologySpreadConstraint

_ACTIONS = ("DoNotSchedule", "ScheduleAnyway")
_POLICIES = ("Honor", "Ignore")


def pod_affinity_errors(affinity: PodAffinity | PodAntiAffinity, path: str) -> list[FieldError]:
    errors = []
    for index, term in enumerate(affinity.required_during_scheduling_ignored_during_execution):
        errors += _term_errors(term, f"{path}.requiredDuringSchedulingIgnoredDuringExecution[{index}]")
    for index, each in enumerate(affinity.preferred_during_scheduling_ignored_during_execution):
        here = f"{path}.preferredDuringSchedulingIgnoredDuringExecution[{index}]"
        if not 1 <= each.weight <= 100:
            errors.append(invalid(f"{here}.weight", each.weight, "must be in the range 1-100"))
        errors += _term_errors(each.pod_affinity_term, f"{here}.podAffinityTerm")
    return errors


def spread_errors(constraints: tuple[TopologySpreadConstraint, ...], path: str) -> list[FieldError]:
    errors = []
    for index, each in enumerate(constraints):
        here = f"{path}[{index}]"
        errors += _positive_errors(each.max_skew, f"{here}.maxSkew")
        if not each.topology_key:
            errors.append(required(f"{here}.topologyKey", "can not be empty"))
        if each.when_unsatisfiable not in _ACTIONS:
            errors.append(not_supported(f"{here}.whenUnsatisfiable", each.when_unsatisfiable, _ACTIONS))
        pair = (each.topology_key, each.when_unsatisfiable)
        if pair in [(other.topology_key, other.when_unsatisfiable) for other in constraints[index + 1 :]]:
            errors.append(duplicate(f"{here}.{{topologyKey, whenUnsatisfiable}}", f"{{{pair[0]}, {pair[1]}}}"))
        errors += _domains_errors(each, f"{here}.minDomains")
        for field, policy in (
            ("nodeAffinityPolicy", each.node_affinity_policy),
            ("nodeTaintsPolicy", each.node_taints_policy),
        ):
            if policy is not None and policy not in _POLICIES:
                errors.append(not_supported(f"{here}.{field}", policy, _POLICIES))
        errors += _label_key_errors(each.match_label_keys, (), each.label_selector, here)
        if each.label_selector is not None:
            errors += selector_errors(each.label_selector, f"{here}.labelSelector")
    return errors


def _term_errors(term: PodAffinityTerm, path: str) -> list[FieldError]:
    errors = []
    for field, selector in (("labelSelector", term.label_selector), ("namespaceSelector", term.namespace_selector)):
        if selector is not None:
            errors += selector_errors(selector, f"{path}.{field}")
    for name in term.namespaces:
        errors += each_invalid(f"{path}.namespace", name, names.dns_label(name))
    errors += _label_key_errors(term.match_label_keys, term.mismatch_label_keys, term.label_selector, path)
    if not term.topology_key:
        errors.append(required(f"{path}.topologyKey", "can not be empty"))
    return errors + each_invalid(f"{path}.topologyKey", term.topology_key, names.qualified_name(term.topology_key))


def _domains_errors(each: TopologySpreadConstraint, path: str) -> list[FieldError]:
    if each.min_domains is None:
        return []
    errors = _positive_errors(each.min_domains, path)
    if each.when_unsatisfiable != "DoNotSchedule":
        why = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {each.when_unsatisfiable}"
        errors.append(invalid(path, each.min_domains, why))
    return errors


def _positive_errors(value: int, path: str) -> list[FieldError]:
    return [] if value > 0 else [invalid(path, value, "must be greater than zero")]


def _label_key_errors(
    match: tuple[str, ...], mismatch: tuple[str, ...], selector: LabelSelector | None, path: str
) -> list[FieldError]:
    errors = []
    for field, keys in (("matchLabelKeys", match), ("mismatchLabelKeys", mismatch)):
        if keys and selector is None:
            errors.append(forbidden(f"{path}.{field}", "must not be specified when labelSelector is not set"))
            continue
        for index, key in enumerate(keys):
            errors += each_invalid(f"{path}.{field}[{index}]", key, names.qualified_name(key))
    selected = () if selector is None else (*selector.match_labels, *(each.key for each in selector.match_expressions))
    for index, key in enumerate(match):
        if key in selected:
            why = "exists in both matchLabelKeys and labelSelector"
            errors.append(invalid(f"{path}.matchLabelKeys[{index}]", key, why))
        if key in mismatch:
            why = "exists in both matchLabelKeys and mismatchLabelKeys"
            errors.append(invalid(f"{path}.matchLabelKeys[{index}]", key, why))
    return errors
