"""What has no owner any more goes; an owner that waits for its dependents, or lets them go, is released.

    owner gone, or another one of that name (uid differs)   dangling
    owner deleted in foreground                             waiting: goes after those that block it
    any other owner                                         solid: one is enough to keep an object

Follows ``pkg/controller/garbagecollector``. Differs in: the dependents of one owner go in one commit.
"""

from collections.abc import Iterable, Iterator

from engine.api.writes import BACKGROUND, FOREGROUND, ORPHAN, Delete, Update, Write
from engine.claims import released
from engine.kinds import KINDS, Object, ObjectMeta, OwnerReference, Ref, ref_of, with_metadata
from engine.kinds.frozen import frozen
from engine.kinds.registry import custom_name
from engine.parts import GOES, LEAVING, OWNERS
from engine.reconcile import CUSTOM, NOTHING, Change, Controller, Result
from engine.serving import served_kind
from engine.store.state import State

_FOREGROUND_FINALIZER, _ORPHAN_FINALIZER = "foregroundDeletion", "orphan"
_AT_ONCE = 500
"""Dependents of one owner that go in one commit at most."""


@frozen
class _Owners:
    """The uids of an object's owners, by what holds for them."""

    solid: tuple[str, ...]
    dangling: tuple[str, ...]
    waiting: tuple[str, ...]


def _reconcile(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    obj = state.get(ref)
    if obj is None:
        return NOTHING
    if obj.metadata.deletion_timestamp is not None:
        return Result(writes=tuple(_finished(state, obj)))
    own = tuple(_collected(state, obj))
    if not own:
        return NOTHING
    together = (*own, *_siblings(state, obj))
    return Result(writes=together, refused=lambda _: Result(writes=own))


def _finished(state: State, obj: Object) -> Iterator[Write]:
    """For an object that is being deleted: lets its dependents go, or goes itself once none blocks it."""
    meta = obj.metadata
    if _ORPHAN_FINALIZER in meta.finalizers:
        for each in state.owned_by(meta.uid):
            yield Update(released(each, (meta.uid,)))
        yield Update(_without_finalizer(obj, _ORPHAN_FINALIZER))
    elif _FOREGROUND_FINALIZER in meta.finalizers and not _is_blocked(state, meta.uid):
        yield Update(_without_finalizer(obj, _FOREGROUND_FINALIZER))


def _collected(state: State, obj: Object) -> Iterator[Write]:
    """Deletes an object without a solid owner; else drops the owners that are none."""
    meta = obj.metadata
    if not meta.owner_references or meta.deletion_timestamp is not None:
        return
    owners = _owners(state, obj)
    if owners.solid:
        if owners.dangling or owners.waiting:
            yield Update(released(obj, owners.dangling + owners.waiting))
    elif owners.waiting and any(state.owned_by(meta.uid)):
        yield Delete(ref=ref_of(obj), uid=meta.uid, propagation=FOREGROUND)
    else:
        yield Delete(ref=ref_of(obj), uid=meta.uid, propagation=_propagation(obj))


def _siblings(state: State, obj: Object) -> Iterator[Write]:
    """The same for other dependents of the owners that are gone or going."""
    owners = _owners(state, obj)
    done = {ref_of(obj)}
    for uid in owners.dangling + owners.waiting:
        for each in state.owned_by(uid):
            if len(done) >= _AT_ONCE:
                return
            if ref_of(each) not in done:
                done.add(ref_of(each))
                yield from _collected(state, each)


def _owners(state: State, obj: Object) -> _Owners:
    solid, dangling, waiting = [], [], []
    for owner in obj.metadata.owner_references:
        known, found = _find(state, obj, owner)
        if _is_solid(owner, known, found):
            solid.append(owner.uid)
        elif found is None or found.metadata.uid != owner.uid:
            dangling.append(owner.uid)
        else:
            waiting.append(owner.uid)
    return _Owners(tuple(solid), tuple(dangling), tuple(waiting))


def _is_solid(owner: OwnerReference, known: bool, found: Object | None) -> bool:
    return not known or (found is not None and found.metadata.uid == owner.uid and not _waits(found))


def _find(state: State, obj: Object, owner: OwnerReference) -> tuple[bool, Object | None]:
    """(False, None) where it cannot be told: a kind that is not served, or a namespace that is not known."""
    custom = custom_name(owner.kind, owner.api_version)
    kind = served_kind(state, custom) if custom else KINDS.get(owner.kind)
    namespace = obj.metadata.namespace
    if kind is None or (kind.namespaced and not namespace):
        return False, None
    return True, state.get(Ref(kind.name, namespace if kind.namespaced else "", owner.name))


def _waits(owner: Object) -> bool:
    meta = owner.metadata
    return meta.deletion_timestamp is not None and _FOREGROUND_FINALIZER in meta.finalizers


def _is_blocked(state: State, uid: str) -> bool:
    return any(
        owner.uid == uid and owner.block_owner_deletion
        for each in state.owned_by(uid)
        for owner in each.metadata.owner_references
    )


def _propagation(obj: Object) -> str:
    if _ORPHAN_FINALIZER in obj.metadata.finalizers:
        return ORPHAN
    return FOREGROUND if _FOREGROUND_FINALIZER in obj.metadata.finalizers else BACKGROUND


def _without_finalizer(obj: Object, finalizer: str) -> Object:
    rest = tuple(each for each in obj.metadata.finalizers if each != finalizer)
    return with_metadata(obj, finalizers=rest)


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    old, new = change.old, change.new
    if old is not None and new is not None and _stays(old.metadata, new.metadata):
        return ()
    return _woken(old, new, state)


def _stays(before: ObjectMeta, after: ObjectMeta) -> bool:
    """Neither it nor what it owns has anything to fear: most changes are of this sort."""
    return (
        after.owner_references is before.owner_references
        and after.deletion_timestamp is None
        and after.uid == before.uid
    )


def _woken(old: Object | None, new: Object | None, state: State) -> Iterator[Ref]:
    if new is not None:
        yield from _woken_by_new(old, new, state)
    if old is not None:
        yield from _woken_by_old(old, new, state)


def _woken_by_new(old: Object | None, new: Object, state: State) -> Iterator[Ref]:
    meta = new.metadata
    if meta.deletion_timestamp is not None:
        if _FOREGROUND_FINALIZER in meta.finalizers or _ORPHAN_FINALIZER in meta.finalizers:
            yield ref_of(new)
            if _waits(new) and (old is None or not _waits(old)):
                yield from map(ref_of, state.owned_by(meta.uid))
    elif meta.owner_references and (old is None or old.metadata.owner_references != meta.owner_references):
        for owner in meta.owner_references:
            if not _is_solid(owner, *_find(state, new, owner)):
                yield ref_of(new)
                return


def _woken_by_old(old: Object, new: Object | None, state: State) -> Iterator[Ref]:
    meta = old.metadata
    gone = new is None or new.metadata.uid != meta.uid
    if gone:
        yield from map(ref_of, state.owned_by(meta.uid))
    if gone or (new is not None and new.metadata.owner_references != meta.owner_references):
        for owner in meta.owner_references:
            _, found = _find(state, old, owner)
            if found is not None and found.metadata.uid == owner.uid and _waits(found):
                yield ref_of(found)


def _watched() -> Iterable[str]:
    """All kinds but those that never own and are never owned."""
    yield from (kind for kind in KINDS if kind not in ("Event", "Exec", "Fault"))
    yield CUSTOM


GARBAGE_COLLECTOR = Controller(
    name="garbage-collector",
    watches=tuple(_watched()),
    heeds=dict.fromkeys(_watched(), OWNERS | LEAVING | GOES),
    wakes=_wakes,
    reconcile=_reconcile,
)
