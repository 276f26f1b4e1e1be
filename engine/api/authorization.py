"""May this user do that: asked of each write before it is admitted, and of what a role would give away.

Follows ``k8s.io/apiserver/pkg/endpoints/filters/authorization.go`` and the ``policybased`` storages of
``pkg/registry/rbac``: nobody gives rights away that he does not hold, unless he may escalate or bind.
"""

from typing import assert_never

from engine.access.attributes import of_object
from engine.access.authorize import ALL_RULES, authorize, check, role_ref_of, rules_in, rules_of
from engine.access.identity import Identity
from engine.access.rules import compacted, not_covered, quoted, shown
from engine.api.answers import forbidden, kind_in
from engine.api.draft import Admitted, Draft
from engine.api.writes import (
    Apply,
    Bind,
    Create,
    Delete,
    Emit,
    Evict,
    Patch,
    RunLine,
    ServerSideApply,
    Update,
    UpdateStatus,
    Write,
)
from engine.kinds import Event, Object, Ref, evolve, from_manifest, ref_of
from engine.kinds.access import ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding
from engine.serving import served_kind

_SESSIONS = {"port-forward-": "portforward", "attach-": "attach"}
"""How the sessions begin whose lines are not those of an exec; the kubelet gives them their names."""


def ask(draft: Draft, identity: Identity, write: Write) -> None:
    """Raises Forbidden. Who is master need not ask."""
    verb, ref, subresource = _request_of(draft, write)
    check(draft.state, identity, of_object(verb, ref, subresource, served_kind(draft, ref.kind)))


def check_gifts(draft: Draft, identity: Identity, admitted: Admitted) -> None:
    """Raises Forbidden where a role or a binding gives more than ``identity``, who is not master, has itself."""
    for change in admitted.changes:
        match change.new:
            case Role() | ClusterRole() as role:
                _check_role(draft, identity, role, change.old)
            case RoleBinding() | ClusterRoleBinding() as binding:
                _check_binding(draft, identity, binding, change.old)


def _request_of(draft: Draft, write: Write) -> tuple[str, Ref, str]:
    """The verb, the object and the subresource that a write asks for."""
    match write:
        case Create():
            return "create", _ref(draft, write.object), ""
        case Apply() | ServerSideApply():
            ref = _ref(draft, from_manifest(write.manifest))
            return "create" if draft.get(ref) is None else "patch", ref, ""
        case Update():
            return "update", _ref(draft, write.object), ""
        case UpdateStatus():
            return "update", _ref(draft, write.object), "status"
        case Patch():
            return "patch", write.ref, write.subresource
        case Delete():
            return "delete", write.ref, ""
        case Evict():
            return "create", write.ref, "eviction"
        case Bind():
            return "create", write.ref, "binding"
        case RunLine():
            return "create", write.ref, _session_resource(write.session)
        case Emit():
            return "create", Ref(Event.kind, write.subject.metadata.namespace or "default", ""), ""
        case _:
            assert_never(write)


def _check_role(draft: Draft, identity: Identity, role: Role | ClusterRole, old: Object | None) -> None:
    ref = ref_of(role)
    if isinstance(old, Role | ClusterRole) and _given(old) == _given(role):
        return
    if authorize(draft.state, identity, of_object("escalate", ref)).allowed:
        return
    _check_held(draft, identity, ref, role.rules)
    gathers = [each for each in (role, old) if isinstance(each, ClusterRole) and each.aggregation_rule]
    if gathers and not_covered(rules_of(draft.state, identity, ""), ALL_RULES):
        raise forbidden(ref, "must have cluster-admin privileges to use the aggregationRule")


def _given(role: Role | ClusterRole) -> object:
    return role.rules, role.aggregation_rule if isinstance(role, ClusterRole) else None


def _check_binding(
    draft: Draft, identity: Identity, binding: RoleBinding | ClusterRoleBinding, old: Object | None
) -> None:
    ref, role = ref_of(binding), role_ref_of(binding)
    if isinstance(old, RoleBinding | ClusterRoleBinding) and old.subjects == binding.subjects:
        return
    may_bind = evolve(of_object("bind", role), namespace=ref.namespace)
    if not authorize(draft.state, identity, may_bind).allowed:
        _check_held(draft, identity, ref, rules_in(draft.state, binding.role_ref, ref.namespace))


def _check_held(draft: Draft, identity: Identity, ref: Ref, rules: tuple[PolicyRule, ...]) -> None:
    missing = not_covered(rules_of(draft.state, identity, ref.namespace), rules)
    if missing:
        lines = "\n".join(sorted(shown(rule) for rule in compacted(missing)))
        raise forbidden(
            ref,
            f'user "{identity.name}" (groups={quoted(identity.groups)}) is attempting to grant RBAC permissions not '
            f"currently held:\n{lines}",
        )


def _ref(draft: Draft, obj: Object) -> Ref:
    """Where it will be stored: without a namespace of its own in "default"."""
    kind, meta = kind_in(draft, obj.kind), obj.metadata
    return Ref(kind.name, (meta.namespace or "default") if kind.namespaced else "", meta.name)


def _session_resource(session: str) -> str:
    return next((found for start, found in _SESSIONS.items() if session.startswith(start)), "exec")
