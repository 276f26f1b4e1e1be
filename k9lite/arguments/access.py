"""Rules and subjects of access control, from ``--verb``, ``--resource``, ``--user`` and their like.

Follows kubectl's ``cmd/create``: roles, cluster roles and their bindings share these.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import UsageError
from engine.serving import kind_meant
from engine.store.state import State
from k9lite.verb import Args, Option

RBAC = "rbac.authorization.k8s.io"
RULE_OPTIONS = (
    Option(name="verb", value="strings", repeats=True, summary="Verb of the rule, as in get,list,watch"),
    Option(name="resource", value="strings", repeats=True, summary="Resource of the rule, as in pods,deployments.apps"),
    Option(name="resource-name", value="stringArray", repeats=True, summary="Only the object of this name"),
)
SUBJECT_OPTIONS = (
    Option(name="user", value="stringArray", repeats=True, summary="User to bind to the role"),
    Option(name="group", value="stringArray", repeats=True, summary="Group to bind to the role"),
    Option(
        name="serviceaccount", value="stringArray", repeats=True,
        summary="Service account to bind to the role, as <namespace>:<name>",
    ),
)  # fmt: skip

STANDARD_VERBS = (
    "*", "get", "delete", "list", "create", "update", "patch", "watch", "proxy", "deletecollection", "use", "bind",
    "escalate", "impersonate",
)  # fmt: skip
_SPECIAL_VERBS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "use": (("policy", "podsecuritypolicies"),),
    "bind": ((RBAC, "roles"), (RBAC, "clusterroles")),
    "escalate": ((RBAC, "roles"), (RBAC, "clusterroles")),
    "impersonate": (("", "users"), ("", "serviceaccounts"), ("", "groups"), ("authentication.k8s.io", "userextras")),
}
"""Verbs that mean something for a few resources only."""


def verbs_of(args: Args) -> list[str]:
    """Each once; ``*`` stands for all."""
    found = list(dict.fromkeys(args.listed("verb")))
    return ["*"] if "*" in found else found


def odd_verbs(verbs: list[str]) -> list[str]:
    """kubectl's warnings."""
    return [f"Warning: '{verb}' is not a standard resource verb" for verb in verbs if verb not in STANDARD_VERBS]


def rules_of(state: State, args: Args, verbs: list[str]) -> list[dict[str, Any]]:
    """One rule for each API group, by the group's name. Raises UsageError."""
    by_group: dict[str, list[str]] = {}
    for group, resource in _resources(state, args, verbs):
        listed = by_group.setdefault(group, [])
        if resource not in listed:
            listed.append(resource)
    names = list(dict.fromkeys(args.every("resource-name")))
    return [
        {
            "verbs": verbs,
            "apiGroups": [group],
            "resources": by_group[group],
            **({"resourceNames": names} if names else {}),
        }
        for group in sorted(by_group)
    ]


def _resources(state: State, args: Args, verbs: list[str]) -> Iterator[tuple[str, str]]:
    """(API group, resource with its subresource)."""
    given = args.listed("resource")
    if "*" in given:
        yield "", "*"
        return
    for text in given:
        word, _, subresource = text.partition("/")
        resource, _, group = word.partition(".")
        if not resource:
            raise UsageError("resource must be specified if apiGroup/subresource specified")
        kind = kind_meant(state, word) if resource != "*" else None
        group, resource = (kind.group, kind.plural) if kind is not None else (group, resource)
        is_special = False
        for verb in verbs:
            if verb in _SPECIAL_VERBS:
                is_special = True
                if resource != "*" and (group, resource) not in _SPECIAL_VERBS[verb]:
                    raise UsageError(f"can not perform '{verb}' on '{resource}' in group '{group}'")
        if kind is None and resource != "*" and not is_special:
            raise UsageError(f'the server doesn\'t have a resource type "{resource}"')
        yield group, f"{resource}/{subresource}" if subresource else resource


def subjects_of(args: Args) -> list[dict[str, str]]:
    """Users, groups, service accounts. Raises UsageError."""
    found = [{"kind": "User", "apiGroup": RBAC, "name": name} for name in args.every("user")]
    found += [{"kind": "Group", "apiGroup": RBAC, "name": name} for name in args.every("group")]
    for text in args.every("serviceaccount"):
        namespace, colon, name = text.partition(":")
        if not colon or not namespace or not name or ":" in name:
            raise UsageError("serviceaccount must be <namespace>:<name>")
        found.append({"kind": "ServiceAccount", "name": name, "namespace": namespace})
    return found


def binding(kind: str, name: str, role_kind: str, role: str, subjects: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": kind,
        "metadata": {"name": name},
        **({"subjects": subjects} if subjects else {}),
        "roleRef": {"apiGroup": RBAC, "kind": role_kind, "name": role},
    }
