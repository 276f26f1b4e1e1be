"""What a pod asks of other pods, as values that can be compared: selectors, affinity terms, spread constraints.

Follows ``framework.AffinityTerm`` and ``topologySpreadConstraint`` of kube-scheduler. ``matchLabelKeys`` and
``mismatchLabelKeys`` become part of the selector here, where Kubernetes lets the API server write them into it.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from attrs import frozen

from engine.kinds import (
    Affinity,
    LabelSelector,
    Pod,
    PodAffinity,
    PodAffinityTerm,
    PodAntiAffinity,
    Requirement,
    Same,
    TopologySpreadConstraint,
    same,
)

Pairs = tuple[tuple[str, str], ...]
Expression = tuple[str, str, tuple[str, ...]]
"""Key, operator, values."""
_HARD_POD_AFFINITY_WEIGHT = 1


@frozen(cache_hash=True)
class Selects:
    """A label selector; ``nothing`` stands for the one that was left out."""

    pairs: Pairs = ()
    expressions: tuple[Expression, ...] = ()
    nothing: bool = False

    @property
    def everything(self) -> bool:
        return not (self.pairs or self.expressions or self.nothing)

    def matches(self, labels: Mapping[str, str]) -> bool:
        for key, value in self.pairs:
            if labels.get(key) != value:
                return False
        if self.nothing or not self.expressions:
            return not self.nothing
        return all(_requirement(each).matches(labels) for each in self.expressions)


NOTHING = Selects(nothing=True)


@frozen(cache_hash=True, kw_only=True)
class Term:
    """``weight`` is that of a preferred term, below 0 for anti-affinity."""

    topology_key: str
    namespaces: tuple[str, ...]
    namespace_selects: Selects
    selects: Selects
    weight: int = 0

    def covers(self, namespace: str, namespace_labels: Mapping[str, str]) -> bool:
        return namespace in self.namespaces or self.namespace_selects.matches(namespace_labels)


@frozen(cache_hash=True)
class Wishes:
    """The terms of a pod's affinity and anti-affinity to other pods."""

    near: tuple[Term, ...]
    """Required affinity."""
    far: tuple[Term, ...]
    """Required anti-affinity."""
    preferred: tuple[Term, ...]
    """Preferred affinity and anti-affinity."""

    @property
    def felt(self) -> tuple[Term, ...]:
        """What gives points to others where the pod is: preferred terms, and required affinity with weight 1."""
        return (*self.preferred, *(_weighted(term, _HARD_POD_AFFINITY_WEIGHT) for term in self.near))


@frozen(cache_hash=True, kw_only=True)
class Constraint:
    """One topology spread constraint."""

    topology_key: str
    max_skew: int
    selects: Selects
    min_domains: int = 1
    honors_affinity: bool = True
    honors_taints: bool = False


def selects(selector: LabelSelector | None, more: Iterable[Requirement] = ()) -> Selects:
    if selector is None:
        return NOTHING
    expressions = (*selector.match_expressions, *more)
    return Selects(
        tuple(sorted(selector.match_labels.items())),
        tuple((each.key, each.operator, tuple(each.values)) for each in expressions),
    )


def wishes_of(pod: Pod) -> Wishes | None:
    affinity = pod.spec.affinity
    if affinity is None or not (affinity.pod_affinity or affinity.pod_anti_affinity):
        return None
    labels, meta = pod.metadata.labels, pod.metadata
    keys = tuple((key, labels[key]) for key in _label_keys(same(affinity)) if key in labels)
    return _wishes(same(affinity), meta.namespace, keys)


def constraints_of(pod: Pod, action: str) -> tuple[Constraint, ...]:
    """Those whose whenUnsatisfiable is ``action``."""
    return tuple(
        _constraint(each, pod.metadata.labels)
        for each in pod.spec.topology_spread_constraints
        if each.when_unsatisfiable == action
    )


@lru_cache(maxsize=4096)
def _requirement(expression: Expression) -> Requirement:
    key, operator, values = expression
    return Requirement(key=key, operator=operator, values=values)


@lru_cache(maxsize=1024)
def _label_keys(same: Same[Affinity]) -> tuple[str, ...]:
    terms = [term for side in _sides(same()) for term in _all_terms(side)]
    return tuple(sorted({key for term in terms for key in (*term.match_label_keys, *term.mismatch_label_keys)}))


@lru_cache(maxsize=4096)
def _wishes(same: Same[Affinity], namespace: str, keys: Pairs) -> Wishes | None:
    near, far = same().pod_affinity or PodAffinity(), same().pod_anti_affinity or PodAntiAffinity()
    labels = dict(keys)
    preferred = [
        _weighted(_term(each.pod_affinity_term, namespace, labels), sign * each.weight)
        for side, sign in ((near, 1), (far, -1))
        for each in side.preferred_during_scheduling_ignored_during_execution
    ]
    wishes = Wishes(
        tuple(_term(each, namespace, labels) for each in near.required_during_scheduling_ignored_during_execution),
        tuple(_term(each, namespace, labels) for each in far.required_during_scheduling_ignored_during_execution),
        tuple(preferred),
    )
    return wishes if wishes.near or wishes.far or wishes.preferred else None


def _term(term: PodAffinityTerm, namespace: str, labels: Mapping[str, str]) -> Term:
    more = [
        Requirement(key=key, operator=operator, values=(labels[key],))
        for keys, operator in ((term.match_label_keys, "In"), (term.mismatch_label_keys, "NotIn"))
        for key in keys
        if key in labels
    ]
    own = not term.namespaces and term.namespace_selector is None
    return Term(
        topology_key=term.topology_key,
        namespaces=(namespace,) if own else term.namespaces,
        namespace_selects=selects(term.namespace_selector),
        selects=selects(term.label_selector, more),
    )


def _weighted(term: Term, weight: int) -> Term:
    return Term(
        topology_key=term.topology_key,
        namespaces=term.namespaces,
        namespace_selects=term.namespace_selects,
        selects=term.selects,
        weight=weight,
    )


def _constraint(each: TopologySpreadConstraint, labels: Mapping[str, str]) -> Constraint:
    return _made(same(each), tuple((key, labels[key]) for key in each.match_label_keys if key in labels))


@lru_cache(maxsize=4096)
def _made(same: Same[TopologySpreadConstraint], keys: Pairs) -> Constraint:
    each = same()
    return Constraint(
        topology_key=each.topology_key,
        max_skew=each.max_skew,
        selects=selects(each.label_selector, [Requirement(key=key, operator="In", values=(of,)) for key, of in keys]),
        min_domains=1 if each.min_domains is None else each.min_domains,
        honors_affinity=each.node_affinity_policy != "Ignore",
        honors_taints=each.node_taints_policy == "Honor",
    )


def _sides(affinity: Affinity) -> list[PodAffinity | PodAntiAffinity]:
    return [side for side in (affinity.pod_affinity, affinity.pod_anti_affinity) if side is not None]


def _all_terms(side: PodAffinity | PodAntiAffinity) -> list[PodAffinityTerm]:
    preferred = [each.pod_affinity_term for each in side.preferred_during_scheduling_ignored_during_execution]
    return [*side.required_during_scheduling_ignored_during_execution, *preferred]
