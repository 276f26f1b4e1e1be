"""Bindings: the API groups of the role and of the subjects. Follows ``pkg/apis/rbac/v1/defaults.go``."""

from engine.kinds import evolve
from engine.kinds.access import RBAC_GROUP, ClusterRoleBinding, RoleBinding, Subject


def default_binding(binding: RoleBinding | ClusterRoleBinding) -> RoleBinding | ClusterRoleBinding:
    subjects = tuple(_default_subject(each) for each in binding.subjects)
    if binding.role_ref.api_group and subjects == binding.subjects:
        return binding
    role = evolve(binding.role_ref, api_group=binding.role_ref.api_group or RBAC_GROUP)
    return evolve(binding, role_ref=role, subjects=subjects)


def _default_subject(subject: Subject) -> Subject:
    if subject.api_group or subject.kind not in ("User", "Group"):
        return subject
    return evolve(subject, api_group=RBAC_GROUP)
