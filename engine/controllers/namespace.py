"""A namespace that is being deleted takes all that is in it along: pods first, then the rest, then itself.

Follows ``pkg/controller/namespace/deletion`` with its ordered deletion. What holds it up stands in its
conditions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from engine.api.writes import Delete, Update, UpdateStatus, Write
from engine.kinds import KINDS, Condition, Namespace, Object, Ref, evolve, ref_of, set_condition
from engine.kinds.registry import is_custom
from engine.namespaces import is_terminating
from engine.parts import GOES, HELD
from engine.reconcile import CUSTOM, NOTHING, Change, Controller, Result
from engine.store.state import State

_FINALIZER = "kubernetes"
_KINDS = tuple(kind.name for kind in KINDS.values() if kind.namespaced)


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    namespace = state.find(Namespace, ref.name)
    if namespace is None or namespace.metadata.deletion_timestamp is None:
        return NOTHING
    if _FINALIZER not in namespace.spec.finalizers:
        return NOTHING
    content = list(state.objects("Pod", ref.name))
    if not content:
        kinds = *_KINDS, *sorted(filter(is_custom, state.tables))
        content = [obj for kind in kinds for obj in state.objects(kind, ref.name)]
    writes: list[Write] = [
        Delete(ref=ref_of(obj), uid=obj.metadata.uid)
        for obj in content
        if obj.metadata.deletion_timestamp is None
    ]
    if not content:
        rest = tuple(each for each in namespace.spec.finalizers if each != _FINALIZER)
        return Result(writes=(Update(evolve(namespace, spec=evolve(namespace.spec, finalizers=rest))),))
    if writes:
        return Result(writes=tuple(writes))
    conditions = _conditions(namespace.status.conditions, content, now)
    if conditions == namespace.status.conditions:
        return NOTHING
    status = evolve(namespace.status, phase="Terminating", conditions=conditions)
    return Result(writes=(UpdateStatus(evolve(namespace, status=status)),))


def _conditions(
    conditions: tuple[Condition, ...], content: Sequence[Object], now: int
) -> tuple[Condition, ...]:
    """What is still there, and which finalizers it has."""
    counts = Counter(obj.kind for obj in content)
    finalizers = Counter(each for obj in content for each in obj.metadata.finalizers)
    remaining = ", ".join(
        f"{KINDS[kind].plural}.{KINDS[kind].group} has {count} resource instances"
        for kind, count in sorted(counts.items())
    )
    holding = ", ".join(f"{name} in {count} resource instances" for name, count in sorted(finalizers.items()))
    told = [
        ("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered",
         "All resources successfully discovered"),
        ("NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions",
         "All legacy kube types successfully parsed"),
        ("NamespaceDeletionContentFailure", "False", "ContentDeleted",
         "All content successfully deleted, may be waiting on finalization"),
        ("NamespaceContentRemaining", "True", "SomeResourcesRemain",
         f"Some resources are remaining: {remaining}"),
        ("NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain",
         f"Some content in the namespace has finalizers remaining: {holding}")
        if holding
        else ("NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers",
              "All content-preserving finalizers finished"),
    ]  # fmt: skip
    for type_, status, reason, message in told:
        new = Condition(
            type=type_, status=status, reason=reason, message=message, last_transition_time=now
        )
        conditions = set_condition(conditions, new)
    return conditions


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    """Itself, and a Terminating one for whatever goes from it, or is held there or no more. Nothing comes into it."""
    ref, old, new = change
    if ref.kind == Namespace.kind:
        return (ref,)
    if new is not None and (old is None or not _is_held_otherwise(old, new)):
        return ()
    namespace = ref.namespace
    return (Ref(Namespace.kind, "", namespace),) if is_terminating(state, namespace) else ()


def _is_held_otherwise(old: Object, new: Object) -> bool:
    """Its finalizers changed, or it is to go and they keep it: that is told where nothing else goes."""
    before, after = old.metadata, new.metadata
    stays = bool(after.finalizers) and before.deletion_timestamp is None and after.deletion_timestamp is not None
    return stays or before.finalizers != after.finalizers


NAMESPACE = Controller(
    name="namespace-controller",
    watches=("Namespace", *_KINDS, CUSTOM),
    heeds=dict.fromkeys((*_KINDS, CUSTOM), GOES | HELD),
    wakes=_wakes,
    reconcile=_reconcile,
)
