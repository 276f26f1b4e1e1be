"""PersistentVolumeClaims as ``kubectl get persistentvolumeclaims`` lists them."""

from engine.kinds.amounts import canonical
from engine.kinds.storage import PersistentVolumeClaim
from engine.printers.durations import age
from engine.printers.parts.access_modes import access_modes_text
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State

_UNSET = "<unset>"


def cells(claim: PersistentVolumeClaim, _state: State, now: int) -> tuple[str, ...]:
    spec, status = claim.spec, claim.status
    deleted = claim.metadata.deletion_timestamp is not None
    return (
        claim.metadata.name,
        "Terminating" if deleted else status.phase,
        spec.volume_name,
        canonical(status.storage) if spec.volume_name else "",
        access_modes_text(status.access_modes) if spec.volume_name else "",
        claim.storage_class,
        _UNSET if spec.volume_attributes_class_name is None else spec.volume_attributes_class_name,
        age(claim, now),
        _UNSET if spec.volume_mode is None else spec.volume_mode,
    )


PRINTER = Printer(
    columns(
        "NAME,STATUS,VOLUME,CAPACITY,ACCESS MODES,STORAGECLASS,VOLUMEATTRIBUTESCLASS,AGE", "VOLUMEMODE"
    ),
    cells,
)
