"""Pods of a Job that is gone, or has finished, are let go: nobody will count them any more.

Follows ``syncOrphanPod`` of ``job_controller.go``; acts as the Job controller.
"""

from collections.abc import Iterable

from engine.api.writes import Update
from engine.controllers.job.controller import NAME, without_finalizer
from engine.controllers.job.sight import is_tracked
from engine.kinds import Pod, Ref, ref_of
from engine.kinds.batch import Job
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State


def _reconcile(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    pod = state.find(Pod, ref.name, ref.namespace)
    if pod is None or not _is_orphan(state, pod):
        return NOTHING
    return Result(writes=(Update(without_finalizer(pod)),), actor=NAME)


def _is_orphan(state: State, pod: Pod) -> bool:
    """It is tracked, and there is no unfinished Job whose it is."""
    if not is_tracked(pod):
        return False
    owner = pod.metadata.controller
    if owner is None:
        return True
    if owner.kind != Job.kind:
        return False
    job = state.find(Job, owner.name, pod.metadata.namespace)
    return job is None or job.metadata.uid != owner.uid or bool(job.finished)


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    ref, old, new = change
    if isinstance(new, Pod):
        return (ref,) if _is_orphan(state, new) else ()
    if isinstance(old, Job) and (new is None or (isinstance(new, Job) and new.finished)):
        pods = state.owned_by(old.metadata.uid, "Pod")
        return [ref_of(pod) for pod in pods if isinstance(pod, Pod) and is_tracked(pod)]
    return ()


JOB_ORPHANS = Controller(
    name="job-orphans",
    watches=(Job.kind, "Pod"),
    wakes=_wakes,
    reconcile=_reconcile,
)
