"""Defaults of volumes, claims, storage classes and Secrets.

Follows ``pkg/apis/core/v1/defaults.go``, ``pkg/apis/storage/v1/defaults.go`` and the conversion of a Secret's
stringData. A hostPath's type and a CSI driver's file system stay as they were written.
"""

from base64 import b64encode

from engine.api.defaults.filling import changed, filled
from engine.kinds import EMPTY, Secret, evolve
from engine.kinds.storage import (
    FILESYSTEM,
    IMMEDIATE,
    PENDING,
    PersistentVolume,
    PersistentVolumeClaim,
    StorageClass,
)


def default_volume(volume: PersistentVolume) -> PersistentVolume:
    spec = filled(volume.spec, persistent_volume_reclaim_policy="Retain", volume_mode=FILESYSTEM)
    return changed(volume, spec=spec, status=filled(volume.status, phase=PENDING))


def default_claim(claim: PersistentVolumeClaim) -> PersistentVolumeClaim:
    spec = filled(claim.spec, volume_mode=FILESYSTEM)
    return changed(claim, spec=spec, status=filled(claim.status, phase=PENDING))


def default_storage_class(storage_class: StorageClass) -> StorageClass:
    return filled(storage_class, reclaim_policy="Delete", volume_binding_mode=IMMEDIATE)


def default_secret(secret: Secret) -> Secret:
    """With its type, and what was written as plain text among its data, over what was there."""
    secret = filled(secret, type="Opaque")
    if not secret.string_data:
        return secret
    written = {key: b64encode(text.encode()).decode() for key, text in secret.string_data.items()}
    return evolve(secret, data={**secret.data, **written}, string_data=EMPTY)
