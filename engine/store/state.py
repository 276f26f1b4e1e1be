"""The whole cluster at one revision, immutable to whoever holds it, with the indices its readers need.

``fold(state, commit)`` is the only way from one State to the next. It costs what the commit changes, never
what the cluster holds: tables and indices are SortedMaps that share all they can with the State before.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar, cast

from attrs import frozen

from engine.kinds import KINDS, TERMINAL_PHASES, Event, Exec, LabelSelector, Node, Object, Pod, Ref, evolve, ref_of
from engine.store.commit import Commit
from engine.store.requested import NOTHING_REQUESTED, Requested, requested_by
from engine.store.sorted_map import SortedMap

ObjectT = TypeVar("ObjectT", bound=Object)
Table = SortedMap[tuple[str, str], Object]
Index = SortedMap[tuple[str, ...], Ref]

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
    unscheduled: Index = _NO_INDEX
    requested: SortedMap[tuple[str], Requested] = SortedMap()

    def get(self, ref: Ref) -> Object | None:
        table = self.tables.get(ref.kind)
        return None if table is None else table.get((ref.namespace, ref.name))

    def find(self, cls: type[ObjectT], name: str, namespace: str = "") -> ObjectT | None:
        """The object of a modelled kind, typed: ``state.find(Pod, "web-1", "default")``."""
        return cast(ObjectT | None, self.get(Ref(_kind_of(cls), namespace, name)))

    def table(self, kind: str) -> Table:
        return self.tables.get(kind, _NO_TABLE)

    def objects(self, kind: str, namespace: str = "") -> Iterator[Object]:
        """All objects of a kind in key order, or those of one namespace."""
        table = self.table(kind)
        return (obj for _, obj in table.range((namespace,))) if namespace else table.values()

    def all(self, cls: type[ObjectT], namespace: str = "") -> Iterator[ObjectT]:
        """``objects`` of a modelled kind, typed."""
        return cast(Iterator[ObjectT], self.objects(_kind_of(cls), namespace))

    def count(self, kind: str) -> int:
        return len(self.table(kind))

    def pods_on(self, node: str) -> Iterator[Pod]:
        """Every pod bound to the node, finished ones too."""
        return cast(Iterator[Pod], self._objects(self.by_node, (node,)))

    def owned_by(self, uid: str, kind: str = "") -> Iterator[Object]:
        """What names ``uid`` in its ownerReferences, of one kind or of all."""
        return self._objects(self.by_owner, (uid, kind) if kind else (uid,))

    def select(self, kind: str, namespace: str, selector: LabelSelector) -> Iterator[Object]:
        """Objects of a namespace that match; walks the label index when the selector names a label."""
        for key, value in selector.match_labels.items():
            candidates = self._objects(self.by_label, (kind, namespace, key, value))
            break
        else:
            candidates = self.objects(kind, namespace)
        return (obj for obj in candidates if selector.matches(obj.metadata.labels))

    def events_of(self, uid: str) -> list[Event]:
        """Events about an object, oldest first."""
        events = cast(Iterator[Event], self._objects(self.by_subject, ("Event", uid)))
        return sorted(events, key=lambda event: (event.last_timestamp or 0, event.metadata.name))

    def execs_of(self, pod_uid: str) -> Iterator[Exec]:
        """Lines typed into the pod's containers, in the order they were typed."""
        return cast(Iterator[Exec], self._objects(self.by_subject, ("Exec", pod_uid)))

    def received_by(self, pod_uid: str) -> Iterator[Exec]:
        """Lines typed anywhere that made a request to the pod."""
        return cast(Iterator[Exec], self._objects(self.by_subject, ("Request", pod_uid)))

    def is_taken(self, address: str) -> bool:
        """Whether a node or an unfinished pod has the IP address, or a node the podCIDR."""
        return next(iter(self.by_address.range((address,))), None) is not None

    def requested_on(self, node: str) -> Requested:
        """What the unfinished pods on a node request together."""
        return self.requested.get((node,)) or NOTHING_REQUESTED

    def _objects(self, index: Index, prefix: tuple[str, ...]) -> Iterator[Object]:
        for _, ref in index.range(prefix):
            found = self.get(ref)
            assert found is not None, f"the index holds {ref}, the table does not"
            yield found


def fold(state: State, commit: Commit) -> State:
    """The State after ``commit``; the function every replay, undo, fork and recovery is made of."""
    assert commit.revision == state.revision + 1, f"commit {commit.revision} does not follow {state.revision}"
    tables = dict(state.tables)
    indices: dict[str, Any] = {name: getattr(state, name) for name in _INDICES}
    requested = state.requested
    for ref, new in (*((ref_of(obj), obj) for obj in commit.puts), *((ref, None) for ref in commit.removes)):
        table = tables.get(ref.kind, _NO_TABLE)
        key = (ref.namespace, ref.name)
        old = table.get(key)
        tables[ref.kind] = table.remove(key) if new is None else table.set(key, new)
        _reindex(indices, ref, old, new)
        if ref.kind == "Pod":
            requested = _rerequest(requested, cast(Pod | None, old), cast(Pod | None, new))
    return evolve(
        state,
        revision=commit.revision,
        time=commit.time,
        tables=MappingProxyType(tables),
        requested=requested,
        **indices,
    )


def _kind_of(cls: type[Any]) -> str:
    kind = cls.__dict__["kind"]
    assert isinstance(kind, str) and kind in KINDS
    return kind


def _node_keys(obj: Object) -> tuple[tuple[str, ...], ...]:
    if isinstance(obj, Pod) and obj.spec.node_name:
        return ((obj.spec.node_name, obj.metadata.namespace, obj.metadata.name),)
    return ()


def _owner_keys(obj: Object) -> tuple[tuple[str, ...], ...]:
    meta = obj.metadata
    return tuple((owner.uid, obj.kind, meta.namespace, meta.name) for owner in meta.owner_references)


def _label_keys(obj: Object) -> tuple[tuple[str, ...], ...]:
    meta = obj.metadata
    return tuple((obj.kind, meta.namespace, key, value, meta.name) for key, value in meta.labels.items())


def _subject_keys(obj: Object) -> tuple[tuple[str, ...], ...]:
    meta = obj.metadata
    if isinstance(obj, Event):
        return (("Event", obj.involved_object.uid, meta.namespace, meta.name),)
    if isinstance(obj, Exec):
        received = sorted({request.pod_uid for request in obj.requests})
        return (("Exec", obj.pod_uid, meta.name), *(("Request", uid, meta.name) for uid in received))
    return ()


def _address_keys(obj: Object) -> tuple[tuple[str, ...], ...]:
    if isinstance(obj, Pod):
        status = obj.status
        if status.pod_ip and status.phase not in TERMINAL_PHASES:
            return ((status.pod_ip, obj.metadata.namespace, obj.metadata.name),)
    elif isinstance(obj, Node):
        return tuple((each, "", obj.metadata.name) for each in (obj.internal_ip, obj.spec.pod_cidr) if each)
    return ()


def _unscheduled_keys(obj: Object) -> tuple[tuple[str, ...], ...]:
    if isinstance(obj, Pod) and not obj.spec.node_name and obj.active:
        return ((obj.metadata.namespace, obj.metadata.name),)
    return ()


_INDICES = {
    "by_node": _node_keys,
    "by_owner": _owner_keys,
    "by_label": _label_keys,
    "by_subject": _subject_keys,
    "by_address": _address_keys,
    "unscheduled": _unscheduled_keys,
}


def _reindex(indices: dict[str, Any], ref: Ref, old: Object | None, new: Object | None) -> None:
    for name, keys_of in _INDICES.items():
        before = () if old is None else keys_of(old)
        after = () if new is None else keys_of(new)
        if before == after:
            continue
        index = indices[name]
        for key in before:
            if key not in after:
                index = index.remove(key)
        for key in after:
            if key not in before:
                index = index.set(key, ref)
        indices[name] = index


def _rerequest(
    requested: SortedMap[tuple[str], Requested], old: Pod | None, new: Pod | None
) -> SortedMap[tuple[str], Requested]:
    before, after = _holder(old), _holder(new)
    if before is not None and after is not None and before.spec is after.spec:
        return requested
    for pod, sign in ((before, -1), (after, 1)):
        if pod is not None:
            key = (pod.spec.node_name,)
            requested = requested.set(key, (requested.get(key) or NOTHING_REQUESTED).plus(requested_by(pod), sign))
    return requested


def _holder(pod: Pod | None) -> Pod | None:
    """The pod if it holds room on a node: bound and not finished."""
    if pod is None or not pod.spec.node_name or pod.status.phase in ("Succeeded", "Failed"):
        return None
    return pod
