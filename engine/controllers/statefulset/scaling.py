"""What a StatefulSet does with its pods, scaling before updating.

    OrderedReady   from the first ordinal up: each pod is there, ready and available before the next is made;
                   from the last one down: one at a time, and only while all others are available
    Parallel       all at once

A pod that finished is deleted and made again under its name. Follows ``stateful_set_control.go``; where
maxUnavailable is set it counts as with the feature gate MaxUnavailableStatefulSet, which is off by default.
"""

from engine.controllers.statefulset.claims import has_stale_claim, leaving_claim
from engine.controllers.statefulset.identity import new_pod, revision_of
from engine.controllers.statefulset.sync import Sync
from engine.kinds import TERMINAL_PHASES, Pod
from engine.kinds.int_or_percent import portion

BURST = 500
"""Pods made or deleted by one reconcile at most (``MaxBatchSize``)."""


def scale_and_update(sync: Sync, most_new: int) -> None:
    """At most ``most_new`` pods are made."""
    if not _make_replicas(sync, most_new):
        return
    for pod in sync.condemned:
        sync.reown(pod, going=True)
    if not _remove_condemned(sync):
        return
    strategy = sync.stateful_set.spec.update_strategy
    if strategy.type == "OnDelete":
        return
    rolling = strategy.rolling_update
    if rolling is not None and rolling.max_unavailable is not None:
        _replace_several(sync, rolling.max_unavailable)
    else:
        _replace_one(sync)


def _make_replicas(sync: Sync, most_new: int) -> bool:
    """False where nothing else may happen before a pod has changed."""
    start = sync.stateful_set.spec.start
    done = True
    for place, pod in enumerate(sync.replicas):
        if pod is None:
            done = False
            if len(sync.created) < most_new:
                _make(sync, start + place)
            if sync.in_order or sync.blocked_by:
                return False
        elif not _look_after(sync, pod, start + place) and sync.in_order:
            return False
    return done


def _make(sync: Sync, ordinal: int) -> None:
    planned = new_pod(sync.stateful_set, sync.stateful_set.spec.template, "", ordinal)
    if has_stale_claim(sync.state, sync.stateful_set, planned, ordinal):
        return
    leaving = leaving_claim(sync.state, sync.stateful_set, ordinal)
    if leaving:
        name, meta = planned.metadata.name, sync.stateful_set.metadata
        sync.blocked_by = f"create Pod {name} in StatefulSet {meta.name} failed error: pvc {leaving} is being deleted"
    else:
        sync.create(ordinal)


def _look_after(sync: Sync, pod: Pod, ordinal: int) -> bool:
    """True for a pod that lets the next one have its turn."""
    if pod.status.phase in TERMINAL_PHASES:
        if pod.metadata.deletion_timestamp is None:
            sync.delete(pod)
        return False
    if pod.status.phase == "Pending" and not leaving_claim(sync.state, sync.stateful_set, ordinal):
        sync.make_claims(ordinal)
    if sync.in_order and not (sync.ready(pod) and sync.serves(pod)):
        return False
    sync.keep_identity(pod)
    return True


def _remove_condemned(sync: Sync) -> bool:
    """False where updates have to wait."""
    first_unavailable = _first_unavailable(sync)
    for pod in sync.condemned[:BURST]:
        if pod.metadata.deletion_timestamp is not None:
            if sync.in_order:
                return False
            continue
        may_go = sync.ready(pod) and sync.available(pod)
        if sync.in_order and not may_go and pod is not first_unavailable:
            return False
        sync.delete(pod)
        if sync.in_order:
            return False
    return True


def _first_unavailable(sync: Sync) -> Pod | None:
    """Of the replicas, or else of the condemned pods, in the order of their ordinals."""
    pods = [*(pod for pod in sync.replicas if pod is not None), *reversed(sync.condemned)]
    return next((pod for pod in pods if not sync.serves(pod)), None)


def _replace_one(sync: Sync) -> None:
    """The pod with the highest ordinal that is of another revision, once all above it are available again."""
    for pod in reversed(sync.replicas[_partition(sync) :]):
        assert pod is not None, "every replica is there before one is replaced"
        if revision_of(pod) != sync.update.metadata.name and pod.metadata.deletion_timestamp is None:
            _replace(sync, pod)
            return
        if not sync.serves(pod):
            return


def _replace_several(sync: Sync, max_unavailable: int | str) -> None:
    allowed = max(1, portion(max_unavailable, len(sync.replicas), round_up=False))
    allowed -= sum(not sync.serves(pod) for pod in sync.replicas)
    for pod in reversed(sync.replicas[_partition(sync) :]):
        if allowed <= 0:
            return
        assert pod is not None, "every replica is there before one is replaced"
        if revision_of(pod) != sync.update.metadata.name and pod.metadata.deletion_timestamp is None:
            _replace(sync, pod)
            allowed -= 1


def _replace(sync: Sync, pod: Pod) -> None:
    sync.delete(pod)
    sync.updated_away += 1


def _partition(sync: Sync) -> int:
    rolling = sync.stateful_set.spec.update_strategy.rolling_update
    return 0 if rolling is None else rolling.partition or 0
