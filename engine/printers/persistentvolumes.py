"""PersistentVolumes as ``kubectl get persistentvolumes`` lists them."""

from engine.kinds.amounts import canonical
from engine.kinds.storage import PersistentVolume
from engine.printers.durations import age
from engine.printers.parts.access_modes import access_modes_text
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State

_UNSET = "<unset>"


def cells(volume: PersistentVolume, _state: State, now: int) -> tuple[str, ...]:
    spec = volume.spec
    claim = spec.claim_ref
    deleted = volume.metadata.deletion_timestamp is not None
    return (
        volume.metadata.name,
        canonical(spec.storage),
        access_modes_text(spec.access_modes),
        spec.persistent_volume_reclaim_policy,
        "Terminating" if deleted else volume.status.phase,
        "" if claim is None else f"{claim.namespace}/{claim.name}",
        volume.storage_class,
        _UNSET if spec.volume_attributes_class_name is None else spec.volume_attributes_class_name,
        volume.status.reason,
        age(volume, now),
        _UNSET if spec.volume_mode is None else spec.volume_mode,
    )


PRINTER = Printer(
    columns(
        "NAME,CAPACITY,ACCESS MODES,RECLAIM POLICY,STATUS,CLAIM,STORAGECLASS,VOLUMEATTRIBUTESCLASS,REASON,"
        "AGE",
        "VOLUMEMODE",
    ),
    cells,
)
