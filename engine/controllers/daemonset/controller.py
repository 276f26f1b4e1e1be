"""One sync of a DaemonSet: its revisions, its pods on the nodes that need a change, its status, as one commit.

Follows ``pkg/controller/daemon``. Differs in: only what changed since the last sync is looked at (see
``standing``); pods made together double in number (1, 2, 4, ... at most 250) from one reconcile to the next; and
revisions that are equal to each other stay.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from engine.api.writes import Create, Delete, Emit, Update, UpdateStatus, Write
from engine.claims import claim, might_manage, released
from engine.controllers.daemonset.failures import REASON, may_go_at, succeeded, told
from engine.controllers.daemonset.places import (
    AVAILABLE,
    CREATE,
    CURRENT,
    DELETE,
    DESIRED,
    FAILED,
    MISSCHEDULED,
    PODS,
    READY,
    UPDATED,
    Rules,
)
from engine.controllers.daemonset.pods import generation_of, new_pods, target_of, verdict
from engine.controllers.daemonset.rolling import next_step, surges
from engine.controllers.daemonset.standing import Standing, next_available, standing
from engine.errors import ApiError
from engine.kinds import (
    ControllerRevision,
    DaemonSet,
    DaemonSetStatus,
    Node,
    Object,
    Pod,
    Ref,
    condition,
    evolve,
    owner_reference,
    ref_of,
    with_metadata,
)
from engine.namespaces import is_terminating
from engine.pod_control import CREATED, DELETED, LONGEST_BASE, new_names, reports, retry_at
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.revisions import REVISION_LABEL, in_order, is_of, next_number, numbered_revision
from engine.store.state import State

COMPONENT = "daemonset-controller"
BURST = 250
"""Pods made or deleted by one reconcile at most (``BurstReplicas``)."""


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    daemon_set = state.find(DaemonSet, ref.name, ref.namespace)
    if daemon_set is None or daemon_set.metadata.deletion_timestamp is not None:
        return NOTHING
    revisions = claim(state, daemon_set, "ControllerRevision", daemon_set.spec.selector)
    if revisions.writes:
        return Result(writes=revisions.writes)
    return _synced(state, daemon_set, in_order(revisions.of(ControllerRevision)), now, BURST)


def _synced(
    state: State, daemon_set: DaemonSet, revisions: list[ControllerRevision], now: int, most_new: int
) -> Result:
    history, current, collisions = _current(state, daemon_set, revisions)
    rules = Rules(
        hash=current.metadata.labels.get(REVISION_LABEL, current.metadata.name),
        generation=generation_of(daemon_set),
        min_ready_seconds=daemon_set.spec.min_ready_seconds,
        surges=surges(daemon_set),
    )
    found = standing(state, daemon_set, rules, now)
    if found.strays:
        return Result(writes=(*history, *_claimed(state, daemon_set, found)))
    due = _retry_at(state, daemon_set) if found.count(CREATE) else 0
    failed, failed_due = _failed_pods(state, daemon_set, found, now)
    going, coming = _managed(found)
    if not (going or failed or coming) and daemon_set.spec.update_strategy.type == "RollingUpdate":
        going, coming = next_step(daemon_set, found, BURST)
    most = 0 if due > now or is_terminating(state, daemon_set.metadata.namespace) else most_new
    coming = coming[: min(most, max(1, found.count(PODS)))]
    writes = [*history, *_told(daemon_set, going, failed), *_moved(state, daemon_set, rules, [*failed, *going], coming)]
    status = _status(daemon_set, found, collisions)
    if status != daemon_set.status:
        writes.append(UpdateStatus(evolve(daemon_set, status=status)))
    writes += _forgotten(daemon_set, revisions, current, found)
    dates = (due, failed_due, next_available(found, rules.min_ready_seconds) or 0)
    return Result(
        writes=tuple(writes),
        again_at=min((date for date in dates if date > now), default=None),
        refused=lambda error: _refused(state, daemon_set, revisions, now, len(coming), error),
    )


def _current(
    state: State, daemon_set: DaemonSet, revisions: list[ControllerRevision]
) -> tuple[list[Write], ControllerRevision, int | None]:
    """(what is written of it, the revision of the present template, the count of collisions)."""
    collisions = daemon_set.status.collision_count
    equal = [each for each in revisions if is_of(each, daemon_set.spec.template)]
    if not equal:
        number = next_number(revisions)
        made, count = numbered_revision(state, daemon_set, number, REVISION_LABEL, collisions or 0)
        return [Create(made)], made, count or collisions
    if equal[-1] is revisions[-1]:
        return [], equal[-1], collisions
    renumbered = evolve(equal[-1], revision=next_number(revisions))
    return [Update(renumbered)], renumbered, collisions


def _claimed(state: State, daemon_set: DaemonSet, found: Standing) -> Iterator[Write]:
    for (name,), what in found.strays.items():
        pod = state.find(Pod, name, daemon_set.metadata.namespace)
        assert pod is not None, f"{name} is gone"
        if what == "release":
            yield Update(released(pod, (daemon_set.metadata.uid,)))
        else:
            owners = (*pod.metadata.owner_references, owner_reference(daemon_set))
            yield Update(with_metadata(pod, owner_references=owners))


def _managed(found: Standing) -> tuple[list[Pod], list[str]]:
    going = (pod for place in found.having(DELETE) for pod in place.surplus)
    return list(islice(going, BURST)), [place.node for place in islice(found.having(CREATE), BURST)]


def _failed_pods(state: State, daemon_set: DaemonSet, found: Standing, now: int) -> tuple[list[Pod], int]:
    """(failed pods that go now, when the next one may)."""
    if not found.count(FAILED):
        return [], 0
    events = state.events_of(daemon_set)
    going, dates = [], []
    for place in islice(found.having(FAILED), BURST):
        due = may_go_at(events, place.node, now)
        if due > now:
            dates.append(due)
        else:
            failed = (pod for pod in place.pods if pod.status.phase == "Failed")
            going += [pod for pod in failed if pod.metadata.deletion_timestamp is None]
    return going, min(dates, default=0)


def _moved(
    state: State, daemon_set: DaemonSet, rules: Rules, going: list[Pod], coming: list[str]
) -> Iterator[Write]:
    for pod in going:
        yield Delete(ref=ref_of(pod), uid=pod.metadata.uid)
    names = new_names(state, daemon_set, [_base(daemon_set)] * len(coming))
    yield from map(Create, new_pods(daemon_set, rules.hash, names, coming))
    yield from reports(state, daemon_set, DELETED, [pod.metadata.name for pod in going], COMPONENT)
    yield from reports(state, daemon_set, CREATED, names, COMPONENT)


def _base(daemon_set: DaemonSet) -> str:
    return f"{daemon_set.metadata.name[: LONGEST_BASE - 1]}-"


def _told(daemon_set: DaemonSet, going: list[Pod], failed: list[Pod]) -> Iterator[Write]:
    said = [("Warning", REASON, told(pod, target_of(pod))) for pod in failed]
    said += [
        ("Normal", "SucceededDaemonPod", succeeded(pod, target_of(pod)))
        for pod in going
        if pod.status.phase == "Succeeded"
    ]
    for type_, reason, message in said:
        yield Emit(subject=daemon_set, type=type_, reason=reason, message=message, component=COMPONENT)


def _status(daemon_set: DaemonSet, found: Standing, collisions: int | None) -> DaemonSetStatus:
    return evolve(
        daemon_set.status,
        observed_generation=daemon_set.metadata.generation,
        desired_number_scheduled=found.count(DESIRED),
        current_number_scheduled=found.count(CURRENT),
        number_misscheduled=found.count(MISSCHEDULED),
        number_ready=found.count(READY),
        updated_number_scheduled=found.count(UPDATED),
        number_available=found.count(AVAILABLE),
        number_unavailable=found.count(DESIRED) - found.count(AVAILABLE),
        collision_count=collisions,
    )


def _forgotten(
    daemon_set: DaemonSet, revisions: list[ControllerRevision], current: ControllerRevision, found: Standing
) -> Iterator[Write]:
    """The oldest revisions that no pod has any more, past revisionHistoryLimit."""
    old = [each for each in revisions if each.metadata.name != current.metadata.name]
    limit = daemon_set.spec.revision_history_limit
    if limit is None or len(old) <= limit:
        return
    live = {pod.metadata.labels.get(REVISION_LABEL) for place in found.having(PODS) for pod in place.pods}
    dead = [each for each in old if each.metadata.labels.get(REVISION_LABEL) not in live]
    for each in dead[: len(old) - limit]:
        yield Delete(ref=ref_of(each), uid=each.metadata.uid)


def _refused(
    state: State, daemon_set: DaemonSet, revisions: list[ControllerRevision], now: int, count: int, error: ApiError
) -> Result:
    """A batch is refused whole: asked for again at half its size, until a single pod is refused."""
    if count > 1:
        return evolve(_synced(state, daemon_set, revisions, now, count // 2), again_at=now + 1)
    if not count:
        return Result(again_at=now + 1)
    # Without the letters drawn for its name: the same refusal is one Event that counts up.
    (name,) = new_names(state, daemon_set, [_base(daemon_set)])
    report = Emit(
        subject=daemon_set,
        type="Warning",
        reason="FailedCreate",
        message=f"Error creating: {str(error).replace(name, _base(daemon_set))}",
        component=COMPONENT,
    )
    without = _synced(state, daemon_set, revisions, now, 0)
    return Result(writes=(*without.writes, report), again_at=retry_at(state.events_of(daemon_set), now))


def _retry_at(state: State, daemon_set: DaemonSet) -> int:
    """0 where the spec has changed since the last attempt."""
    if daemon_set.metadata.generation != daemon_set.status.observed_generation:
        return 0
    return retry_at(state.events_of(daemon_set))


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    ref, old, new = change
    if ref.kind == "DaemonSet":
        return (ref,)
    if not state.count("DaemonSet"):
        return ()
    if ref.kind == "Node":
        return _running_there(old, new, state)
    if isinstance(old, Pod) and isinstance(new, Pod) and _looks_the_same(old, new):
        return ()
    woken: dict[Ref, None] = {}
    for obj in (old, new):
        if obj is not None:
            woken.update(dict.fromkeys(might_manage(obj, state, DaemonSet)))
    return woken


def _running_there(old: Object | None, new: Object | None, state: State) -> Iterator[Ref]:
    """The DaemonSets to which a node is another now (asks each of them)."""
    before, after = (each if isinstance(each, Node) else None for each in (old, new))
    if before is not None and after is not None and _same_node(before, after):
        return
    for each in state.all(DaemonSet):
        template = each.spec.template
        if verdict(template, before) != verdict(template, after):
            yield ref_of(each)


def _same_node(old: Node, new: Node) -> bool:
    return old.metadata.labels == new.metadata.labels and old.spec.taints == new.spec.taints


def _looks_the_same(old: Pod, new: Pod) -> bool:
    """Nothing changed that a place or a status could depend on."""
    before, after = old.metadata, new.metadata
    return (
        old.status.phase == new.status.phase
        and old.spec.node_name == new.spec.node_name
        and condition(old.status.conditions, "Ready") == condition(new.status.conditions, "Ready")
        and before.deletion_timestamp == after.deletion_timestamp
        and (before.labels is after.labels or before.labels == after.labels)
        and before.owner_references == after.owner_references
    )


DAEMONSET = Controller(
    name=COMPONENT,
    watches=("DaemonSet", "ControllerRevision", "Node", "Pod"),
    wakes=_wakes,
    reconcile=_reconcile,
    pods_with="DaemonSet",
)
