"""Deployments, ReplicaSets, ReplicationControllers: a selector that matches its template, for ever.

Follows ``pkg/apis/apps/validation`` and, for ReplicationControllers, ``pkg/apis/core/validation``.
"""

from collections.abc import Mapping

from engine.api.validation import names
from engine.api.validation.fields import each_invalid, forbidden, invalid, not_supported, required
from engine.api.validation.metadata import immutable, selector_errors
from engine.api.validation.pod import template_errors
from engine.api.validation.resources import NEGATIVE
from engine.errors import FieldError
from engine.kinds import (
    Deployment,
    DeploymentSpec,
    DeploymentStrategy,
    LabelSelector,
    PodTemplateSpec,
    ReplicaSet,
    ReplicationController,
    RollingUpdate,
)
from engine.kinds.codec import encode


def deployment_errors(deployment: Deployment, old: Deployment | None) -> list[FieldError]:
    spec = deployment.spec
    before = old.spec if old is not None else None
    errors = negative_errors("spec.replicas", spec.replicas)
    errors += owner_selector_errors(spec.selector)
    template = None if before is None else before.template
    errors += owned_template_errors(spec.template, spec.selector, template, "ReplicaSet")
    errors += _strategy_errors(spec.strategy or DeploymentStrategy())
    errors += _pace_errors(spec)
    if before is not None:
        errors += immutable_selector_errors(spec.selector, before.selector)
    return errors


def replica_set_errors(replica_set: ReplicaSet, old: ReplicaSet | None) -> list[FieldError]:
    spec = replica_set.spec
    before = old.spec if old is not None else None
    errors = negative_errors("spec.replicas", spec.replicas)
    errors += negative_errors("spec.minReadySeconds", spec.min_ready_seconds)
    errors += owner_selector_errors(spec.selector)
    template = None if before is None else before.template
    errors += owned_template_errors(spec.template, spec.selector, template, "ReplicaSet")
    if before is not None:
        errors += immutable_selector_errors(spec.selector, before.selector)
    return errors


def replication_controller_errors(
    controller: ReplicationController, old: ReplicationController | None
) -> list[FieldError]:
    """Its selector is a plain mapping, and may change."""
    spec = controller.spec
    errors = negative_errors("spec.minReadySeconds", spec.min_ready_seconds)
    if not spec.selector:
        errors.append(required("spec.selector"))
    errors += negative_errors("spec.replicas", spec.replicas)
    selector = LabelSelector(match_labels=spec.selector)
    template = None if old is None else old.spec.template
    return errors + owned_template_errors(spec.template, selector, template, "ReplicationController")


def int_or_percent_errors(value: int | str, path: str) -> list[FieldError]:
    if isinstance(value, str):
        return each_invalid(path, value, names.percentage(value))
    return negative_errors(path, value)


def over_100_percent_errors(value: int | str, path: str) -> list[FieldError]:
    if isinstance(value, str) and not names.percentage(value) and int(value[:-1]) > 100:
        return [invalid(path, value, "must not be greater than 100%")]
    return []


def negative_errors(path: str, value: int | None) -> list[FieldError]:
    return [invalid(path, value, NEGATIVE)] if value is not None and value < 0 else []


def owner_selector_errors(selector: LabelSelector | None, owner: str = "deployment") -> list[FieldError]:
    """Of a ReplicaSet Kubernetes says the same as of a Deployment."""
    if selector is None:
        return [required("spec.selector")]
    errors = selector_errors(selector, "spec.selector")
    if not selector.match_labels and not selector.match_expressions:
        errors.append(invalid("spec.selector", {}, f"empty selector is invalid for {owner}"))
    return errors


def owned_template_errors(
    template: PodTemplateSpec, selector: LabelSelector | None, old: PodTemplateSpec | None, owner: str
) -> list[FieldError]:
    if template is old:
        return []
    path = "spec.template"
    errors = []
    labels = template.metadata.labels
    if selector is not None and not selector.matches(labels):
        why = "`selector` does not match template `labels`"
        errors.append(invalid(f"{path}.metadata.labels", labels, why))
    errors += template_errors(template, path)
    if template.spec.restart_policy != "Always":
        here = f"{path}.spec.restartPolicy"
        errors.append(not_supported(here, template.spec.restart_policy, ("Always",)))
    if template.spec.active_deadline_seconds is not None:
        why = f"activeDeadlineSeconds in {owner} is not Supported"
        errors.append(forbidden(f"{path}.spec.activeDeadlineSeconds", why))
    return errors


def _strategy_errors(strategy: DeploymentStrategy) -> list[FieldError]:
    path = "spec.strategy"
    if strategy.type == "Recreate":
        if strategy.rolling_update is None:
            return []
        why = "may not be specified when strategy `type` is 'Recreate'"
        return [forbidden(f"{path}.rollingUpdate", why)]
    if strategy.type != "RollingUpdate":
        return [not_supported(path, encode(strategy), ("Recreate", "RollingUpdate"))]
    return _rolling_errors(strategy.rolling_update or RollingUpdate(), f"{path}.rollingUpdate")


def _rolling_errors(rolling: RollingUpdate, path: str) -> list[FieldError]:
    unavailable, surge = rolling.max_unavailable or 0, rolling.max_surge or 0
    errors = int_or_percent_errors(unavailable, f"{path}.maxUnavailable")
    errors += int_or_percent_errors(surge, f"{path}.maxSurge")
    if is_zero(unavailable) and is_zero(surge):
        why = "may not be 0 when `maxSurge` is 0"
        errors.append(invalid(f"{path}.maxUnavailable", unavailable, why))
    return errors + over_100_percent_errors(unavailable, f"{path}.maxUnavailable")


def is_zero(value: int | str) -> bool:
    return value == 0 or (isinstance(value, str) and not names.percentage(value) and int(value[:-1]) == 0)


def _pace_errors(spec: DeploymentSpec) -> list[FieldError]:
    errors = negative_errors("spec.minReadySeconds", spec.min_ready_seconds)
    errors += negative_errors("spec.revisionHistoryLimit", spec.revision_history_limit)
    deadline = spec.progress_deadline_seconds
    errors += negative_errors("spec.progressDeadlineSeconds", deadline)
    if deadline is not None and deadline <= spec.min_ready_seconds:
        why = "must be greater than minReadySeconds"
        errors.append(invalid("spec.progressDeadlineSeconds", deadline, why))
    return errors


def immutable_selector_errors(new: LabelSelector | None, old: LabelSelector | None) -> list[FieldError]:
    return [] if new == old else immutable("spec.selector", _shown(new), _shown(old))


def _shown(selector: LabelSelector | None) -> Mapping[str, object] | None:
    return None if selector is None else encode(selector)
