"""``kubectl describe`` of roles, bindings and service accounts; and the table of rules that ``auth can-i`` has too."""

from collections.abc import Iterable, Iterator

from engine.access.rules import broken_down, compacted
from engine.kinds.access import ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, ServiceAccount
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import labels_and_annotations, name_lines
from engine.printers.parts.tabs import tabbed
from engine.store.state import State

RULE_HEADERS = ("Resources", "Non-Resource URLs", "Resource Names", "Verbs")


def rule_rows(rules: Iterable[PolicyRule]) -> list[tuple[str, ...]]:
    """The fewest rows that say the same, in kubectl's order."""
    return [
        (_resource(rule), _listed(rule.non_resource_urls), _listed(rule.resource_names), _listed(rule.verbs))
        for rule in compacted(part for rule in rules for part in broken_down(rule))
    ]


def describe_role(role: Role | ClusterRole, _state: State, _now: int) -> list[str]:
    return tabbed(_role_lines(role))


def describe_binding(binding: RoleBinding | ClusterRoleBinding, _state: State, _now: int) -> list[str]:
    return tabbed(_binding_lines(binding))


def describe_service_account(account: ServiceAccount, state: State, now: int) -> list[str]:
    return tabbed(_account_lines(account, state, now))


def _role_lines(role: Role | ClusterRole) -> Iterator[str]:
    yield f"Name:\t{role.metadata.name}"
    yield from labels_and_annotations(role)
    yield "PolicyRule:"
    yield "  " + "\t".join(RULE_HEADERS)
    yield "  " + "\t".join("-" * len(header) for header in RULE_HEADERS)
    for row in rule_rows(role.rules):
        yield "  " + "\t".join(row)


def _binding_lines(binding: RoleBinding | ClusterRoleBinding) -> Iterator[str]:
    yield f"Name:\t{binding.metadata.name}"
    yield from labels_and_annotations(binding)
    yield from ("Role:", f"  Kind:\t{binding.role_ref.kind}", f"  Name:\t{binding.role_ref.name}")
    yield from ("Subjects:", "  Kind\tName\tNamespace", "  ----\t----\t---------")
    for subject in binding.subjects:
        yield f"  {subject.kind}\t{subject.name}\t{subject.namespace}"


def _account_lines(account: ServiceAccount, state: State, now: int) -> Iterator[str]:
    yield from name_lines(account)
    yield from labels_and_annotations(account)
    names = [secret.name for secret in account.image_pull_secrets] or ["<none>"]
    for place, name in enumerate(names):
        yield f"{'Image pull secrets:' if not place else ' ' * 19}\t{name}"
    yield from events_lines(account, state, now)


def _resource(rule: PolicyRule) -> str:
    """``deployments.apps/scale``."""
    if not rule.resources:
        return ""
    resource, slash, subresource = rule.resources[0].partition("/")
    group = f".{rule.api_groups[0]}" if rule.api_groups and rule.api_groups[0] else ""
    return f"{resource}{group}{slash}{subresource}"


def _listed(values: tuple[str, ...]) -> str:
    return f"[{' '.join(values)}]"
