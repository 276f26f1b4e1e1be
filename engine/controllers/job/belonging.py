"""Which pods are a Job's: matching orphans are adopted, others let go, and those of a Job that is over tracked no more.

One pod at a time, so that a Job need not look at all of its pods for it. Follows ``ClaimPods`` and
``syncOrphanPod`` of the Job controller, as which it acts.
"""

from collections.abc import Iterable

from engine.api.writes import Update
from engine.claims import released
from engine.controllers.job.sight import is_tracked
from engine.kinds import Pod, Ref, owner_reference, ref_of, with_metadata
from engine.kinds.batch import TRACKING_FINALIZER, Job
from engine.parts import COMES, FINISHED, HELD, LABELS, LEAVING, OWNERS
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

JOB_CONTROLLER = "job-controller"


def without_finalizer(pod: Pod) -> Pod:
    rest = tuple(each for each in pod.metadata.finalizers if each != TRACKING_FINALIZER)
    return with_metadata(pod, finalizers=rest)


def _reconcile(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    pod = state.find(Pod, ref.name, ref.namespace)
    changed = None if pod is None else _claimed(state, pod)
    return NOTHING if changed is None else Result(writes=(Update(changed),), actor=JOB_CONTROLLER)


def _claimed(state: State, pod: Pod) -> Pod | None:
    """The pod as it has to be; None if it is so."""
    meta = pod.metadata
    if meta.controller is None and pod.active and (job := _adopter(state, pod)) is not None:
        rest = without_finalizer(pod).metadata.finalizers
        owners = (*meta.owner_references, owner_reference(job))
        return with_metadata(pod, owner_references=owners, finalizers=(*rest, TRACKING_FINALIZER))
    if meta.controller is not None and meta.controller.kind != Job.kind:
        return None
    owner = _unfinished_owner(state, pod)
    if owner is None:
        return without_finalizer(pod) if is_tracked(pod) else None
    if _matches(owner, pod) or meta.deletion_timestamp is not None:
        return None
    return released(without_finalizer(pod), (owner.metadata.uid,))


def _adopter(state: State, pod: Pod) -> Job | None:
    """The first Job of the namespace that wants it (scans those)."""
    for job in state.all(Job, pod.metadata.namespace):
        if _matches(job, pod) and not job.finished and job.metadata.deletion_timestamp is None:
            return job
    return None


def _matches(job: Job, pod: Pod) -> bool:
    return job.spec.selector is not None and job.spec.selector.matches(pod.metadata.labels)


def _unfinished_owner(state: State, pod: Pod) -> Job | None:
    owner = pod.metadata.controller
    if owner is None or owner.kind != Job.kind:
        return None
    job = state.find(Job, owner.name, pod.metadata.namespace)
    return None if job is None or job.metadata.uid != owner.uid or job.finished else job


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    ref, old, new = change
    if isinstance(new, Pod):
        return (ref,) if _may_change_hands(old if isinstance(old, Pod) else None, new, state) else ()
    if isinstance(new, Job) and old is None and new.spec.selector is not None:
        found = state.select(Pod.kind, ref.namespace, new.spec.selector)
        return [ref_of(pod) for pod in found if pod.metadata.controller is None]
    if isinstance(old, Job) and (not isinstance(new, Job) or new.finished):
        owned = state.owned_by(old.metadata.uid, Pod.kind)
        return [ref_of(pod) for pod in owned if isinstance(pod, Pod) and is_tracked(pod)]
    return ()


def _may_change_hands(old: Pod | None, new: Pod, state: State) -> bool:
    owner = new.metadata.controller
    if owner is not None and owner.kind != Job.kind:
        return False
    if is_tracked(new) and _unfinished_owner(state, new) is None:
        return True
    if old is not None and _hangs_together_as(old, new):
        return False
    return owner is not None or bool(state.count(Job.kind))


def _hangs_together_as(old: Pod, new: Pod) -> bool:
    before, after = old.metadata, new.metadata
    return (
        (before.labels is after.labels or before.labels == after.labels)
        and before.owner_references == after.owner_references
        and old.active == new.active
    )


JOB_PODS = Controller(
    name="job-pods",
    watches=(Job.kind, Pod.kind),
    heeds={"Pod": COMES | OWNERS | LABELS | HELD | LEAVING | FINISHED},
    wakes=_wakes,
    reconcile=_reconcile,
)
