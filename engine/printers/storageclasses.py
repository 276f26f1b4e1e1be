"""StorageClasses as ``kubectl get storageclasses`` lists them."""

from engine.kinds import Unmodelled
from engine.printers.durations import age
from engine.printers.parts.body import at, text
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State

_DEFAULT_ANNOTATION = "storageclass.kubernetes.io/is-default-class"


def cells(storage_class: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    meta, body = storage_class.metadata, storage_class.body
    default = " (default)" if meta.annotations.get(_DEFAULT_ANNOTATION) == "true" else ""
    return (
        meta.name + default,
        text(body, "provisioner"),
        text(body, "reclaimPolicy", default="Delete"),
        text(body, "volumeBindingMode", default="Immediate"),
        "true" if at(body, "allowVolumeExpansion") else "false",
        age(storage_class, now),
    )


PRINTER = Printer(
    columns("NAME,PROVISIONER,RECLAIMPOLICY,VOLUMEBINDINGMODE,ALLOWVOLUMEEXPANSION,AGE"), cells
)
