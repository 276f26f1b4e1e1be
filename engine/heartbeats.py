"""What nobody writes: Leases of nodes and components, renewed every few seconds, component statuses, API services.

    kube-node-lease   a Lease a registered node, renewed every 10 s unless a NodeDown fault silences its kubelet
    kube-system       those of the scheduler and the controller manager that lead, renewed every 2 s, and of API servers

All follows from nodes, faults and the time, so that any past moment shows it again. ``with_heartbeats`` gives a State
to be read that has them beside what is stored; nothing is worked out before it is asked for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b

from attrs import evolve

from engine.access.seen import Seen
from engine.api_services import API_SERVICE, api_services
from engine.control_plane import (
    API_SERVER,
    CONTROLLERS,
    ELECTED,
    ETCD,
    NAMESPACE,
    NODE_LEASES,
    SCHEDULER,
    is_control_plane,
    mirror_name,
)
from engine.faults import component_down_since, down_since
from engine.kinds import Namespace, Node, Object, ObjectMeta, OwnerReference, Pod, Same, Unmodelled, format_time, same
from engine.kinds.coordination import Lease, LeaseSpec
from engine.store.state import State, Table

COMPONENT_STATUS = "ComponentStatus"
_NODE_SECONDS, _LEADER_SECONDS = 10, 2
_COMPONENT_STATUSES = (
    ("controller-manager", CONTROLLERS, 10257), ("etcd-0", ETCD, 2379), ("scheduler", SCHEDULER, 10259),
)  # fmt: skip


def with_heartbeats(state: State, now: int) -> State:
    """``state`` as it is read at ``now``."""
    if isinstance(state, Seen):
        return evolve(state, behind=with_heartbeats(state.behind, now))
    return evolve(state, tables=_Tables(state, now))


class _Tables(Mapping[str, Table]):
    """A State's tables and those that nobody writes; the latter are made when they are looked at."""

    def __init__(self, state: State, now: int) -> None:
        self._state, self._now = state, now
        self._made: dict[str, Table] = {}

    def __getitem__(self, kind: str) -> Table:
        if kind in self._made:
            return self._made[kind]
        make = _MAKERS.get(kind)
        if make is None:
            return self._state.tables[kind]
        found = {(obj.metadata.namespace, obj.metadata.name): obj for obj in make(self._state, self._now)}
        table = self._made[kind] = self._state.table(kind).update(found)
        return table

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._state.tables, *_MAKERS)))

    def __len__(self) -> int:
        return len(self._state.tables.keys() | _MAKERS.keys())


def _leases(state: State, now: int) -> Iterator[Lease]:
    if state.find(Namespace, NODE_LEASES) is not None:
        for node in state.all(Node):
            if node.internal_ip:
                since = node.metadata.creation_timestamp or 0
                silent = down_since(state, node.metadata.name)
                yield _node_lease(same(node), _renewed(since, _NODE_SECONDS, now, silent))
    for node in state.all(Node):
        if is_control_plane(node) and state.find(Pod, mirror_name(API_SERVER, node.metadata.name), NAMESPACE):
            yield from _component_leases(state, node, now)


@lru_cache(maxsize=8192)
def _node_lease(same: Same[Node], renewed: int) -> Lease:
    """The same object until it is renewed."""
    meta = same().metadata
    owner = OwnerReference(api_version="v1", kind=Node.kind, name=meta.name, uid=meta.uid)
    return Lease(
        metadata=evolve(_meta(same(), meta.name, NODE_LEASES), owner_references=(owner,)),
        spec=LeaseSpec(holder_identity=meta.name, lease_duration_seconds=40, renew_time=_micro(renewed)),
    )


def _component_leases(state: State, node: Node, now: int) -> Iterator[Lease]:
    """The first control plane node by name leads; each has an API server."""
    name, since = node.metadata.name, node.metadata.creation_timestamp or 0
    yield _api_server_lease(same(node), _renewed(since, _NODE_SECONDS, now, None))
    if not any(is_control_plane(other) and other.metadata.name < name for other in state.all(Node)):
        for component in ELECTED:
            silent = component_down_since(state, component)
            yield _leader_lease(same(node), component, _renewed(since, _LEADER_SECONDS, now, silent))


@lru_cache(maxsize=64)
def _api_server_lease(same: Same[Node], renewed: int) -> Lease:
    node = same()
    identity = f"apiserver-{_digest(node.metadata.uid, API_SERVER)[:26]}"
    labels = {"apiserver.kubernetes.io/identity": API_SERVER, "kubernetes.io/hostname": node.metadata.name}
    holder = f"{identity}_{_uid(node.metadata.uid, API_SERVER)}"
    return Lease(
        metadata=evolve(_meta(node, identity, NAMESPACE), labels=labels),
        spec=LeaseSpec(holder_identity=holder, lease_duration_seconds=3600, renew_time=_micro(renewed)),
    )


@lru_cache(maxsize=64)
def _leader_lease(same: Same[Node], component: str, renewed: int) -> Lease:
    node = same()
    spec = LeaseSpec(
        holder_identity=f"{node.metadata.name}_{_uid(node.metadata.uid, component)}",
        lease_duration_seconds=15,
        acquire_time=_micro(node.metadata.creation_timestamp or 0),
        renew_time=_micro(renewed),
        lease_transitions=0,
    )
    return Lease(metadata=_meta(node, component, NAMESPACE), spec=spec)


def _meta(node: Node, name: str, namespace: str) -> ObjectMeta:
    return ObjectMeta(
        name=name,
        namespace=namespace,
        uid=_uid(node.metadata.uid, namespace, name),
        resource_version=node.metadata.resource_version,
        creation_timestamp=node.metadata.creation_timestamp,
    )


def _component_statuses(state: State, _now: int) -> Iterator[Object]:
    """Follows ``pkg/registry/core/componentstatus``: what each would answer that asks for its health."""
    for name, component, port in _COMPONENT_STATUSES:
        healthy, message = "True", "ok"
        if component_down_since(state, component) is not None:
            refused = f"dial tcp 127.0.0.1:{port}: connect: connection refused"
            healthy, message = "False", f'Get "https://127.0.0.1:{port}/healthz": {refused}'
        conditions = [{"message": message, "status": healthy, "type": "Healthy"}]
        meta = ObjectMeta(name=name, uid=_uid(COMPONENT_STATUS, name))
        yield Unmodelled(kind=COMPONENT_STATUS, api_version="v1", metadata=meta, body={"conditions": conditions})


_MAKERS: Mapping[str, Callable[[State, int], Iterable[Object]]] = {
    Lease.kind: _leases, COMPONENT_STATUS: _component_statuses, API_SERVICE: api_services,
}  # fmt: skip


def _renewed(since: int, every_seconds: int, now: int, silent_since: int | None) -> int:
    """The last time on the holder's own beat that it was not silent."""
    until = now if silent_since is None else min(now, silent_since)
    return since + max(0, until - since) // every_seconds * every_seconds


def _micro(seconds: int) -> str:
    return format_time(seconds).replace("Z", ".000000Z")


def _digest(*texts: str) -> str:
    return blake2b("/".join(texts).encode(), digest_size=16).hexdigest()


def _uid(*texts: str) -> str:
    digits = _digest(*texts)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
