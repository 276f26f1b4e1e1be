"""How many pods a PodDisruptionBudget lets go now; the eviction subresource spends what stands here.

    maxUnavailable, minAvailable in %   expected = what the pods' controllers want, desired follows from it
    minAvailable as a number            expected = the pods there are, desired is the number

Follows ``pkg/controller/disruption``; differs in that Events are told with a status that changes, not with every look.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from engine.api.writes import Emit, UpdateStatus
from engine.kinds import (
    EMPTY,
    KINDS,
    Condition,
    Deployment,
    LabelSelector,
    OwnerReference,
    Pod,
    PodDisruptionBudget,
    Ref,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
    condition,
    evolve,
    ref_of,
    set_condition,
)
from engine.kinds.frozen import frozen
from engine.kinds.int_or_percent import portion
from engine.readiness import is_ready
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_CONFIRM_SECONDS = 120
"""How long an eviction may take to show as a deletion before it counts as not done."""
_UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the status of "
    "the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please "
    'set ".spec.minAvailable" field of the PDB to an integer value.'
)
_SCALED = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")


@frozen
class _Uncounted:
    """Nobody says how many there should be of some pod; ``message`` is Kubernetes'."""

    message: str


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    budget = state.find(PodDisruptionBudget, ref.name, ref.namespace)
    if budget is None:
        return NOTHING
    pods = _pods(state, budget)
    expected = _expected(state, budget, pods)
    if isinstance(expected, _Uncounted):
        return _failed(budget, expected.message, now)
    desired = _desired(budget, expected)
    disrupted, again_at = _disrupted(budget, pods, now)
    healthy = sum(
        is_ready(pod) and pod.metadata.deletion_timestamp is None and pod.metadata.name not in disrupted
        for pod in pods
    )
    allowed = max(0, healthy - desired) if expected > 0 else 0
    status = evolve(
        budget.status,
        observed_generation=budget.metadata.generation,
        disrupted_pods=disrupted,
        disruptions_allowed=allowed,
        current_healthy=healthy,
        desired_healthy=desired,
        expected_pods=expected,
        conditions=_conditions(budget, "True" if allowed else "False", _reason(allowed), "", now),
    )
    if status == budget.status:
        return Result(again_at=again_at)
    return Result(writes=(UpdateStatus(evolve(budget, status=status)), *_remarks(budget, pods)), again_at=again_at)


def _pods(state: State, budget: PodDisruptionBudget) -> Sequence[Pod]:
    """Unfinished or not, all pods it selects; one without a selector selects none."""
    selector = budget.spec.selector
    if selector is None:
        return ()
    return cast(Sequence[Pod], tuple(state.select("Pod", budget.metadata.namespace, selector)))


def _expected(state: State, budget: PodDisruptionBudget, pods: Sequence[Pod]) -> int | _Uncounted:
    """The pods there are, or the replicas of every controller that has one of them, each counted once.

    Pods that nobody manages count for nothing there.
    """
    if _counts_pods(budget):
        return len(pods)
    scales: dict[str, int] = {}
    for pod in pods:
        owner = pod.metadata.controller
        if owner is not None and owner.uid not in scales:
            found = _scale(state, pod, owner)
            if isinstance(found, _Uncounted):
                return found
            scales.update(found)
    return sum(scales.values())


def _counts_pods(budget: PodDisruptionBudget) -> bool:
    return budget.spec.max_unavailable is None and not isinstance(budget.spec.min_available, str)


def _remarks(budget: PodDisruptionBudget, pods: Sequence[Pod]) -> list[Emit]:
    """What is odd about the pods it selects."""
    if not pods:
        return [_event(budget, "Normal", "NoPods", "No matching pods found")]
    if _counts_pods(budget) or all(pod.metadata.controller is not None for pod in pods):
        return []
    return [_event(budget, "Warning", "UnmanagedPods", _UNMANAGED.format(_go_text(budget.spec.selector)))]


def _desired(budget: PodDisruptionBudget, expected: int) -> int:
    if budget.spec.max_unavailable is not None:
        return max(0, expected - portion(budget.spec.max_unavailable, expected, round_up=True))
    return portion(budget.spec.min_available, expected, round_up=True)


def _scale(state: State, pod: Pod, owner: OwnerReference) -> Mapping[str, int] | _Uncounted:
    """uid -> replicas of the topmost controller; an owner below it counts 0 by itself."""
    namespace = pod.metadata.namespace
    found = state.get(Ref(owner.kind, namespace, owner.name))
    if found is None or found.metadata.uid != owner.uid:
        return {owner.uid: 0}
    above = found.metadata.controller
    if isinstance(found, ReplicaSet) and above is not None and above.kind == "Deployment":
        deployment = state.find(Deployment, above.name, namespace)
        if deployment is None or deployment.metadata.uid != above.uid:
            return {owner.uid: 0}
        return {owner.uid: 0, above.uid: _or_one(deployment.spec.replicas)}
    if isinstance(found, ReplicaSet | ReplicationController | StatefulSet):
        return {owner.uid: _or_one(found.spec.replicas)}
    kind = KINDS.get(owner.kind)
    resource = owner.kind if kind is None else kind.resource
    return _Uncounted(f"{resource} does not implement the scale subresource")


def _or_one(replicas: int | None) -> int:
    return 1 if replicas is None else replicas


def _disrupted(
    budget: PodDisruptionBudget, pods: Sequence[Pod], now: int
) -> tuple[Mapping[str, int], int | None]:
    """Evicted pods whose deletion does not show yet, and when the first of them stops counting as such."""
    present = {pod.metadata.name: pod for pod in pods}
    kept = {
        name: since
        for name, since in budget.status.disrupted_pods.items()
        if name in present
        and present[name].metadata.deletion_timestamp is None
        and now < since + _CONFIRM_SECONDS
    }
    return kept or EMPTY, min((since + _CONFIRM_SECONDS for since in kept.values()), default=None)


def _reason(allowed: int) -> str:
    return "SufficientPods" if allowed else "InsufficientPods"


def _conditions(
    budget: PodDisruptionBudget, status: str, reason: str, message: str, now: int
) -> tuple[Condition, ...]:
    new = Condition(
        type="DisruptionAllowed",
        status=status,
        observed_generation=budget.metadata.generation,
        last_transition_time=now,
        reason=reason,
        message=message,
    )
    return set_condition(budget.status.conditions, new)


def _failed(budget: PodDisruptionBudget, message: str, now: int) -> Result:
    """Nothing may be disrupted while it is not known what there should be."""
    conditions = _conditions(budget, "False", "SyncFailed", message, now)
    status = evolve(
        budget.status,
        observed_generation=budget.metadata.generation,
        disruptions_allowed=0,
        conditions=conditions,
    )
    if status == budget.status:
        return NOTHING
    write = UpdateStatus(evolve(budget, status=status))
    before = condition(budget.status.conditions, "DisruptionAllowed")
    if before is not None and (before.reason, before.message) == ("SyncFailed", message):
        return Result(writes=(write,))
    text = f"Failed to calculate the number of expected pods: {message}"
    return Result(writes=(write, _event(budget, "Warning", "CalculateExpectedPodCountFailed", text)))


def _event(budget: PodDisruptionBudget, type_: str, reason: str, message: str) -> Emit:
    return Emit(subject=budget, type=type_, reason=reason, message=message, component="controllermanager")


def _go_text(selector: LabelSelector | None) -> str:
    """A selector as Go prints it."""
    if selector is None:
        return "nil"
    labels = "".join(f"{key}: {value}," for key, value in sorted(selector.match_labels.items()))
    terms = "".join(
        f"LabelSelectorRequirement{{Key:{each.key},Operator:{each.operator},Values:[{' '.join(each.values)}],}},"
        for each in selector.match_expressions
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{terms}}},}}"
    )


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    """Itself; for pods and their controllers the budgets of the namespace (scans those) that they may concern."""
    if change.ref.kind == PodDisruptionBudget.kind:
        return (change.ref,)
    budgets = state.all(PodDisruptionBudget, change.ref.namespace)
    old, new = change.old, change.new
    if change.ref.kind != Pod.kind:
        return [] if _replicas(old) == _replicas(new) else [ref_of(budget) for budget in budgets]
    pods = [pod for pod in (old, new) if isinstance(pod, Pod)]
    if len(pods) == 2 and _facts(pods[0]) == _facts(pods[1]):
        return ()
    return [ref_of(each) for each in budgets if any(_selects(each, pod) for pod in pods)]


def _selects(budget: PodDisruptionBudget, pod: Pod) -> bool:
    return budget.spec.selector is not None and budget.spec.selector.matches(pod.metadata.labels)


def _facts(pod: Pod) -> object:
    meta = pod.metadata
    return is_ready(pod), meta.deletion_timestamp is None, meta.labels, meta.owner_references


def _replicas(obj: object) -> object:
    scaled = (Deployment, ReplicaSet, ReplicationController, StatefulSet)
    return obj.spec.replicas if isinstance(obj, scaled) else None


DISRUPTION = Controller(
    name="disruption-controller",
    watches=(PodDisruptionBudget.kind, Pod.kind, *_SCALED),
    wakes=_wakes,
    pods_with=PodDisruptionBudget.kind,
    reconcile=_reconcile,
)
