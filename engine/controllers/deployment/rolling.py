"""RollingUpdate: one direction a sync, the new ReplicaSet up before the old ones go down.

Never more than replicas + maxSurge pods, never fewer than replicas - maxUnavailable available ones. Follows
``rolling.go``.
"""

from engine.controllers.deployment.revisions import clean_up_if_complete, ensure_new
from engine.controllers.deployment.sync import Sync, allowed_size, size_of, sizes


def roll_out_rolling(sync: Sync) -> None:
    ensure_new(sync)
    if sync.new is None:
        return
    if not scale_new(sync) and not _scale_down_old(sync):
        clean_up_if_complete(sync)


def scale_new(sync: Sync) -> bool:
    """Brings the new ReplicaSet as far as the rollout allows; True if that resized it."""
    new = sync.new
    if new is None:
        return False
    if size_of(new) >= sync.replicas:
        return size_of(new) > sync.replicas and sync.scale(new, sync.replicas)
    return sync.scale(new, allowed_size(sync, size_of(new)))


def _scale_down_old(sync: Sync) -> bool:
    """Old pods that serve nobody go first, then as many others as leave enough available."""
    assert sync.new is not None
    if not sizes(sync.old):
        return False
    unavailable = size_of(sync.new) - sync.new.status.available_replicas
    most = sizes(sync.replica_sets) - sync.min_available - unavailable
    if most <= 0:
        return False
    unhealthy = _clean_up_unhealthy(sync, most)
    return _scale_down_available(sync) + unhealthy > 0


def _clean_up_unhealthy(sync: Sync, most: int) -> int:
    done = 0
    for each in sync.old:
        size, available = size_of(each), each.status.available_replicas
        if done < most and size > available:
            step = min(most - done, size - available)
            sync.scale(each, size - step)
            done += step
    return done


def _scale_down_available(sync: Sync) -> int:
    surplus = sum(each.status.available_replicas for each in sync.replica_sets) - sync.min_available
    done = 0
    for each in sync.old:
        size = size_of(each)
        if done < surplus and size:
            step = min(size, surplus - done)
            sync.scale(each, size - step)
            done += step
    return done
