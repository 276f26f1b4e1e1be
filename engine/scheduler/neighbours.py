"""What a pod to be placed has to do with the pods that are there: whom its rules count, and whose rules count it.

Follows the PreFilter and PreScore steps of kube-scheduler's PodTopologySpread and InterPodAffinity, with the
default profile's spread constraints for pods of a Service or a workload. Only says who counts; how many they are
and where is in the ``Population``.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from attrs import evolve, frozen

from engine.kinds import (
    LabelSelector,
    Namespace,
    Pod,
    Ref,
    ReplicaSet,
    ReplicationController,
    Same,
    Service,
    StatefulSet,
    same,
)
from engine.scheduler.population import Count, Population, Sort
from engine.scheduler.terms import Constraint, Pairs, Selects, Term, Wishes, constraints_of, selects, wishes_of
from engine.store.state import State, Table

HOSTNAME, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
_DEFAULT_SKEWS = ((HOSTNAME, 3), (ZONE, 5))
_NO_WISHES = Wishes((), (), ())

Counts = Sequence[Count]


@frozen(kw_only=True, eq=False)
class Spread:
    """A constraint with those it counts."""

    constraint: Constraint
    counted: Counts
    counts_itself: bool


@frozen(kw_only=True, eq=False)
class Neighbours:
    spread: Sequence[Spread]
    """Constraints that must hold."""
    wished_spread: Sequence[Spread]
    """Those that should."""
    wants_all_keys: bool
    """Nodes without one of the topology keys get no points for spread; not so with default constraints."""
    near_keys: Sequence[str] = ()
    near: Counts = ()
    """Pods that match all terms of required affinity."""
    near_itself: bool = True
    far: Sequence[tuple[str, Counts]] = ()
    """Topology key and whom its own required anti-affinity shuns."""
    shunned_by: Sequence[tuple[str, Counts]] = ()
    """Topology key and those whose required anti-affinity shuns it."""
    felt: Sequence[tuple[str, int, Counts]] = ()
    """Topology key, the points for each of them that is near, and who they are."""

    @property
    def may_keep_off(self) -> bool:
        """Whether there may be nodes where they keep the pod off."""
        return bool(self.spread or self.near_keys or self.far or self.shunned_by)


_NOBODY = Neighbours(spread=(), wished_spread=(), wants_all_keys=False)


def spread_around(pod: Pod, defaults: Sequence[Constraint], population: Population) -> Neighbours | None:
    """Whom its spread constraints count, or ``defaults`` for a pod without any; None for no constraint at all."""
    own = bool(pod.spec.topology_spread_constraints)
    soft = constraints_of(pod, "ScheduleAnyway") if own else defaults
    hard = constraints_of(pod, "DoNotSchedule")
    if not (hard or soft):
        return None
    return Neighbours(
        spread=[_spread(each, pod, population) for each in hard],
        wished_spread=[_spread(each, pod, population) for each in soft],
        wants_all_keys=own,
    )


def with_affinity(spread: Neighbours | None, state: State, pod: Pod, population: Population) -> Neighbours | None:
    """``spread``, and whom affinity is about, be it the pod's or that of others; None if no other pod has a say.

    ``population`` is that of ``state``. Which of them there are may change with every pod that comes or goes.
    """
    wishes, judgements = wishes_of(pod) or _NO_WISHES, population.judgements(pod.metadata.labels)
    if wishes is _NO_WISHES and not judgements:
        return spread
    meta = pod.metadata
    spaces = {} if wishes is _NO_WISHES else _labels_of_namespaces(same(state.table("Namespace")))
    far = [(term.topology_key, _counted((term,), population, spaces)) for term in wishes.far]
    felt: list[tuple[str, int, Counts]] = [
        (term.topology_key, term.weight, _counted((term,), population, spaces)) for term in wishes.preferred
    ]
    shunned_by: list[tuple[str, Counts]] = []
    if judgements:
        namespace = state.find(Namespace, meta.namespace)
        labels = namespace.metadata.labels if namespace else {}
        for minders, must_not, term in judgements:
            if not _meets(term, pod, labels):
                continue
            if must_not:
                shunned_by.append((term.topology_key, (minders,)))
            else:
                felt.append((term.topology_key, term.weight, (minders,)))
    return evolve(
        spread or _NOBODY,
        near_keys=[term.topology_key for term in wishes.near],
        near=_counted(wishes.near, population, spaces),
        near_itself=all(_meets(term, pod, spaces.get(meta.namespace, {})) for term in wishes.near),
        far=[(key, counts) for key, counts in far if counts],
        shunned_by=shunned_by,
        felt=[each for each in felt if each[2]],
    )


def default_constraints(state: State, pod: Pod, owner: LabelSelector | None) -> Sequence[Constraint]:
    """What the default profile asks for a pod that says nothing itself, if a Service or a workload selects it.

    ``owner`` is whom the workload selects.
    """
    wanted = _default_selects(state, pod, owner)
    return () if wanted is None else _default_constraints_for(wanted)


def selector_of_owner(state: State, pod: Pod) -> LabelSelector | None:
    """Whom the pod's controller selects."""
    meta = pod.metadata
    named = meta.controller
    owner = None if named is None else state.get(Ref(named.kind, meta.namespace, named.name))
    if isinstance(owner, (ReplicaSet, StatefulSet)):
        return owner.spec.selector
    if isinstance(owner, ReplicationController):
        return _selector(same(owner.spec.selector))
    return None


@lru_cache(maxsize=64)
def _selector(pairs: Same[Mapping[str, str]]) -> LabelSelector:
    return LabelSelector(match_labels=pairs())


def _spread(constraint: Constraint, pod: Pod, population: Population) -> Spread:
    # A selector that matches everything counts nobody, but for the pod itself (countPodsMatchSelector).
    wanted = constraint.selects
    sort = Sort(pod.metadata.namespace, (wanted,), with_leaving=False)
    return Spread(
        constraint=constraint,
        counted=() if wanted.everything else (population.count(sort),),
        counts_itself=wanted.matches(pod.metadata.labels),
    )


def _counted(terms: Sequence[Term], population: Population, spaces: Mapping[str, Mapping[str, str]]) -> Counts:
    """The pods that meet all of some terms, by namespace."""
    if not terms:
        return ()
    names = dict.fromkeys(name for term in terms for name in term.namespaces)
    if not all(term.namespace_selects.nothing for term in terms):
        names |= dict.fromkeys(spaces)
    all_of = tuple(term.selects for term in terms)
    counts = [
        population.count(Sort(name, all_of, with_leaving=True))
        for name in names
        if all(term.covers(name, spaces.get(name, {})) for term in terms)
    ]
    return [count for count in counts if count.by_node]


def _meets(term: Term, pod: Pod, namespace_labels: Mapping[str, str]) -> bool:
    return term.selects.matches(pod.metadata.labels) and term.covers(pod.metadata.namespace, namespace_labels)


@lru_cache(maxsize=8)
def _labels_of_namespaces(same: Same[Table]) -> Mapping[str, Mapping[str, str]]:
    return {each.metadata.name: each.metadata.labels for each in same().values()}


@lru_cache(maxsize=4096)
def _default_constraints_for(wanted: Selects) -> tuple[Constraint, ...]:
    return tuple(Constraint(topology_key=key, max_skew=skew, selects=wanted) for key, skew in _DEFAULT_SKEWS)


def _default_selects(state: State, pod: Pod, owner: LabelSelector | None) -> Selects | None:
    """Follows ``helper.DefaultSelector``: what the pod's Services and its controller select, all of it together."""
    meta = pod.metadata
    pairs: dict[str, str] = {}
    if meta.labels:
        for service in _services(same(state.table("Service")), meta.namespace, tuple(sorted(meta.labels.items()))):
            pairs |= service
    if owner is None:
        return Selects(tuple(sorted(pairs.items()))) if pairs else None
    of_owner = selects(owner)
    if not pairs:
        return None if of_owner.everything else of_owner
    contrary = tuple((key, "In", (value,)) for key, value in of_owner.pairs if pairs.get(key, value) != value)
    merged = tuple(sorted((dict(of_owner.pairs) | pairs).items()))
    return Selects(merged, (*of_owner.expressions, *contrary))


@lru_cache(maxsize=4096)
def _services(same: Same[Table], namespace: str, labels: Pairs) -> tuple[Mapping[str, str], ...]:
    """The selectors of the Services that select pods with these labels."""
    by_pair, of = _by_pair(same, namespace), dict(labels)
    found = [selector for pair in labels for selector in by_pair.get(pair, ())]
    return tuple(each for each in found if all(of.get(key) == value for key, value in each.items()))


@lru_cache(maxsize=64)
def _by_pair(same: Same[Table], namespace: str) -> Mapping[tuple[str, str], Sequence[Mapping[str, str]]]:
    """The selectors of a namespace's Services by the first pair of each."""
    found: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for _, service in same().range((namespace,)):
        if isinstance(service, Service) and service.spec.selector:
            found.setdefault(next(iter(service.spec.selector.items())), []).append(service.spec.selector)
    return found


def count_on(node: str, counts: Counts) -> int:
    return sum(count.by_node.get(node, 0) for count in counts)


def everywhere(counts: Counts) -> Iterator[tuple[str, int]]:
    """Node and number, for each sort on each of its nodes."""
    for count in counts:
        yield from count.by_node.items()
