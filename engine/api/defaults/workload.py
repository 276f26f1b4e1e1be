"""Defaults of Deployments, ReplicaSets and ReplicationControllers (rules 1).

Follows ``pkg/apis/apps/v1/defaults.go`` and, for ReplicationControllers, ``pkg/apis/core/v1/defaults.go``.
"""

from engine.api.defaults.filling import changed, filled
from engine.api.defaults.pod import default_template
from engine.kinds import (
    Deployment,
    DeploymentStrategy,
    ReplicaSet,
    ReplicationController,
    RollingUpdate,
    with_metadata,
)


def default_deployment(deployment: Deployment) -> Deployment:
    spec = deployment.spec
    spec = changed(
        spec,
        template=default_template(spec.template),
        replicas=1 if spec.replicas is None else spec.replicas,
        revision_history_limit=10 if spec.revision_history_limit is None else spec.revision_history_limit,
        progress_deadline_seconds=(
            600 if spec.progress_deadline_seconds is None else spec.progress_deadline_seconds
        ),
        strategy=_default_strategy(spec.strategy or DeploymentStrategy()),
    )
    return changed(deployment, spec=spec)


def default_replica_set(replica_set: ReplicaSet) -> ReplicaSet:
    spec = replica_set.spec
    spec = changed(
        spec,
        template=default_template(spec.template),
        replicas=1 if spec.replicas is None else spec.replicas,
    )
    return changed(replica_set, spec=spec)


def default_replication_controller(controller: ReplicationController) -> ReplicationController:
    """A template's labels serve as selector and as the controller's own labels where those are missing."""
    spec = controller.spec
    labels = spec.template.metadata.labels
    spec = changed(
        spec,
        template=default_template(spec.template),
        replicas=1 if spec.replicas is None else spec.replicas,
        selector=spec.selector or labels,
    )
    if labels and not controller.metadata.labels:
        controller = with_metadata(controller, labels=labels)
    return changed(controller, spec=spec)


def _default_strategy(strategy: DeploymentStrategy) -> DeploymentStrategy:
    strategy = filled(strategy, type="RollingUpdate")
    if strategy.type != "RollingUpdate":
        return strategy
    rolling = strategy.rolling_update or RollingUpdate()
    rolling = changed(
        rolling,
        max_unavailable="25%" if rolling.max_unavailable is None else rolling.max_unavailable,
        max_surge="25%" if rolling.max_surge is None else rolling.max_surge,
    )
    return changed(strategy, rolling_update=rolling)
