"""Which nodes a pod's volumes keep it off, and what its unbound claims need before it can be bound.

Follows kube-scheduler's plugin VolumeBinding; the rules themselves are ``engine.volumes``.
"""

from collections.abc import Iterator, Mapping

from engine.kinds import Node, Pod, Ref, ref_of
from engine.kinds.storage import AVAILABLE, PersistentVolume, PersistentVolumeClaim, StorageClass
from engine.reconcile import Change
from engine.scheduler.filters import Rejection
from engine.store.state import State
from engine.volumes import PodVolumes, refusals


def out_of_reach(state: State, volumes: PodVolumes) -> Mapping[str, Rejection]:
    """Node -> why not. Walks the nodes where it depends on them at all."""
    tied = any(volume.spec.node_affinity is not None for volume in volumes.bound)
    if not (tied or volumes.unbound or volumes.lacks_volume):
        return {}
    found = {}
    for node in state.all(Node):
        reasons = refusals(state, volumes, node)
        if reasons:
            found[node.metadata.name] = Rejection(reasons, helped_by_preemption=False)
    return found


def woken(change: Change, state: State) -> Iterator[Ref]:
    """Pods without a node whose claims fare differently now."""
    match change.object:
        case PersistentVolumeClaim():
            yield from _without_node(state, change.ref)
        case PersistentVolume() as volume if volume.spec.claim_ref is None and volume.status.phase == AVAILABLE:
            yield from _of_class(state, volume.storage_class)
        case StorageClass() as storage_class:
            yield from _of_class(state, storage_class.metadata.name)


def _of_class(state: State, name: str) -> Iterator[Ref]:
    for claim in state.open_claims(name):
        yield from _without_node(state, ref_of(claim))


def _without_node(state: State, claim: Ref) -> Iterator[Ref]:
    yield from (ref_of(pod) for pod in state.users_of(claim) if _waits(pod))


def _waits(pod: Pod) -> bool:
    return not pod.spec.node_name and pod.active
