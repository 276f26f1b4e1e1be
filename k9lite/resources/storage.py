"""Volumes, claims and classes: Enter leads from a volume to its claim, and from a claim or a class to who uses it."""

from engine.kinds.storage import PersistentVolume
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed


def _claim(volume: PersistentVolume, _state: State) -> Query | None:
    claim, name = volume.spec.claim_ref, volume.metadata.name
    if claim is None:
        return None
    return Query(kind="PersistentVolumeClaim", namespace=claim.namespace, name=claim.name, title=f"pv/{name}")


VOLUMES = listed("PersistentVolume", drill=_claim)
CLAIMS = listed("PersistentVolumeClaim", place="used-by")
CLASSES = listed("StorageClass", place="used-by")
