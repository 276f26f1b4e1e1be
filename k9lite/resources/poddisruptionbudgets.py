"""Budgets: Enter leads to the pods that one is about."""

from engine.kinds import PodDisruptionBudget
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed


def _pods(budget: PodDisruptionBudget, _state: State) -> Query | None:
    meta, selector = budget.metadata, budget.spec.selector
    if selector is None:
        return None
    return Query(kind="Pod", namespace=meta.namespace, selector=selector, title=f"pdb/{meta.name}")


RESOURCE = listed("PodDisruptionBudget", drill=_pods)
