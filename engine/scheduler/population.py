"""How many pods of which sort every node holds, for the sorts that somebody asked for; and whose wishes to heed.

``follow`` brings it to any State and costs the pods that differ; a sort that was never asked for is counted by the
label index, so that a State whose tables are read as they are touched is not read for it as a whole. A pod counts
as soon as it is bound and until it is finished, as in kube-scheduler's ``NodeInfo``.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, cast

from attrs import frozen

from engine.kinds import TERMINAL_PHASES, LabelSelector, Pod
from engine.scheduler.facts import PodFacts
from engine.scheduler.refusal import Refusal
from engine.scheduler.terms import Selects, Term, Wishes, wishes_of
from engine.store.state import Index, State

if TYPE_CHECKING:
    from engine.scheduler.columns import Columns
    from engine.scheduler.wanted import Template

_MOST_ASKED = 20_000
_MOST_REFUSED = 1_000
_COMPARED = ("Node", "Pod", "Service")


@frozen(cache_hash=True)
class Sort:
    """Pods of a namespace that all of the selectors match."""

    namespace: str
    all_of: tuple[Selects, ...]
    with_leaving: bool
    """Whether those count that are being deleted."""

    def has(self, pod: Pod) -> bool:
        meta = pod.metadata
        if meta.namespace != self.namespace or (meta.deletion_timestamp is not None and not self.with_leaving):
            return False
        return all(each.matches(meta.labels) for each in self.all_of)

    @property
    def pair(self) -> tuple[str, str] | None:
        """A label that all of them have."""
        return next((each.pairs[0] for each in self.all_of if each.pairs), None)


class Counters(Protocol):
    """A number a row, to be counted up and down."""

    def __getitem__(self, row: int, /) -> Any: ...
    def __setitem__(self, row: int, count: Any, /) -> None: ...


class Count:
    """How many there are on each node; ``rows`` says the same by row, for those who asked for it."""

    def __init__(self) -> None:
        self.by_node: dict[str, int] = {}
        self.rows: Counters | None = None

    def add(self, node: str, more: int, row: int | None = None) -> None:
        count = self.by_node.get(node, 0) + more
        if count:
            self.by_node[node] = count
        else:
            del self.by_node[node]
        if self.rows is not None and row is not None:
            self.rows[row] += more


Judgement = tuple[Count, bool, Term]
"""Who minds, whether they must not be near what the term is about, and the term."""


def taken(state: State) -> "Population":
    """The population of a State, for its taker alone until it is put back into ``kept``."""
    try:
        population = kept().pop()
    except IndexError:
        population = Population()
    population.follow(state)
    return population


def put_back(population: "Population") -> None:
    """For the next taker; the rest of the State that it knows is let go until then."""
    population.forget_others()
    kept()[:] = [population]


@lru_cache(maxsize=1)
def kept() -> "list[Population]":
    """The one used last, if nobody has taken it: memory that changes the price of a decision, never the decision."""
    return []


class Population:
    """Not for two at a time."""

    def __init__(self) -> None:
        self._row: Mapping[tuple[str], int] = {}
        self._stale: set[int] = set()
        self._state = State()
        self._counts: dict[Sort, Count] = {}
        self._by_pair: dict[tuple[str, str, str], list[tuple[Sort, Count]]] = {}
        self._at_large: dict[str, list[tuple[Sort, Count]]] = {}
        self._minders: dict[Wishes, Count] = {}
        self._minding: dict[tuple[str, ...], tuple[Wishes, str]] = {}
        """Key of ``State.of_note`` -> wishes of the pod, and its node."""
        self._judgements: dict[tuple[str, str] | None, list[Judgement]] = {}
        """By the first pair of the term's selector, which whoever it is about must have."""
        self.refused: dict[PodFacts, Refusal] = {}
        """Why pods fit nowhere as nodes and pods are now, whoever their neighbours are."""
        self.templates: dict[tuple[object, ...], Template] = {}
        self.columns: Columns | None = None
        """Those used last, where there are many nodes."""

    def follow(self, state: State) -> None:
        before, self._state = self._state, state
        same = state.requested is before.requested and state.table("Node") is before.table("Node")
        if not same or len(self.refused) > _MOST_REFUSED:
            self.refused.clear()
        if state.table("Service") is not before.table("Service"):
            self.templates.clear()  # each holds the table it was made for
        if state.of_note is not before.of_note:
            self._follow_minders(before.of_note)
        if len(self._counts) > _MOST_ASKED:
            self._counts, self._by_pair, self._at_large, self.templates = {}, {}, {}, {}
        pods, pods_before = state.table("Pod"), before.table("Pod")
        if pods is pods_before or not (self._counts or before.of_note):
            return
        asked = _Asked(self)
        for _, old, new in pods.changes_since(pods_before):
            self._change(cast("Pod | None", old), cast("Pod | None", new), asked)

    def forget_others(self) -> None:
        """Keeps of the State what ``follow`` compares the next one with: none of its Events stays for this."""
        state = self._state
        tables = {kind: state.table(kind) for kind in _COMPARED}
        self._state = State(tables=tables, of_note=state.of_note, requested=state.requested)

    def settle(self, row: Mapping[tuple[str], int], stale: set[int]) -> None:
        """Counts by ``row`` from now on, where rows are asked for, and notes in ``stale`` what has changed."""
        if row is not self._row:
            self._row, self._stale = row, stale
            for count in (*self._counts.values(), *self._minders.values()):
                count.rows = None

    def count(self, sort: Sort) -> Count:
        found = self._counts.get(sort)
        if found is None:
            found = self._counts[sort] = Count()
            namespace, pair = sort.namespace, sort.pair
            for pod in self._candidates(namespace, pair):
                if _holds_room(pod) and sort.has(pod):
                    found.add(pod.spec.node_name, 1)
            if pair is None:
                self._at_large.setdefault(namespace, []).append((sort, found))
            else:
                self._by_pair.setdefault((namespace, *pair), []).append((sort, found))
        return found

    def counts_of(self, pod: Pod) -> list[Count]:
        """Those in which a pod counts once it is on a node."""
        asked = self._asked_about(pod.metadata.namespace, pod.metadata.labels)
        return [count for sort, count in asked if sort.has(pod)]

    def judgements(self, labels: Mapping[str, str]) -> Sequence[Judgement]:
        """The terms of pods on nodes that may be about a pod with these labels."""
        found = self._judgements
        if not found:
            return ()
        return [each for pair in (*labels.items(), None) for each in found.get(pair, ())]

    def nominated(self) -> Iterator[Pod]:
        """Pods that wait for others to leave a node."""
        of_note = self._state.of_note
        for _, ref in of_note.range(("nominated",)) if of_note else ():
            yield cast(Pod, self._state.get(ref))

    @property
    def least_priority(self) -> int:
        """Nobody on a node has less; there may be nobody who has as little, if it is 0."""
        of_note = self._state.of_note
        for (_, priority, *_), _ in of_note.range(("priority",)) if of_note else ():
            return min(0, int(priority) - 2**31)
        return 0

    def _candidates(self, namespace: str, pair: tuple[str, str] | None) -> Iterator[Pod]:
        selector = LabelSelector(match_labels={} if pair is None else dict((pair,)))
        return cast(Iterator[Pod], self._state.select("Pod", namespace, selector))

    def _change(self, old: Pod | None, new: Pod | None, asked: "_Asked") -> None:
        if old is not None and new is not None:
            if _same_to_others(old, new):
                return
            self._mind_anew(new)
        for pod, more in ((old, -1), (new, 1)):
            if pod is not None and _holds_room(pod):
                node = pod.spec.node_name
                for count in asked.counts_of(pod):
                    count.add(node, more, self._touched(node))

    def _touched(self, node: str) -> int | None:
        """Its row, which is stale now."""
        row = self._row.get((node,))
        if row is not None:
            self._stale.add(row)
        return row

    def _asked_about(self, namespace: str, labels: Mapping[str, str]) -> Iterator[tuple[Sort, Count]]:
        for key, value in labels.items():
            yield from self._by_pair.get((namespace, key, value), ())
        yield from self._at_large.get(namespace, ())

    def _follow_minders(self, before: Index) -> None:
        for key, ref in self._state.of_note.changed_since(before):
            if key[0] != "affinity":
                continue
            known = self._minding.pop(key, None)
            if known is not None:
                self._mind(*known, -1)
            pod = None if ref is None else cast(Pod, self._state.get(ref))
            wishes = None if pod is None else wishes_of(pod)
            if wishes is not None:
                self._minding[key] = (wishes, key[1])
                self._mind(wishes, key[1], 1)

    def _mind_anew(self, pod: Pod) -> None:
        """Another pod may have come to be where one of its name was, which is no change of the index."""
        meta, node = pod.metadata, pod.spec.node_name
        key = ("affinity", node, meta.namespace, meta.name)
        known, wishes = self._minding.get(key), wishes_of(pod) if _holds_room(pod) else None
        if wishes == (None if known is None else known[0]):
            return
        if known is not None:
            del self._minding[key]
            self._mind(*known, -1)
        if wishes is not None:
            self._minding[key] = (wishes, node)
            self._mind(wishes, node, 1)

    def _mind(self, wishes: Wishes, node: str, more: int) -> None:
        minders = self._minders.get(wishes)
        if minders is None:
            minders = self._minders[wishes] = Count()
            for pair, judgement in _judgements(minders, wishes):
                self._judgements.setdefault(pair, []).append(judgement)
        minders.add(node, more, self._touched(node))
        if minders.by_node:
            return
        del self._minders[wishes]
        for pair in dict.fromkeys(pair for pair, _ in _judgements(minders, wishes)):
            self._judgements[pair] = [each for each in self._judgements[pair] if each[0] is not minders]
            if not self._judgements[pair]:
                del self._judgements[pair]


class _Asked:
    """``counts_of`` for pods one after the other: those made of one template are mostly next to each other."""

    def __init__(self, population: Population) -> None:
        self._population = population
        self._labels: Mapping[str, str] | None = None
        self._rest: tuple[str, bool] | None = None
        self._counts: list[Count] = []

    def counts_of(self, pod: Pod) -> list[Count]:
        meta = pod.metadata
        rest = meta.namespace, meta.deletion_timestamp is None
        if meta.labels is not self._labels or rest != self._rest:
            self._labels, self._rest = meta.labels, rest
            self._counts = self._population.counts_of(pod)
        return self._counts


def _judgements(minders: Count, wishes: Wishes) -> Iterator[tuple[tuple[str, str] | None, Judgement]]:
    for must_not, terms in ((True, wishes.far), (False, wishes.felt)):
        for term in terms:
            yield (term.selects.pairs[0] if term.selects.pairs else None), (minders, must_not, term)


def _holds_room(pod: Pod) -> bool:
    return bool(pod.spec.node_name) and pod.status.phase not in TERMINAL_PHASES


def _same_to_others(old: Pod, new: Pod) -> bool:
    return (
        old.spec is new.spec
        and old.metadata.labels is new.metadata.labels
        and (old.metadata.deletion_timestamp is None) is (new.metadata.deletion_timestamp is None)
        and (old.status.phase in TERMINAL_PHASES) is (new.status.phase in TERMINAL_PHASES)
    )
