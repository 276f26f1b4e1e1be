"""StorageClasses as ``kubectl get storageclasses`` lists them."""

from engine.kinds.storage import StorageClass
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(storage_class: StorageClass, _state: State, now: int) -> tuple[str, ...]:
    return (
        storage_class.metadata.name + (" (default)" if storage_class.is_default else ""),
        storage_class.provisioner,
        storage_class.reclaim_policy or "Delete",
        storage_class.volume_binding_mode or "Immediate",
        "true" if storage_class.allow_volume_expansion else "false",
        age(storage_class, now),
    )


PRINTER = Printer(
    columns("NAME,PROVISIONER,RECLAIMPOLICY,VOLUMEBINDINGMODE,ALLOWVOLUMEEXPANSION,AGE"), cells
)
