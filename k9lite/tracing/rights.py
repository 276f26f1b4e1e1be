"""Who may do what: each right with the rule that allows it, the role it is in, and the binding that gives it.

Follows what ``engine.access.authorize`` decides; of a group it says the group, whoever may be in it.
"""

from collections.abc import Iterator, Sequence

from attrs import evolve

from engine.access.attributes import Attributes
from engine.access.authorize import role_ref_of, rules_in
from engine.access.identity import MASTERS, Identity, impersonated
from engine.access.rules import allows
from engine.errors import NotFound
from engine.kinds import Ref, ref_of
from engine.kinds.access import ClusterRoleBinding, PolicyRule, RoleBinding, Subject
from engine.kinds.frozen import frozen
from engine.store.state import State

_ACCOUNT = "system:serviceaccount:"


@frozen(kw_only=True)
class Grant:
    """A binding: it gives the rules of a role to its subjects, in ``namespace`` or, where that is "", everywhere."""

    binding: Ref
    role: Ref
    namespace: str
    subjects: tuple[str, ...]
    rules: tuple[PolicyRule, ...]
    astray: bool = False
    """There is no such role."""


def grants(state: State) -> Iterator[Grant]:
    """Those of the whole cluster first."""
    yield from (grant_of(state, binding) for binding in state.all(ClusterRoleBinding))
    yield from (grant_of(state, binding) for binding in state.all(RoleBinding))


def grant_of(state: State, binding: RoleBinding | ClusterRoleBinding) -> Grant:
    home = binding.metadata.namespace
    rules: tuple[PolicyRule, ...] = ()
    astray = False
    try:
        rules = rules_in(state, binding.role_ref, home)
    except NotFound:
        astray = True
    return Grant(
        binding=ref_of(binding),
        role=role_ref_of(binding),
        namespace=home,
        subjects=tuple(subject_text(each, home) for each in binding.subjects),
        rules=rules,
        astray=astray,
    )


def subject_text(subject: Subject, home: str) -> str:
    """``user:eve``, ``group:devs``, ``sa:shop/cart``: as ``rights`` takes it."""
    if subject.kind == "ServiceAccount":
        return f"sa:{subject.namespace or home}/{subject.name}"
    return f"{subject.kind.lower()}:{subject.name}"


def names_of(identity: Identity) -> set[str]:
    """The subjects that an identity is: itself and its groups."""
    own = f"user:{identity.name}"
    if (account := identity.account) is not None:
        own = f"sa:{account[0]}/{account[1]}"
    return {own, f"user:{identity.name}", *(f"group:{group}" for group in identity.groups)}


def identity_called(text: str) -> Identity:
    """``user:eve`` or ``eve``, ``group:devs``, ``sa:shop/cart``."""
    kind, colon, name = text.partition(":")
    if kind in ("sa", "serviceaccount") and colon and "/" in name:
        return impersonated(f"{_ACCOUNT}{name.replace('/', ':')}")
    if kind == "group" and colon:
        return Identity("", (name,))
    return impersonated(name if kind == "user" and colon else text)


def grants_to(state: State, identity: Identity) -> Iterator[Grant]:
    names = names_of(identity)
    return (grant for grant in grants(state) if names & set(grant.subjects))


def who_can(state: State, asked: Attributes) -> Iterator[tuple[Grant, PolicyRule]]:
    """Without a verb whoever may do anything with it; without a namespace those of every namespace as well."""
    for grant in grants(state):
        if grant.namespace and asked.namespace and grant.namespace != asked.namespace:
            continue
        for rule in grant.rules:
            verbs: Sequence[str] = (asked.verb,) if asked.verb else rule.verbs[:1]
            if any(allows(rule, evolve(asked, verb=verb)) for verb in verbs):
                yield grant, rule


def covers(rule: PolicyRule) -> str:
    """``pods, pods/log``, ``deployments.apps (web)``, ``/healthz``."""
    if "*" in rule.resources and "*" in rule.api_groups:
        return "everything"
    groups = [group for group in rule.api_groups if group]
    where = "" if not groups else f".{groups[0]}" if len(rule.api_groups) == 1 else f" in {', '.join(rule.api_groups)}"
    found = ", ".join([*(f"{each}{where if where[:1] == '.' else ''}" for each in rule.resources)])
    found += where if where[:1] == " " else ""
    if rule.resource_names:
        found += f" ({', '.join(rule.resource_names)})"
    return ", ".join(filter(None, [found, *rule.non_resource_urls]))


def is_everything(identity: Identity) -> bool:
    return MASTERS in identity.groups
