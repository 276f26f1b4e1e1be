"""The PersistentVolumeClaims of a StatefulSet's pods: made before the pod, and whose they are.

    whenScaled  whenDeleted   a claim belongs to
    Retain      Retain        nobody
    Retain      Delete        the set
    Delete      Retain        its pod, once that is to go
    Delete      Delete        the set, or its pod once that is to go

What belongs to nobody stays; the rest goes with its owner, by the garbage collector. A claim that another
controller manages is left to it. Follows ``stateful_pod_control.go`` and ``stateful_set_utils.go``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.controllers.statefulset.identity import claim_name
from engine.kinds import (
    Object,
    OwnerReference,
    Pod,
    Ref,
    StatefulSet,
    from_manifest,
    owner_reference,
    with_metadata,
)
from engine.store.state import State

CLAIM = "PersistentVolumeClaim"


def claim_refs(stateful_set: StatefulSet, ordinal: int) -> list[Ref]:
    namespace = stateful_set.metadata.namespace
    return [Ref(CLAIM, namespace, claim_name(stateful_set, each, ordinal)) for each in stateful_set.spec.claim_names]


def missing_claims(state: State, stateful_set: StatefulSet, ordinal: int) -> list[Object]:
    refs = claim_refs(stateful_set, ordinal)
    templates = stateful_set.spec.volume_claim_templates
    return [_made(stateful_set, each, ref) for ref, each in zip(refs, templates, strict=True) if not state.get(ref)]


def leaving_claim(state: State, stateful_set: StatefulSet, ordinal: int) -> str:
    """The name of a claim that is being deleted: no pod can be made on it."""
    for ref in claim_refs(stateful_set, ordinal):
        found = state.get(ref)
        if found is not None and found.metadata.deletion_timestamp is not None:
            return ref.name
    return ""


def has_stale_claim(state: State, stateful_set: StatefulSet, pod: Pod, ordinal: int) -> bool:
    """A claim that goes with an earlier pod of that name: the new pod waits until it is gone."""
    policy = stateful_set.spec.persistent_volume_claim_retention_policy
    if policy is None or policy.when_scaled != "Delete":
        return False
    found = (state.get(ref) for ref in claim_refs(stateful_set, ordinal))
    return any(each is not None and _is_stale(each, pod) for each in found)


def reowned_claims(state: State, stateful_set: StatefulSet, pod: Pod, ordinal: int, *, going: bool) -> Iterator[Object]:
    """The pod's claims that belong to somebody else than they should; ``going``: the set no longer wants the pod."""
    for ref in claim_refs(stateful_set, ordinal):
        claim = state.get(ref)
        if claim is None or _is_stale(claim, stateful_set) or _is_stale(claim, pod):
            continue
        owners = _owners(stateful_set, claim, pod, going=going)
        if owners != claim.metadata.owner_references:
            yield with_metadata(claim, owner_references=owners)


def _made(stateful_set: StatefulSet, template: Mapping[str, Any], ref: Ref) -> Object:
    metadata, selector = dict(template.get("metadata") or {}), stateful_set.spec.selector
    labels = {**(metadata.get("labels") or {}), **({} if selector is None else selector.match_labels)}
    made = from_manifest({
        **{key: value for key, value in template.items() if key != "status"},
        "apiVersion": "v1",
        "kind": CLAIM,
        "metadata": {**metadata, "name": ref.name, "namespace": ref.namespace, "labels": labels},
    })  # fmt: skip
    return with_metadata(made, owner_references=_wanted(stateful_set, None))


def _owners(stateful_set: StatefulSet, claim: Object, pod: Pod, *, going: bool) -> tuple[OwnerReference, ...]:
    mine = (stateful_set.metadata.uid, pod.metadata.uid)
    others = tuple(each for each in claim.metadata.owner_references if each.uid not in mine)
    if any(each.controller for each in others):
        return others
    wanted = _wanted(stateful_set, pod if going else None)
    present = tuple(each for each in claim.metadata.owner_references if each.uid in mine)
    same = {(each.uid, each.controller) for each in present} == {(each.uid, True) for each in wanted}
    return claim.metadata.owner_references if same else (*others, *wanted)


def _wanted(stateful_set: StatefulSet, going: Pod | None) -> tuple[OwnerReference, ...]:
    policy = stateful_set.spec.persistent_volume_claim_retention_policy
    if policy is None:
        return ()
    if going is not None and policy.when_scaled == "Delete":
        return (owner_reference(going),)
    return (owner_reference(stateful_set),) if policy.when_deleted == "Delete" else ()


def _is_stale(claim: Object, owner: Object) -> bool:
    """It names an owner of this name that was another object."""
    meta = owner.metadata
    return any(
        (each.kind, each.name) == (owner.kind, meta.name) and each.uid != meta.uid
        for each in claim.metadata.owner_references
    )
