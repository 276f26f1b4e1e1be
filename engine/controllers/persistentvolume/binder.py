"""VOLUME_BINDER: which claim has which volume, and what each of them says of it.

Follows ``pkg/controller/volume/persistentvolume``. Differs in that both sides of a binding are one commit, and in
that what a claim waits for is told once instead of every 15 seconds.
"""

from collections.abc import Iterable, Iterator

from engine.controllers.persistentvolume.claims import bind_claim
from engine.controllers.persistentvolume.reclaiming import settle_volume
from engine.kinds import Event, Ref, ref_of
from engine.kinds.storage import AVAILABLE, PersistentVolume, PersistentVolumeClaim, StorageClass
from engine.parts import GOES
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    if ref.kind == PersistentVolume.kind:
        volume = state.find(PersistentVolume, ref.name)
        return NOTHING if volume is None else Result(writes=tuple(settle_volume(state, volume, now)))
    claim = state.find(PersistentVolumeClaim, ref.name, ref.namespace)
    return NOTHING if claim is None else Result(writes=tuple(bind_claim(state, claim, now)))


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    match change.object:
        case PersistentVolumeClaim():
            return _of_claim(change, state)
        case PersistentVolume():
            return _of_volume(change, state)
        case StorageClass() as storage_class:
            return _waiting(state, (storage_class.metadata.name, ""))
        case Event() as event if change.new is None and event.involved_object.kind == PersistentVolumeClaim.kind:
            # What a claim waits for is told again once it is forgotten.
            subject = event.involved_object
            return (Ref(subject.kind, subject.namespace, subject.name),)
    return ()


def _of_claim(change: Change, state: State) -> Iterator[Ref]:
    if change.new is not None:
        yield change.ref
    for claim in (change.old, change.new):
        if isinstance(claim, PersistentVolumeClaim) and claim.spec.volume_name:
            yield Ref(PersistentVolume.kind, "", claim.spec.volume_name)
    if change.old is None or change.new is None:
        for volume in state.open_volumes(getattr(change.object, "storage_class", "")):
            if volume.spec.claim_ref is not None:
                yield ref_of(volume)


def _of_volume(change: Change, state: State) -> Iterator[Ref]:
    """The volume, the claims it names or is named by, and all that wait where it has become free to take."""
    if change.new is not None:
        yield change.ref
    for volume in (change.old, change.new):
        if isinstance(volume, PersistentVolume) and volume.spec.claim_ref is not None:
            yield Ref(PersistentVolumeClaim.kind, volume.spec.claim_ref.namespace, volume.spec.claim_ref.name)
    new, old = change.new, change.old
    if isinstance(new, PersistentVolume) and _is_free(new) and (old is None or not _looks_the_same(old, new)):
        yield from _waiting(state, (new.storage_class,))
    elif old is None:
        name, storage_class = change.ref.name, getattr(new, "storage_class", "")
        yield from (ref_of(each) for each in state.open_claims(storage_class) if each.spec.volume_name == name)


def _is_free(volume: PersistentVolume) -> bool:
    return volume.spec.claim_ref is None and volume.status.phase == AVAILABLE


def _looks_the_same(old: object, new: PersistentVolume) -> bool:
    return isinstance(old, PersistentVolume) and (old.spec, old.status, old.metadata.labels) == (
        new.spec,
        new.status,
        new.metadata.labels,
    )


def _waiting(state: State, classes: Iterable[str]) -> Iterator[Ref]:
    for name in classes:
        yield from (ref_of(claim) for claim in state.open_claims(name))


VOLUME_BINDER = Controller(
    name="persistentvolume-controller",
    watches=("PersistentVolumeClaim", "PersistentVolume", "StorageClass", "Event"),
    heeds={"Event": GOES},
    wakes=_wakes,
    reconcile=_reconcile,
)
