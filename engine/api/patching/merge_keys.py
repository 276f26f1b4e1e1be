"""How the lists of Kubernetes' own kinds merge: the patchStrategy and patchMergeKey tags of ``k8s.io/api``.

A field that is not listed here replaces as a whole (tolerations, command, args, rules, taints...).
"""

from collections.abc import Mapping, Sequence
from typing import Any

Path = Sequence[str]
"""Field names from the top of the manifest; list positions are left out."""

PRIMITIVE = ""
"""In the place of a merge key: a list of plain values that merges as a set."""

_CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers"})
_BY_FIELD = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "imagePullSecrets": "name",
    "hostAliases": "ip",
    "topologySpreadConstraints": "topologyKey",
    "schedulingGates": "name",
    "resourceClaims": "name",
    "conditions": "type",
    "ownerReferences": "uid",
    "finalizers": PRIMITIVE,
    "secrets": "name",
    "addresses": "type",
    "podIPs": "ip",
    "hostIPs": "ip",
    "podCIDRs": PRIMITIVE,
}
_RETAIN_KEYS = frozenset({"volumes", "strategy", "updateStrategy"})


def merge_key(path: Path) -> str | None:
    """The field that identifies an element of the list at ``path``; None for a list that replaces as a whole."""
    field = path[-1]
    if field == "ports":
        if len(path) > 1 and path[-2] in _CONTAINERS:
            return "containerPort"
        return "port" if list(path) == ["spec", "ports"] else None
    if field in ("addresses", "podIPs", "hostIPs") and path[0] != "status":
        return None
    if field == "secrets" and len(path) > 1:
        return None
    return _BY_FIELD.get(field)


def key_of(element: Any, by: str) -> str | int | None:
    """What identifies an element of a list that merges by ``by``; None if it has no such key."""
    key = element.get(by) if isinstance(element, Mapping) else None
    return key if isinstance(key, str | int) else None


def retains_keys(path: Path) -> bool:
    """Whether a change at ``path`` drops the keys it does not name: a union of which one member is set."""
    return path[-1] in _RETAIN_KEYS
