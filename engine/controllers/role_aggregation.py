"""Cluster roles that gather the rules of others by their labels: admin, edit and view do.

Follows kube-controller-manager's clusterrole-aggregation controller.
"""

from collections.abc import Iterable, Iterator

from engine.api.writes import Update
from engine.kinds import Object, Ref, evolve, ref_of
from engine.kinds.access import ClusterRole, PolicyRule
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State


def _reconcile(state: State, ref: Ref, _now: int) -> Result:
    role = state.find(ClusterRole, ref.name)
    if role is None or role.aggregation_rule is None:
        return NOTHING
    rules = tuple(_gathered(state, role))
    return NOTHING if rules == role.rules else Result(writes=(Update(evolve(role, rules=rules)),))


def _gathered(state: State, role: ClusterRole) -> Iterator[PolicyRule]:
    """Each rule once, role after role in the order of their names."""
    seen: list[PolicyRule] = []
    for other in state.all(ClusterRole):
        if other.metadata.name != role.metadata.name and _gathers(role, other):
            for rule in other.rules:
                if rule not in seen:
                    seen.append(rule)
                    yield rule


def _gathers(role: ClusterRole, other: Object | None) -> bool:
    selectors = role.aggregation_rule.cluster_role_selectors if role.aggregation_rule is not None else ()
    return other is not None and any(selector.matches(other.metadata.labels) for selector in selectors)


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    """Whoever gathers it, or did before."""
    ref, old, new = change
    yield ref
    for role in state.all(ClusterRole):
        if role.aggregation_rule is not None and (_gathers(role, old) or _gathers(role, new)):
            yield ref_of(role)


ROLE_AGGREGATION = Controller(
    name="clusterrole-aggregation-controller",
    watches=(ClusterRole.kind,),
    wakes=_wakes,
    reconcile=_reconcile,
)
