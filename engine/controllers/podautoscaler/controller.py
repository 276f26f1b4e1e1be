"""HorizontalPodAutoscalers: every 15 s a look at what the pods use, and a new size where that asks for one (rules 13).

Follows ``pkg/controller/podautoscaler``. Differs in: what its memory holds there (recommendations, changes of scale)
is in the status; a metric that moved by less than a tenth is not written anew, and an Event tells only of a failure
that is new, so that a steady load writes nothing.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from engine.api.writes import Emit, Update, UpdateStatus
from engine.controllers.podautoscaler.limits import LOOK_SECONDS, bounded, with_change, with_recommendation
from engine.controllers.podautoscaler.metrics import Failure, Proposal, proposals
from engine.controllers.podautoscaler.replicas import Measure
from engine.errors import ApiError
from engine.kinds import (
    KINDS,
    Condition,
    Deployment,
    EndpointSlice,
    LabelSelector,
    Object,
    Pod,
    Ref,
    ReplicaSet,
    ReplicationController,
    Service,
    StatefulSet,
    condition,
    evolve,
    ref_of,
    set_condition,
)
from engine.kinds.amounts import amount_of
from engine.kinds.autoscaling import (
    HorizontalPodAutoscaler,
    HorizontalPodAutoscalerStatus,
    MetricStatus,
    MetricValueStatus,
)
from engine.kinds.frozen import frozen
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_SCALABLE = Deployment | ReplicaSet | ReplicationController | StatefulSet
_FOLLOWED = (
    "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "EndpointSlice", "Service", "Exec", "Fault",
    "ConfigMap", "Secret",
)  # fmt: skip
_COMPONENT = "horizontal-pod-autoscaler"
_STEADY, _LEAST = 10, Fraction(2, 1000)
"""A value is written anew when it moved by more than a tenth, and by more than 2 thousandths."""


def horizontal_pod_autoscaler(measure: Measure) -> Controller:
    """``measure`` stands for the metrics API."""

    def reconcile(state: State, ref: Ref, now: int) -> Result:
        autoscaler = state.find(HorizontalPodAutoscaler, ref.name, ref.namespace)
        if autoscaler is None or autoscaler.metadata.deletion_timestamp is not None:
            return NOTHING
        passed = now - (autoscaler.metadata.creation_timestamp or 0)
        next_look = now + LOOK_SECONDS - passed % LOOK_SECONDS
        if passed <= 0 or passed % LOOK_SECONDS or autoscaler.status.last_scale_time == now:
            return Result(again_at=next_look)
        return evolve(_look(state, autoscaler, measure, now), again_at=next_look, settles=True)

    return Controller(
        name="horizontal-pod-autoscaler",
        watches=(HorizontalPodAutoscaler.kind, Pod.kind, *_FOLLOWED),
        pods_with=HorizontalPodAutoscaler.kind,
        wakes=_wakes,
        reconcile=reconcile,
    )


def _wakes(change: Change, state: State) -> Iterator[Ref]:
    """Itself; for what its measure may follow from (scans the autoscalers) those that look in this very second.

    A look before an input and one after it in the same second must come to the same, or a session would not repeat.
    """
    if change.ref.kind == HorizontalPodAutoscaler.kind:
        yield change.ref
        return
    if not state.count(HorizontalPodAutoscaler.kind):
        return
    for each in state.all(HorizontalPodAutoscaler, _home(change)):
        if (state.time - (each.metadata.creation_timestamp or 0)) % LOOK_SECONDS == 0:
            yield ref_of(each)


def _home(change: Change) -> str:
    """The namespace whose autoscalers a change may concern, "" for all: a pod with a command may call any server."""
    obj = change.object
    if isinstance(obj, Pod) and not any(each.command or each.args for each in obj.spec.containers):
        return change.ref.namespace
    return change.ref.namespace if isinstance(obj, _SCALABLE | EndpointSlice | Service) else ""


@frozen
class _Wish:
    """A size, why, and what the status says besides."""

    replicas: int
    why: str
    status: HorizontalPodAutoscalerStatus


def _look(state: State, autoscaler: HorizontalPodAutoscaler, measure: Measure, now: int) -> Result:
    target = _target(state, autoscaler)
    status = autoscaler.status
    if isinstance(target, str):
        why = f"the HPA controller was unable to get the target's current scale: {target}"
        status = _with(status, now, "AbleToScale", "False", "FailedGetScale", why)
        return _written(autoscaler, status, _news(autoscaler, status, "AbleToScale", [("FailedGetScale", target)]))
    why = "the HPA controller was able to get the target's current scale"
    status = _with(status, now, "AbleToScale", "True", "SucceededGetScale", why)
    current = 1 if target.spec.replicas is None else target.spec.replicas
    status = evolve(status, current_replicas=current)
    if not status.recommendations:
        known = with_recommendation(autoscaler.spec, (), current, now)
        status = evolve(status, recommendations=known)
    if current == 0:
        why = "scaling is disabled since the replica count of the target is zero"
        status = _with(status, now, "ScalingActive", "False", "ScalingDisabled", why)
        return _written(autoscaler, evolve(status, desired_replicas=0, current_metrics=()), [])
    least = 1 if autoscaler.spec.min_replicas is None else autoscaler.spec.min_replicas
    if current > autoscaler.spec.max_replicas:
        wish = _Wish(autoscaler.spec.max_replicas, "Current number of replicas above Spec.MaxReplicas", status)
    elif current < least:
        wish = _Wish(least, "Current number of replicas below Spec.MinReplicas", status)
    else:
        pods = _pods(state, target)
        found = proposals(state, autoscaler, current, pods, measure, now)
        measured = _measured(autoscaler, status, found, current, now)
        if isinstance(measured, Result):
            return measured
        wish = measured
    if wish.replicas == current:
        return _written(autoscaler, evolve(wish.status, desired_replicas=current), [])
    return _rescaled(autoscaler, target, wish, current, now)


def _measured(
    autoscaler: HorizontalPodAutoscaler,
    status: HorizontalPodAutoscalerStatus,
    found: Sequence[Proposal | Failure],
    current: int,
    now: int,
) -> _Wish | Result:
    """The highest of the proposals; nothing where all fail, or where some do and the others ask for less."""
    spec = autoscaler.spec
    good = [each for each in found if isinstance(each, Proposal)]
    failed = [each for each in found if isinstance(each, Failure)]
    best = max(good, key=lambda each: each.replicas, default=None)
    if best is None or (failed and best.replicas < current):
        first = failed[0]
        why = f"the HPA was unable to compute the replica count: {first.message}"
        status = _with(status, now, "ScalingActive", "False", first.reason, why)
        count = f"{len(failed)} invalid out of {len(found)}"
        said = [(each.reason, each.message) for each in failed]
        said.append(
            ("FailedComputeMetricsReplicas", f"invalid metrics ({count}), first error is: {first.error}")
        )
        return _written(autoscaler, status, _news(autoscaler, status, "ScalingActive", said))
    text = f"the HPA was able to successfully calculate a replica count from {best.name}"
    status = _with(status, now, "ScalingActive", "True", "ValidMetricFound", text)
    wanted = best.replicas
    limits = bounded(spec, status, current, wanted, now)
    status = _with(status, now, "AbleToScale", "True", *limits.able)
    status = _with(status, now, "ScalingLimited", "True" if limits.is_limited else "False", *limits.limited)
    status = evolve(
        status,
        recommendations=with_recommendation(spec, status.recommendations, wanted, now),
        current_metrics=_steady(
            status.current_metrics,
            tuple(each.status if isinstance(each, Proposal) else MetricStatus(type="") for each in found),
        ),
    )
    # Where the metrics are content and what was wanted lately is not, Kubernetes gives no reason at all.
    goal = wanted if wanted != current else limits.replicas
    why = f"{best.name} above target" if goal > current else "All metrics below target"
    return _Wish(limits.replicas, why, status)


def _rescaled(
    autoscaler: HorizontalPodAutoscaler, target: _SCALABLE, wish: _Wish, current: int, now: int
) -> Result:
    why = f"the HPA controller was able to update the target scale to {wish.replicas}"
    status = _with(wish.status, now, "AbleToScale", "True", "SucceededRescale", why)
    status = evolve(
        status,
        desired_replicas=wish.replicas,
        last_scale_time=now,
        scale_changes=with_change(autoscaler.spec, status.scale_changes, wish.replicas - current, now),
    )
    size = f"New size: {wish.replicas}; reason: {wish.why}"
    scaled = Update(_sized(target, wish.replicas))

    def refused(error: ApiError) -> Result:
        text = f"the HPA controller was unable to update the target scale: {error}"
        held = _with(wish.status, now, "AbleToScale", "False", "FailedUpdateScale", text)
        said = [("FailedRescale", f"{size}; error: {error}")]
        news = _news(autoscaler, held, "AbleToScale", said)
        return evolve(_written(autoscaler, held, news), again_at=now + LOOK_SECONDS)

    result = _written(autoscaler, status, [_event(autoscaler, "Normal", "SuccessfulRescale", size)])
    return evolve(result, writes=(scaled, *result.writes), refused=refused)


def _sized(target: _SCALABLE, replicas: int) -> Object:
    spec: Any = evolve(target.spec, replicas=replicas)
    return evolve(target, spec=spec)


def _written(
    autoscaler: HorizontalPodAutoscaler, status: HorizontalPodAutoscalerStatus, said: Sequence[Emit]
) -> Result:
    if status == autoscaler.status:
        return Result(writes=tuple(said))
    return Result(writes=(UpdateStatus(evolve(autoscaler, status=status)), *said))


def _target(state: State, autoscaler: HorizontalPodAutoscaler) -> _SCALABLE | str:
    """What is scaled, or why it cannot be found."""
    reference = autoscaler.spec.scale_target_ref
    kind = KINDS.get(reference.kind)
    group = reference.api_version.rpartition("/")[0]
    if kind is None or kind.group != group:
        return f'no matches for kind "{reference.kind}" in group "{group}"'
    found: Object | None = state.get(Ref(kind.name, autoscaler.metadata.namespace, reference.name))
    if isinstance(found, _SCALABLE):
        return found
    if found is None:
        return f'{kind.resource} "{reference.name}" not found'
    return "the server could not find the requested resource"


def _pods(state: State, target: _SCALABLE) -> list[Pod]:
    """The living pods it selects, by name."""
    selector = target.spec.selector
    if not isinstance(selector, LabelSelector):
        selector = LabelSelector(match_labels=selector or {})
    found = state.select(Pod.kind, target.metadata.namespace, selector)
    return [
        pod
        for pod in found
        if isinstance(pod, Pod) and pod.metadata.deletion_timestamp is None and pod.status.phase != "Failed"
    ]


def _with(
    status: HorizontalPodAutoscalerStatus, now: int, type_: str, value: str, reason: str, message: str
) -> HorizontalPodAutoscalerStatus:
    new = Condition(type=type_, status=value, last_transition_time=now, reason=reason, message=message)
    return evolve(status, conditions=set_condition(status.conditions, new))


def _news(
    autoscaler: HorizontalPodAutoscaler,
    status: HorizontalPodAutoscalerStatus,
    type_: str,
    said: Sequence[tuple[str, str]],
) -> list[Emit]:
    """Events of a failure that the condition ``type_`` did not tell of before."""
    before, after = condition(autoscaler.status.conditions, type_), condition(status.conditions, type_)
    if before is not None and after is not None and (before.reason, before.message) == (after.reason, after.message):
        return []
    return [_event(autoscaler, "Warning", *each) for each in said]


def _event(autoscaler: HorizontalPodAutoscaler, type_: str, reason: str, message: str) -> Emit:
    return Emit(subject=autoscaler, type=type_, reason=reason, message=message, component=_COMPONENT)


def _steady(old: tuple[MetricStatus, ...], new: tuple[MetricStatus, ...]) -> tuple[MetricStatus, ...]:
    """``old`` where no metric moved by more than a tenth."""
    if len(old) != len(new):
        return new
    return old if all(map(_is_steady, old, new)) else new


def _is_steady(old: MetricStatus, new: MetricStatus) -> bool:
    before, after = _value(old), _value(new)
    if old.type != new.type or before is None or after is None:
        return old == new
    if (before.average_utilization is None) is not (after.average_utilization is None):
        return False
    was, is_now = amount_of(before.average_value), amount_of(after.average_value)
    moved = abs(was - is_now)
    return moved <= _LEAST or moved * _STEADY <= max(was, is_now)


def _value(status: MetricStatus) -> MetricValueStatus | None:
    source = status.resource or status.container_resource
    return None if source is None else source.current
