"""Which failures of pods fail a Job, and which indexes make it a success: the two policies of a Job's spec.

Follows ``pkg/apis/batch/validation``.
"""

import re
from collections.abc import Iterable, Iterator

from engine.api.validation import names
from engine.api.validation.fields import duplicate, each_invalid, invalid, not_supported, required
from engine.api.validation.resources import NEGATIVE
from engine.errors import FieldError
from engine.kinds.batch import JobSpec, OnExitCodes, OnPodCondition, PodFailurePolicyRule, SuccessPolicyRule

_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_STATUSES = ("False", "True", "Unknown")
_MOST_RULES = _MOST_PATTERNS = 20
_MOST_VALUES = 255
_MOST_INDEX_BYTES = 64 * 1024


def failure_policy_errors(spec: JobSpec, path: str) -> list[FieldError]:
    policy = spec.pod_failure_policy
    if policy is None:
        return []
    template = spec.template.spec
    containers = {each.name for each in (*template.init_containers, *template.containers)}
    errors = _too_many(f"{path}.rules", len(policy.rules), _MOST_RULES)
    for at, rule in enumerate(policy.rules):
        errors += _rule_errors(spec, rule, f"{path}.rules[{at}]", containers)
    return errors


def success_policy_errors(spec: JobSpec, path: str) -> list[FieldError]:
    """Of an Indexed Job."""
    policy = spec.success_policy
    if policy is None:
        return []
    here = f"{path}.rules"
    if not policy.rules:
        return [required(here, "at least one rules must be specified when the successPolicy is specified")]
    errors = _too_many(here, len(policy.rules), _MOST_RULES)
    for at, rule in enumerate(policy.rules):
        errors += _success_rule_errors(rule, f"{here}[{at}]", spec.completions or 0)
    return errors


def _rule_errors(
    spec: JobSpec, rule: PodFailurePolicyRule, path: str, containers: Iterable[str]
) -> Iterator[FieldError]:
    action = f"{path}.action"
    if not rule.action:
        yield required(action, f"valid values: {_quoted(_ACTIONS)}")
    elif rule.action not in _ACTIONS:
        yield not_supported(action, rule.action, _ACTIONS)
    elif rule.action == "FailIndex" and spec.backoff_limit_per_index is None:
        yield invalid(action, rule.action, "requires the backoffLimitPerIndex to be set")
    if rule.on_exit_codes is not None:
        yield from _exit_code_errors(rule.on_exit_codes, f"{path}.onExitCodes", containers)
    yield from _condition_errors(rule.on_pod_conditions, f"{path}.onPodConditions")
    if rule.on_exit_codes is not None and rule.on_pod_conditions:
        yield FieldError(path, "specifying both OnExitCodes and OnPodConditions is not supported")
    if rule.on_exit_codes is None and not rule.on_pod_conditions:
        yield FieldError(path, "specifying one of OnExitCodes and OnPodConditions is required")


def _exit_code_errors(wanted: OnExitCodes, path: str, containers: Iterable[str]) -> Iterator[FieldError]:
    yield from _choice_errors(f"{path}.operator", wanted.operator, _OPERATORS)
    if wanted.container_name is not None and wanted.container_name not in containers:
        why = "must be one of the container or initContainer names in the pod template"
        yield invalid(f"{path}.containerName", wanted.container_name, why)
    values, here = wanted.values, f"{path}.values"
    if not values:
        yield invalid(here, values, "at least one value is required")
    yield from _too_many(here, len(values), _MOST_VALUES)
    for at, value in enumerate(values):
        if wanted.operator == "In" and value == 0:
            yield invalid(f"{here}[{at}]", value, "must not be 0 for the In operator")
        if value in values[:at]:
            yield duplicate(f"{here}[{at}]", value)
    if list(values) != sorted(values):
        yield invalid(here, values, "must be ordered")


def _condition_errors(patterns: tuple[OnPodCondition, ...], path: str) -> Iterator[FieldError]:
    yield from _too_many(path, len(patterns), _MOST_PATTERNS)
    for at, pattern in enumerate(patterns):
        here = f"{path}[{at}]"
        yield from each_invalid(f"{here}.type", pattern.type, names.qualified_name(pattern.type))
        yield from _choice_errors(f"{here}.status", pattern.status, _STATUSES)


def _choice_errors(path: str, value: str, choices: tuple[str, ...]) -> Iterator[FieldError]:
    if not value:
        yield required(path, f"valid values: {_quoted(choices)}")
    elif value not in choices:
        yield not_supported(path, value, choices)


def _success_rule_errors(rule: SuccessPolicyRule, path: str, completions: int) -> Iterator[FieldError]:
    if rule.succeeded_count is None and rule.succeeded_indexes is None:
        yield required(path, "at least one of succeededCount or succeededIndexes must be specified")
    total = 0
    if rule.succeeded_indexes is not None:
        here = f"{path}.succeededIndexes"
        if len(rule.succeeded_indexes) > _MOST_INDEX_BYTES:
            yield FieldError(here, f"may not be more than {_MOST_INDEX_BYTES} bytes", "Too long")
        try:
            total = indexes_total(rule.succeeded_indexes, completions)
        except ValueError as error:
            yield invalid(here, rule.succeeded_indexes, f"error parsing succeededIndexes: {error}")
    if rule.succeeded_count is None:
        return
    here, count = f"{path}.succeededCount", rule.succeeded_count
    if count < 0:
        yield invalid(here, count, NEGATIVE)
    if count > completions:
        yield invalid(
            here, count, f"must be less than or equal to {completions} (the number of specified completions)"
        )
    if rule.succeeded_indexes is not None and count > total:
        why = f"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
        yield invalid(here, count, why)


def indexes_total(text: str, completions: int) -> int:
    """How many indexes ``0,2-4`` names. Raises ValueError with Kubernetes' reason if it may not be written so."""
    total, before = 0, -1
    for part in text.split(",") if text else ():
        limits = part.split("-")
        if len(limits) > 2:
            quoted = f'the fragment "{part}" violates the requirement that'
            raise ValueError(f"{quoted} an index interval can have at most two parts separated by '-'")
        first, last = (_index(each, completions) for each in (limits[0], limits[-1]))
        if len(limits) == 2 and first >= last:
            raise ValueError(f"non-increasing order, previous: {first}, current: {last}")
        if before >= first:
            raise ValueError(f"non-increasing order, previous: {before}, current: {first}")
        total, before = total + last - first + 1, last
    return total


def _index(text: str, completions: int) -> int:
    if not re.fullmatch("[0-9]{1,18}", text):
        raise ValueError(f'cannot convert string to integer for index: "{text}"')
    if int(text) >= completions:
        raise ValueError(f'too large index: "{text}"')
    return int(text)


def _too_many(path: str, count: int, most: int) -> list[FieldError]:
    why = f"must have at most {most} items"
    return [FieldError(path, why, "Too many", str(count))] if count > most else []


def _quoted(words: Iterable[str]) -> str:
    return "[" + " ".join(f'"{word}"' for word in words) + "]"
