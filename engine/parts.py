"""What of an object a change touches, in bits: told once for a change, for all that might be woken by it.

Parts of two kinds: what became another (by identity: what is equal but made anew counts as another), and what is so
before or after, whether it changed or not. A part is there too often rather than once too seldom.
"""

from engine.kinds import TERMINAL_PHASES, Object, Pod, condition
from engine.readiness import ready_since, true_since

COMES, GOES = 1 << 0, 1 << 1
"""There is none before; none after."""
OWNERS, LABELS = 1 << 2, 1 << 3
LEAVING, HELD = 1 << 4, 1 << 5
"""It is being deleted; it has finalizers. Both are so, not changed."""
BOUND, PLACED = 1 << 6, 1 << 7
"""The pod is on a node; it is so anew, or with another spec."""
READY, FINISHED, CONTAINERS = 1 << 8, 1 << 9, 1 << 10
"""Since when the pod is ready; whether its phase is a last one; its containers' statuses, or none of a finished pod."""
VOLUMES = 1 << 11
"""The pod has some."""
UNBOUND = 1 << 12
"""The pod is on no node before or after."""
OTHER = 1 << 13
EVERYTHING = (1 << 14) - 1

_NOT_TOLD_APART = BOUND | PLACED | UNBOUND | READY | FINISHED | CONTAINERS | VOLUMES | OTHER
"""What is only known of pods."""


def parts_of(old: Object | None, new: Object | None) -> int:
    """Of a change from ``old`` to ``new``, None where there is none."""
    if old is None or new is None:
        only = new or old
        return 0 if only is None else _of_one(only) | (COMES if old is None else GOES)
    before, after = old.metadata, new.metadata
    if before.uid != after.uid:
        return EVERYTHING
    parts = OTHER
    if before.owner_references is not after.owner_references:
        parts |= OWNERS
    if before.labels is not after.labels:
        parts |= LABELS
    if after.deletion_timestamp is not None or before.deletion_timestamp is not None:
        parts |= LEAVING
    if after.finalizers or before.finalizers:
        parts |= HELD
    if isinstance(new, Pod) and isinstance(old, Pod):
        return parts | _of_pod(old, new)
    return parts | _NOT_TOLD_APART


def _of_pod(old: Pod, new: Pod) -> int:
    spec, before, after = new.spec, old.status, new.status
    parts = VOLUMES if spec.volumes else 0
    if spec.node_name:
        parts |= BOUND if old.spec is spec else BOUND | PLACED
    if not spec.node_name or not old.spec.node_name:
        parts |= UNBOUND
    if before.conditions is not after.conditions:
        was, now_is = condition(before.conditions, "Ready"), condition(after.conditions, "Ready")
        if was is not now_is and true_since(was) != true_since(now_is):
            parts |= READY
    if before.phase != after.phase and (before.phase in TERMINAL_PHASES) is not (after.phase in TERMINAL_PHASES):
        parts |= FINISHED | CONTAINERS
    if (
        before.container_statuses is not after.container_statuses
        or before.init_container_statuses is not after.init_container_statuses
    ):
        parts |= CONTAINERS
    return parts


def _of_one(obj: Object) -> int:
    meta = obj.metadata
    parts = OTHER
    if meta.owner_references:
        parts |= OWNERS
    if meta.labels:
        parts |= LABELS
    if meta.deletion_timestamp is not None:
        parts |= LEAVING
    if meta.finalizers:
        parts |= HELD
    if not isinstance(obj, Pod):
        return parts | _NOT_TOLD_APART
    if obj.spec.volumes:
        parts |= VOLUMES
    parts |= BOUND | PLACED if obj.spec.node_name else UNBOUND
    if obj.status.conditions and ready_since(obj) is not None:
        parts |= READY
    if obj.status.phase in TERMINAL_PHASES:
        parts |= FINISHED
    if obj.status.container_statuses or obj.status.init_container_statuses:
        parts |= CONTAINERS
    return parts
