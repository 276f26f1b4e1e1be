"""A Job's pods made, counted and replaced until enough succeeded or too many failed; then its last condition.

Follows kube-controller-manager's Job controller (``pkg/controller/job``). Differs in: counting pods, taking their
finalizers away and writing the status are one commit, so that ``uncountedTerminatedPods`` is always empty; and
nothing is put off to collect the pods of a second, since cluster time has no shorter steps. One reconcile walks
the Job's pods; those that change in one second share it.
"""

from collections.abc import Iterable

from engine.api.writes import Create, Delete, Emit, Update, UpdateStatus, Write
from engine.controllers.job.belonging import JOB_CONTROLLER, without_finalizer
from engine.controllers.job.failures import is_failed, match_policy, restarts_of
from engine.controllers.job.scaling import BURST, Plan, new_pods, plan
from engine.controllers.job.sight import Sight, index_of, is_terminating, is_tracked, is_valid, look
from engine.controllers.job.status import Counted, next_status
from engine.controllers.job.verdict import FAILURE, deadline, reached, verdict
from engine.errors import ApiError
from engine.kinds import Condition, Pod, Ref, condition, evolve, ref_of
from engine.kinds.batch import TRACKING_FINALIZER, Job
from engine.namespaces import is_terminating as is_namespace_terminating
from engine.pod_control import CREATED, DELETED, reports
from engine.readiness import is_ready
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_EXTERNAL = "kubernetes.io/job-controller"
"""What ``spec.managedBy`` says for a Job that this controller manages."""


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    job = state.find(Job, ref.name, ref.namespace)
    if job is None or job.finished or job.spec.managed_by not in (None, _EXTERNAL):
        return NOTHING
    sight = look(job, _pods_of(state, job.metadata.uid))
    over = verdict(sight, now)
    if over is not None:
        return _step(state, sight, Plan(victims=sight.active), now, over)
    if job.metadata.deletion_timestamp is not None:
        return _step(state, sight, Plan(), now, None)
    wanted = plan(state, sight, now)
    if wanted.missing and is_namespace_terminating(state, ref.namespace):
        wanted = Plan()
    return _step(state, sight, wanted, now, None)


def _pods_of(state: State, uid: str) -> list[Pod]:
    """Those the Job controls; belonging.py sees to it that they match.

    Most pods of a long Job succeeded and are counted: they are passed over, unless pods failed, whose back-off
    begins anew with each success.
    """
    found, counted = [], []
    for pod in state.owned_by(uid, Pod.kind):
        assert isinstance(pod, Pod)
        if pod.status.phase == "Succeeded" and TRACKING_FINALIZER not in pod.metadata.finalizers:
            counted.append(pod)
        else:
            found.append(pod)
    if any(pod.status.phase == "Failed" for pod in found):
        found += counted
    return [pod for pod in found if (owner := pod.metadata.controller) is not None and owner.uid == uid]


def _step(state: State, sight: Sight, made: Plan, now: int, over: Condition | None) -> Result:
    """One commit: pods that go and come, those that are counted, and the status that follows."""
    job = sight.job

    def refused(error: ApiError) -> Result:
        if made.missing > 1:
            half = _step(state, sight, evolve(made, missing=made.missing // 2), now, over)
            return evolve(half, again_at=now + 1)
        none = _step(state, sight, Plan(), now, over)
        report = _said(job, "Warning", "FailedCreate", f"Error creating: {error}")
        return evolve(none, writes=(report, *none.writes), again_at=now + 1)

    if over is None and not made.missing and not made.victims and _is_reached(sight):
        over = reached(now)
    gone = {pod.metadata.name for pod in made.victims}
    counted = [pod for pod in sight.uncounted if _is_countable(sight, pod, gone, over)]
    released = counted[:BURST]
    pods = new_pods(state, sight, made) if made.missing else []
    status, said = next_status(
        sight,
        Counted(
            active=len(sight.active) - len(made.victims) + len(pods),
            ready=sight.ready - sum(map(is_ready, made.victims)),
            terminating=sight.terminating + sum(bool(pod.spec.node_name) for pod in made.victims),
            succeeded=[pod for pod in released if pod.status.phase == "Succeeded" and is_valid(job, pod)],
            failed=sum(_counts_as_failed(job, pod, over) for pod in released),
            is_all=len(released) == len(counted),
        ),
        over,
        now,
    )
    writes: list[Write] = [Update(without_finalizer(pod)) for pod in released]
    # A victim of scaling or suspension counts for nothing: it is let go before it is deleted.
    writes += [Update(without_finalizer(pod)) for pod in made.victims if over is None and is_tracked(pod)]
    writes += [Delete(ref=ref_of(pod), uid=pod.metadata.uid) for pod in made.victims]
    writes += [Create(pod) for pod in pods]
    writes += reports(state, job, DELETED, [pod.metadata.name for pod in made.victims], JOB_CONTROLLER)
    writes += reports(state, job, CREATED, [pod.metadata.name for pod in pods], JOB_CONTROLLER)
    writes += [_said(job, *each) for each in said]
    if status != job.status:
        writes.append(UpdateStatus(evolve(job, status=status)))
    due = [at for at in (made.again_at, deadline(evolve(job, status=status))) if at is not None and at > now]
    # All that ended is counted and all that may be made is made: another look would find nothing to do.
    is_done = over is None and not made.victims and made.missing < BURST and len(released) == len(counted)
    return Result(
        writes=tuple(writes),
        again_at=min(due, default=None),
        refused=refused if pods else None,
        settles=is_done and made.again_at is None and status != job.status,
    )


def _said(job: Job, type_: str, reason: str, message: str) -> Emit:
    return Emit(subject=job, type=type_, reason=reason, message=message, component=JOB_CONTROLLER)


def _is_reached(sight: Sight) -> bool:
    """Enough succeeded; without a number that is one, and the others have ended."""
    completions = sight.job.spec.completions
    enough = sight.succeeded > 0 if completions is None else sight.succeeded >= completions
    return enough and not sight.active and sight.job.metadata.deletion_timestamp is None


def _is_countable(sight: Sight, pod: Pod, gone: Iterable[str], over: Condition | None) -> bool:
    """Whether the pod's finalizer may go now: it ended for good, or the Job did."""
    job = sight.job
    if over is not None or pod.status.phase == "Succeeded":
        return True
    if pod.metadata.name in gone:
        return False
    if job.metadata.deletion_timestamp is not None:
        return True
    return is_failed(pod, job) and sight.held.get(index_of(pod)) is not pod


def _counts_as_failed(job: Job, pod: Pod, over: Condition | None) -> bool:
    """A failed pod, and in a Job that failed every one that had not ended; unless the policy ignores it."""
    if pod.status.phase == "Succeeded" or not is_valid(job, pod):
        return False
    if not is_failed(pod, job) and (over is None or over.type != FAILURE):
        return False
    return match_policy(job, pod).counts


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    ref, old, new = change
    if ref.kind == Job.kind:
        return (ref,)
    if not state.count(Job.kind) or (isinstance(old, Pod) and isinstance(new, Pod) and _looks_the_same(old, new)):
        return ()
    woken: dict[Ref, None] = {}
    for pod in (old, new):
        if isinstance(pod, Pod):
            woken.update(dict.fromkeys(_owner(pod)))
    return woken


def _looks_the_same(old: Pod, new: Pod) -> bool:
    """Nothing changed that a count or a back-off could depend on."""
    before, after = old.metadata, new.metadata
    return (
        old.status.phase == new.status.phase
        and condition(old.status.conditions, "Ready") == condition(new.status.conditions, "Ready")
        and before.deletion_timestamp == after.deletion_timestamp
        and before.owner_references == after.owner_references
        and before.finalizers == after.finalizers
        and restarts_of(old) == restarts_of(new)
        and is_terminating(old) == is_terminating(new)
    )


def _owner(pod: Pod) -> Iterable[Ref]:
    owner = pod.metadata.controller
    return () if owner is None or owner.kind != Job.kind else (Ref(Job.kind, pod.metadata.namespace, owner.name),)


JOB = Controller(
    name=JOB_CONTROLLER,
    watches=(Job.kind, "Pod"),
    wakes=_wakes,
    reconcile=_reconcile,
    pods_with=Job.kind,
)
