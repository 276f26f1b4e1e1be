"""A volume's side: free, bound, or left by its claim and given back as its policy says.

Follows ``syncVolume`` and ``reclaimVolume`` of pv_controller.go. What a bundled provisioner made, it deletes.
"""

import re
from collections.abc import Iterator

from engine.api.writes import Delete, Emit, Update, UpdateStatus, Write
from engine.controllers.persistentvolume.claims import COMPONENT
from engine.controllers.persistentvolume.disks import DISKS
from engine.kinds import ObjectReference, evolve, ref_of, with_metadata
from engine.kinds.storage import (
    AVAILABLE,
    BOUND,
    BOUND_BY_CONTROLLER,
    FAILED,
    PROVISIONED_BY,
    RELEASED,
    PersistentVolume,
    PersistentVolumeClaim,
)
from engine.store.state import State

_NO_DELETER = 'error getting deleter volume plugin for volume "{}": no deletable volume plugin matched'
_ONLY_TMP = "host_path deleter only supports /tmp/.+ but received provided {}"


def settle_volume(state: State, volume: PersistentVolume, now: int) -> Iterator[Write]:
    ref = volume.spec.claim_ref
    if ref is None or not ref.uid:
        yield from _in_phase(volume, AVAILABLE, now)
        return
    claim = state.find(PersistentVolumeClaim, ref.name, ref.namespace)
    if claim is None or claim.metadata.uid != ref.uid:
        yield from _released(volume, now)
    elif claim.spec.volume_name == volume.metadata.name:
        if claim.fully_bound:
            yield from _in_phase(volume, BOUND, now)
    elif claim.spec.volume_name:
        yield from _not_needed(volume, ref, now)
    elif volume.status.phase not in ("", "Pending", AVAILABLE):
        yield from _in_phase(volume, AVAILABLE, now)


def _not_needed(volume: PersistentVolume, ref: ObjectReference, now: int) -> Iterator[Write]:
    """Its claim has taken another volume meanwhile."""
    marks = dict(volume.metadata.annotations)
    if PROVISIONED_BY in marks and volume.spec.persistent_volume_reclaim_policy == "Delete":
        yield from _released(volume, now)
        return
    kept = None if marks.pop(BOUND_BY_CONTROLLER, None) else evolve(ref, uid="", resource_version="")
    freed = evolve(volume, spec=evolve(volume.spec, claim_ref=kept))
    yield Update(with_metadata(freed, annotations=marks))
    yield from _in_phase(freed, AVAILABLE, now)


def _released(volume: PersistentVolume, now: int) -> Iterator[Write]:
    if volume.status.phase == FAILED:
        return
    policy = volume.spec.persistent_volume_reclaim_policy
    if policy == "Recycle" and volume.spec.source in ("hostPath", "nfs"):
        freed = evolve(volume, spec=evolve(volume.spec, claim_ref=None))
        yield Update(freed)
        yield from _in_phase(freed, AVAILABLE, now)
        yield Emit(
            subject=volume, type="Normal", reason="VolumeRecycled", message="Volume recycled", component=COMPONENT
        )
        return
    failure = "" if policy == "Retain" else _cannot_be_deleted(volume)
    if failure:
        yield from _in_phase(volume, FAILED, now, failure)
        yield Emit(
            subject=volume, type="Warning", reason="VolumeFailedDelete", message=failure, component=COMPONENT
        )
        return
    yield from _in_phase(volume, RELEASED, now)
    if policy != "Retain" and volume.metadata.deletion_timestamp is None:
        yield Delete(ref=ref_of(volume), uid=volume.metadata.uid)


def _cannot_be_deleted(volume: PersistentVolume) -> str:
    if volume.metadata.annotations.get(PROVISIONED_BY) in DISKS:
        return ""
    if volume.spec.source != "hostPath":
        return _NO_DELETER.format(volume.metadata.name)
    path = str((volume.spec.extra.get("hostPath") or {}).get("path"))
    return "" if re.match(r"/tmp/.+", path) else _ONLY_TMP.format(path)


def _in_phase(volume: PersistentVolume, phase: str, now: int, message: str = "") -> Iterator[Write]:
    if volume.status.phase != phase:
        status = evolve(volume.status, phase=phase, message=message, last_phase_transition_time=now)
        yield UpdateStatus(evolve(volume, status=status))
