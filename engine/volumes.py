"""Which volume a claim can have, and what a pod's claims allow: asked by the volume controllers and the scheduler.

Pure questions to a State. Follows ``component-helpers/storage/volume`` and the scheduler's plugin VolumeBinding,
in their words; that a claim names no class is the class "".
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from engine.api.writes import Update, Write
from engine.kinds import Node, ObjectReference, Pod, evolve, with_metadata
from engine.kinds.frozen import frozen
from engine.kinds.quantity import parse_quantity
from engine.kinds.storage import (
    AVAILABLE,
    BOUND_BY_CONTROLLER,
    FILESYSTEM,
    LOST,
    NO_PROVISIONER,
    SELECTED_NODE,
    PersistentVolume,
    PersistentVolumeClaim,
    StorageClass,
)
from engine.node_terms import selects
from engine.store.state import State

UNBOUND = "pod has unbound immediate PersistentVolumeClaims"
NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity"
NOTHING_TO_BIND = "node(s) didn't find available persistent volumes to bind"
NO_VOLUME = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"


@frozen(kw_only=True)
class PodVolumes:
    """A pod's claims, as far as they bear on where it can run. ``problem`` keeps it off every node."""

    problem: str = ""
    bound: tuple[PersistentVolume, ...] = ()
    lacks_volume: bool = False
    """A claim is bound to a volume that is not there."""
    unbound: tuple[PersistentVolumeClaim, ...] = ()
    """Claims that wait for the scheduler's choice, the smallest first."""


NO_VOLUMES = PodVolumes()


def claim_names(pod: Pod) -> tuple[str, ...]:
    """The claims behind its volumes, in their order."""
    found = []
    for volume in pod.spec.volumes:
        body = volume.extra.get("persistentVolumeClaim")
        if isinstance(body, Mapping):
            found.append(str(body.get("claimName") or ""))
        elif "ephemeral" in volume.extra:
            found.append(f"{pod.metadata.name}-{volume.name}")
    return tuple(found)


def pod_volumes(state: State, pod: Pod) -> PodVolumes:
    """What the scheduler's PreFilter finds out once for all nodes."""
    names = claim_names(pod)
    if not names:
        return NO_VOLUMES
    claims: list[PersistentVolumeClaim] = []
    for name in names:
        claim = state.find(PersistentVolumeClaim, name, pod.metadata.namespace)
        problem = _problem(pod, name, claim)
        if problem or claim is None:
            return PodVolumes(problem=problem)
        claims.append(claim)
    open_ = [claim for claim in claims if not claim.fully_bound]
    if any(claim.spec.volume_name or not is_delayed(state, claim) for claim in open_):
        return PodVolumes(problem=UNBOUND)
    volumes = [state.find(PersistentVolume, claim.spec.volume_name) for claim in claims if claim.fully_bound]
    return PodVolumes(
        bound=tuple(volume for volume in volumes if volume is not None),
        lacks_volume=None in volumes,
        unbound=tuple(sorted(open_, key=lambda claim: parse_quantity(claim.spec.storage))),
    )


def refusals(state: State, volumes: PodVolumes, node: Node) -> tuple[str, ...]:
    """Why the pod cannot run on a node; no other pod's leaving would help."""
    reasons = []
    if not all(reaches(volume, node) for volume in volumes.bound):
        reasons.append(NODE_CONFLICT)
    if volumes.unbound and _chosen(state, volumes.unbound, node) is None:
        reasons.append(NOTHING_TO_BIND)
    if volumes.lacks_volume:
        reasons.append(NO_VOLUME)
    return tuple(reasons)


def claimed_for(state: State, volumes: PodVolumes, node: Node) -> tuple[Write, ...]:
    """What makes the unbound claims get their volumes on a node that did not refuse; the pod is bound after that.

    A volume that is there is given to its claim; for the rest the claim is told the node. The volume controllers
    do what remains within the same second.
    """
    writes: list[Write] = []
    for claim, volume in _chosen(state, volumes.unbound, node) or ():
        if volume is not None:
            given = given_to(volume, claim)
            if given is not volume:
                writes.append(Update(given))
        elif claim.metadata.annotations.get(SELECTED_NODE) != node.metadata.name:
            annotations = {**claim.metadata.annotations, SELECTED_NODE: node.metadata.name}
            writes.append(Update(with_metadata(claim, annotations=annotations)))
    return tuple(writes)


def reaches(volume: PersistentVolume, node: Node) -> bool:
    affinity = volume.spec.node_affinity
    return affinity is None or affinity.required is None or selects(affinity.required, node)


def class_of(state: State, claim: PersistentVolumeClaim) -> StorageClass | None:
    return state.find(StorageClass, claim.storage_class) if claim.storage_class else None


def is_delayed(state: State, claim: PersistentVolumeClaim) -> bool:
    """Whether its class waits for the first pod to be scheduled."""
    found = class_of(state, claim)
    return found is not None and found.waits_for_consumer


def matching_volume(
    claim: PersistentVolumeClaim,
    volumes: Iterable[PersistentVolume],
    node: Node | None = None,
    *,
    without: Collection[str] = (),
    only_given: bool = False,
) -> PersistentVolume | None:
    """The volume that was given to the claim, or else the smallest that does; of several the first by name.

    ``node`` is where it must be reached; ``only_given`` leaves the choice to the scheduler.
    """
    best: PersistentVolume | None = None
    for volume in volumes:
        if volume.metadata.name in without or mismatch(claim, volume):
            continue
        if volume.metadata.deletion_timestamp is not None:
            continue
        near = node is None or reaches(volume, node)
        if volume.spec.claim_ref is not None:
            if volume.is_for(claim):
                return volume if near else None
            continue
        if only_given or not near or volume.status.phase != AVAILABLE or not _is_wanted(claim, volume):
            continue
        if best is None or parse_quantity(volume.spec.storage) < parse_quantity(best.spec.storage):
            best = volume
    return best


def mismatch(claim: PersistentVolumeClaim, volume: PersistentVolume) -> str:
    """Why the volume could not even be given to the claim by hand; "" if it could."""
    if parse_quantity(volume.spec.storage) < parse_quantity(claim.spec.storage):
        return "requested PV is too small"
    if volume.storage_class != claim.storage_class:
        return "storageClassName does not match"
    if (volume.spec.volume_mode or FILESYSTEM) != (claim.spec.volume_mode or FILESYSTEM):
        return "incompatible volumeMode"
    return "" if set(claim.spec.access_modes) <= set(volume.spec.access_modes) else "incompatible accessMode"


def given_to(volume: PersistentVolume, claim: PersistentVolumeClaim) -> PersistentVolume:
    """The volume with its side of the binding; the same one if it has it."""
    spec, meta = volume.spec, volume.metadata
    by_hand = volume.is_for(claim)
    if not by_hand or spec.claim_ref is None or not spec.claim_ref.uid:
        volume = evolve(volume, spec=evolve(spec, claim_ref=reference_to(claim)))
    if by_hand or BOUND_BY_CONTROLLER in meta.annotations:
        return volume
    return with_metadata(volume, annotations={**meta.annotations, BOUND_BY_CONTROLLER: "yes"})


def reference_to(claim: PersistentVolumeClaim) -> ObjectReference:
    meta = claim.metadata
    return ObjectReference(
        kind=claim.kind,
        namespace=meta.namespace,
        name=meta.name,
        uid=meta.uid,
        api_version=claim.api_version,
        resource_version=meta.resource_version,
    )


def _problem(pod: Pod, name: str, claim: PersistentVolumeClaim | None) -> str:
    if claim is None:
        ephemeral = (each.name for each in pod.spec.volumes if "ephemeral" in each.extra)
        if name in (f"{pod.metadata.name}-{each}" for each in ephemeral):
            return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{name}"'
        return f'persistentvolumeclaim "{name}" not found'
    if claim.status.phase == LOST:
        return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{claim.spec.volume_name}"'
    if claim.metadata.deletion_timestamp is not None:
        return f'persistentvolumeclaim "{name}" is being deleted'
    return ""


def _chosen(
    state: State, claims: Iterable[PersistentVolumeClaim], node: Node
) -> list[tuple[PersistentVolumeClaim, PersistentVolume | None]] | None:
    """Each claim with the volume it would get, None for one to be made; None if one of them gets nothing."""
    found: list[tuple[PersistentVolumeClaim, PersistentVolume | None]] = []
    taken: set[str] = set()
    for claim in claims:
        selected = claim.metadata.annotations.get(SELECTED_NODE)
        if selected and selected != node.metadata.name:
            return None
        volume = None
        if not selected:
            volume = matching_volume(claim, state.open_volumes(claim.storage_class), node, without=taken)
        if volume is None and not _can_be_made(state, claim, node):
            return None
        if volume is not None:
            taken.add(volume.metadata.name)
        found.append((claim, volume))
    return found


def _can_be_made(state: State, claim: PersistentVolumeClaim, node: Node) -> bool:
    found = class_of(state, claim)
    if found is None or not found.provisioner or found.provisioner == NO_PROVISIONER:
        return False
    return not found.allowed_topologies or any(_is_within(term, node) for term in found.allowed_topologies)


def _is_within(term: Mapping[str, Any], node: Node) -> bool:
    return all(
        node.metadata.labels.get(str(each.get("key"))) in (each.get("values") or ())
        for each in _mappings(term.get("matchLabelExpressions"))
    )


def _is_wanted(claim: PersistentVolumeClaim, volume: PersistentVolume) -> bool:
    selector = claim.spec.selector
    return selector is None or selector.matches(volume.metadata.labels)


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in value or () if isinstance(each, Mapping))
