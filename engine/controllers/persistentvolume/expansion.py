"""VOLUME_EXPANSION: a claim that asks for more gets it, where the disk behind its volume can grow.

Follows ``pkg/controller/volume/expand`` and the external resizer; the file system grows with the volume at once.
"""

from collections.abc import Iterable, Iterator

from engine.api.writes import Emit, Update, UpdateStatus, Write
from engine.controllers.persistentvolume.claims import told
from engine.controllers.persistentvolume.disks import DISKS
from engine.kinds import Ref, evolve
from engine.kinds.quantity import parse_quantity
from engine.kinds.storage import BOUND, PROVISIONED_BY, PersistentVolume, PersistentVolumeClaim
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_NOBODY = "waiting for an external controller to expand this PVC"


def _reconcile(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    claim = state.find(PersistentVolumeClaim, ref.name, ref.namespace)
    volume = None if claim is None else state.find(PersistentVolume, claim.spec.volume_name)
    if claim is None or volume is None or not _wants_more(claim):
        return NOTHING
    provisioner = volume.metadata.annotations.get(PROVISIONED_BY, "")
    disk = DISKS.get(provisioner)
    if disk is None or not disk.grows:
        return Result(writes=tuple(told(state, claim, "ExternalExpanding", _NOBODY)))
    return Result(writes=tuple(_grown(claim, volume, provisioner)), actor=provisioner)


def _grown(claim: PersistentVolumeClaim, volume: PersistentVolume, provisioner: str) -> Iterator[Write]:
    amount = claim.spec.storage
    if parse_quantity(volume.spec.storage) < parse_quantity(amount):
        yield Update(evolve(volume, spec=evolve(volume.spec, capacity={**volume.spec.capacity, "storage": amount})))
    status = evolve(claim.status, capacity={**claim.status.capacity, "storage": amount})
    yield UpdateStatus(evolve(claim, status=status))
    for reason, message in (
        ("Resizing", f"External resizer is resizing volume {volume.metadata.name}"),
        ("VolumeResizeSuccessful", "Resize volume succeeded"),
    ):
        yield Emit(subject=claim, type="Normal", reason=reason, message=message, component=provisioner)


def _wants_more(claim: PersistentVolumeClaim) -> bool:
    wanted = parse_quantity(claim.spec.storage)
    return claim.status.phase == BOUND and wanted > parse_quantity(claim.status.storage)


def _wakes(change: Change, state: State) -> Iterable[Ref]:  # noqa: ARG001  # every wakes takes the state
    claim = change.new
    return (change.ref,) if isinstance(claim, PersistentVolumeClaim) and _wants_more(claim) else ()


VOLUME_EXPANSION = Controller(
    name="volume_expand", watches=("PersistentVolumeClaim",), wakes=_wakes, reconcile=_reconcile
)
