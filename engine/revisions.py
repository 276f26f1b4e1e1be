"""What the ControllerRevisions of a StatefulSet or DaemonSet tell: its templates, their numbers, and the way back.

Pure readings shared by their controllers and by ``kubectl rollout``. Follows ``pkg/controller/history`` and
kubectl's ``pkg/polymorphichelpers`` (history.go, rollback.go). Differs in the hash, which is not Kubernetes' own
(that one hashes the bytes Go writes), but as stable.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from engine.api.draft import SUFFIX_LETTERS
from engine.errors import K9liteError
from engine.kinds import (
    ControllerRevision,
    DaemonSet,
    ObjectMeta,
    PodTemplateSpec,
    Same,
    StatefulSet,
    evolve,
    owner_reference,
    same,
)
from engine.kinds.codec import DecodeError, decode, encode
from engine.store.state import State

Revisioned = StatefulSet | DaemonSet
REVISION_LABEL = "controller-revision-hash"
"""On a pod: which revision it was made from. The name of it for a StatefulSet, its hash for a DaemonSet."""
HASH_LABEL = "controller.kubernetes.io/hash"
"""On the ControllerRevisions of a StatefulSet."""
_LONGEST_PREFIX = 223


def revisions_of(state: State, owner: Revisioned) -> list[ControllerRevision]:
    """Those it controls and selects, oldest first."""
    uid, selector = owner.metadata.uid, owner.spec.selector
    found = []
    for each in state.owned_by(uid, ControllerRevision.kind):
        managed_by = each.metadata.controller
        is_own = managed_by is not None and managed_by.uid == uid
        selected = selector is None or selector.matches(each.metadata.labels)
        if is_own and selected and isinstance(each, ControllerRevision):
            found.append(each)
    return in_order(found)


def in_order(revisions: Iterable[ControllerRevision]) -> list[ControllerRevision]:
    """By their numbers; equal ones by age, then by name."""
    return sorted(
        revisions, key=lambda each: (each.revision, each.metadata.creation_timestamp or 0, each.metadata.name)
    )


def next_number(revisions: Iterable[ControllerRevision]) -> int:
    return max((each.revision for each in revisions), default=0) + 1


def new_revision(owner: Revisioned, number: int, hash_: str, label: str) -> ControllerRevision:
    """The present template of ``owner`` as revision ``number``; ``label`` is where it says its hash."""
    return ControllerRevision(
        metadata=ObjectMeta(
            name=f"{owner.metadata.name[:_LONGEST_PREFIX]}-{hash_}",
            namespace=owner.metadata.namespace,
            labels={**owner.spec.template.metadata.labels, label: hash_},
            annotations=owner.metadata.annotations,
            owner_references=(owner_reference(owner),),
        ),
        data=data_of(owner.spec.template),
        revision=number,
    )


def numbered_revision(
    state: State, owner: Revisioned, number: int, label: str, collision_count: int
) -> tuple[ControllerRevision, int]:
    """As ``new_revision`` under a name that no other revision has; and the count of collisions after that."""
    while True:
        made = new_revision(owner, number, revision_hash(owner.spec.template, collision_count), label)
        if state.find(ControllerRevision, made.metadata.name, made.metadata.namespace) is None:
            return made, collision_count
        collision_count += 1


def revision_hash(template: PodTemplateSpec, collision_count: int = 0) -> str:
    """A 32-bit hash of the template, written as Kubernetes does (``rand.SafeEncodeString``)."""
    return _hash(same(data_of(template)), collision_count)


def data_of(template: PodTemplateSpec) -> Mapping[str, Any]:
    """The strategic patch that brings the template back."""
    return _data(same(template))


def template_of(revision: ControllerRevision) -> PodTemplateSpec | None:
    """The template a revision stands for, the same object for the same revision as long as it is remembered.

    None for a revision that somebody else has written and that stands for none.
    """
    return _template(same(revision.data))


def is_of(revision: ControllerRevision, template: PodTemplateSpec) -> bool:
    return _is_of(same(revision.data), same(template))


def rollout_status(owner: Revisioned) -> tuple[str, bool]:
    """kubectl's line, and whether the rollout is over. Raises K9liteError where pods are only updated on deletion."""
    if owner.spec.update_strategy.type != "RollingUpdate":
        raise K9liteError("rollout status is only available for RollingUpdate strategy type")
    return _stateful_status(owner) if isinstance(owner, StatefulSet) else _daemon_status(owner)


def rollback(state: State, owner: Revisioned, to_revision: int) -> Revisioned:
    """``owner`` with the template of a revision; 0 means the one before the newest.

    Returns ``owner`` itself where the template already matches (kubectl then says ``skipped rollback``). Raises
    K9liteError in kubectl's words where there is no such revision.
    """
    history = revisions_of(state, owner)
    if to_revision < 0:
        raise _not_found(to_revision)
    if to_revision == 0 and len(history) < 2:
        raise K9liteError("no last revision to roll back to")
    found = history[-2] if to_revision == 0 else _numbered(history, to_revision)
    if is_of(found, owner.spec.template):
        return owner
    template = template_of(found)
    if template is None:
        raise K9liteError(f"unable to parse history {found.metadata.name}")
    if isinstance(owner, StatefulSet):
        return evolve(owner, spec=evolve(owner.spec, template=template))
    return evolve(owner, spec=evolve(owner.spec, template=template))


def _stateful_status(stateful_set: StatefulSet) -> tuple[str, bool]:
    spec, status = stateful_set.spec, stateful_set.status
    if status.observed_generation == 0 or stateful_set.metadata.generation > status.observed_generation:
        return "Waiting for statefulset spec update to be observed...", False
    if status.ready_replicas < spec.wanted:
        return f"Waiting for {spec.wanted - status.ready_replicas} pods to be ready...", False
    updated, rolling = status.updated_replicas, spec.update_strategy.rolling_update
    if rolling is not None:
        wanted = spec.wanted - (rolling.partition or 0)
        if updated < wanted:
            what = f"{updated} out of {wanted} new pods have been updated..."
            return f"Waiting for partitioned roll out to finish: {what}", False
        return f"partitioned roll out complete: {updated} new pods have been updated...", True
    if status.update_revision != status.current_revision:
        what = f"{updated} pods at revision {status.update_revision}..."
        return f"waiting for statefulset rolling update to complete {what}", False
    what = f"{status.current_replicas} pods at revision {status.current_revision}..."
    return f"statefulset rolling update complete {what}", True


def _daemon_status(daemon_set: DaemonSet) -> tuple[str, bool]:
    name, status = daemon_set.metadata.name, daemon_set.status
    if daemon_set.metadata.generation > status.observed_generation:
        return "Waiting for daemon set spec update to be observed...", False
    waiting = f'Waiting for daemon set "{name}" rollout to finish: '
    desired, updated = status.desired_number_scheduled, status.updated_number_scheduled
    if updated < desired:
        return f"{waiting}{updated} out of {desired} new pods have been updated...", False
    if status.number_available < desired:
        return f"{waiting}{status.number_available} of {desired} updated pods are available...", False
    return f'daemon set "{name}" successfully rolled out', True


def _numbered(history: Iterable[ControllerRevision], number: int) -> ControllerRevision:
    for each in history:
        if each.revision == number:
            return each
    raise _not_found(number)


def _not_found(number: int) -> K9liteError:
    return K9liteError(f"unable to find specified revision {number} in history")


@lru_cache(maxsize=256)
def _data(template: Same[PodTemplateSpec]) -> Mapping[str, Any]:
    return {"spec": {"template": {**encode(template()), "$patch": "replace"}}}


@lru_cache(maxsize=256)
def _template(data: Same[Mapping[str, Any]]) -> PodTemplateSpec | None:
    spec = data().get("spec")
    template = spec.get("template") if isinstance(spec, Mapping) else None
    if not isinstance(template, Mapping):
        return None
    try:
        return decode(PodTemplateSpec, {key: value for key, value in template.items() if key != "$patch"})
    except DecodeError:
        return None


@lru_cache(maxsize=1024)
def _is_of(data: Same[Mapping[str, Any]], template: Same[PodTemplateSpec]) -> bool:
    return data() == _data(template)


@lru_cache(maxsize=256)
def _hash(data: Same[Mapping[str, Any]], collision_count: int) -> str:
    text = json.dumps(data(), sort_keys=True, default=list) + "/" + str(collision_count)
    value = int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big")
    return "".join(SUFFIX_LETTERS[ord(digit) % 27] for digit in str(value))
