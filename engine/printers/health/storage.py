"""Health of volumes and claims: why a claim has no volume yet, in the words of whoever it waits for."""

from engine.kinds.storage import BOUND, FAILED, LOST, RELEASED, PersistentVolume, PersistentVolumeClaim
from engine.printers.parts.levels import OK, Health
from engine.store.state import State


def claim_health(claim: PersistentVolumeClaim, state: State, _now: int) -> Health:
    if claim.status.phase == BOUND:
        resizing = [each for each in claim.status.conditions if each.status == "True"]
        return Health("warn", resizing[-1].message or resizing[-1].type) if resizing else OK
    if claim.status.phase == LOST:
        return Health("bad", f"its volume {claim.spec.volume_name} is gone")
    told = state.events_of(claim)
    if not told:
        return Health("warn", "no volume yet")
    newest = told[-1]
    waits_as_meant = newest.reason == "WaitForFirstConsumer"
    return Health("dim" if waits_as_meant else "warn", newest.message or newest.reason)


def volume_health(volume: PersistentVolume, _state: State, _now: int) -> Health:
    phase, claim = volume.status.phase, volume.spec.claim_ref
    if phase == FAILED:
        return Health("bad", volume.status.message or "its deletion failed")
    if phase == RELEASED and claim is not None:
        return Health("warn", f"kept after {claim.namespace}/{claim.name} was deleted: nobody can claim it")
    return OK
