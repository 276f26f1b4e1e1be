"""Volumes, claims and storage classes.

Follows ``ValidatePersistentVolume`` and ``ValidatePersistentVolumeClaim`` of ``pkg/apis/core/validation``, and
``pkg/apis/storage/validation``. Differs in that of a volume's source only its
being there, a hostPath's and a local path are checked, and that what an update changed is not printed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.api.validation import names
from engine.api.validation.fields import each_invalid, forbidden, invalid, not_supported, required
from engine.api.validation.metadata import immutable, selector_errors
from engine.api.validation.scheduling import node_selector_errors
from engine.errors import FieldError
from engine.kinds import NodeSelector, evolve
from engine.kinds.quantity import parse_quantity
from engine.kinds.storage import (
    ACCESS_MODES,
    BLOCK,
    BOUND,
    CLASS_ANNOTATION,
    FILESYSTEM,
    FIRST_CONSUMER,
    IMMEDIATE,
    RECLAIM_POLICIES,
    PersistentVolume,
    PersistentVolumeClaim,
    PersistentVolumeClaimSpec,
    PersistentVolumeSpec,
    StorageClass,
)

_MODES = (BLOCK, FILESYSTEM)
_FIXED_CLAIM = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
)


def volume_errors(volume: PersistentVolume, old: PersistentVolume | None) -> list[FieldError]:
    spec = volume.spec
    errors = [] if old is not None and spec is old.spec else list(_volume_spec_errors(volume))
    if old is None:
        return errors
    before = old.spec
    if spec.extra != before.extra:
        why = "spec.persistentvolumesource is immutable after creation"
        errors.append(forbidden("spec.persistentvolumesource", why))
    if spec.volume_mode != before.volume_mode:
        errors += immutable("volumeMode", spec.volume_mode, before.volume_mode)
    if before.node_affinity is not None and spec.node_affinity != before.node_affinity:
        errors += immutable("nodeAffinity", spec.node_affinity, before.node_affinity)
    return errors


def claim_errors(claim: PersistentVolumeClaim, old: PersistentVolumeClaim | None) -> list[FieldError]:
    errors = [] if old is not None and claim.spec is old.spec else claim_spec_errors(claim.spec, "spec")
    return errors if old is None else [*errors, *_claim_update_errors(claim, old)]


def claim_spec_errors(spec: PersistentVolumeClaimSpec, path: str) -> list[FieldError]:
    errors = []
    if not spec.access_modes:
        errors.append(required(f"{path}.accessModes", "at least 1 access mode is required"))
    if spec.selector is not None:
        errors += selector_errors(spec.selector, f"{path}.selector")
    errors += _access_mode_errors(spec.access_modes, f"{path}.accessModes")
    here = f"{path}.resources[storage]"
    storage = spec.resources.requests.get("storage")
    errors += [required(here)] if storage is None else _size_errors(storage, here)
    if spec.storage_class_name:
        wrong = names.dns_subdomain(spec.storage_class_name)
        errors += each_invalid(f"{path}.storageClassName", spec.storage_class_name, wrong)
    if spec.volume_mode is not None and spec.volume_mode not in _MODES:
        errors.append(not_supported(f"{path}.volumeMode", spec.volume_mode, _MODES))
    return errors


def storage_class_errors(storage_class: StorageClass, old: StorageClass | None) -> list[FieldError]:
    if old is not None:
        why = "updates to parameters are forbidden."
        errors = [forbidden("parameters", why)] if storage_class.parameters != old.parameters else []
        if storage_class.provisioner != old.provisioner:
            errors.append(forbidden("provisioner", "updates to provisioner are forbidden."))
        for field, new, before in (
            ("reclaimPolicy", storage_class.reclaim_policy, old.reclaim_policy),
            ("volumeBindingMode", storage_class.volume_binding_mode, old.volume_binding_mode),
        ):
            if new != before:
                errors += immutable(field, new, before)
        return errors
    errors = []
    if not storage_class.provisioner:
        errors.append(required("provisioner", ""))
    else:
        wrong = names.qualified_name(storage_class.provisioner.lower())
        errors += each_invalid("provisioner", storage_class.provisioner, wrong)
    if any(not key for key in storage_class.parameters):
        errors.append(invalid("parameters", "", "field must not be empty."))
    policy, mode = storage_class.reclaim_policy, storage_class.volume_binding_mode
    if policy not in ("Delete", "Retain"):
        errors.append(not_supported("reclaimPolicy", policy, ("Delete", "Retain")))
    if mode not in (IMMEDIATE, FIRST_CONSUMER):
        errors.append(not_supported("volumeBindingMode", mode, (IMMEDIATE, FIRST_CONSUMER)))
    return errors


def _volume_spec_errors(volume: PersistentVolume) -> Iterator[FieldError]:
    spec = volume.spec
    if not spec.access_modes:
        yield required("spec.accessModes", "")
    yield from _access_mode_errors(spec.access_modes, "spec.accessModes")
    if not spec.capacity:
        yield required("spec.capacity", "")
    if set(spec.capacity) != {"storage"}:
        yield not_supported("spec.capacity", dict(spec.capacity), ("storage",))
    for name, amount in spec.capacity.items():
        yield from _size_errors(amount, f"spec.capacity[{name}]")
    if spec.persistent_volume_reclaim_policy not in RECLAIM_POLICIES:
        path = "spec.persistentVolumeReclaimPolicy"
        yield not_supported(path, spec.persistent_volume_reclaim_policy, RECLAIM_POLICIES)
    affinity = spec.node_affinity
    if affinity is not None:
        yield from _affinity_errors(affinity.required, "spec.nodeAffinity.required")
    yield from _source_errors(spec)
    if spec.storage_class_name:
        wrong = names.dns_subdomain(spec.storage_class_name)
        yield from each_invalid("spec.storageClassName", spec.storage_class_name, wrong)
    if spec.volume_mode is not None and spec.volume_mode not in _MODES:
        yield not_supported("spec.volumeMode", spec.volume_mode, _MODES)


def _affinity_errors(selector: NodeSelector | None, path: str) -> list[FieldError]:
    if selector is None:
        return [required(path, "must specify required node constraints")]
    return node_selector_errors(selector, path)


def _source_errors(spec: PersistentVolumeSpec) -> Iterator[FieldError]:
    sources = [name for name in spec.extra if isinstance(spec.extra[name], Mapping)]
    if not sources:
        yield required("spec", "must specify a volume type")
    for name in sources[1:]:
        yield forbidden(f"spec.{name}", "may not specify more than 1 volume type")
    for name in ("hostPath", "local"):
        body: Any = spec.extra.get(name)
        if name in sources:
            yield from _path_errors(str(body.get("path") or ""), f"spec.{name}.path")
    if "local" in sources and spec.node_affinity is None:
        yield required("spec.nodeAffinity", "Local volume requires node affinity")
    root = "hostPath" in sources and spec.extra["hostPath"].get("path") == "/"
    if root and spec.persistent_volume_reclaim_policy == "Recycle":
        yield forbidden("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'")


def _path_errors(path: str, field: str) -> Iterator[FieldError]:
    if not path:
        yield required(field, "")
    if ".." in path.split("/"):
        yield invalid(field, path, "must not contain '..'")


def _access_mode_errors(modes: tuple[str, ...], path: str) -> Iterator[FieldError]:
    for mode in modes:
        if mode not in ACCESS_MODES:
            yield not_supported(path, mode, ACCESS_MODES)
    if "ReadWriteOncePod" in modes and any(each in ACCESS_MODES and each != "ReadWriteOncePod" for each in modes):
        yield forbidden(path, "may not use ReadWriteOncePod with other access modes")


def _size_errors(amount: str, path: str) -> list[FieldError]:
    value = parse_quantity(amount)
    if value <= 0:
        return [invalid(path, amount, "must be greater than zero")]
    return [invalid(path, amount, "must be an integer")] if value.denominator != 1 else []


def _claim_update_errors(claim: PersistentVolumeClaim, old: PersistentVolumeClaim) -> Iterator[FieldError]:
    spec, before = claim.spec, old.spec
    was, now_is = (each.metadata.annotations.get(CLASS_ANNOTATION) for each in (old, claim))
    moved = was is not None and before.storage_class_name is None and spec.storage_class_name == was
    if was != now_is and not (moved and now_is is None):
        yield from immutable(f"metadata.annotations[{CLASS_ANNOTATION}]", now_is or "", was or "")
    if spec is before:
        return
    same = evolve(spec, volume_name=before.volume_name) if not before.volume_name else spec
    if before.storage_class_name is None and was in (None, spec.storage_class_name):
        same = evolve(same, storage_class_name=before.storage_class_name)
    if old.status.phase == BOUND:
        requests = {**spec.resources.requests, "storage": before.storage}
        same = evolve(
            same,
            resources=evolve(spec.resources, requests=requests),
            volume_attributes_class_name=before.volume_attributes_class_name,
        )
    if same != before:
        yield forbidden("spec", _FIXED_CLAIM)
    size, size_before = parse_quantity(spec.storage), parse_quantity(before.storage)
    if size < size_before and size <= parse_quantity(old.status.storage):
        yield forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")
    if spec.volume_mode != before.volume_mode:
        yield from immutable("volumeMode", spec.volume_mode, before.volume_mode)
