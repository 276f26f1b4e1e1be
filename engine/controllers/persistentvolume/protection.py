"""What is in use is not deleted: a claim while a scheduled pod has it, a volume while it is bound.

Follows ``pkg/controller/volume/pvcprotection`` and ``pvprotection``; the finalizers come from admission.
"""

from collections.abc import Iterable

from engine.api.writes import Update
from engine.kinds import Pod, Ref, with_metadata
from engine.kinds.storage import BOUND, PersistentVolume, PersistentVolumeClaim
from engine.kinds.storage import CLAIM_PROTECTION as CLAIM_FINALIZER
from engine.kinds.storage import VOLUME_PROTECTION as VOLUME_FINALIZER
from engine.parts import GOES
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State
from engine.volumes import claim_names


def _free_claim(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    claim = state.find(PersistentVolumeClaim, ref.name, ref.namespace)
    if claim is None or not _is_going(claim, CLAIM_FINALIZER):
        return NOTHING
    if any(pod.spec.node_name for pod in state.users_of(ref)):
        return NOTHING
    return _without(claim, CLAIM_FINALIZER)


def _free_volume(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    volume = state.find(PersistentVolume, ref.name)
    if volume is None or not _is_going(volume, VOLUME_FINALIZER) or volume.status.phase == BOUND:
        return NOTHING
    return _without(volume, VOLUME_FINALIZER)


def _is_going(obj: PersistentVolume | PersistentVolumeClaim, finalizer: str) -> bool:
    return obj.metadata.deletion_timestamp is not None and finalizer in obj.metadata.finalizers


def _without(obj: PersistentVolume | PersistentVolumeClaim, finalizer: str) -> Result:
    kept = tuple(each for each in obj.metadata.finalizers if each != finalizer)
    return Result(writes=(Update(with_metadata(obj, finalizers=kept)),))


def _claim_wakes(change: Change, state: State) -> Iterable[Ref]:  # noqa: ARG001  # every wakes takes the state
    """A claim, and those of a pod that has gone."""
    match change.object:
        case PersistentVolumeClaim():
            return (change.ref,) if change.new is not None else ()
        case Pod() as pod if change.new is None and pod.spec.volumes:
            namespace = pod.metadata.namespace
            return [Ref(PersistentVolumeClaim.kind, namespace, name) for name in claim_names(pod)]
    return ()


def _volume_wakes(change: Change, state: State) -> Iterable[Ref]:  # noqa: ARG001  # every wakes takes the state
    return (change.ref,) if change.new is not None else ()


CLAIM_PROTECTION = Controller(
    name="pvc-protection-controller",
    watches=("PersistentVolumeClaim", "Pod"),
    heeds={"Pod": GOES},
    wakes=_claim_wakes,
    reconcile=_free_claim,
    pods_with="PersistentVolumeClaim",
)
VOLUME_PROTECTION = Controller(
    name="pv-protection-controller",
    watches=("PersistentVolume",),
    wakes=_volume_wakes,
    reconcile=_free_volume,
)
