"""The eviction subresource: a delete that a disruption budget may hold back (rules 7).

Follows ``pkg/registry/core/pod/storage/eviction.go``. Pod, budget and deletion change in one commit, so that
two evictions never spend the same disruption.
"""


from engine.api.answers import forbidden, not_found
from engine.api.deletion import delete
from engine.api.draft import Draft
from engine.api.writes import Delete, Evict
from engine.errors import ApiError, InternalError, TooManyRequests
from engine.kinds import (
    TERMINAL_PHASES,
    Condition,
    Pod,
    PodDisruptionBudget,
    condition,
    evolve,
    is_true,
    ref_of,
    set_condition,
)

REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
MORE_THAN_ONE = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
_MOST_DISRUPTED = 2000
_RETRY_SECONDS = 10


def evict(draft: Draft, write: Evict) -> None:
    ref = write.ref
    pod = draft.find(Pod, ref.name, ref.namespace)
    if pod is None:
        raise not_found(ref)
    if not _needs_no_budget(pod):
        budgets = budgets_of(draft, pod)
        if len(budgets) > 1:
            raise InternalError(MORE_THAN_ONE)
        if budgets and not _is_free(pod, budgets[0]):
            draft.put(_spent(budgets[0], pod, draft.now))
    target = Condition(
        type="DisruptionTarget",
        status="True",
        last_transition_time=draft.now,
        reason="EvictionByEvictionAPI",
        message="Eviction API: evicting",
    )
    draft.put(evolve(pod, status=evolve(pod.status, conditions=set_condition(pod.status.conditions, target))))
    delete(draft, Delete(ref=ref, grace_seconds=write.grace_seconds))


def budgets_of(draft: Draft, pod: Pod) -> list[PodDisruptionBudget]:
    """The budgets that select the pod; one without a selector selects none, with an empty one all."""
    return [
        budget
        for budget in draft.all(PodDisruptionBudget, pod.metadata.namespace)
        if budget.spec.selector is not None and budget.spec.selector.matches(pod.metadata.labels)
    ]


def _needs_no_budget(pod: Pod) -> bool:
    """Finished, not started or already going: its disruption has happened."""
    phase = pod.status.phase
    return phase in TERMINAL_PHASES or phase == "Pending" or pod.metadata.deletion_timestamp is not None


def _is_free(pod: Pod, budget: PodDisruptionBudget) -> bool:
    """A pod that is not ready does not count as healthy, so that losing it may cost the budget nothing."""
    if is_true(pod.status.conditions, "Ready"):
        return False
    if budget.spec.unhealthy_pod_eviction_policy == "AlwaysAllow":
        return True
    return budget.status.current_healthy >= budget.status.desired_healthy > 0


def _spent(budget: PodDisruptionBudget, pod: Pod, now: int) -> PodDisruptionBudget:
    """The budget with one disruption less; raises if it has none."""
    status = budget.status
    refusal = _refusal(budget)
    if refusal is not None:
        raise refusal
    disrupted = {**status.disrupted_pods, pod.metadata.name: now}
    allowed = status.disruptions_allowed - 1
    conditions = status.conditions
    if allowed == 0:
        exhausted = Condition(
            type="DisruptionAllowed",
            status="False",
            observed_generation=status.observed_generation,
            last_transition_time=now,
            reason="InsufficientPods",
        )
        conditions = set_condition(conditions, exhausted)
    return evolve(
        budget,
        status=evolve(status, disruptions_allowed=allowed, disrupted_pods=disrupted, conditions=conditions),
    )


def _refusal(budget: PodDisruptionBudget) -> ApiError | None:
    status, name = budget.status, budget.metadata.name
    if status.observed_generation < budget.metadata.generation:
        cause = f"The disruption budget {name} is still being processed by the server."
        return TooManyRequests(REFUSED, _RETRY_SECONDS, cause)
    if status.disruptions_allowed < 0:
        return forbidden(ref_of(budget), "pdb disruptions allowed is negative")
    if len(status.disrupted_pods) > _MOST_DISRUPTED:
        why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        return forbidden(ref_of(budget), why)
    if status.disruptions_allowed == 0:
        return TooManyRequests(REFUSED, 0, _cause(budget))
    return None


def _cause(budget: PodDisruptionBudget) -> str:
    status, name = budget.status, budget.metadata.name
    allowed = condition(status.conditions, "DisruptionAllowed")
    why = allowed if allowed is not None and allowed.status == "False" and allowed.message else None
    subject = f"The disruption budget {name}"
    if why is not None and why.reason == "SyncFailed":
        return f"{subject} does not allow evicting pods currently because it failed sync: {why.message}"
    if status.current_healthy <= status.desired_healthy:
        return f"{subject} needs {status.desired_healthy} healthy pods and has {status.current_healthy} currently"
    if why is not None:
        return f"{subject} does not allow evicting pods currently ({why.reason}): {why.message}"
    return f"{subject} does not allow evicting pods currently"
