"""Asks the bindings: whether an identity may do something, and all it may do in a namespace.

Follows ``rbac.go`` and ``pkg/registry/rbac/validation/rule.go``. Looks at the bindings of the cluster and of the one
namespace, which are few; who is in system:masters is let through without a look.
"""

from collections.abc import Iterable, Iterator

from engine.access.attributes import Attributes, refusal
from engine.access.identity import Identity
from engine.access.rules import allows
from engine.errors import NotFound
from engine.kinds import KINDS, Ref
from engine.kinds.access import ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject
from engine.kinds.frozen import frozen
from engine.store.state import State

ALL_RULES = (
    PolicyRule(api_groups=("*",), resources=("*",), verbs=("*",)),
    PolicyRule(non_resource_urls=("*",), verbs=("*",)),
)


@frozen
class Decision:
    """``reason`` is what the refusal ends with: bindings that lead nowhere, "" as a rule."""

    allowed: bool
    reason: str = ""


_ALLOWED = Decision(True)


def authorize(state: State, identity: Identity, asked: Attributes) -> Decision:
    if identity.is_master:
        return _ALLOWED
    astray: list[str] = []
    for role, namespace in _roles_of(state, identity, asked.namespace):
        try:
            rules = rules_in(state, role, namespace)
        except NotFound as error:
            astray.append(str(error))
            continue
        if any(allows(rule, asked) for rule in rules):
            return _ALLOWED
    missing = sorted(set(astray))
    shown = missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]"
    return Decision(False, f"RBAC: {shown}" if missing else "")


def check(state: State, identity: Identity, asked: Attributes) -> None:
    """Raises Forbidden unless it is allowed."""
    decision = authorize(state, identity, asked)
    if not decision.allowed:
        raise refusal(identity.name, asked, decision.reason)


def rules_of(state: State, identity: Identity, namespace: str) -> list[PolicyRule]:
    """All an identity may do in a namespace, and in the cluster as a whole; what leads nowhere is left out."""
    found: list[PolicyRule] = list(ALL_RULES) if identity.is_master else []
    for role, home in _roles_of(state, identity, namespace):
        try:
            rules = rules_in(state, role, home)
        except NotFound:
            continue
        found += (rule for rule in rules if rule not in found)
    return found


def rules_in(state: State, role: RoleRef, namespace: str) -> tuple[PolicyRule, ...]:
    """Of the role that a binding of the namespace gives. Raises NotFound."""
    found: Role | ClusterRole | None
    if role.kind == Role.kind:
        found = state.find(Role, role.name, namespace)
    else:
        found = state.find(ClusterRole, role.name)
    if found is None:
        kind = KINDS[Role.kind if role.kind == Role.kind else ClusterRole.kind]
        raise NotFound(f'{kind.qualified} "{role.name}" not found')
    return found.rules


def _roles_of(state: State, identity: Identity, namespace: str) -> Iterator[tuple[RoleRef, str]]:
    """(the role, the namespace of the binding that gives it); "" for the whole cluster."""
    for everywhere in state.all(ClusterRoleBinding):
        if _is_among(identity, everywhere.subjects, ""):
            yield everywhere.role_ref, ""
    if namespace:
        for binding in state.all(RoleBinding, namespace):
            if _is_among(identity, binding.subjects, namespace):
                yield binding.role_ref, namespace


def _is_among(identity: Identity, subjects: Iterable[Subject], namespace: str) -> bool:
    for subject in subjects:
        match subject.kind:
            case "User" if subject.name == identity.name:
                return True
            case "Group" if subject.name in identity.groups:
                return True
            case "ServiceAccount" if identity.account == (subject.namespace or namespace, subject.name):
                return True
    return False


def role_ref_of(binding: RoleBinding | ClusterRoleBinding) -> Ref:
    role = binding.role_ref
    return Ref(role.kind, binding.metadata.namespace if role.kind == Role.kind else "", role.name)
