"""A claim's side: the volume it gets, or what it waits for. Follows ``syncClaim`` of pv_controller.go."""

from collections.abc import Iterator

from engine.api.storage import default_class
from engine.api.writes import Emit, Update, UpdateStatus, Write
from engine.kinds import evolve, with_metadata
from engine.kinds.storage import (
    BETA_STORAGE_PROVISIONER,
    BIND_COMPLETED,
    BOUND,
    BOUND_BY_CONTROLLER,
    CLASS_ANNOTATION,
    LOST,
    NO_PROVISIONER,
    SELECTED_NODE,
    STORAGE_PROVISIONER,
    PersistentVolume,
    PersistentVolumeClaim,
    PersistentVolumeClaimStatus,
    StorageClass,
)
from engine.store.state import State
from engine.volumes import class_of, given_to, matching_volume, mismatch

COMPONENT = "persistentvolume-controller"
_EXTERNAL = (
    "Waiting for a volume to be created either by the external provisioner '{}' or manually by the system "
    "administrator. If volume creation is delayed, please verify that the provisioner is running and correctly "
    "registered."
)


def bind_claim(state: State, claim: PersistentVolumeClaim, now: int) -> Iterator[Write]:
    if BIND_COMPLETED in claim.metadata.annotations:
        yield from _bound(state, claim, now)
    elif claim.metadata.deletion_timestamp is None:
        yield from _unbound(state, claim, now)


def told(
    state: State, obj: PersistentVolumeClaim | PersistentVolume, reason: str, message: str, *, type_: str = "Normal"
) -> Iterator[Write]:
    """An Event, unless that is the last that was told of it for this reason."""
    same = [event for event in state.events_of(obj) if event.reason == reason]
    if not same or same[-1].message != message:
        yield Emit(subject=obj, type=type_, reason=reason, message=message, component=COMPONENT)


def bound_writes(volume: PersistentVolume, claim: PersistentVolumeClaim, now: int) -> Iterator[Write]:
    """Both sides of a binding, as far as they are not written yet."""
    given = given_to(volume, claim)
    if given is not volume:
        yield Update(given)
    if volume.status.phase != BOUND:
        status = evolve(volume.status, phase=BOUND, reason="", message="", last_phase_transition_time=now)
        yield UpdateStatus(evolve(given, status=status))
    taken = _taken(claim, volume)
    if taken is not claim:
        yield Update(taken)
    status_of = claim.status
    capacity = status_of.capacity if status_of.phase == BOUND and status_of.capacity else volume.spec.capacity
    wanted = evolve(status_of, phase=BOUND, access_modes=volume.spec.access_modes, capacity=capacity)
    if wanted != status_of:
        yield UpdateStatus(evolve(taken, status=wanted))


def _taken(claim: PersistentVolumeClaim, volume: PersistentVolume) -> PersistentVolumeClaim:
    marks = dict(claim.metadata.annotations)
    name = volume.metadata.name
    if claim.spec.volume_name != name:
        claim = evolve(claim, spec=evolve(claim.spec, volume_name=name))
        marks[BOUND_BY_CONTROLLER] = "yes"
    marks[BIND_COMPLETED] = "yes"
    return claim if marks == claim.metadata.annotations else with_metadata(claim, annotations=marks)


def _bound(state: State, claim: PersistentVolumeClaim, now: int) -> Iterator[Write]:
    name = claim.spec.volume_name
    volume = state.find(PersistentVolume, name) if name else None
    if volume is None:
        what = "PersistentVolume. Data on the volume is lost!"
        why = f"Bound claim has lost its {what}" if name else f"Bound claim has lost reference to {what}"
        yield from _lost(claim, "ClaimLost", why)
    elif volume.spec.claim_ref is None or volume.is_for(claim):
        yield from bound_writes(volume, claim, now)
    else:
        why = "Two claims are bound to the same volume, this one is bound incorrectly"
        yield from _lost(claim, "ClaimMisbound", why)


def _lost(claim: PersistentVolumeClaim, reason: str, message: str) -> Iterator[Write]:
    if claim.status.phase != LOST:
        yield UpdateStatus(evolve(claim, status=PersistentVolumeClaimStatus(phase=LOST)))
        yield Emit(subject=claim, type="Warning", reason=reason, message=message, component=COMPONENT)


def _unbound(state: State, claim: PersistentVolumeClaim, now: int) -> Iterator[Write]:
    if claim.spec.volume_name:
        yield from _wanting(state, claim, now)
        return
    named = _with_default_class(state, claim)
    if named is not claim:
        yield Update(named)
        return
    found = class_of(state, claim)
    delayed = found is not None and found.waits_for_consumer
    volume = matching_volume(claim, state.open_volumes(claim.storage_class), only_given=delayed)
    if volume is not None:
        yield from bound_writes(volume, claim, now)
        return
    if delayed and SELECTED_NODE not in claim.metadata.annotations:
        yield from told(
            state, claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding"
        )
    elif claim.storage_class:
        yield from _asked_for(state, claim, found)
    else:
        why = "no persistent volumes available for this claim and no storage class is set"
        yield from told(state, claim, "FailedBinding", why)


def _wanting(state: State, claim: PersistentVolumeClaim, now: int) -> Iterator[Write]:
    """A claim that asks for a volume by its name."""
    name = claim.spec.volume_name
    volume = state.find(PersistentVolume, name)
    if volume is None:
        return
    if volume.spec.claim_ref is not None and not volume.is_for(claim):
        yield from told(state, claim, "FailedBinding", f'volume "{name}" already bound to a different claim.')
        return
    why = mismatch(claim, volume)
    if volume.spec.claim_ref is None and why:
        message = f'Cannot bind to requested volume "{name}": {why}'
        yield from told(state, claim, "VolumeMismatch", message, type_="Warning")
    elif volume.metadata.deletion_timestamp is None:
        yield from bound_writes(volume, claim, now)


def _asked_for(state: State, claim: PersistentVolumeClaim, found: StorageClass | None) -> Iterator[Write]:
    """The class's provisioner is asked for a volume."""
    if found is None:
        why = f'storageclass.storage.k8s.io "{claim.storage_class}" not found'
        yield from told(state, claim, "ProvisioningFailed", why, type_="Warning")
        return
    if found.provisioner == NO_PROVISIONER:
        why = f"no volume plugin matched name: {NO_PROVISIONER}"
        yield from told(state, claim, "ProvisioningFailed", why, type_="Warning")
        return
    marks = claim.metadata.annotations
    wanted = {**marks, **dict.fromkeys((BETA_STORAGE_PROVISIONER, STORAGE_PROVISIONER), found.provisioner)}
    if wanted != marks:
        yield Update(with_metadata(claim, annotations=wanted))
    yield from told(state, claim, "ExternalProvisioning", _EXTERNAL.format(found.provisioner))


def _with_default_class(state: State, claim: PersistentVolumeClaim) -> PersistentVolumeClaim:
    """A default class that came after the claim is the claim's, too."""
    if claim.spec.storage_class_name is not None or CLASS_ANNOTATION in claim.metadata.annotations:
        return claim
    default = default_class(state.all(StorageClass))
    if default is None:
        return claim
    return evolve(claim, spec=evolve(claim.spec, storage_class_name=default.metadata.name))


