"""The volumes of a pod or a pod template, each with the fields of its source."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.kinds import Volume
from engine.kinds.amounts import amount_of, canonical
from engine.printers.durations import NONE

_TYPES = {
    "configMap": "ConfigMap (a volume populated by a ConfigMap)",
    "csi": "CSI (a Container Storage Interface (CSI) volume source)",
    "downwardAPI": "DownwardAPI (a volume populated by information about the pod)",
    "emptyDir": "EmptyDir (a temporary directory that shares a pod's lifetime)",
    "ephemeral": (
        "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"
    ),
    "hostPath": "HostPath (bare host directory volume)",
    "image": "Image (a container image or OCI artifact)",
    "nfs": "NFS (an NFS mount that lasts the lifetime of a pod)",
    "persistentVolumeClaim": (
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)"
    ),
    "projected": "Projected (a volume that contains injected data from multiple sources)",
    "secret": "Secret (a volume populated by a Secret)",
}


def volumes_lines(volumes: Sequence[Volume], space: str = "") -> Iterator[str]:
    if not volumes:
        yield f"{space}Volumes:\t{NONE}"
        return
    yield f"{space}Volumes:"
    for volume in volumes:
        yield f"  {' ' if space else ''}{volume.name}:"
        source = next((name for name in _TYPES if name in volume.extra), "")
        fields = volume.extra.get(source)
        if not source or not isinstance(fields, Mapping):
            yield "  <unknown>"
            continue
        yield f"    Type:\t{_TYPES[source]}"
        yield from (f"    {line}" for line in _fields(source, fields))


def _fields(source: str, of: Mapping[str, Any]) -> Iterator[str]:
    match source:
        case "hostPath":
            yield f"Path:\t{of.get('path', '')}"
            yield f"HostPathType:\t{of.get('type', NONE)}"
        case "emptyDir":
            limit = str(of.get("sizeLimit", "0"))
            yield f"Medium:\t{of.get('medium', '')}"
            yield f"SizeLimit:\t{canonical(limit) if amount_of(limit) > 0 else '<unset>'}"
        case "secret":
            yield f"SecretName:\t{of.get('secretName', '')}"
            yield f"Optional:\t{_word(of.get('optional'))}"
        case "configMap":
            yield f"Name:\t{of.get('name', '')}"
            yield f"Optional:\t{_word(of.get('optional'))}"
        case "persistentVolumeClaim":
            yield f"ClaimName:\t{of.get('claimName', '')}"
            yield f"ReadOnly:\t{_word(of.get('readOnly'))}"
        case "nfs":
            yield f"Server:\t{of.get('server', '')}"
            yield f"Path:\t{of.get('path', '')}"
            yield f"ReadOnly:\t{_word(of.get('readOnly'))}"
        case "csi":
            yield f"Driver:\t{of.get('driver', '')}"
            yield f"FSType:\t{of.get('fsType', '')}"
            yield f"ReadOnly:\t{_word(of.get('readOnly'))}"
        case "image":
            yield f"Reference:\t{of.get('reference', '')}"
            yield f"PullPolicy:\t{of.get('pullPolicy', '')}"
        case "downwardAPI":
            yield "Items:"
            yield from (f"  {_downward(item)}" for item in of.get("items", ()))
        case "projected":
            for each in of.get("sources", ()):
                yield from _projected(each)


def _projected(source: Mapping[str, Any]) -> Iterator[str]:
    if "secret" in source:
        yield f"SecretName:\t{source['secret'].get('name', '')}"
        yield f"Optional:\t{_word(source['secret'].get('optional'))}"
    elif "downwardAPI" in source:
        yield "DownwardAPI:\ttrue"
    elif "configMap" in source:
        yield f"ConfigMapName:\t{source['configMap'].get('name', '')}"
        yield f"Optional:\t{_word(source['configMap'].get('optional'))}"
    elif "serviceAccountToken" in source:
        yield f"TokenExpirationSeconds:\t{source['serviceAccountToken'].get('expirationSeconds', 3600)}"


def _downward(item: Mapping[str, Any]) -> str:
    field = item.get("fieldRef", {}).get("fieldPath") or item.get("resourceFieldRef", {}).get("resource", "")
    return f"{field} -> {item.get('path', '')}"


def _word(flag: Any) -> str:
    return "true" if flag else "false"
