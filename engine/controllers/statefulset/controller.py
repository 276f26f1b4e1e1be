"""One sync of a StatefulSet: its revisions, then its pods, then its status, as one commit.

Follows ``pkg/controller/statefulset``. Differs in: a sync is one commit, so that pods made together double in
number (1, 2, 4, ...) from one reconcile to the next; and a pod that was adopted keeps the volumes it has.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from engine.api.writes import Create, Delete, Emit, Update, UpdateStatus, Write
from engine.claims import claim, might_manage
from engine.controllers.statefulset.claims import CLAIM
from engine.controllers.statefulset.identity import ordinal_of, pod_name, revision_of
from engine.controllers.statefulset.scaling import BURST, scale_and_update
from engine.controllers.statefulset.status import status_of
from engine.controllers.statefulset.sync import COMPONENT, Sync
from engine.errors import ApiError
from engine.kinds import ControllerRevision, Object, Pod, Ref, StatefulSet, condition, evolve, ref_of
from engine.namespaces import is_terminating
from engine.pod_control import retry_at
from engine.readiness import available_at
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.revisions import HASH_LABEL, in_order, is_of, next_number, numbered_revision
from engine.store.state import State


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    stateful_set = state.find(StatefulSet, ref.name, ref.namespace)
    if stateful_set is None:
        return NOTHING
    selector = stateful_set.spec.selector
    pods = claim(state, stateful_set, "Pod", selector, partial(_is_member, stateful_set))
    revisions = claim(state, stateful_set, "ControllerRevision", selector)
    if pods.writes or revisions.writes:
        return Result(writes=(*pods.writes, *revisions.writes))
    return _synced(state, stateful_set, pods.of(Pod), in_order(revisions.of(ControllerRevision)), now)


def _synced(
    state: State,
    stateful_set: StatefulSet,
    pods: tuple[Pod, ...],
    revisions: list[ControllerRevision],
    now: int,
    most_new: int = BURST,
) -> Result:
    history, current, update, collisions = _revisions(state, stateful_set, revisions)
    going = stateful_set.metadata.deletion_timestamp is not None
    if going:
        history = []  # or the garbage collector would never be done with them
    sync = Sync.of(state, stateful_set, (current, update), pods, now)
    due = 0
    if not going and not is_terminating(state, stateful_set.metadata.namespace):
        due = _retry_at(state, stateful_set)
        scale_and_update(sync, 0 if due > now else min(most_new, max(1, len(pods))))
    status = status_of(sync, collisions)
    writes: list[Write] = [*history, *sync.writes]
    if status != stateful_set.status:
        writes.append(UpdateStatus(evolve(stateful_set, status=status)))
    writes += _forgotten(stateful_set, revisions, sync)
    if sync.blocked_by:
        return _failed(state, stateful_set, writes, sync.blocked_by, now)
    return Result(
        writes=tuple(writes),
        again_at=min((date for date in (due, *_next_available(stateful_set, pods)) if date > now), default=None),
        refused=lambda error: _refused(state, stateful_set, pods, revisions, now, sync, error),
    )


def _revisions(
    state: State, stateful_set: StatefulSet, revisions: list[ControllerRevision]
) -> tuple[list[Write], ControllerRevision, ControllerRevision, int]:
    """(what is written of them, the current one, that of the present template, the count of collisions)."""
    collisions = stateful_set.status.collision_count or 0
    equal = [each for each in revisions if is_of(each, stateful_set.spec.template)]
    writes: list[Write] = []
    if equal and equal[-1] is revisions[-1]:
        update = revisions[-1]
    elif equal:
        update = evolve(equal[-1], revision=next_number(revisions))
        writes.append(Update(update))
    else:
        number = next_number(revisions)
        update, collisions = numbered_revision(state, stateful_set, number, HASH_LABEL, collisions)
        writes.append(Create(update))
    known = stateful_set.status.current_revision
    current = next((each for each in revisions if each.metadata.name == known), update)
    return writes, update if current.metadata.name == update.metadata.name else current, update, collisions


def _forgotten(
    stateful_set: StatefulSet, revisions: list[ControllerRevision], sync: Sync
) -> Iterator[Write]:
    """The oldest revisions that no pod has any more, past revisionHistoryLimit."""
    limit = stateful_set.spec.revision_history_limit
    if limit is None or limit < 0:
        return
    live = {sync.current.metadata.name, sync.update.metadata.name, *map(revision_of, sync.pods)}
    old = [each for each in revisions if each.metadata.name not in live]
    for each in old[: max(0, len(old) - limit)]:
        yield Delete(ref=ref_of(each), uid=each.metadata.uid)


def _refused(
    state: State,
    stateful_set: StatefulSet,
    pods: tuple[Pod, ...],
    revisions: list[ControllerRevision],
    now: int,
    sync: Sync,
    error: ApiError,
) -> Result:
    """A batch is refused whole: asked for again at half its size, until a single pod is refused."""
    count = len(sync.created)
    if count > 1:
        return evolve(_synced(state, stateful_set, pods, revisions, now, count // 2), again_at=now + 1)
    if not count:
        return Result(again_at=now + 1)
    name = sync.created[0].metadata.name
    message = f"create Pod {name} in StatefulSet {stateful_set.metadata.name} failed error: {error}"
    without = _synced(state, stateful_set, pods, revisions, now, 0)
    return _failed(state, stateful_set, without.writes, message, now)


def _failed(state: State, stateful_set: StatefulSet, writes: Iterable[Write], message: str, now: int) -> Result:
    report = Emit(
        subject=stateful_set, type="Warning", reason="FailedCreate", message=message, component=COMPONENT
    )
    return Result(writes=(*writes, report), again_at=retry_at(state.events_of(stateful_set), now))


def _retry_at(state: State, stateful_set: StatefulSet) -> int:
    """0 where the spec has changed since the last attempt."""
    if stateful_set.metadata.generation != stateful_set.status.observed_generation:
        return 0
    return retry_at(state.events_of(stateful_set))


def _next_available(stateful_set: StatefulSet, pods: Iterable[Pod]) -> Iterator[int]:
    """When ready pods will have been ready for minReadySeconds."""
    seconds = stateful_set.spec.min_ready_seconds
    if seconds:
        dates = (available_at(pod, seconds) for pod in pods)
        yield from (date for date in dates if date is not None)


def _is_member(stateful_set: StatefulSet, obj: Object) -> bool:
    return isinstance(obj, Pod) and ordinal_of(stateful_set, obj) >= 0


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    ref, old, new = change
    if ref.kind == "StatefulSet":
        return (ref,)
    if not state.count("StatefulSet"):
        return ()
    if ref.kind == CLAIM:
        return _waiting_for(ref, state) if _is_leaving(new) else ()
    if isinstance(old, Pod) and isinstance(new, Pod) and _looks_the_same(old, new):
        return ()
    woken: dict[Ref, None] = {}
    for obj in (old, new):
        if obj is not None:
            woken.update(dict.fromkeys(might_manage(obj, state, StatefulSet)))
    return woken


def _looks_the_same(old: Pod, new: Pod) -> bool:
    """Nothing changed that the order, an identity or a status could depend on."""
    before, after = old.metadata, new.metadata
    return (
        old.status.phase == new.status.phase
        and condition(old.status.conditions, "Ready") == condition(new.status.conditions, "Ready")
        and before.deletion_timestamp == after.deletion_timestamp
        and (before.labels is after.labels or before.labels == after.labels)
        and before.owner_references == after.owner_references
    )


def _is_leaving(claim: Object | None) -> bool:
    return claim is None or claim.metadata.deletion_timestamp is not None


def _waiting_for(claim: Ref, state: State) -> Iterator[Ref]:
    """The sets that may have a pod on the claim (scans those of its namespace)."""
    for each in state.all(StatefulSet, claim.namespace):
        for template in each.spec.claim_names:
            if claim.name.startswith(f"{template}-{pod_name(each, 0)[:-1]}"):
                yield ref_of(each)


STATEFULSET = Controller(
    name=COMPONENT,
    watches=("StatefulSet", "ControllerRevision", "Pod", CLAIM),
    wakes=_wakes,
    reconcile=_reconcile,
    pods_with="StatefulSet",
)
