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


def _any(_obj: Object) -> bool:
    return True


def claim(
    state: State,
    owner: Object,
    kind: str,
    selector: LabelSelector | None,
    may_be: Callable[[Object], bool] = _any,
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
    owners: object = None
    labels: object = None
    is_own = is_selected = False
    for obj in state.owned_by(uid, kind):
        meta = obj.metadata
        # Those made of one template have their owners and labels in common, and are mostly next to each other.
        if meta.owner_references is not owners:
            owners, managed_by = meta.owner_references, meta.controller
            is_own = managed_by is not None and managed_by.uid == uid
        if not is_own or meta.namespace != namespace:
            continue
        if meta.labels is not labels:
            labels, is_selected = meta.labels, selector.matches(meta.labels)
        if is_selected and may_be(obj):
            kept[meta.name] = obj
        elif meta.deletion_timestamp is None:
            writes.append(Update(released(obj, (uid,))))
    adopted = [obj for obj in _adopted(state, owner, kind, selector, kept) if may_be(obj)]
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
    if owner.metadata.deletion_timestamp is not None:
        return []
    return [
        with_metadata(obj, owner_references=(*obj.metadata.owner_references, owner_reference(owner)))
        for obj in state.select(kind, owner.metadata.namespace, selector, but=own)
        if obj.metadata.controller is None
        and obj.metadata.deletion_timestamp is None
        and getattr(obj, "active", True)
    ]
