"""Who is where: how many pods of each sort every node holds, where a sort is what rules about other pods tell apart.

``follow`` brings it to any State and costs the pods that differ. A pod counts as soon as it is bound and until it
is finished, as in kube-scheduler's ``NodeInfo``.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol, cast

from engine.kinds import TERMINAL_PHASES, Pod
from engine.scheduler.terms import Pairs, Selects, Term, Wishes, wishes_of
from engine.store.sorted_map import SortedMap
from engine.store.state import State, Table

_MOST_EMPTY = 1000
_MOST_ASKED = 20_000


def taken(state: State) -> "Population":
    """The population of a State, for its taker alone until it is put back into ``kept``."""
    population = kept().pop() if kept() else Population()
    population.follow(state)
    return population


@lru_cache(maxsize=1)
def kept() -> "list[Population]":
    """The one used last, if nobody has taken it: memory that changes the price of a decision, never the decision."""
    return []


class Counters(Protocol):
    """A number a row, to be counted up and down."""

    def __getitem__(self, row: int, /) -> Any: ...
    def __setitem__(self, row: int, count: Any, /) -> None: ...


class Count:
    """How many there are on each node; ``rows`` says the same by row, for those who asked for it."""

    def __init__(self) -> None:
        self.by_node: dict[str, int] = {}
        self.rows: Counters | None = None

    def add(self, node: str, more: int, row: int | None) -> None:
        count = self.by_node.get(node, 0) + more
        if count:
            self.by_node[node] = count
        else:
            del self.by_node[node]
        if self.rows is not None and row is not None:
            self.rows[row] += more


class Sort(Count):
    """Pods of one namespace with the same labels, all of them being deleted or none."""

    def __init__(self, namespace: str, labels: Mapping[str, str], leaving: bool) -> None:
        super().__init__()
        self.namespace, self.labels, self.leaving = namespace, labels, leaving


class Minders(Count):
    """Pods with the same wishes about other pods."""


Judgement = tuple[Minders, bool, Term]
"""Who minds, whether they must not be near what the term is about, and the term."""


class Population:
    """Not for two at a time."""

    def __init__(self) -> None:
        self._row: Mapping[tuple[str], int] = {}
        self._pods: Table = SortedMap()
        self._forget()

    def _forget(self) -> None:
        self._sorts: dict[tuple[str, Pairs, bool], Sort] = {}
        self._minders: dict[Wishes, Minders] = {}
        self._judgements: dict[tuple[str, str] | None, list[Judgement]] = {}
        """By the first pair of the term's selector, which whoever it is about must have."""
        self._asked: dict[tuple[str, Selects], list[Sort]] = {}
        self._asked_by_pair: dict[tuple[str, str, str], list[Selects]] = {}
        self._asked_at_large: dict[str, list[Selects]] = {}
        self._empty = 0
        self._priorities: Counter[int] = Counter()
        self.nominated: dict[str, dict[tuple[str, str], Pod]] = {}
        """Node -> pods that wait for others to leave it."""

    def follow(self, state: State) -> None:
        pods = state.table("Pod")
        if pods is self._pods:
            return
        if self._empty > max(_MOST_EMPTY, len(self._sorts) // 2) or len(self._asked) > _MOST_ASKED:
            self._pods = SortedMap()
            self._forget()
        before = self._pods
        for key, new in pods.changed_since(before):
            self._change(key, cast("Pod | None", before.get(key)), cast("Pod | None", new))
        self._pods = pods

    def settle(self, row: Mapping[tuple[str], int]) -> None:
        """Counts by ``row`` from now on, where rows are asked for."""
        if row is not self._row:
            self._row = row
            for count in (*self._sorts.values(), *self._minders.values()):
                count.rows = None

    def sorts(self, namespace: str, wanted: Selects) -> Sequence[Sort]:
        """The sorts of a namespace that a selector matches, as they are now."""
        found = self._asked.get((namespace, wanted))
        if found is None:
            found = [
                sort for sort in self._sorts.values() if sort.namespace == namespace and wanted.matches(sort.labels)
            ]
            self._asked[namespace, wanted] = found
            if wanted.pairs:
                self._asked_by_pair.setdefault((namespace, *wanted.pairs[0]), []).append(wanted)
            else:
                self._asked_at_large.setdefault(namespace, []).append(wanted)
        return found

    def covered(self, term: Term, namespaces: Mapping[str, Mapping[str, str]]) -> Sequence[Sort]:
        """The sorts that a term matches; ``namespaces`` are all there are, with their labels."""
        names = dict.fromkeys(term.namespaces)
        if not term.namespace_selects.nothing:
            names |= dict.fromkeys(name for name, labels in namespaces.items() if term.covers(name, labels))
        found: list[Sort] = []
        for name in names:
            found += self.sorts(name, term.selects)
        return found

    def judgements(self, labels: Mapping[str, str]) -> Sequence[Judgement]:
        """The terms of pods on nodes that may be about a pod with these labels."""
        found = self._judgements
        if not found:
            return ()
        return [each for pair in (*labels.items(), None) for each in found.get(pair, ())]

    @property
    def least_priority(self) -> int:
        """Of the pods on nodes; more than any has if there are none."""
        return min((priority for priority, count in self._priorities.items() if count), default=2**31)

    def _change(self, key: tuple[str, str], old: Pod | None, new: Pod | None) -> None:
        if old is not None and new is not None and _same_to_others(old, new):
            return
        for pod, more in ((old, -1), (new, 1)):
            if pod is None:
                continue
            if _holds_room(pod):
                self._count(pod, more)
            elif pod.status.nominated_node_name and pod.active:
                self._nominate(key, pod, more)

    def _count(self, pod: Pod, more: int) -> None:
        meta, node = pod.metadata, pod.spec.node_name
        row = self._row.get((node,))
        self._priorities[pod.spec.priority or 0] += more
        leaving = meta.deletion_timestamp is not None
        key = (meta.namespace, tuple(sorted(meta.labels.items())), leaving)
        sort = self._sorts.get(key)
        if sort is None:
            sort = self._sorts[key] = Sort(meta.namespace, meta.labels, leaving)
            self._tell(sort)
            self._empty += 1
        self._empty -= not sort.by_node
        sort.add(node, more, row)
        self._empty += not sort.by_node
        wishes = wishes_of(pod)
        if wishes is not None:
            minders = self._minders.get(wishes)
            if minders is None:
                minders = self._minders[wishes] = Minders()
                for pair, judgement in _judgements(minders, wishes):
                    self._judgements.setdefault(pair, []).append(judgement)
            minders.add(node, more, row)
            if not minders.by_node:
                del self._minders[wishes]
                for pair in dict.fromkeys(pair for pair, _ in _judgements(minders, wishes)):
                    self._judgements[pair] = [each for each in self._judgements[pair] if each[0] is not minders]
                    if not self._judgements[pair]:
                        del self._judgements[pair]

    def _tell(self, sort: Sort) -> None:
        """Adds a new sort to what was asked for and would have found it."""
        namespace = sort.namespace
        asked = [wanted for pair in sort.labels.items() for wanted in self._asked_by_pair.get((namespace, *pair), ())]
        for wanted in (*asked, *self._asked_at_large.get(namespace, ())):
            if wanted.matches(sort.labels):
                self._asked[namespace, wanted].append(sort)

    def _nominate(self, key: tuple[str, str], pod: Pod, more: int) -> None:
        node = pod.status.nominated_node_name
        there = self.nominated.setdefault(node, {})
        if more > 0:
            there[key] = pod
        else:
            del there[key]
        if not there:
            del self.nominated[node]


def _judgements(minders: Minders, wishes: Wishes) -> Iterator[tuple[tuple[str, str] | None, Judgement]]:
    for must_not, terms in ((True, wishes.far), (False, wishes.felt)):
        for term in terms:
            yield (term.selects.pairs[0] if term.selects.pairs else None), (minders, must_not, term)


def _holds_room(pod: Pod) -> bool:
    return bool(pod.spec.node_name) and pod.status.phase not in TERMINAL_PHASES


def _same_to_others(old: Pod, new: Pod) -> bool:
    return (
        old.spec is new.spec
        and old.metadata.labels is new.metadata.labels
        and old.metadata.deletion_timestamp == new.metadata.deletion_timestamp
        and (old.status.phase in TERMINAL_PHASES) == (new.status.phase in TERMINAL_PHASES)
        and old.status.nominated_node_name == new.status.nominated_node_name
    )
