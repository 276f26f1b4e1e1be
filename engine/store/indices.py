"""Which keys an object has in the indices of a State, and which of them a commit adds and drops.

An index maps composite keys to the Ref of an object; a key's first words are what readers ask for. Most changes
touch a status and no key at all: what an index is made from is compared by identity first.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from engine.kinds import TERMINAL_PHASES, Event, Exec, Node, ObjectMeta, Pod, Ref
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim
from engine.store.change import Change
from engine.store.uses import calls_others, uses_of

Keys = Sequence[tuple[str, ...]]
Moves = dict[tuple[str, ...], Ref | None]
"""Key -> the object that has it now, None where none has it any more."""
_NO_METADATA = ObjectMeta()


def moves_of(changes: Iterable[Change]) -> dict[str, Moves]:
    """Index -> what moves in it, by when the first does; indices in which nothing moves are left out.

    That follows from what the objects say, not from which of them were let go and read again meanwhile.
    """
    moves: dict[str, Moves] = defaultdict(dict)
    was: Keys
    now_is: Keys
    for ref, old, new in changes:
        before = _NO_METADATA if old is None else old.metadata
        after = _NO_METADATA if new is None else new.metadata
        if before.owner_references is not after.owner_references:
            was, now_is = _owner_keys(ref, before), _owner_keys(ref, after)
            if was != now_is:
                _move(moves["by_owner"], ref, was, now_is)
        if before.labels is not after.labels:
            was, now_is = _label_keys(ref, before), _label_keys(ref, after)
            if was != now_is:
                _move(moves["by_label"], ref, was, now_is)
        indices = _moving(old, new) if isinstance(old, Pod) and isinstance(new, Pod) else _OF_KIND.get(ref.kind, ())
        for name, keys_of in indices:
            was, now_is = () if old is None else keys_of(old), () if new is None else keys_of(new)
            if (was or now_is) and was != now_is:
                _move(moves[name], ref, was, now_is)
    return {name: moved for name, moved in moves.items() if moved}


def _move(moved: Moves, ref: Ref, before: Keys, after: Keys) -> None:
    if not before:
        for key in after:
            moved[key] = ref
        return
    for key in before:
        if key not in after:
            moved[key] = None
    for key in after:
        if key not in before:
            moved[key] = ref


def _owner_keys(ref: Ref, meta: ObjectMeta) -> Keys:
    return [(owner.uid, *ref) for owner in meta.owner_references]


def _label_keys(ref: Ref, meta: ObjectMeta) -> Keys:
    return [(ref.kind, ref.namespace, key, value, ref.name) for key, value in meta.labels.items()]


def _node_keys(pod: Pod) -> Keys:
    """Of every pod bound to a node, finished ones too."""
    return ((pod.spec.node_name, pod.metadata.namespace, pod.metadata.name),) if pod.spec.node_name else ()


def _unscheduled_keys(pod: Pod) -> Keys:
    return () if pod.spec.node_name or not pod.active else ((pod.metadata.namespace, pod.metadata.name),)


def _calling_keys(pod: Pod) -> Keys:
    return ((pod.metadata.namespace, pod.metadata.name),) if pod.active and calls_others(pod.spec) else ()


def _use_keys(pod: Pod) -> Keys:
    """Of every pod there is, finished ones too."""
    namespace, name = pod.metadata.namespace, pod.metadata.name
    return [(kind, namespace, name + used if used[0] == "-" else used, name) for kind, used in uses_of(pod.spec)]


def _note_keys(pod: Pod) -> Keys:
    """Of one on a node with affinity to other pods or a priority, and of one that waits for others to leave a node.

    A priority is written so that a lower one sorts first.
    """
    spec, name = pod.spec, (pod.metadata.namespace, pod.metadata.name)
    if pod.status.phase in TERMINAL_PHASES:
        return ()
    if not spec.node_name:
        nominated = pod.status.nominated_node_name
        return (("nominated", nominated, *name),) if nominated and pod.active else ()
    keys = [("priority", f"{spec.priority + 2**31:010}", *name)] if spec.priority else []
    if spec.affinity is not None and (spec.affinity.pod_affinity or spec.affinity.pod_anti_affinity):
        keys.append(("affinity", spec.node_name, *name))
    return keys


def _pod_address_keys(pod: Pod) -> Keys:
    status = pod.status
    if not status.pod_ip or status.phase in TERMINAL_PHASES:
        return ()
    return ((status.pod_ip, pod.metadata.namespace, pod.metadata.name),)


def _open_claim_keys(claim: PersistentVolumeClaim) -> Keys:
    """Of one that has no volume yet, by its class."""
    if claim.fully_bound:
        return ()
    return ((claim.kind, claim.storage_class, claim.metadata.namespace, claim.metadata.name),)


def _open_volume_keys(volume: PersistentVolume) -> Keys:
    """Of one that may still be taken, by its class."""
    if volume.status.phase not in ("", "Pending", "Available"):
        return ()
    return ((volume.kind, volume.storage_class, volume.metadata.name),)


def _node_address_keys(node: Node) -> Keys:
    return [(each, "", node.metadata.name) for each in (node.internal_ip, node.spec.pod_cidr) if each]


def event_home(namespace: str) -> str:
    """The namespace of Events about an object of ``namespace``, "" for a cluster-scoped one."""
    return namespace or "default"


def _event_keys(event: Event) -> Keys:
    """Of one that is not named after its subject; the others are found in their table, by their names."""
    meta, subject = event.metadata, event.involved_object
    if meta.name.startswith(f"{subject.name}.") and meta.namespace == event_home(subject.namespace):
        return ()
    return ((Event.kind, subject.uid, meta.namespace, meta.name),)


def _exec_keys(line: Exec) -> Keys:
    """Of the pod it was typed in, and of the pods that got its requests."""
    name = line.metadata.name
    received = sorted({request.pod_uid for request in line.requests})
    return (("Exec", line.pod_uid, name), *(("Request", uid, name) for uid in received))


def _moving(old: Pod, new: Pod) -> "Indices":
    """The indices that a change of a pod may move it in, labels and owners aside: for most changes none."""
    before, after = old.status, new.status
    if (before.phase in TERMINAL_PHASES) is not (after.phase in TERMINAL_PHASES) or (
        (old.metadata.deletion_timestamp is None) is not (new.metadata.deletion_timestamp is None)
    ):
        return _OF_POD
    was, spec = old.spec, new.spec
    if was is not spec and not (
        was.containers is spec.containers
        and was.init_containers is spec.init_containers
        and was.volumes is spec.volumes
    ):
        return _OF_POD
    address = _BY_ADDRESS if before.pod_ip != after.pod_ip else ()
    stays = was is spec and before.nominated_node_name == after.nominated_node_name
    return address if stays else address + _BY_PLACE


Indices = tuple[tuple[str, Callable[[Any], Keys]], ...]
"""Name and the keys that an object has in it."""
_BY_PLACE: Indices = (("by_node", _node_keys), ("unscheduled", _unscheduled_keys), ("of_note", _note_keys))
_BY_ADDRESS: Indices = (("by_address", _pod_address_keys),)
_OF_POD: Indices = (*_BY_PLACE, *_BY_ADDRESS, ("calling", _calling_keys), ("by_use", _use_keys))
_OF_KIND: dict[str, Indices] = {
    "Pod": _OF_POD,
    "PersistentVolumeClaim": (("by_class", _open_claim_keys),),
    "PersistentVolume": (("by_class", _open_volume_keys),),
    "Node": (("by_address", _node_address_keys),),
    "Event": (("by_subject", _event_keys),),
    "Exec": (("by_subject", _exec_keys),),
}
