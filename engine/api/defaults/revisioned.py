"""Defaults of StatefulSets and DaemonSets, and the number of a DaemonSet's template.

Follows ``pkg/apis/apps/v1/defaults.go`` and ``conversion.go``, and the DaemonSet strategy of
``pkg/registry/apps/daemonset``. maxUnavailable of a StatefulSet is not filled in: its feature gate is off by
default.
"""

from collections.abc import Mapping
from typing import Any

from engine.api.defaults.filling import changed, each, filled
from engine.api.defaults.pod import default_template
from engine.kinds import (
    EMPTY,
    ClaimRetentionPolicy,
    DaemonSet,
    DaemonSetUpdateStrategy,
    RollingUpdate,
    StatefulSet,
    StatefulSetRollingUpdate,
    StatefulSetUpdateStrategy,
    with_metadata,
)

TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


def default_stateful_set(stateful_set: StatefulSet) -> StatefulSet:
    spec = stateful_set.spec
    policy = spec.persistent_volume_claim_retention_policy or ClaimRetentionPolicy()
    spec = changed(
        spec,
        template=default_template(spec.template),
        replicas=1 if spec.replicas is None else spec.replicas,
        revision_history_limit=10 if spec.revision_history_limit is None else spec.revision_history_limit,
        update_strategy=_stateful_strategy(spec.update_strategy),
        persistent_volume_claim_retention_policy=filled(policy, when_deleted="Retain", when_scaled="Retain"),
        volume_claim_templates=each(spec.volume_claim_templates, _default_claim),
    )
    return changed(stateful_set, spec=filled(spec, pod_management_policy="OrderedReady"))


def default_daemon_set(daemon_set: DaemonSet) -> DaemonSet:
    spec = daemon_set.spec
    spec = changed(
        spec,
        template=default_template(spec.template),
        revision_history_limit=10 if spec.revision_history_limit is None else spec.revision_history_limit,
        update_strategy=_daemon_strategy(spec.update_strategy),
    )
    if TEMPLATE_GENERATION not in daemon_set.metadata.annotations:
        daemon_set = _numbered(daemon_set, "1")
    return changed(daemon_set, spec=spec)


def with_template_generation(daemon_set: DaemonSet, stored: DaemonSet) -> DaemonSet:
    """One more than the stored DaemonSet's where the template is another, and else the same."""
    number = stored.metadata.annotations.get(TEMPLATE_GENERATION, "1")
    if daemon_set.spec.template != stored.spec.template and number.isdecimal() and number.isascii():
        number = str(int(number) + 1)
    same = daemon_set.metadata.annotations.get(TEMPLATE_GENERATION) == number
    return daemon_set if same else _numbered(daemon_set, number)


def _numbered(daemon_set: DaemonSet, number: str) -> DaemonSet:
    return with_metadata(daemon_set, annotations={**daemon_set.metadata.annotations, TEMPLATE_GENERATION: number})


def _stateful_strategy(strategy: StatefulSetUpdateStrategy) -> StatefulSetUpdateStrategy:
    if not strategy.type:
        strategy = filled(strategy, type="RollingUpdate", rolling_update=StatefulSetRollingUpdate())
    rolling = strategy.rolling_update
    if strategy.type != "RollingUpdate" or rolling is None:
        return strategy
    return changed(strategy, rolling_update=changed(rolling, partition=rolling.partition or 0))


def _daemon_strategy(strategy: DaemonSetUpdateStrategy) -> DaemonSetUpdateStrategy:
    strategy = filled(strategy, type="RollingUpdate")
    if strategy.type != "RollingUpdate":
        return strategy
    rolling = strategy.rolling_update or RollingUpdate()
    rolling = changed(
        rolling,
        max_unavailable=1 if rolling.max_unavailable is None else rolling.max_unavailable,
        max_surge=0 if rolling.max_surge is None else rolling.max_surge,
    )
    return changed(strategy, rolling_update=rolling)


def _default_claim(claim: Mapping[str, Any]) -> Mapping[str, Any]:
    """As the API server gives a claim template back: with its type, a volume mode and a status."""
    spec, status = claim.get("spec"), claim.get("status")
    wanted = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        **claim,
        "spec": {"volumeMode": "Filesystem", **(spec if isinstance(spec, Mapping) else EMPTY)},
        "status": {"phase": "Pending", **(status if isinstance(status, Mapping) else EMPTY)},
    }
    return claim if claim == wanted else wanted
