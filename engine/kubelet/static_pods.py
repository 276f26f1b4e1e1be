"""STATIC_PODS: a control plane node's kubelet shows its static pods to the API server, and shows them again.

Follows ``pkg/kubelet/pod/mirror_client.go``. Differs in: a mirror pod that is deleted takes its containers with it,
so that the new one begins anew, where Kubernetes only loses the sight of them for a moment.
"""

from collections.abc import Iterable

from engine.api.writes import Create, Delete, Write
from engine.control_plane import COMPONENTS, MIRROR, NAMESPACE, is_control_plane, mirror_name, mirror_pod
from engine.faults import is_down
from engine.kinds import Fault, Namespace, Node, Pod, Ref, ref_of
from engine.kubelet.pods import is_registered
from engine.namespaces import is_terminating
from engine.parts import GOES, LEAVING
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State


def reconcile(state: State, ref: Ref, now: int) -> Result:
    node = state.find(Node, ref.name)
    if node is None or not is_control_plane(node) or not is_registered(node) or is_down(state, ref.name):
        return NOTHING
    if state.find(Namespace, NAMESPACE) is None or is_terminating(state, NAMESPACE):
        return NOTHING
    writes: list[Write] = []
    for component in COMPONENTS:
        pod = state.find(Pod, mirror_name(component, ref.name), NAMESPACE)
        if pod is None:
            writes.append(Create(mirror_pod(component, node, now)))
        elif MIRROR in pod.metadata.annotations and pod.metadata.deletion_timestamp is not None:
            writes.append(Delete(ref=ref_of(pod), grace_seconds=0, uid=pod.metadata.uid))
    return Result(writes=tuple(writes), actor=f"kubelet/{ref.name}") if writes else NOTHING


def wakes(change: Change, _state: State) -> Iterable[Ref]:
    old, new = change.old, change.new
    if change.ref.kind == Pod.kind:
        return _woken_by_pod(change) if change.ref.namespace == NAMESPACE else ()
    if isinstance(change.object, Fault):
        return (Ref(Node.kind, "", change.object.spec.node),)
    if not isinstance(new, Node) or not is_control_plane(new):
        return ()
    known = isinstance(old, Node) and is_control_plane(old) and is_registered(old) == is_registered(new)
    return () if known else (change.ref,)


def _woken_by_pod(change: Change) -> Iterable[Ref]:
    """The node of a mirror pod that goes or is gone."""
    pod = change.object
    assert isinstance(pod, Pod)
    if MIRROR not in pod.metadata.annotations:
        return ()
    if change.new is not None and pod.metadata.deletion_timestamp is None:
        return ()
    return (Ref(Node.kind, "", pod.spec.node_name),)


STATIC_PODS = Controller(
    name="kubelet-static-pods",
    watches=("Node", "Pod", "Fault"),
    heeds={"Pod": LEAVING | GOES},
    wakes=wakes,
    reconcile=reconcile,
)
