"""StatefulSets, DaemonSets and ControllerRevisions. Follows ``pkg/apis/apps/validation``.

Differs in that of a claim template only its access modes and its storage request are checked.
"""

from collections.abc import Mapping
from typing import Any

from engine.api.validation import names
from engine.api.validation.fields import each_invalid, forbidden, invalid, not_supported, required
from engine.api.validation.metadata import immutable
from engine.api.validation.workload import (
    immutable_selector_errors,
    int_or_percent_errors,
    is_zero,
    negative_errors,
    over_100_percent_errors,
    owned_template_errors,
    owner_selector_errors,
)
from engine.errors import FieldError
from engine.kinds import (
    EMPTY,
    ControllerRevision,
    DaemonSet,
    DaemonSetUpdateStrategy,
    PodTemplateSpec,
    RollingUpdate,
    StatefulSet,
    StatefulSetRollingUpdate,
    StatefulSetSpec,
    StatefulSetUpdateStrategy,
    Volume,
    evolve,
)
from engine.kinds.codec import encode

FIXED = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
_ACCESS_MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")


def stateful_set_errors(stateful_set: StatefulSet, old: StatefulSet | None) -> list[FieldError]:
    spec = stateful_set.spec
    before = None if old is None else old.spec
    errors = _policy_errors(spec) + _stateful_strategy_errors(spec.update_strategy)
    errors += _retention_errors(spec)
    if before is None:
        errors += _claim_errors(spec.volume_claim_templates)
    errors += negative_errors("spec.replicas", spec.replicas)
    errors += negative_errors("spec.minReadySeconds", spec.min_ready_seconds)
    errors += negative_errors("spec.ordinals.start", spec.start)
    if before is None and spec.service_name:
        errors += each_invalid("spec.serviceName", spec.service_name, names.dns_label(spec.service_name))
    errors += owner_selector_errors(spec.selector, "statefulset")
    template = None if before is None else before.template
    if spec.template is not template:
        errors += owned_template_errors(_with_claims(spec), spec.selector, None, "StatefulSet")
    if before is not None and _fixed(spec, before) != before:
        errors.append(forbidden("spec", FIXED))
    return errors


def daemon_set_errors(daemon_set: DaemonSet, old: DaemonSet | None) -> list[FieldError]:
    spec = daemon_set.spec
    errors = [] if old is None else immutable_selector_errors(spec.selector, old.spec.selector)
    errors += owner_selector_errors(spec.selector, "daemonset")
    template = None if old is None else old.spec.template
    errors += owned_template_errors(spec.template, spec.selector, template, "DaemonSet")
    errors += negative_errors("spec.minReadySeconds", spec.min_ready_seconds)
    errors += _daemon_strategy_errors(spec.update_strategy)
    return errors + negative_errors("spec.revisionHistoryLimit", spec.revision_history_limit)


def controller_revision_errors(
    revision: ControllerRevision, old: ControllerRevision | None
) -> list[FieldError]:
    errors = negative_errors("revision", revision.revision)
    if old is None and not revision.data:
        errors.append(required("data", "data is mandatory"))
    if old is not None and revision.data != old.data:
        errors += immutable("data", dict(revision.data), dict(old.data))
    return errors


def _fixed(spec: StatefulSetSpec, before: StatefulSetSpec) -> StatefulSetSpec:
    """``spec`` with all that may change as it was before."""
    return evolve(
        spec,
        replicas=before.replicas,
        ordinals=before.ordinals,
        template=before.template,
        update_strategy=before.update_strategy,
        revision_history_limit=before.revision_history_limit,
        persistent_volume_claim_retention_policy=before.persistent_volume_claim_retention_policy,
        min_ready_seconds=before.min_ready_seconds,
    )


def _with_claims(spec: StatefulSetSpec) -> PodTemplateSpec:
    """The template with a volume for each claim template, as its pods have it."""
    if not spec.volume_claim_templates:
        return spec.template
    claimed = {
        name: Volume(name=name, extra={"persistentVolumeClaim": {"claimName": name}}) for name in spec.claim_names
    }
    others = (volume for volume in spec.template.spec.volumes if volume.name not in claimed)
    volumes = (*claimed.values(), *others)
    return evolve(spec.template, spec=evolve(spec.template.spec, volumes=volumes))


def _policy_errors(spec: StatefulSetSpec) -> list[FieldError]:
    if spec.pod_management_policy in ("OrderedReady", "Parallel"):
        return []
    why = "must be 'OrderedReady' or 'Parallel'"
    return [invalid("spec.podManagementPolicy", spec.pod_management_policy, why)]


def _stateful_strategy_errors(strategy: StatefulSetUpdateStrategy) -> list[FieldError]:
    path, rolling = "spec.updateStrategy", strategy.rolling_update
    match strategy.type:
        case "OnDelete":
            if rolling is None:
                return []
            why = "only allowed for updateStrategy 'RollingUpdate'"
            return [invalid(f"{path}.rollingUpdate", encode(rolling), why)]
        case "RollingUpdate":
            return [] if rolling is None else _stateful_rolling_errors(rolling, f"{path}.rollingUpdate")
        case _:
            return [invalid(path, encode(strategy), "must be 'RollingUpdate' or 'OnDelete'")]


def _stateful_rolling_errors(rolling: StatefulSetRollingUpdate, path: str) -> list[FieldError]:
    errors = negative_errors(f"{path}.partition", rolling.partition)
    unavailable, here = rolling.max_unavailable, f"{path}.maxUnavailable"
    if unavailable is not None:
        errors += int_or_percent_errors(unavailable, here)
        if is_zero(unavailable):
            errors.append(invalid(here, unavailable, "cannot be 0"))
        errors += over_100_percent_errors(unavailable, here)
    return errors


def _daemon_strategy_errors(strategy: DaemonSetUpdateStrategy) -> list[FieldError]:
    path = "spec.updateStrategy"
    if strategy.type == "OnDelete":
        return []
    if strategy.type != "RollingUpdate":
        return [not_supported(path, encode(strategy), ("RollingUpdate", "OnDelete"))]
    rolling = strategy.rolling_update or RollingUpdate()
    path += ".rollingUpdate"
    unavailable, surge = rolling.max_unavailable or 0, rolling.max_surge or 0
    errors = int_or_percent_errors(unavailable, f"{path}.maxUnavailable")
    errors += int_or_percent_errors(surge, f"{path}.maxSurge")
    errors += over_100_percent_errors(unavailable, f"{path}.maxUnavailable")
    errors += over_100_percent_errors(surge, f"{path}.maxSurge")
    if not is_zero(unavailable) and not is_zero(surge):
        errors.append(invalid(f"{path}.maxSurge", surge, "may not be set when maxUnavailable is non-zero"))
    if is_zero(unavailable) and is_zero(surge):
        errors.append(required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0"))
    return errors


def _retention_errors(spec: StatefulSetSpec) -> list[FieldError]:
    policy, path = spec.persistent_volume_claim_retention_policy, "spec.persistentVolumeClaimRetentionPolicy"
    if policy is None:
        return []
    values = (("whenDeleted", policy.when_deleted), ("whenScaled", policy.when_scaled))
    return [
        not_supported(f"{path}.{field}", value, ("Retain", "Delete"))
        for field, value in values
        if value not in ("Retain", "Delete")
    ]


def _claim_errors(claims: tuple[Mapping[str, Any], ...]) -> list[FieldError]:
    errors = []
    for index, claim in enumerate(claims):
        path = f"spec.volumeClaimTemplates[{index}].spec"
        spec = _mapping(claim.get("spec"))
        modes = spec.get("accessModes")
        if not isinstance(modes, (list, tuple)) or not modes:
            errors.append(required(f"{path}.accessModes", "at least 1 access mode is required"))
            modes = ()
        errors += [
            not_supported(f"{path}.accessModes", mode, _ACCESS_MODES) for mode in modes if mode not in _ACCESS_MODES
        ]
        if "storage" not in _mapping(_mapping(spec.get("resources")).get("requests")):
            errors.append(required(f"{path}.resources[storage]"))
    return errors


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else EMPTY
