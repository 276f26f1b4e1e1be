"""A Deployment that is resized in the middle of a rollout, or paused: every ReplicaSet gets its share.

So the risk of the rollout stays what it was. Follows ``scale`` in ``sync.go``.
"""

from engine.controllers.deployment.sync import Sync, number, size_of, sizes
from engine.kinds import ReplicaSet
from engine.rollout import MAX_REPLICAS


def scale(sync: Sync) -> None:
    active = [each for each in sync.replica_sets if size_of(each)]
    if len(active) <= 1:
        only = active[0] if active else sync.new or (sync.old[-1] if sync.old else None)
        if only is not None:
            sync.scale(only, sync.replicas)
    elif _is_saturated(sync):
        for each in sync.old:
            if size_of(each):
                sync.scale(each, 0)
    elif sync.is_rolling:
        _scale_proportionally(sync, active)


def _scale_proportionally(sync: Sync, active: list[ReplicaSet]) -> None:
    allowed = sync.replicas + sync.max_surge if sync.replicas else 0
    to_add = allowed - sizes(active)
    ordered = _largest_first(active, newer_first=to_add > 0)
    new_sizes = []
    left = to_add
    for each in ordered:
        share = _share(sync, each, left, growing=to_add > 0)
        new_sizes.append(size_of(each) + share)
        left -= share
    new_sizes[0] = max(0, new_sizes[0] + left)
    for each, size in zip(ordered, new_sizes, strict=True):
        sync.scale(each, size)


def _largest_first(active: list[ReplicaSet], *, newer_first: bool) -> list[ReplicaSet]:
    """``active`` comes oldest first; a stable sort keeps that order, or its reverse, among equals."""
    oldest_first = sorted(active, key=lambda each: (each.metadata.creation_timestamp or 0, each.metadata.name))
    ordered = oldest_first[::-1] if newer_first else oldest_first
    return sorted(ordered, key=lambda each: -size_of(each))


def _share(sync: Sync, replica_set: ReplicaSet, left: int, *, growing: bool) -> int:
    """What the ReplicaSet gains or loses, within what is left to give or to take."""
    if left == 0:
        return 0
    fraction = _fraction(sync, replica_set)
    return min(fraction, left) if growing else max(fraction, left)


def _fraction(sync: Sync, replica_set: ReplicaSet) -> int:
    size = size_of(replica_set)
    if sync.replicas == 0:
        return -size
    before = number(replica_set.metadata.annotations.get(MAX_REPLICAS)) or sync.seen.status.replicas
    if not before:
        return 0
    # Rounds half up; all numbers are positive.
    return (2 * size * (sync.replicas + sync.max_surge) + before) // (2 * before) - size


def _is_saturated(sync: Sync) -> bool:
    """The new ReplicaSet already has all pods the Deployment wants, available."""
    new, wanted = sync.new, sync.replicas
    return new is not None and size_of(new) == wanted and new.status.available_replicas == wanted
