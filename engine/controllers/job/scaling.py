"""How many pods a Job wants now, which of them go, and what new ones look like.

Follows ``manageJob`` of ``job_controller.go``. Differs in: pods are made in one commit, at most 500, instead of in
a slow start; a batch that is refused is asked for again at half its size, until a single pod is refused.
"""

from collections.abc import Sequence
from itertools import islice

from engine.controllers.job.failures import (
    FAILURES,
    IGNORED_FAILURES,
    failures_before,
    finished_at,
    match_policy,
    replaces_failed_only,
    wait_seconds,
    waits_until,
)
from engine.controllers.job.sight import Sight, index_of, indexes_of, is_terminating
from engine.indexes import gaps, merged, with_indexes
from engine.kinds import Container, EnvVar, ObjectMeta, Pod, PodSpec, evolve, owner_reference
from engine.kinds.batch import INDEX_KEY, TRACKING_FINALIZER, Job
from engine.kinds.frozen import frozen
from engine.pod_control import LONGEST_BASE, new_names, retry_at
from engine.readiness import is_ready, ready_since
from engine.store.state import State

BURST = 500
"""Pods made or deleted by one reconcile at most (``MaxPodCreateDeletePerSync``)."""
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
_INDEX_VARIABLE = EnvVar(
    name="JOB_COMPLETION_INDEX", value_from={"fieldRef": {"fieldPath": f"metadata.labels['{INDEX_KEY}']"}}
)


@frozen(kw_only=True)
class Plan:
    """``again_at`` is when more pods may be made than may be now."""

    victims: Sequence[Pod] = ()
    missing: int = 0
    indexes: Sequence[int] = ()
    again_at: int | None = None


def plan(state: State, sight: Sight, now: int) -> Plan:
    """What to delete, or else what to make."""
    job, active = sight.job, len(sight.active)
    if job.spec.suspend:
        return Plan(victims=sight.active)
    wanted = _wanted(sight)
    victims = _victims(sight, max(0, active - wanted))
    if victims:
        return Plan(victims=victims[:BURST])
    missing = wanted - active - (sight.terminating if replaces_failed_only(job) else 0)
    if missing <= 0:
        return Plan()
    due = retry_at(state.events_of(job))
    if job.spec.backoff_limit_per_index is None:
        due = max(due, waits_until(sight.pods))
    if due > now:
        return Plan(again_at=due)
    if not job.spec.indexed:
        return Plan(missing=min(missing, BURST))
    return _indexed(sight, min(missing, BURST), now)


def new_pods(state: State, sight: Sight, made: Plan) -> list[Pod]:
    """``made.missing`` pods as they are asked for; those of an Indexed Job one for each of ``made.indexes``."""
    job, template = sight.job, sight.job.spec.template
    meta = ObjectMeta(
        generate_name=f"{job.metadata.name}-",
        namespace=job.metadata.namespace,
        labels=template.metadata.labels,
        annotations=template.metadata.annotations,
        finalizers=tuple(dict.fromkeys((*template.metadata.finalizers, TRACKING_FINALIZER))),
        owner_references=(owner_reference(job),),
    )
    if not job.spec.indexed:
        base = f"{job.metadata.name}-"[:LONGEST_BASE]
        names = new_names(state, job, [base] * made.missing)
        return [Pod(metadata=evolve(meta, name=name), spec=template.spec) for name in names]
    indexes = made.indexes[: made.missing]
    names = new_names(state, job, [_base(job, index) for index in indexes])
    spec = _with_variable(template.spec)
    return [
        Pod(
            metadata=_indexed_meta(sight, evolve(meta, name=name, generate_name=_base(job, index)), index),
            spec=evolve(spec, extra={**spec.extra, "hostname": f"{job.metadata.name}-{index}"}),
        )
        for name, index in zip(names, indexes, strict=True)
    ]


def _wanted(sight: Sight) -> int:
    spec, active = sight.job.spec, len(sight.active)
    parallelism = spec.parallelism or 0
    if spec.completions is None:
        return active if sight.succeeded else parallelism
    return max(0, min(parallelism, spec.completions - sight.succeeded))


def _victims(sight: Sight, surplus: int) -> list[Pod]:
    """Pods of one index too many first, then the youngest in their lives."""
    extra = _repeated(sight) if sight.job.spec.indexed else []
    if len(extra) >= surplus:
        return extra
    going = {pod.metadata.name for pod in extra}
    rest = sorted((pod for pod in sight.active if pod.metadata.name not in going), key=_youth)
    return [*extra, *rest[: surplus - len(extra)]]


def _repeated(sight: Sight) -> list[Pod]:
    """Active pods without a valid index, and all but the oldest in its life of each index."""
    completions = sight.job.spec.completions or 0
    by_index: dict[int, list[Pod]] = {}
    for pod in sight.active:
        by_index.setdefault(index_of(pod), []).append(pod)
    extra: list[Pod] = []
    for index, pods in by_index.items():
        keeps = 1 if 0 <= index < completions else 0
        if len(pods) > keeps:
            extra += sorted(pods, key=_youth)[: len(pods) - keeps]
    return extra


def _youth(pod: Pod) -> tuple[object, ...]:
    """Sorts as ``controller.ActivePods``: not on a node, pending, not ready, ready for less time, younger first."""
    restarts = max((each.restart_count for each in pod.status.container_statuses), default=0)
    return (
        bool(pod.spec.node_name),
        _PHASES.get(pod.status.phase, 0),
        is_ready(pod),
        -(ready_since(pod) or 0),
        -restarts,
        -(pod.metadata.creation_timestamp or 0),
    )


def _indexed(sight: Sight, most: int, now: int) -> Plan:
    """The lowest indexes that nobody works on; where each has its own back-off, those that may be tried now."""
    job = sight.job
    taken = with_indexes(sight.done, indexes_of(sight.active))
    if replaces_failed_only(job):
        taken = with_indexes(taken, indexes_of([pod for pod in sight.pods if is_terminating(pod)]))
    taken = merged(taken, sight.lost or ())
    pending = list(islice(gaps(taken, job.spec.completions or 0), most))
    waits = {index: _retry_index_at(sight.held[index]) for index in pending if index in sight.held}
    free = [index for index in pending if waits.get(index, 0) <= now]
    if not free:
        return Plan(again_at=min(waits.values(), default=None))
    later = min((at for at in waits.values() if at > now), default=None)
    return Plan(missing=len(free), indexes=free, again_at=later)


def _retry_index_at(last: Pod) -> int:
    return finished_at(last) + wait_seconds(sum(failures_before(last)) + 1)


def _base(job: Job, index: int) -> str:
    end = f"-{index}-"
    return job.metadata.name[: LONGEST_BASE - len(end)] + end


def _with_variable(spec: PodSpec) -> PodSpec:
    return evolve(
        spec,
        containers=tuple(map(_with_index, spec.containers)),
        init_containers=tuple(map(_with_index, spec.init_containers)),
    )


def _with_index(container: Container) -> Container:
    if any(each.name == _INDEX_VARIABLE.name for each in container.env):
        return container
    return evolve(container, env=(*container.env, _INDEX_VARIABLE))


def _indexed_meta(sight: Sight, meta: ObjectMeta, index: int) -> ObjectMeta:
    annotations = {**meta.annotations, INDEX_KEY: str(index)}
    if sight.lost is not None:
        counted, ignored = _failures_so_far(sight, index)
        annotations[FAILURES] = str(counted)
        if ignored:
            annotations[IGNORED_FAILURES] = str(ignored)
    return evolve(meta, labels={**meta.labels, INDEX_KEY: str(index)}, annotations=annotations)


def _failures_so_far(sight: Sight, index: int) -> tuple[int, int]:
    last = sight.held.get(index)
    if last is None:
        return 0, 0
    counted, ignored = failures_before(last)
    return (counted + 1, ignored) if match_policy(sight.job, last).counts else (counted, ignored + 1)
