"""Which less important pods would have to leave for a pod that fits nowhere, and on which node.

Follows kube-scheduler's DefaultPreemption. Differs in this: where candidates still tie after all of Kubernetes'
criteria the first by name is taken, and a pod that has not started counts as started last.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from engine.kinds import TERMINAL_PHASES, Pod, PodDisruptionBudget, Ref, condition, ref_of
from engine.kinds.frozen import frozen
from engine.scheduler.facts import Nodes
from engine.scheduler.filters import Rejection
from engine.scheduler.neighbour_rules import tally
from engine.scheduler.population import Population
from engine.scheduler.refusal import NO_VICTIMS, NOT_HELPFUL
from engine.scheduler.standing import rejection
from engine.scheduler.wanted import wanted
from engine.store.commit import Commit
from engine.store.requested import Requested, requested_by
from engine.store.state import State, fold

PREEMPTED = "PreemptionByScheduler"
"""Reason of the condition DisruptionTarget of a victim."""
_LEAST_CANDIDATES, _LEAST_PERCENT = 100, 10
_NEVER_STARTED = 2**62


@frozen(kw_only=True)
class Candidate:
    node: str
    victims: tuple[Pod, ...]
    """The most important first."""
    violations: int
    """How many of them a disruption budget would keep."""


def is_waiting_for_victims(state: State, pod: Pod) -> bool:
    """Whether pods are leaving its nominated node for it."""
    return any(
        each.metadata.deletion_timestamp is not None and _is_preempted(each)
        for each in _less_important(state, pod, pod.status.nominated_node_name)
    )


def preemption(
    state: State, pod: Pod, nodes: Nodes, hopeful: Sequence[str], population: Population, offset: int
) -> Candidate | Mapping[str, int]:
    """The best candidate, or how often each reason why there is none is given.

    ``hopeful`` are the nodes it might help on, by name; ``offset`` says with which to begin: only so many
    candidates are looked for. ``population`` is left at another State.
    """
    enough = max(_LEAST_CANDIDATES, len(hopeful) * _LEAST_PERCENT // 100)
    start = offset % len(hopeful) if hopeful else 0
    candidates: list[Candidate] = []
    reasons = Counter({NOT_HELPFUL: len(nodes.all) - len(hopeful)})
    budgets = [*state.all(PodDisruptionBudget)]
    trial = _Trial(state, pod, nodes, population)
    for name in (*hopeful[start:], *hopeful[:start]):
        found = _candidate(trial, name, budgets)
        if not isinstance(found, Candidate):
            reasons.update(found.reasons)
            continue
        candidates.append(found)
        if len(candidates) >= enough and any(not each.violations for each in candidates):
            break
    return min(candidates, key=_cost) if candidates else reasons


class _Trial:
    """The pod on a node without some of those that are there."""

    def __init__(self, state: State, pod: Pod, nodes: Nodes, population: Population) -> None:
        self.state, self.pod, self._nodes, self._population = state, pod, nodes, population
        there = wanted(state, pod, population)
        self._has_neighbours = there.neighbours is not None
        self._alone = evolve(there, neighbours=None)

    def rejection(self, name: str, held: Requested, without: Sequence[Pod]) -> Rejection | None:
        """``held`` is what all but those without request of the node."""
        rejected = rejection(self._alone, None, self._nodes.by_name[name], held)
        if rejected is not None or not self._has_neighbours:
            return rejected
        return self._rejection_by_neighbours(name, without)

    def _rejection_by_neighbours(self, name: str, without: Sequence[Pod]) -> Rejection | None:
        state = self.state
        commit = Commit(revision=state.revision + 1, time=state.time, actor="", removes=tuple(map(ref_of, without)))
        emptied = fold(state, commit)
        self._population.follow(emptied)
        there = wanted(emptied, self.pod, self._population)
        if there.neighbours is None:
            return None
        found = tally(there.pod, self._nodes, there.neighbours)
        return rejection(there, found, self._nodes.by_name[name], emptied.requested_on(name))


def _candidate(trial: _Trial, node: str, budgets: Sequence[PodDisruptionBudget]) -> Candidate | Rejection:
    """All less important pods leave; then as many as can stay are let stay, those of tight budgets first."""
    there = sorted(_less_important(trial.state, trial.pod, node), key=_importance)
    if not there:
        return Rejection((NO_VICTIMS,), helped_by_preemption=False)
    requests = {ref_of(each): requested_by(each) for each in there}
    held = trial.state.requested_on(node)
    for request in requests.values():
        held = held.plus(request, -1)
    rejected = trial.rejection(node, held, there)
    if rejected is not None:
        return rejected
    kept_by_budget = _kept_by_budget(there, budgets)
    leaving, violations = there, 0
    for pod in sorted(there, key=lambda pod: ref_of(pod) not in kept_by_budget):
        without = [each for each in leaving if each is not pod]
        with_it = held.plus(requests[ref_of(pod)])
        if trial.rejection(node, with_it, without) is None:
            leaving, held = without, with_it
        else:
            violations += ref_of(pod) in kept_by_budget
    assert leaving, f"{node} has room as it is"
    return Candidate(node=node, victims=tuple(leaving), violations=violations)


def _cost(candidate: Candidate) -> tuple[int, int, int, int, int, str]:
    """Fewer violations, a less important first victim, less importance together, fewer, started later."""
    victims = candidate.victims
    highest = _priority(victims[0])
    started = min(_started(each) for each in victims if _priority(each) == highest)
    return (
        candidate.violations,
        highest,
        sum(_priority(each) + 2**31 for each in victims),
        len(victims),
        -started,
        candidate.node,
    )


def _kept_by_budget(pods: Sequence[Pod], budgets: Sequence[PodDisruptionBudget]) -> set[Ref]:
    """The Refs of those whose leaving, after that of those before them, a budget does not allow."""
    allowed = [budget.status.disruptions_allowed for budget in budgets]
    kept: set[Ref] = set()
    for pod in pods:
        for index, budget in enumerate(budgets):
            if _is_of(budget, pod):
                allowed[index] -= 1
                if allowed[index] < 0:
                    kept.add(ref_of(pod))
    return kept


def _is_of(budget: PodDisruptionBudget, pod: Pod) -> bool:
    """An empty selector matches nothing here; who is in ``disruptedPods`` is on the way out already."""
    selector, meta = budget.spec.selector, pod.metadata
    return (
        budget.metadata.namespace == meta.namespace
        and bool(meta.labels)
        and selector is not None
        and bool(selector.match_labels or selector.match_expressions)
        and selector.matches(meta.labels)
        and meta.name not in budget.status.disrupted_pods
    )


def _less_important(state: State, pod: Pod, node: str) -> Iterator[Pod]:
    """The unfinished pods on a node that may be preempted."""
    for each in state.pods_on(node) if node else ():
        if each.status.phase not in TERMINAL_PHASES and _priority(each) < _priority(pod):
            yield each


def _importance(pod: Pod) -> tuple[int, int, str, str]:
    return -_priority(pod), _started(pod), pod.metadata.namespace, pod.metadata.name


def _is_preempted(pod: Pod) -> bool:
    said = condition(pod.status.conditions, "DisruptionTarget")
    return said is not None and (said.status, said.reason) == ("True", PREEMPTED)


def _started(pod: Pod) -> int:
    return _NEVER_STARTED if pod.status.start_time is None else pod.status.start_time


def _priority(pod: Pod) -> int:
    return pod.spec.priority or 0
