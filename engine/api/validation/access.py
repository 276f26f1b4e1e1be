"""Roles and bindings. Follows ``pkg/apis/rbac/validation``."""

from collections.abc import Iterator

from engine.api.validation import names
from engine.api.validation.fields import each_invalid, invalid, not_supported, required
from engine.errors import FieldError
from engine.kinds.access import (
    RBAC_GROUP,
    ClusterRole,
    ClusterRoleBinding,
    PolicyRule,
    Role,
    RoleBinding,
    RoleRef,
    Subject,
)


def role_errors(role: Role | ClusterRole) -> list[FieldError]:
    errors: list[FieldError] = []
    for place, rule in enumerate(role.rules):
        errors += _rule_errors(rule, f"rules[{place}]", namespaced=isinstance(role, Role))
    gathered = role.aggregation_rule if isinstance(role, ClusterRole) else None
    if gathered is not None and not gathered.cluster_role_selectors:
        why = "at least one clusterRoleSelector required if aggregationRule is non-nil"
        errors.append(required("aggregationRule.clusterRoleSelectors", why))
    return errors


def binding_errors(
    binding: RoleBinding | ClusterRoleBinding, old: RoleBinding | ClusterRoleBinding | None
) -> list[FieldError]:
    kinds = ("ClusterRole", "Role") if isinstance(binding, RoleBinding) else ("ClusterRole",)
    role, errors = binding.role_ref, list(_role_ref_errors(binding.role_ref, kinds))
    for place, subject in enumerate(binding.subjects):
        errors += _subject_errors(subject, f"subjects[{place}]")
    if old is not None and role != old.role_ref:
        shown = {"apiGroup": role.api_group, "kind": role.kind, "name": role.name}
        errors.append(invalid("roleRef", shown, "cannot change roleRef"))
    return errors


def _rule_errors(rule: PolicyRule, path: str, *, namespaced: bool) -> Iterator[FieldError]:
    if not rule.verbs:
        yield required(f"{path}.verbs", "verbs must contain at least one value")
    if rule.non_resource_urls:
        if namespaced:
            why = "namespaced rules cannot apply to non-resource URLs"
            yield invalid(f"{path}.nonResourceURLs", list(rule.non_resource_urls), why)
        if rule.api_groups or rule.resources or rule.resource_names:
            why = "rules cannot apply to both regular resources and non-resource URLs"
            yield invalid(f"{path}.nonResourceURLs", list(rule.non_resource_urls), why)
        return
    if not rule.api_groups:
        yield required(f"{path}.apiGroups", "resource rules must supply at least one api group")
    if not rule.resources:
        yield required(f"{path}.resources", "resource rules must supply at least one resource")


def _role_ref_errors(role: RoleRef, kinds: tuple[str, ...]) -> Iterator[FieldError]:
    if role.api_group != RBAC_GROUP:
        yield not_supported("roleRef.apiGroup", role.api_group, (RBAC_GROUP,))
    if role.kind not in kinds:
        yield not_supported("roleRef.kind", role.kind, kinds)
    if not role.name:
        yield required("roleRef.name")
    else:
        yield from each_invalid("roleRef.name", role.name, names.path_segment(role.name))


def _subject_errors(subject: Subject, path: str) -> Iterator[FieldError]:
    if not subject.name:
        yield required(f"{path}.name")
    match subject.kind:
        case "ServiceAccount":
            if subject.name:
                yield from each_invalid(f"{path}.name", subject.name, names.dns_subdomain(subject.name))
            if subject.api_group:
                yield not_supported(f"{path}.apiGroup", subject.api_group, ("",))
            if not subject.namespace:
                yield required(f"{path}.namespace")
        case "User" | "Group":
            if subject.api_group != RBAC_GROUP:
                yield not_supported(f"{path}.apiGroup", subject.api_group, (RBAC_GROUP,))
        case _:
            yield not_supported(f"{path}.kind", subject.kind, ("ServiceAccount", "User", "Group"))
