"""What a rule allows, what rules cover others, and the fewest lines that say the same.

Follows ``pkg/apis/rbac/v1/evaluation_helpers.go`` and ``component-helpers/auth/rbac/validation``.
"""

from collections.abc import Iterable, Iterator, Sequence

from engine.access.attributes import Attributes
from engine.kinds import evolve
from engine.kinds.access import PolicyRule

ALL = "*"


def allows(rule: PolicyRule, asked: Attributes) -> bool:
    if not _has(rule.verbs, asked.verb):
        return False
    if asked.path:
        return any(_covers_path(each, asked.path) for each in rule.non_resource_urls)
    return (
        _has(rule.api_groups, asked.group)
        and _has_resource(rule.resources, asked.full_resource, asked.subresource)
        and (not rule.resource_names or asked.name in rule.resource_names)
    )


def not_covered(held: Sequence[PolicyRule], wanted: Iterable[PolicyRule]) -> list[PolicyRule]:
    """The single rights of ``wanted`` that no rule of ``held`` gives."""
    return [part for rule in wanted for part in broken_down(rule) if not any(_covers(each, part) for each in held)]


def broken_down(rule: PolicyRule) -> Iterator[PolicyRule]:
    """Rules of one verb, one resource or path, and at most one name."""
    names: tuple[tuple[str, ...], ...] = tuple((name,) for name in rule.resource_names) or ((),)
    for group in rule.api_groups:
        for resource in rule.resources:
            for verb in rule.verbs:
                for name in names:
                    yield PolicyRule(api_groups=(group,), resources=(resource,), verbs=(verb,), resource_names=name)
    for url in rule.non_resource_urls:
        for verb in rule.verbs:
            yield PolicyRule(non_resource_urls=(url,), verbs=(verb,))


def compacted(rules: Iterable[PolicyRule]) -> list[PolicyRule]:
    """Single rights (of ``broken_down``) that differ only in their verb as one rule; sorted as kubectl lists them."""
    same: dict[tuple[tuple[str, ...], ...], list[PolicyRule]] = {}
    others: list[PolicyRule] = []
    for rule in rules:
        if rule.non_resource_urls:
            others.append(rule)
        else:
            same.setdefault((rule.api_groups, rule.resources, rule.resource_names), []).append(rule)
    found = [evolve(each[0], verbs=tuple(verb for rule in each for verb in rule.verbs)) for each in same.values()]
    return sorted([*others, *found], key=_as_go_prints)


def shown(rule: PolicyRule) -> str:
    """``{APIGroups:[""], Resources:["pods"], Verbs:["get"]}``."""
    parts = (
        ("APIGroups", rule.api_groups),
        ("Resources", rule.resources),
        ("NonResourceURLs", rule.non_resource_urls),
        ("ResourceNames", rule.resource_names),
        ("Verbs", rule.verbs),
    )
    return "{" + ", ".join(f"{name}:{quoted(values)}" for name, values in parts if values) + "}"


def quoted(values: Iterable[str]) -> str:
    """Go's %q of strings."""
    return "[" + " ".join(f'"{each}"' for each in values) + "]"


def _as_go_prints(rule: PolicyRule) -> str:
    lists = (rule.verbs, rule.api_groups, rule.resources, rule.resource_names, rule.non_resource_urls)
    return ",".join(f"[{' '.join(each)}]" for each in lists)


def _has(values: tuple[str, ...], wanted: str) -> bool:
    return wanted in values or ALL in values


def _has_resource(values: tuple[str, ...], resource: str, subresource: str) -> bool:
    return _has(values, resource) or bool(subresource and f"*/{subresource}" in values)


def _covers(held: PolicyRule, part: PolicyRule) -> bool:
    """Whether a single right is among those of a rule."""
    if not _has(held.verbs, part.verbs[0]):
        return False
    if part.non_resource_urls:
        return any(_covers_path(each, part.non_resource_urls[0]) for each in held.non_resource_urls)
    resource = part.resources[0]
    named = not held.resource_names or bool(part.resource_names and part.resource_names[0] in held.resource_names)
    return (
        named and _has(held.api_groups, part.api_groups[0])
        and _has_resource(held.resources, resource, resource.partition("/")[2])
    )  # fmt: skip


def _covers_path(pattern: str, path: str) -> bool:
    return pattern == path or (pattern.endswith("*") and path.startswith(pattern.rstrip("*")))
