"""DELETE: grace for pods, finalizers and propagation for all, Terminating for namespaces (rules 14).

Follows ``k8s.io/apiserver/pkg/registry/rest/delete.go`` and ``generic/registry/store.go``, the pod strategy's
CheckGracefulDelete and ``pkg/registry/core/namespace/storage``.
"""

from typing import TypeVar

from engine.api.answers import forbidden, not_found, wrong_uid
from engine.api.config_history import forget_for, note_change
from engine.api.custom.definitions import terminating
from engine.api.draft import Draft
from engine.api.volume_contents import keep_what_it_left
from engine.api.writes import BACKGROUND, FOREGROUND, ORPHAN, Delete
from engine.errors import BadRequest
from engine.kinds import TERMINAL_PHASES, Exec, Namespace, Object, Pod, evolve, ref_of, with_metadata
from engine.kinds.extensions import CLEANUP_FINALIZER, CustomResourceDefinition

ObjectT = TypeVar("ObjectT", bound=Object)
ORPHAN_FINALIZER, FOREGROUND_FINALIZER = "orphan", "foregroundDeletion"
_PROTECTED_NAMESPACES = ("default", "kube-system", "kube-public")
_DEFAULT_GRACE_SECONDS = 30


def delete(draft: Draft, write: Delete) -> None:
    """Removes the object, or marks it as being deleted for whoever has to finish that."""
    ref = write.ref
    obj = draft.get(ref)
    if obj is None:
        raise not_found(ref)
    if write.uid and write.uid != obj.metadata.uid:
        raise wrong_uid(ref, write.uid, obj.metadata.uid)
    finalizers = _finalizers(obj, write.propagation)
    if isinstance(obj, Namespace):
        _delete_namespace(draft, obj, finalizers)
    elif isinstance(obj, Pod):
        _delete_pod(draft, obj, finalizers, write.grace_seconds)
    elif isinstance(obj, CustomResourceDefinition) and obj.metadata.deletion_timestamp is None:
        marked = _marked(obj, draft.now, 0, (*finalizers, CLEANUP_FINALIZER))
        draft.put(terminating(marked, draft.now))
    elif finalizers:
        draft.put(_marked(obj, draft.now, 0, finalizers))
    else:
        remove(draft, obj)


def remove(draft: Draft, obj: Object) -> None:
    """Takes the object away, and with a pod the lines that were typed into it and its own volumes."""
    draft.remove(ref_of(obj))
    note_change(draft, obj, None)
    if not isinstance(obj, Pod):
        return
    keep_what_it_left(draft, obj)
    forget_for(draft, obj)
    uid = obj.metadata.uid
    for line in draft.state.execs_of(uid):
        draft.remove(ref_of(line))
    for line in [each for each in draft.added(Exec.kind) if isinstance(each, Exec) and each.pod_uid == uid]:
        draft.remove(ref_of(line))


def grace_seconds(pod: Pod, wanted: int | None) -> int:
    """How long the pod gets; 0 where no kubelet has anything to stop."""
    if not pod.spec.node_name or pod.status.phase in TERMINAL_PHASES:
        return 0
    if wanted is None:
        wanted = pod.spec.termination_grace_period_seconds
    if wanted is None:
        return _DEFAULT_GRACE_SECONDS
    return wanted if wanted >= 0 else 1


def _delete_pod(draft: Draft, pod: Pod, finalizers: tuple[str, ...], wanted: int | None) -> None:
    meta = pod.metadata
    if meta.deletion_timestamp is None:
        grace = grace_seconds(pod, wanted)
        marked = _marked(pod, draft.now, grace, finalizers)
    else:
        before = meta.deletion_grace_period_seconds or 0
        grace = before if wanted is None else min(before, max(wanted, 0))
        timestamp = meta.deletion_timestamp - before + grace
        marked = with_metadata(
            pod, deletion_timestamp=timestamp, deletion_grace_period_seconds=grace, finalizers=finalizers
        )
    if grace == 0 and not finalizers:
        remove(draft, pod)
    else:
        draft.put(marked)


def _delete_namespace(draft: Draft, namespace: Namespace, finalizers: tuple[str, ...]) -> None:
    """Terminating, until the namespace controller has emptied it; asked again, it is no sooner."""
    meta = namespace.metadata
    ref = ref_of(namespace)
    if meta.name in _PROTECTED_NAMESPACES:
        raise forbidden(ref, "this namespace may not be deleted")
    if not finalizers and not namespace.spec.finalizers:
        draft.remove(ref)
    elif meta.deletion_timestamp is None:
        marked = with_metadata(namespace, deletion_timestamp=draft.now, finalizers=finalizers)
        draft.put(evolve(marked, status=evolve(namespace.status, phase="Terminating")))


def _marked(obj: ObjectT, now: int, grace: int, finalizers: tuple[str, ...]) -> ObjectT:
    """``obj`` as being deleted; a mark that is there stays."""
    meta = obj.metadata
    if meta.deletion_timestamp is not None:
        return with_metadata(obj, finalizers=finalizers)
    return with_metadata(
        obj,
        deletion_timestamp=now + grace,
        deletion_grace_period_seconds=grace,
        finalizers=finalizers,
        generation=meta.generation + 1 if meta.generation else 0,
    )


def _finalizers(obj: Object, propagation: str) -> tuple[str, ...]:
    """The object's finalizers, those of the garbage collector according to ``propagation``."""
    finalizers = obj.metadata.finalizers
    if not propagation:
        return finalizers
    if propagation not in (FOREGROUND, BACKGROUND, ORPHAN):
        raise BadRequest(f'invalid propagation policy "{propagation}": use Foreground, Background or Orphan')
    kept = tuple(each for each in finalizers if each not in (ORPHAN_FINALIZER, FOREGROUND_FINALIZER))
    if propagation == FOREGROUND:
        return (*kept, FOREGROUND_FINALIZER)
    return (*kept, ORPHAN_FINALIZER) if propagation == ORPHAN else kept
