"""What the API server adds to new volumes and claims, and which claims it lets grow.

Follows the admission plugins DefaultStorageClass, StorageObjectInUseProtection and PersistentVolumeClaimResize.
"""

from collections.abc import Iterable

from engine.api.answers import forbidden
from engine.api.draft import Draft
from engine.kinds import evolve, ref_of, with_metadata
from engine.kinds.quantity import parse_quantity
from engine.kinds.storage import (
    BOUND,
    CLAIM_PROTECTION,
    CLASS_ANNOTATION,
    VOLUME_PROTECTION,
    PersistentVolume,
    PersistentVolumeClaim,
    StorageClass,
)

_CANNOT_GROW = (
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
)


def admitted_volume(volume: PersistentVolume) -> PersistentVolume:
    finalizers = volume.metadata.finalizers
    if VOLUME_PROTECTION in finalizers:
        return volume
    return with_metadata(volume, finalizers=(*finalizers, VOLUME_PROTECTION))


def admitted_claim(draft: Draft, claim: PersistentVolumeClaim) -> PersistentVolumeClaim:
    """With the default class where it names none, and protected from being deleted while a pod uses it."""
    finalizers = claim.metadata.finalizers
    if CLAIM_PROTECTION not in finalizers:
        claim = with_metadata(claim, finalizers=(*finalizers, CLAIM_PROTECTION))
    if claim.spec.storage_class_name is None and CLASS_ANNOTATION not in claim.metadata.annotations:
        default = default_class(draft.all(StorageClass))
        if default is not None:
            return evolve(claim, spec=evolve(claim.spec, storage_class_name=default.metadata.name))
    return claim


def default_class(classes: Iterable[StorageClass]) -> StorageClass | None:
    """The newest of those marked as the default; of several of one second the first by name."""
    marked = [each for each in classes if each.is_default]
    return min(marked, key=lambda each: (-(each.metadata.creation_timestamp or 0), each.metadata.name), default=None)


def check_growth(draft: Draft, claim: PersistentVolumeClaim, stored: PersistentVolumeClaim) -> None:
    """Raises Forbidden where a bound claim asks for more and its class does not let it."""
    if claim.spec is stored.spec or parse_quantity(claim.spec.storage) <= parse_quantity(stored.spec.storage):
        return
    if stored.status.phase != BOUND:
        raise forbidden(ref_of(claim), "Only bound persistent volume claims can be expanded")
    storage_class = draft.find(StorageClass, claim.storage_class)
    if storage_class is None or not storage_class.allow_volume_expansion:
        raise forbidden(ref_of(claim), _CANNOT_GROW)
