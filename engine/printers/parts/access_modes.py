"""Access modes and storage classes of volumes and claims. Follows GetAccessModesAsString."""

from collections.abc import Sequence
from typing import Any

from engine.kinds import Unmodelled
from engine.printers.parts.body import text

_SHORT = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"


def access_modes_text(modes: Sequence[Any]) -> str:
    """``RWO,ROX``, each once, in Kubernetes' order."""
    return ",".join(short for mode, short in _SHORT.items() if mode in modes)


def storage_class(obj: Unmodelled) -> str:
    annotated = obj.metadata.annotations.get(_CLASS_ANNOTATION)
    return text(obj.body, "spec", "storageClassName") if annotated is None else annotated
