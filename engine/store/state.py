"""The whole cluster at one revision, immutable to whoever holds it, with the indices its readers need.

``fold(state, commit)`` is the only way from one State to the next. It costs what the commit changes, never
what the cluster holds: tables and indices are SortedMaps that share all they can with the State before.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar, cast

from engine.kinds import TERMINAL_PHASES, Event, Exec, LabelSelector, Object, Pod, Ref, evolve, ref_of
from engine.kinds.frozen import frozen
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim
from engine.store.change import Change
from engine.store.commit import Commit
from engine.store.indices import event_home, moves_of
from engine.store.requested import NOTHING_REQUESTED, Requested, requested_by
from engine.store.sorted_map import SortedMap

ObjectT = TypeVar("ObjectT", bound=Object)
Table = SortedMap[tuple[str, str], Object]
Index = SortedMap[tuple[str, ...], Ref]
Held = SortedMap[tuple[str], Requested]

_NO_TABLE: Table = SortedMap()
_NO_INDEX: Index = SortedMap()


@frozen(kw_only=True)
class State:
    """Readers get objects in key order (namespace, name); nothing here is ever changed in place."""

    revision: int = 0
    time: int = 0
    tables: Mapping[str, Table] = MappingProxyType({})
    by_node: Index = _NO_INDEX
    by_owner: Index = _NO_INDEX
    by_label: Index = _NO_INDEX
    by_subject: Index = _NO_INDEX
    by_address: Index = _NO_INDEX
    by_use: Index = _NO_INDEX
    by_class: Index = _NO_INDEX
    of_note: Index = _NO_INDEX
    """Pods that matter to where others may go beyond the room they take; see ``indices``."""
    unscheduled: Index = _NO_INDEX
    calling: Index = _NO_INDEX
    requested: Held = SortedMap()

    def get(self, ref: Ref) -> Object | None:
        table = self.tables.get(ref.kind)
        return None if table is None else table.get((ref.namespace, ref.name))

    def find(self, cls: type[ObjectT], name: str, namespace: str = "") -> ObjectT | None:
        """The object of a modelled kind, typed: ``state.find(Pod, "web-1", "default")``."""
        table = self.tables.get(cls.__dict__["kind"])
        return None if table is None else cast("ObjectT | None", table.get((namespace, name)))

    def table(self, kind: str) -> Table:
        return self.tables.get(kind, _NO_TABLE)

    def objects(self, kind: str, namespace: str = "") -> Iterator[Object]:
        """All objects of a kind in key order, or those of one namespace."""
        table = self.table(kind)
        return (obj for _, obj in table.range((namespace,))) if namespace else table.values()

    def all(self, cls: type[ObjectT], namespace: str = "") -> Iterator[ObjectT]:
        """``objects`` of a modelled kind, typed."""
        return cast("Iterator[ObjectT]", self.objects(_kind_of(cls), namespace))

    def count(self, kind: str) -> int:
        table = self.tables.get(kind)
        return 0 if table is None else len(table)

    def pods_on(self, node: str) -> Iterator[Pod]:
        """Every pod bound to the node, finished ones too."""
        return cast("Iterator[Pod]", self._objects(self.by_node, (node,)))

    def owned_by(self, uid: str, kind: str = "") -> Iterator[Object]:
        """What names ``uid`` in its ownerReferences, of one kind or of all."""
        return self._objects(self.by_owner, (uid, kind) if kind else (uid,))

    def select(
        self, kind: str, namespace: str, selector: LabelSelector, but: Container[str] = ()
    ) -> Iterator[Object]:
        """Objects of a namespace that match; walks those with the rarest label that the selector names, if it does.

        Those named in ``but`` are left out without being looked at.
        """
        prefix = self._rarest(kind, namespace, selector)
        if prefix:
            candidates = self._objects(self.by_label, prefix, but)
        else:
            candidates = (obj for obj in self.objects(kind, namespace) if obj.metadata.name not in but)
        return (obj for obj in candidates if selector.matches(obj.metadata.labels))

    def most_selected(self, kind: str, namespace: str, selector: LabelSelector) -> int | None:
        """No more than so many objects match, found without a walk; None where the selector names no label."""
        prefix = self._rarest(kind, namespace, selector)
        return self.by_label.count(prefix) if prefix else None

    def _rarest(self, kind: str, namespace: str, selector: LabelSelector) -> tuple[str, ...]:
        """Where in the label index to look for what a selector matches; () for everywhere."""
        prefixes = [(kind, namespace, *pair) for pair in selector.match_labels.items()]
        return min(prefixes, key=self.by_label.count) if len(prefixes) > 1 else prefixes[0] if prefixes else ()

    def events_of(self, obj: Object) -> list[Event]:
        """Events about an object, oldest first."""
        return self.events_about(ref_of(obj), obj.metadata.uid)

    def events_about(self, subject: Ref, uid: str) -> list[Event]:
        """As ``events_of``, for an object that may be gone."""
        home, name = event_home(subject.namespace), subject.name
        near = self.table(Event.kind).between((home, f"{name}."), (home, f"{name}/"))
        events = [event for event in cast("Iterator[Event]", near) if event.involved_object.uid == uid]
        if self.by_subject:
            events += cast("Iterator[Event]", self._objects(self.by_subject, (Event.kind, uid)))
        return sorted(events, key=_when_reported)

    def execs_of(self, pod_uid: str) -> Iterator[Exec]:
        """Lines typed into the pod's containers, in the order they were typed."""
        return cast("Iterator[Exec]", self._objects(self.by_subject, ("Exec", pod_uid)))

    def received_by(self, pod_uid: str) -> Iterator[Exec]:
        """Lines typed anywhere that made a request to the pod."""
        return cast("Iterator[Exec]", self._objects(self.by_subject, ("Request", pod_uid)))

    def users_of(self, ref: Ref) -> Iterator[Pod]:
        """Pods, finished ones too, that mount a claim, or mount or take variables from a ConfigMap or Secret."""
        return cast("Iterator[Pod]", self._objects(self.by_use, (ref.kind, ref.namespace, ref.name)))

    def callers(self) -> Iterator[Pod]:
        """Unfinished pods whose command lines may go on asking others over the network."""
        return cast("Iterator[Pod]", self._objects(self.calling, ()))

    def open_claims(self, storage_class: str) -> Iterator[PersistentVolumeClaim]:
        """Claims of a class that have no volume yet."""
        prefix = (PersistentVolumeClaim.kind, storage_class)
        return cast("Iterator[PersistentVolumeClaim]", self._objects(self.by_class, prefix))

    def open_volumes(self, storage_class: str) -> Iterator[PersistentVolume]:
        """Volumes of a class that may be taken, or are about to be."""
        prefix = (PersistentVolume.kind, storage_class)
        return cast("Iterator[PersistentVolume]", self._objects(self.by_class, prefix))

    def is_taken(self, address: str) -> bool:
        """Whether a node or an unfinished pod has the IP address, or a node the podCIDR."""
        return self.by_address.has((address,))

    def pods_at(self, ip: str) -> Iterator[Pod]:
        """The unfinished pods with the IP address: several only in a node's own network."""
        return (found for found in self._objects(self.by_address, (ip,)) if isinstance(found, Pod))

    def requested_on(self, node: str) -> Requested:
        """What the unfinished pods on a node request together."""
        return self.requested.get((node,)) or NOTHING_REQUESTED

    def _objects(self, index: Index, prefix: tuple[str, ...], but: Container[str] = ()) -> Iterator[Object]:
        tables, known = self.tables, ""
        for _, (kind, namespace, name) in index.range(prefix):
            if name not in but:
                if kind != known:
                    known, get = kind, tables[kind].in_order()
                found = get((namespace, name))
                assert found is not None, f"the index holds {kind} {namespace}/{name}, the table does not"
                yield found


def _when_reported(event: Event) -> tuple[int, str]:
    return event.last_timestamp or 0, event.metadata.name


def fold(state: State, commit: Commit) -> State:
    """The State after ``commit``; the function every replay, undo, fork and recovery is made of."""
    assert commit.revision == state.revision + 1, f"commit {commit.revision} does not follow {state.revision}"
    return leap(state, commit)


def leap(state: State, commit: Commit) -> State:
    """As ``fold`` for a whole stretch of commits, if ``commit`` holds what the stretch leaves of each object."""
    puts = [Change(ref := ref_of(obj), state.get(ref), obj) for obj in commit.puts]
    removes = [Change(ref, state.get(ref), None) for ref in commit.removes]
    return after(state, commit, puts + removes)


def after(state: State, commit: Commit, changes: Sequence[Change]) -> State:
    """The State after ``commit``, for who knows what it changes in ``state``."""
    tables = dict(state.tables)
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        by_kind.setdefault(change.ref.kind, []).append(change)
    for kind, some in by_kind.items():
        tables[kind] = tables.get(kind, _NO_TABLE).update({ref[1:]: new for ref, _, new in some})
    indices: dict[str, Any] = {
        name: getattr(state, name).update(moves) for name, moves in moves_of(changes).items()
    }
    if "Pod" in by_kind:
        indices["requested"] = _rerequested(state.requested, by_kind["Pod"])
    return evolve(state, revision=commit.revision, time=commit.time, tables=MappingProxyType(tables), **indices)


def _kind_of(cls: type[Any]) -> str:
    kind: str = cls.__dict__["kind"]
    return kind


def _rerequested(requested: Held, pods: Sequence[Change]) -> Held:
    """With the pods that took or left their room on a node."""
    sums: dict[tuple[str], Requested | None] = {}
    for _, old, new in pods:
        if isinstance(old, Pod) and isinstance(new, Pod) and old.spec is new.spec:
            was, now_is = old.status.phase, new.status.phase
            if was == now_is or not (was in TERMINAL_PHASES or now_is in TERMINAL_PHASES):
                continue
        before, after = _holder(old), _holder(new)
        if before is not None and after is not None and before.spec is after.spec:
            continue
        for pod, sign in ((before, -1), (after, 1)):
            if pod is not None:
                key = (pod.spec.node_name,)
                held = sums.get(key) or requested.get(key) or NOTHING_REQUESTED
                sums[key] = held.plus(requested_by(pod), sign)
    if not sums:
        return requested
    # A node without pods has no entry, as before its first one: a State follows from its objects alone.
    return requested.update({key: held if held and held.pods else None for key, held in sums.items()})


def _holder(pod: Object | None) -> Pod | None:
    """The pod if it holds room on a node: bound and not finished."""
    if not isinstance(pod, Pod) or not pod.spec.node_name or pod.status.phase in TERMINAL_PHASES:
        return None
    return pod
