"""Which ReplicaSet a template has, which revision it is, and which ones are forgotten.

A rollback finds the ReplicaSet of the old template and gives it the next number; the numbers it had are kept
in ``revision-history``. Follows ``getNewReplicaSet`` and ``cleanupDeployment`` in ``sync.go``; the hash is not
Kubernetes' own (that one prints Go structs), but as stable.
"""

import json
from hashlib import blake2b

from engine.api.draft import SUFFIX_LETTERS
from engine.api.writes import Emit, UpdateStatus
from engine.controllers.deployment.progress import is_complete, set_condition
from engine.controllers.deployment.sync import COMPONENT, Sync, allowed_size, size_of
from engine.errors import ApiError
from engine.kinds import (
    LabelSelector,
    ObjectMeta,
    PodTemplateSpec,
    ReplicaSet,
    ReplicaSetSpec,
    condition,
    evolve,
    owner_reference,
    with_metadata,
)
from engine.kinds.codec import encode
from engine.namespaces import is_terminating
from engine.reconcile import Result
from engine.rollout import (
    DESIRED_REPLICAS,
    HASH_LABEL,
    MAX_REPLICAS,
    OWN_ANNOTATIONS,
    REVISION,
    REVISION_HISTORY,
    revision_of,
)

_CREATE_ERROR = "ReplicaSetCreateError"
_HISTORY_CHARACTERS = 2000
_LONGEST_WAIT_SECONDS = 1000


def ensure_new(sync: Sync) -> None:
    """The ReplicaSet of the present template, found or created; none where creating it just failed."""
    if sync.new is not None:
        renumber(sync)
    elif not is_terminating(sync.state, sync.deployment.metadata.namespace):
        due = _retry_at(sync)
        if due <= sync.now:
            _create(sync)
        else:
            sync.again_at = due


def renumber(sync: Sync) -> None:
    """Gives the new ReplicaSet, if there is one, the highest revision and the Deployment's annotations."""
    new = sync.new
    if new is None:
        return
    changed = with_metadata(new, annotations=_annotations(sync, new))
    if new.spec.min_ready_seconds != sync.deployment.spec.min_ready_seconds:
        seconds = sync.deployment.spec.min_ready_seconds
        changed = evolve(changed, spec=evolve(changed.spec, min_ready_seconds=seconds))
    if changed != new:
        sync.change(changed)
    _set_revision(sync, changed.metadata.annotations.get(REVISION, ""))
    if sync.deadline_seconds is not None and condition(sync.status.conditions, "Progressing") is None:
        message = f'Found new replica set "{new.metadata.name}"'
        set_condition(sync, "Progressing", "True", "FoundNewReplicaSet", message)


def clean_up_if_complete(sync: Sync) -> None:
    if is_complete(sync, sync.seen.status):
        clean_up(sync)


def clean_up(sync: Sync) -> None:
    """Deletes the oldest revisions past revisionHistoryLimit, if no pod is left of them."""
    limit = sync.deployment.spec.revision_history_limit
    if limit is None or limit == 2**31 - 1:
        return
    alive = [each for each in sync.old if each.metadata.deletion_timestamp is None]
    surplus = len(alive) - limit
    for each in sorted(alive, key=revision_of)[: max(0, surplus)]:
        observed = each.metadata.generation <= each.status.observed_generation
        if observed and not size_of(each) and not each.status.replicas:
            sync.delete(each)


def template_hash(template: PodTemplateSpec, collision_count: int = 0) -> str:
    """A 32-bit hash of the template's manifest, written as Kubernetes does (``rand.SafeEncodeString``)."""
    text = json.dumps(encode(template), sort_keys=True) + "/" + str(collision_count)
    value = int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big")
    return "".join(SUFFIX_LETTERS[ord(digit) % 27] for digit in str(value))


def _create(sync: Sync) -> None:
    spec = sync.deployment.spec
    name, suffix = _free_name(sync)
    labels = {**spec.template.metadata.labels, HASH_LABEL: suffix}
    assert spec.selector is not None
    replica_set = ReplicaSet(
        metadata=ObjectMeta(
            name=name,
            namespace=sync.deployment.metadata.namespace,
            labels=labels,
            owner_references=(owner_reference(sync.deployment),),
        ),
        spec=ReplicaSetSpec(
            replicas=allowed_size(sync, 0),
            min_ready_seconds=spec.min_ready_seconds,
            # The label that tells most comes first: a State looks selectors up by their first label.
            selector=LabelSelector(
                match_labels={HASH_LABEL: suffix, **spec.selector.match_labels},
                match_expressions=spec.selector.match_expressions,
            ),
            template=evolve(spec.template, metadata=evolve(spec.template.metadata, labels=labels)),
        ),
    )
    annotations = {
        **_annotations(sync, replica_set),
        DESIRED_REPLICAS: str(sync.replicas),
        MAX_REPLICAS: str(sync.replicas + sync.max_surge),
    }
    sync.create(with_metadata(replica_set, annotations=annotations))
    sync.refused = lambda error: _failed(sync, name, error)
    size = size_of(replica_set)
    if size:
        sync.report("Normal", "ScalingReplicaSet", f"Scaled up replica set {name} from 0 to {size}")
    _set_revision(sync, annotations[REVISION])
    if sync.deadline_seconds is not None:
        set_condition(sync, "Progressing", "True", "NewReplicaSetCreated", f'Created new replica set "{name}"')


def _free_name(sync: Sync) -> tuple[str, str]:
    """(name, hash) that no other ReplicaSet has; a collision counts up ``status.collisionCount``."""
    metadata = sync.deployment.metadata
    while True:
        collisions = sync.status.collision_count or 0
        suffix = template_hash(sync.deployment.spec.template, collisions)
        name = f"{metadata.name}-{suffix}"
        if sync.state.find(ReplicaSet, name, metadata.namespace) is None:
            return name, suffix
        sync.status = evolve(sync.status, collision_count=collisions + 1)


def _annotations(sync: Sync, replica_set: ReplicaSet) -> dict[str, str]:
    annotations = dict(replica_set.metadata.annotations)
    for key, value in sync.deployment.metadata.annotations.items():
        if key not in OWN_ANNOTATIONS:
            annotations[key] = value
    before = revision_of(replica_set)
    revision = max((revision_of(each) for each in sync.old), default=0) + 1
    if before < revision:
        annotations[REVISION] = str(revision)
        if before:
            annotations[REVISION_HISTORY] = _history(annotations.get(REVISION_HISTORY, ""), str(before))
    return annotations


def _history(numbers: str, newest: str) -> str:
    """The comma list with one more number; the oldest go where it grows too long."""
    listed = [*numbers.split(","), newest] if numbers else [newest]
    while len(",".join(listed)) > _HISTORY_CHARACTERS:
        del listed[0]
    return ",".join(listed)


def _set_revision(sync: Sync, revision: str) -> None:
    annotations = sync.deployment.metadata.annotations
    if annotations.get(REVISION) != revision:
        sync.deployment = with_metadata(sync.deployment, annotations={**annotations, REVISION: revision})


def _failed(sync: Sync, name: str, error: ApiError) -> Result:
    message = f'Failed to create new replica set "{name}": {error}'
    sync.status = evolve(sync.seen.status, observed_generation=sync.seen.metadata.generation)
    if sync.deadline_seconds is not None:
        set_condition(sync, "Progressing", "False", _CREATE_ERROR, message)
    report = Emit(
        subject=sync.seen, type="Warning", reason=_CREATE_ERROR, message=message, component=COMPONENT
    )
    status = UpdateStatus(evolve(sync.seen, status=sync.status))
    return Result(writes=(status, report), again_at=sync.now + 1)


def _retry_at(sync: Sync) -> int:
    """After a refusal 1, 2, 4, ... seconds later; at once when the spec has changed since."""
    failed = condition(sync.seen.status.conditions, "Progressing")
    if failed is None or failed.reason != _CREATE_ERROR or failed.last_transition_time is None:
        return 0
    if sync.seen.metadata.generation != sync.seen.status.observed_generation:
        return 0
    events = sync.state.events_of(sync.seen)
    last = max((event.last_timestamp or 0 for event in events if event.reason == _CREATE_ERROR), default=0)
    return last + max(1, min(last - failed.last_transition_time, _LONGEST_WAIT_SECONDS)) if last else 0
