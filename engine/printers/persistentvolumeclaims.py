"""PersistentVolumeClaims as ``kubectl get persistentvolumeclaims`` lists them."""

from engine.kinds import Unmodelled
from engine.kinds.amounts import canonical
from engine.printers.durations import age
from engine.printers.parts.access_modes import access_modes_text, storage_class
from engine.printers.parts.body import items, text
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(claim: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    body = claim.body
    volume = text(body, "spec", "volumeName")
    deleted = claim.metadata.deletion_timestamp is not None
    return (
        claim.metadata.name,
        "Terminating" if deleted else text(body, "status", "phase"),
        volume,
        canonical(text(body, "status", "capacity", "storage", default="0")) if volume else "",
        access_modes_text(items(body, "status", "accessModes")) if volume else "",
        storage_class(claim),
        text(body, "spec", "volumeAttributesClassName", default="<unset>"),
        age(claim, now),
        text(body, "spec", "volumeMode", default="<unset>"),
    )


PRINTER = Printer(
    columns(
        "NAME,STATUS,VOLUME,CAPACITY,ACCESS MODES,STORAGECLASS,VOLUMEATTRIBUTESCLASS,AGE", "VOLUMEMODE"
    ),
    cells,
)
