"""Access modes of volumes and claims. Follows GetAccessModesAsString."""

from collections.abc import Sequence

_SHORT = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def access_modes_text(modes: Sequence[str]) -> str:
    """``RWO,ROX``, each once, in Kubernetes' order."""
    return ",".join(short for mode, short in _SHORT.items() if mode in modes)
