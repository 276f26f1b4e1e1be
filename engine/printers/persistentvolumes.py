"""PersistentVolumes as ``kubectl get persistentvolumes`` lists them."""

from engine.kinds import Unmodelled
from engine.kinds.amounts import canonical
from engine.printers.durations import age
from engine.printers.parts.access_modes import access_modes_text, storage_class
from engine.printers.parts.body import at, items, text
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(volume: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    body = volume.body
    claim = at(body, "spec", "claimRef")
    deleted = volume.metadata.deletion_timestamp is not None
    return (
        volume.metadata.name,
        canonical(text(body, "spec", "capacity", "storage", default="0")),
        access_modes_text(items(body, "spec", "accessModes")),
        text(body, "spec", "persistentVolumeReclaimPolicy"),
        "Terminating" if deleted else text(body, "status", "phase"),
        "" if claim is None else f"{text(claim, 'namespace')}/{text(claim, 'name')}",
        storage_class(volume),
        text(body, "spec", "volumeAttributesClassName", default="<unset>"),
        text(body, "status", "reason"),
        age(volume, now),
        text(body, "spec", "volumeMode", default="<unset>"),
    )


PRINTER = Printer(
    columns(
        "NAME,CAPACITY,ACCESS MODES,RECLAIM POLICY,STATUS,CLAIM,STORAGECLASS,VOLUMEATTRIBUTESCLASS,REASON,"
        "AGE",
        "VOLUMEMODE",
    ),
    cells,
)
