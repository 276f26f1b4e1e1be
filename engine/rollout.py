"""What a Deployment's ReplicaSets tell about its rollouts: revisions, history, status, and the way back.

Pure readings shared by the deployment controller and by ``kubectl rollout``. Follows kubectl's
``pkg/polymorphichelpers`` (rollout_status.go, rollback.go) and the controller's ``deployment_util.go``.
"""

from collections.abc import Iterable, Mapping

from engine.errors import K9liteError
from engine.kinds import (
    Deployment,
    ObjectMeta,
    PodTemplateSpec,
    ReplicaSet,
    condition,
    evolve,
    with_metadata,
)
from engine.store.state import State

REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS = "deployment.kubernetes.io/max-replicas"
CHANGE_CAUSE = "kubernetes.io/change-cause"
HASH_LABEL = "pod-template-hash"
OWN_ANNOTATIONS = (
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    REVISION_HISTORY,
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    "deprecated.deployment.rollback.to",
)
"""What belongs to one object alone and is not copied between a Deployment and its ReplicaSets."""

TIMED_OUT = "ProgressDeadlineExceeded"


def revision_history(state: State, deployment: Deployment) -> list[tuple[int, ReplicaSet]]:
    """(revision, ReplicaSet) of every ReplicaSet the Deployment controls and that carries one, oldest first."""
    found = [(revision_of(each), each) for each in replica_sets_of(state, deployment)]
    return sorted((pair for pair in found if pair[0]), key=lambda pair: (pair[0], pair[1].metadata.name))


def rollout_status(deployment: Deployment) -> tuple[str, bool]:
    """kubectl's line, and whether the rollout is over. Raises K9liteError once the deadline is exceeded."""
    name, status = deployment.metadata.name, deployment.status
    waiting = f'Waiting for deployment "{name}" rollout to finish: '
    if deployment.metadata.generation > status.observed_generation:
        return "Waiting for deployment spec update to be observed...", False
    progressing = condition(status.conditions, "Progressing")
    if progressing is not None and progressing.reason == TIMED_OUT:
        raise K9liteError(f'deployment "{name}" exceeded its progress deadline')
    replicas, updated, available = deployment.spec.replicas, status.updated_replicas, status.available_replicas
    if replicas is not None and updated < replicas:
        return f"{waiting}{updated} out of {replicas} new replicas have been updated...", False
    if status.replicas > updated:
        return f"{waiting}{status.replicas - updated} old replicas are pending termination...", False
    if available < updated:
        return f"{waiting}{available} of {updated} updated replicas are available...", False
    return f'deployment "{name}" successfully rolled out', True


def rollback(state: State, deployment: Deployment, to_revision: int) -> Deployment:
    """The Deployment with the template and annotations of a revision; 0 means the one before the newest.

    Returns ``deployment`` itself where the template already matches (kubectl then says ``skipped rollback``).
    Raises K9liteError in kubectl's words where there is no such revision or the Deployment is paused.
    """
    replica_set = _replica_set_of_revision(state, deployment, to_revision)
    if deployment.spec.paused:
        raise K9liteError(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
        )
    if same_template(replica_set.spec.template, deployment.spec.template):
        return deployment
    annotations = kept_annotations(deployment.metadata.annotations, replica_set.metadata.annotations)
    restored = evolve(deployment, spec=evolve(deployment.spec, template=without_hash(replica_set.spec.template)))
    return with_metadata(restored, annotations=annotations)


def replica_sets_of(state: State, deployment: Deployment) -> tuple[ReplicaSet, ...]:
    """The ReplicaSets that the Deployment controls, by name."""
    uid = deployment.metadata.uid
    found = []
    for each in state.owned_by(uid, "ReplicaSet"):
        owner = each.metadata.controller
        if isinstance(each, ReplicaSet) and owner is not None and owner.uid == uid:
            found.append(each)
    return tuple(found)


def revision_of(obj: Deployment | ReplicaSet) -> int:
    """0 where there is none, or none that is a number."""
    text = obj.metadata.annotations.get(REVISION, "")
    return int(text) if text.isascii() and text.isdecimal() else 0


def by_creation(replica_sets: Iterable[ReplicaSet]) -> list[ReplicaSet]:
    """Oldest first; ties by name."""
    return sorted(replica_sets, key=lambda each: (each.metadata.creation_timestamp or 0, each.metadata.name))


def find_new(deployment: Deployment, replica_sets: Iterable[ReplicaSet]) -> ReplicaSet | None:
    """The ReplicaSet of the present template; the oldest where several match."""
    for each in by_creation(replica_sets):
        if same_template(each.spec.template, deployment.spec.template):
            return each
    return None


def same_template(left: PodTemplateSpec, right: PodTemplateSpec) -> bool:
    """Equal but for the label ``pod-template-hash``. Costs little where both share one spec."""
    return left.spec == right.spec and _bare(left.metadata) == _bare(right.metadata) and left.extra == right.extra


def without_hash(template: PodTemplateSpec) -> PodTemplateSpec:
    return evolve(template, metadata=_bare(template.metadata))


def kept_annotations(own: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """An object's own annotations, and all others from its counterpart."""
    kept = {key: value for key, value in own.items() if key in OWN_ANNOTATIONS}
    return {**kept, **{key: value for key, value in other.items() if key not in OWN_ANNOTATIONS}}


def _replica_set_of_revision(state: State, deployment: Deployment, to_revision: int) -> ReplicaSet:
    not_found = K9liteError(f"unable to find specified revision {to_revision} in history")
    if to_revision < 0:
        raise not_found
    history = revision_history(state, deployment)
    if to_revision == 0:
        if len(history) < 2:
            raise K9liteError(f'no rollout history found for deployment "{deployment.metadata.name}"')
        return history[-2][1]
    for revision, replica_set in history:
        if revision == to_revision:
            return replica_set
    raise not_found


def _bare(metadata: ObjectMeta) -> ObjectMeta:
    if HASH_LABEL not in metadata.labels:
        return metadata
    return evolve(metadata, labels={key: value for key, value in metadata.labels.items() if key != HASH_LABEL})
