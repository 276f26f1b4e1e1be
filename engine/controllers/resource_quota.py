"""Keeps ``status.used`` of ResourceQuotas true; what is created was spent there by its own admission.

Follows ``pkg/controller/resourcequota``. Counts anew what a quota concerns when something of it went, finished or
changed what it takes; nothing is counted where nothing of that happens.
"""

from collections.abc import Iterable

from engine.api.quota.usage import concerns, free_at, texts_of, used_by
from engine.api.writes import UpdateStatus
from engine.kinds import KINDS, TERMINAL_PHASES, Pod, Ref, evolve, ref_of
from engine.kinds.amounts import amount_of
from engine.kinds.quota import ResourceQuota
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_KINDS = tuple(
    kind.name for kind in KINDS.values() if kind.namespaced and kind.name not in ("Event", "Exec", "Endpoints")
)


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    quota = state.find(ResourceQuota, ref.name, ref.namespace)
    if quota is None:
        return NOTHING
    held = [obj for kind in concerns(quota) for obj in state.objects(kind, ref.namespace)]
    used = texts_of(used_by(quota, held, now), quota.spec.hard)
    overdue = [at + 1 for obj in held if isinstance(obj, Pod) and (at := free_at(obj)) is not None and at >= now]
    again_at = min(overdue, default=None)
    status = evolve(quota.status, hard=quota.spec.hard, used=used)
    known = {name: amount_of(text) for name, text in quota.status.used.items()}
    if quota.status.hard == quota.spec.hard and known == {name: amount_of(text) for name, text in used.items()}:
        return Result(again_at=again_at)
    return Result(writes=(UpdateStatus(evolve(quota, status=status)),), again_at=again_at)


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    """Itself; the quotas of a namespace (scans those) where something may take less than before, or otherwise."""
    ref, old, new = change
    woken = [ref] if ref.kind == ResourceQuota.kind else []
    if not state.count(ResourceQuota.kind):
        return woken
    if isinstance(old, Pod) and isinstance(new, Pod) and _takes_the_same(old, new):
        return ()
    return [*woken, *(ref_of(each) for each in state.all(ResourceQuota, ref.namespace) if ref_of(each) not in woken)]


def _takes_the_same(old: Pod, new: Pod) -> bool:
    return (
        old.spec.containers is new.spec.containers
        and (old.status.phase in TERMINAL_PHASES) is (new.status.phase in TERMINAL_PHASES)
        and free_at(old) == free_at(new)
    )


RESOURCE_QUOTA = Controller(
    name="resourcequota-controller",
    watches=_KINDS,
    wakes=_wakes,
    reconcile=_reconcile,
    pods_with=ResourceQuota.kind,
)
