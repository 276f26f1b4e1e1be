"""Why a claim, a budget, an autoscaler, a CronJob or a namespace is not well: its conditions, and whom it waits for."""

from collections.abc import Iterator
from itertools import islice

from engine.kinds import (
    KINDS,
    LabelSelector,
    Namespace,
    Pod,
    PodDisruptionBudget,
    Ref,
    ref_of,
)
from engine.kinds.autoscaling import HorizontalPodAutoscaler
from engine.kinds.batch import COMPLETE, CronJob, Job
from engine.kinds.registry import is_custom
from engine.kinds.storage import BOUND, PersistentVolumeClaim, StorageClass
from engine.printers.health import health
from engine.store.state import State
from k9lite.why.cause import Cause
from k9lite.why.workloads import workload_causes

_LOOK_AT, _MOST_SHOWN = 2_000, 5


def claim_waits(claim: PersistentVolumeClaim, state: State, _now: int) -> Iterator[Cause]:
    """For its class and its volume before it is bound, for the pods that use it before it goes."""
    name, namespace = claim.metadata.name, claim.metadata.namespace
    wanted = claim.spec.storage_class_name
    if claim.status.phase != BOUND and wanted and state.find(StorageClass, wanted) is None:
        there = ", ".join(each.metadata.name for each in islice(state.all(StorageClass), _MOST_SHOWN)) or "none"
        yield Cause(f"there is no storage class {wanted} (there are: {there})", "bad")
    users = (pod for pod in state.all(Pod, namespace) if _mounts(pod, name))
    for pod in islice(users, _MOST_SHOWN):
        is_held = claim.metadata.deletion_timestamp is not None
        text = f"pod {pod.metadata.name} {'uses it: it stays until that is gone' if is_held else 'is to have it'}"
        yield Cause(text, "bad" if is_held else "dim", ref_of(pod))


def _mounts(pod: Pod, claim: str) -> bool:
    named = (volume.extra.get("persistentVolumeClaim") for volume in pod.spec.volumes)
    return any(isinstance(each, dict) and each.get("claimName") == claim for each in named)


def budget_causes(budget: PodDisruptionBudget, state: State, now: int) -> Iterator[Cause]:
    """What it demands, and which of its pods do not count."""
    spec, status = budget.spec, budget.status
    least = f"at least {spec.min_available}" if spec.min_available is not None else f"all but {spec.max_unavailable}"
    yield Cause(
        f"{least} of its {status.expected_pods} pods must stay healthy: {status.current_healthy} are, "
        f"{status.disruptions_allowed} may be evicted",
        "dim",
    )
    if status.expected_pods and status.expected_pods == status.desired_healthy:
        yield Cause("it never lets one of them go: more replicas, or another budget, let a drain pass", "warn")
    for pod in islice(_selected(budget, state), _LOOK_AT):
        found = health(pod, state, now)
        if found.level in ("warn", "bad") and pod.active:
            yield Cause(f"pod {pod.metadata.name}: {found.reason}", "bad", ref_of(pod))


def _selected(budget: PodDisruptionBudget, state: State) -> Iterator[Pod]:
    selector = budget.spec.selector or LabelSelector()
    found = state.select("Pod", budget.metadata.namespace, selector)
    return (pod for pod in found if isinstance(pod, Pod))


def autoscaler_causes(autoscaler: HorizontalPodAutoscaler, state: State, _now: int) -> Iterator[Cause]:
    target = autoscaler.spec.scale_target_ref
    ref = Ref(target.kind, autoscaler.metadata.namespace, target.name)
    if target.kind not in KINDS or state.get(ref) is None:
        yield Cause(f"it is to scale {target.kind.lower()} {target.name}, which is not there", "bad")
    else:
        yield Cause(f"it scales {target.kind.lower()} {target.name}", "dim", ref)
    for each in autoscaler.status.conditions:
        if each.status != ("False" if each.type == "ScalingLimited" else "True"):
            yield Cause(f"{each.type} is {each.status}: {each.message or each.reason}", "warn")


def cron_job_causes(cron_job: CronJob, state: State, now: int) -> Iterator[Cause]:
    if cron_job.spec.suspend:
        yield Cause("it is suspended: no run is begun until that is taken back", "warn")
    jobs = [job for job in state.owned_by(cron_job.metadata.uid, Job.kind) if isinstance(job, Job)]
    failed = [job for job in jobs if job.finished not in ("", COMPLETE)]
    for job in sorted(failed, key=lambda job: job.status.start_time or 0, reverse=True)[:1]:
        yield Cause(f"job {job.metadata.name}: {health(job, state, now).reason}", "bad", ref_of(job))
        for cause in workload_causes(job, state, now):
            yield cause.deeper()


def namespace_causes(namespace: Namespace, state: State, _now: int) -> Iterator[Cause]:
    """What is still in one that is to go: what finalizers hold first leads on."""
    if namespace.status.phase != "Terminating":
        return
    name = namespace.metadata.name
    kinds = (*(kind.name for kind in KINDS.values() if kind.namespaced), *sorted(filter(is_custom, state.tables)))
    content = (obj for kind in kinds for obj in state.objects(kind, name))
    held = (obj for obj in content if obj.metadata.finalizers)
    for obj in islice(held, _MOST_SHOWN):
        text = f"{obj.kind.lower()} {obj.metadata.name} waits for finalizers {', '.join(obj.metadata.finalizers)}"
        yield Cause(text, "bad", ref_of(obj))
    for each in namespace.status.conditions:
        if each.type.endswith("Remaining") and each.status == "True":
            yield Cause(f"{each.type}: {each.message}", "warn")
