"""Roles, bindings and service accounts: what is filled in, refused, listed and described."""

from typing import Any

import pytest

from engine.api.defaults import defaulted
from engine.api.validation import validate
from engine.errors import Invalid
from engine.kinds import Object, from_manifest
from engine.kinds.access import RoleBinding
from engine.printers.describe import describe
from engine.store.state import State

RBAC = "rbac.authorization.k8s.io"
READ = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}


def made(kind: str, name: str = "x", **rest: Any) -> Object:
    metadata = {"name": name} if kind.startswith("Cluster") else {"name": name, "namespace": "shop"}
    return from_manifest({"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": metadata, **rest})


def binding(role: str = "reader", kind: str = "Role", *subjects: dict[str, str]) -> RoleBinding:
    found = defaulted(made("RoleBinding", roleRef={"kind": kind, "name": role}, subjects=list(subjects)))
    assert isinstance(found, RoleBinding)
    return found


def refused(obj: Object, old: Object | None = None) -> str:
    with pytest.raises(Invalid) as error:
        validate(obj, old)
    return str(error.value).partition(" is invalid: ")[2]


def test_a_binding_knows_the_groups_of_its_role_and_subjects() -> None:
    found = binding("reader", "Role", {"kind": "User", "name": "eve"}, {"kind": "ServiceAccount", "name": "bot"})
    assert found.role_ref.api_group == RBAC
    assert [each.api_group for each in found.subjects] == [RBAC, ""]


def test_the_role_of_a_binding_cannot_be_changed() -> None:
    assert refused(binding("writer"), binding("reader")) == (
        f'roleRef: Invalid value: {{"apiGroup":"{RBAC}","kind":"Role","name":"writer"}}: cannot change roleRef'
    )


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({**READ, "verbs": []}, "rules[0].verbs: Required value: verbs must contain at least one value"),
        (
            {**READ, "apiGroups": []},
            "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
        ),
        (
            {**READ, "resources": []},
            "rules[0].resources: Required value: resource rules must supply at least one resource",
        ),
        (
            {"nonResourceURLs": ["/logs"], "verbs": ["get"]},
            'rules[0].nonResourceURLs: Invalid value: ["/logs"]: namespaced rules cannot apply to non-resource URLs',
        ),
    ],
)
def test_a_rule_must_say_what_it_allows_on_what(rule: dict[str, Any], why: str) -> None:
    assert refused(made("Role", rules=[rule])) == why


def test_a_cluster_role_may_allow_paths() -> None:
    validate(made("ClusterRole", rules=[{"nonResourceURLs": ["/logs"], "verbs": ["get"]}]))


def test_a_subject_is_a_user_a_group_or_a_service_account_with_its_namespace() -> None:
    account = {"kind": "ServiceAccount", "name": "bot"}
    assert refused(binding("reader", "Role", account)) == "subjects[0].namespace: Required value"
    assert 'supported values: "ServiceAccount", "User", "Group"' in refused(
        binding("reader", "Role", {"kind": "Robot", "name": "r"})
    )


def test_a_cluster_role_binding_gives_no_role_of_a_namespace() -> None:
    given = defaulted(made("ClusterRoleBinding", roleRef={"kind": "Role", "name": "reader"}))
    assert refused(given) == 'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'


def test_a_role_is_described_by_its_rights_each_resource_on_a_line() -> None:
    rules = [
        {"apiGroups": ["", "apps"], "resources": ["deployments/scale"], "verbs": ["patch"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["key"], "verbs": ["get"]},
    ]
    assert describe(made("Role", rules=rules), State(), 0) == [
        "Name:         x",
        "Labels:       <none>",
        "Annotations:  <none>",
        "PolicyRule:",
        "  Resources               Non-Resource URLs  Resource Names  Verbs",
        "  ---------               -----------------  --------------  -----",
        "  pods                    []                 []              [get list]",
        "  secrets                 []                 [key]           [get]",
        "  deployments/scale       []                 []              [patch]",
        "  deployments.apps/scale  []                 []              [patch]",
    ]


def test_a_binding_is_described_by_its_role_and_its_subjects() -> None:
    found = binding("reader", "Role", {"kind": "User", "name": "eve"})
    assert describe(found, State(), 0)[3:] == [
        "Role:",
        "  Kind:  Role",
        "  Name:  reader",
        "Subjects:",
        "  Kind  Name  Namespace",
        "  ----  ----  ---------",
        "  User  eve   ",
    ]
