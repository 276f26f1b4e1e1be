"""``kubectl describe pv|pvc|sc``.

Follows describePersistentVolume, describePersistentVolumeClaim and describeStorageClass of kubectl's describe.go.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.kinds import Requirement, ref_of
from engine.kinds.amounts import canonical
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim, StorageClass, VolumeNodeAffinity
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import annotations_lines, labels_lines, name_lines, time_text
from engine.printers.durations import NONE, since
from engine.printers.parts.access_modes import access_modes_text
from engine.printers.parts.tabs import tabbed
from engine.store.state import State

_READ_ONLY = ("ReadOnly", "readOnly", False)
_PARTITION = ("Partition", "partition", 0)
_SOURCES: Mapping[str, tuple[str, tuple[tuple[str, str, object], ...]]] = {
    "awsElasticBlockStore": (
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        (("VolumeID", "volumeID", ""), ("FSType", "fsType", ""), _PARTITION, _READ_ONLY),
    ),
    "csi": (
        "CSI (a Container Storage Interface (CSI) volume source)",
        (("Driver", "driver", ""), ("FSType", "fsType", ""), ("VolumeHandle", "volumeHandle", ""), _READ_ONLY),
    ),
    "gcePersistentDisk": (
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        (("PDName", "pdName", ""), ("FSType", "fsType", ""), _PARTITION, _READ_ONLY),
    ),
    "hostPath": ("HostPath (bare host directory volume)", (("Path", "path", ""), ("HostPathType", "type", NONE))),
    "local": ("LocalVolume (a persistent volume backed by local storage on a node)", (("Path", "path", ""),)),
    "nfs": (
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        (("Server", "server", ""), ("Path", "path", ""), _READ_ONLY),
    ),
}  # fmt: skip
"""Source -> its type and its fields: title, name and what stands for one that is not there."""


def describe_volume(volume: PersistentVolume, state: State, now: int) -> list[str]:
    return tabbed([*_volume_lines(volume, now), *events_lines(volume, state, now)])


def describe_claim(claim: PersistentVolumeClaim, state: State, now: int) -> list[str]:
    return tabbed([*_claim_lines(claim, state, now), *events_lines(claim, state, now)])


def describe_storage_class(storage_class: StorageClass, state: State, now: int) -> list[str]:
    return tabbed([*_class_lines(storage_class), *events_lines(storage_class, state, now)])


def _volume_lines(volume: PersistentVolume, now: int) -> Iterator[str]:
    spec, meta = volume.spec, volume.metadata
    claim = spec.claim_ref
    yield from name_lines(volume)
    yield from labels_lines("Labels", meta.labels)
    yield from annotations_lines("Annotations", meta.annotations)
    yield f"Finalizers:\t{_go_list(meta.finalizers)}"
    yield f"StorageClass:\t{volume.storage_class}"
    yield f"Status:\t{_status(volume, now)}"
    yield f"Claim:\t{'' if claim is None else f'{claim.namespace}/{claim.name}'}"
    yield f"Reclaim Policy:\t{spec.persistent_volume_reclaim_policy}"
    yield f"Access Modes:\t{access_modes_text(spec.access_modes)}"
    if spec.volume_mode is not None:
        yield f"VolumeMode:\t{spec.volume_mode}"
    yield f"Capacity:\t{canonical(spec.storage)}"
    yield from _affinity(spec.node_affinity)
    yield f"Message:\t{volume.status.message}"
    yield "Source:"
    yield from _source(spec.extra)


def _claim_lines(claim: PersistentVolumeClaim, state: State, now: int) -> Iterator[str]:
    spec, status, meta = claim.spec, claim.status, claim.metadata
    yield from name_lines(claim)
    yield f"StorageClass:\t{claim.storage_class}"
    yield f"Status:\t{_status(claim, now)}"
    yield f"Volume:\t{spec.volume_name}"
    yield from labels_lines("Labels", meta.labels)
    yield from annotations_lines("Annotations", meta.annotations)
    yield f"Finalizers:\t{_go_list(meta.finalizers)}"
    yield f"Capacity:\t{canonical(status.storage) if spec.volume_name else ''}"
    yield f"Access Modes:\t{access_modes_text(status.access_modes) if spec.volume_name else ''}"
    if spec.volume_mode is not None:
        yield f"VolumeMode:\t{spec.volume_mode}"
    if spec.data_source is not None:
        yield "DataSource:"
        if spec.data_source.get("apiGroup") is not None:
            yield f"  APIGroup:\t{spec.data_source['apiGroup']}"
        yield f"  Kind:\t{spec.data_source.get('kind', '')}"
        yield f"  Name:\t{spec.data_source.get('name', '')}"
    users = sorted(pod.metadata.name for pod in state.users_of(ref_of(claim)))
    yield f"Used By:\t{users[0] if users else NONE}"
    yield from (f"\t{name}" for name in users[1:])
    if status.conditions:
        yield "Conditions:"
        yield "  Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage"
        yield "  ----\t------\t-----------------\t------------------\t------\t-------"
    for each in status.conditions:
        times = f"{time_text(each.last_probe_time)} \t{time_text(each.last_transition_time)}"
        yield f"  {each.type} \t{each.status} \t{times} \t{each.reason} \t{each.message}"


def _class_lines(storage_class: StorageClass) -> Iterator[str]:
    meta = storage_class.metadata
    grows = storage_class.allow_volume_expansion
    yield f"Name:\t{meta.name}"
    yield f"IsDefaultClass:\t{'Yes' if storage_class.is_default else 'No'}"
    yield f"Annotations:\t{_pairs(meta.annotations)}"
    yield f"Provisioner:\t{storage_class.provisioner}"
    yield f"Parameters:\t{_pairs(storage_class.parameters)}"
    yield f"AllowVolumeExpansion:\t{'<unset>' if grows is None else grows}"
    options = storage_class.mount_options
    yield "MountOptions:" if options else f"MountOptions:\t{NONE}"
    yield from (f"  {option}" for option in options)
    if storage_class.reclaim_policy is not None:
        yield f"ReclaimPolicy:\t{storage_class.reclaim_policy}"
    if storage_class.volume_binding_mode is not None:
        yield f"VolumeBindingMode:\t{storage_class.volume_binding_mode}"
    if storage_class.allowed_topologies:
        yield "AllowedTopologies:\t"
    for number, term in enumerate(storage_class.allowed_topologies):
        wanted = [
            Requirement(key=str(each.get("key", "")), operator="In", values=tuple(each.get("values") or ()))
            for each in term.get("matchLabelExpressions") or ()
        ]
        yield from _requirements(f"  Term {number}", wanted)


def _status(obj: PersistentVolume | PersistentVolumeClaim, now: int) -> str:
    deleted = obj.metadata.deletion_timestamp
    return obj.status.phase if deleted is None else f"Terminating (lasts {since(deleted, now)})"


def _affinity(affinity: VolumeNodeAffinity | None) -> Iterator[str]:
    if affinity is None or affinity.required is None:
        yield f"Node Affinity:\t{NONE}"
        return
    yield "Node Affinity:\t"
    terms = affinity.required.node_selector_terms
    yield "  Required Terms:\t" if terms else f"  Required Terms:\t{NONE}"
    for number, term in enumerate(terms):
        yield from _requirements(f"    Term {number}", term.match_expressions)


def _requirements(title: str, wanted: Sequence[Requirement]) -> Iterator[str]:
    texts = [
        f"{each.key} {each.operator.lower()}" + (f" [{', '.join(each.values)}]" if each.values else "")
        for each in wanted
    ] or [NONE]
    indent = " " * (len(title) - len(title.lstrip()))
    yield f"{title}:\t{texts[0]}"
    yield from (f"{indent}\t{text}" for text in texts[1:])


def _source(extra: Mapping[str, Any]) -> Iterator[str]:
    name = next((each for each in extra if each in _SOURCES), "")
    body = extra.get(name)
    if not isinstance(body, Mapping):
        yield "  <unknown>"
        return
    type_, fields = _SOURCES[name]
    yield f"    Type:\t{type_}"
    for title, field, missing in fields:
        value = body.get(field, missing)
        yield f"    {title}:\t{str(value).lower() if isinstance(value, bool) else value}"
    if name == "csi":
        yield from _attributes(body.get("volumeAttributes") or {})


def _attributes(attributes: Mapping[str, Any]) -> Iterator[str]:
    pairs = [f"{key}={attributes[key]}" for key in sorted(attributes)]
    yield f"    VolumeAttributes:\t{pairs[0] if pairs else NONE}"
    yield from (f"    \t{pair}" for pair in pairs[1:])


def _pairs(values: Mapping[str, str]) -> str:
    """As Go prints a set of labels."""
    return ",".join(f"{key}={values[key]}" for key in sorted(values)) or NONE


def _go_list(values: Sequence[str]) -> str:
    return f"[{' '.join(values)}]"
