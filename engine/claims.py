"""Which objects an owner controls: those that name it and match, plus matching orphans; the rest it lets go.

Follows kube-controller-manager's ControllerRefManager. An owner that is being deleted adopts nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from engine.api.writes import Update, Write
from engine.kinds import (
    DaemonSet,
    Deployment,
    LabelSelector,
    Object,
    Ref,
    StatefulSet,
    owner_reference,
    ref_of,
    with_metadata,
)
from engine.kinds.frozen import frozen
from engine.store.state import State

ObjectT = TypeVar("ObjectT", bound=Object)
Owner = TypeVar("Owner", Deployment, StatefulSet, DaemonSet)


@frozen
class Claims:
    """``kept`` are owned now or will be after ``writes``, in key order."""

    kept: tuple[Object, ...]
    writes: tuple[Write, ...]

    def of(self, cls: type[ObjectT]) -> tuple[ObjectT, ...]:
        return tuple(obj for obj in self.kept if isinstance(obj, cls))


def claim(
    state: State,
    owner: Object,
    kind: str,
    selector: LabelSelector | None,
    may_be: Callable[[Object], bool] | None = None,
) -> Claims:
    """Objects of ``kind`` in the owner's namespace; walks what it owns and what its first label selects.

    ``may_be`` is asked besides the selector, where more than labels makes an object the owner's.
    """
    # A selector without any requirement would match everything; validation refuses it, so it claims nothing.
    if selector is None or not (selector.match_labels or selector.match_expressions):
        return Claims((), ())
    uid, namespace = owner.metadata.uid, owner.metadata.namespace
    kept: dict[str, Object] = {}
    writes: list[Write] = []
    # By identity: those made of one template have their owners and labels in common. What was asked about is held.
    own: dict[int, tuple[bool, object]] = {}
    selected: dict[int, tuple[bool, object]] = {}
    for obj in state.owned_by(uid, kind):
        meta = obj.metadata
        owners, labels = meta.owner_references, meta.labels
        is_own = own.get(id(owners))
        if is_own is None:
            managed_by = meta.controller
            is_own = own[id(owners)] = managed_by is not None and managed_by.uid == uid, owners
        if not is_own[0] or meta.namespace != namespace:
            continue
        is_selected = selected.get(id(labels))
        if is_selected is None:
            is_selected = selected[id(labels)] = selector.matches(labels), labels
        if is_selected[0] and (may_be is None or may_be(obj)):
            kept[meta.name] = obj
        elif meta.deletion_timestamp is None:
            writes.append(Update(released(obj, (uid,))))
    adopted = [obj for obj in _adopted(state, owner, kind, selector, kept) if may_be is None or may_be(obj)]
    if adopted:
        writes.extend(Update(obj) for obj in adopted)
        kept.update((obj.metadata.name, obj) for obj in adopted)
        kept = dict(sorted(kept.items()))
    return Claims(tuple(kept.values()), tuple(writes))


def might_manage(obj: Object, state: State, cls: type[Owner]) -> Iterable[Ref]:
    """The controller of ``obj`` if it is a ``cls``; for an orphan every one that might adopt it (scans those)."""
    namespace, managed_by = obj.metadata.namespace, obj.metadata.controller
    kind: str = cls.__dict__["kind"]
    if managed_by is not None:
        return (Ref(kind, namespace, managed_by.name),) if managed_by.kind == kind else ()
    return [
        ref_of(each)
        for each in state.all(cls, namespace)
        if each.spec.selector is not None and each.spec.selector.matches(obj.metadata.labels)
    ]


def released(obj: ObjectT, uids: Iterable[str]) -> ObjectT:
    """``obj`` without the owners that have these uids."""
    gone = tuple(uids)
    rest = tuple(owner for owner in obj.metadata.owner_references if owner.uid not in gone)
    return with_metadata(obj, owner_references=rest)


def _adopted(
    state: State, owner: Object, kind: str, selector: LabelSelector, own: Mapping[str, Object]
) -> list[Object]:
    """``own`` are all matched by the selector: where nothing else is, nobody is looked at."""
    namespace = owner.metadata.namespace
    if owner.metadata.deletion_timestamp is not None:
        return []
    if state.most_selected(kind, namespace, selector) == len(own):
        return []
    return [
        with_metadata(obj, owner_references=(*obj.metadata.owner_references, owner_reference(owner)))
        for obj in state.select(kind, namespace, selector, but=own)
        if obj.metadata.controller is None
        and obj.metadata.deletion_timestamp is None
        and getattr(obj, "active", True)
    ]
