"""What a change of labels would join and part: which Services, workloads, budgets and policies gain or lose what.

Asked before it is done, of a State that it has not changed. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

from attrs import frozen

from engine.kinds import (
    DaemonSet,
    Deployment,
    LabelSelector,
    Node,
    Object,
    Pod,
    PodDisruptionBudget,
    Ref,
    ReplicaSet,
    ReplicationController,
    Service,
    StatefulSet,
    with_metadata,
)
from engine.kinds.batch import Job
from engine.kinds.networking import NetworkPolicy
from engine.node_terms import is_allowed
from engine.store.state import State

_COUNT_TO, _NAMED = 1_000, 3


@frozen
class Relabelling:
    """``new`` labels are set, ``removed`` ones go; of the others each object keeps its own."""

    new: Mapping[str, str]
    removed: tuple[str, ...] = ()

    def of(self, obj: Object) -> Object:
        kept = {key: value for key, value in obj.metadata.labels.items() if key not in self.removed}
        return with_metadata(obj, labels={**kept, **self.new})


def relabelling(text: str) -> Relabelling:
    """``env=prod tier-`` as far as it is typed: words that say nothing yet are left out."""
    new: dict[str, str] = {}
    removed: list[str] = []
    for word in text.split():
        key, equals, value = word.partition("=")
        if equals and key:
            new[key] = value
        elif word.endswith("-") and len(word) > 1:
            removed.append(word[:-1])
    return Relabelling(new, tuple(key for key in removed if key not in new))


def unread(text: str) -> list[str]:
    """Words that say nothing of a label, or nothing yet."""
    return [word for word in text.split() if not (relabelling(word).new or relabelling(word).removed)]


@frozen
class Turn:
    """What becomes of one holder. ``grave`` where somebody would notice."""

    text: str
    grave: bool = False


def turns(state: State, refs: Sequence[Ref], change: Relabelling) -> list[Turn]:
    """In the order of their names; empty where nobody selects by what is changed."""
    objects = [obj for ref in refs if (obj := state.get(ref)) is not None]
    pods = [obj for obj in objects if isinstance(obj, Pod)]
    nodes = [obj for obj in objects if isinstance(obj, Node)]
    found = list(_of_nodes(state, nodes, change))
    for namespace in dict.fromkeys(pod.metadata.namespace for pod in pods):
        found += _of_pods(state, namespace, [pod for pod in pods if pod.metadata.namespace == namespace], change)
    return found


def _of_pods(state: State, namespace: str, pods: Sequence[Pod], change: Relabelling) -> Iterator[Turn]:
    pairs = [(pod, change.of(pod)) for pod in pods]
    for holder, selector in _selectors(state, namespace):
        gained = [pod for pod, after in pairs if not _has(selector, pod) and _has(selector, after)]
        lost = [pod for pod, after in pairs if _has(selector, pod) and not _has(selector, after)]
        if gained:
            yield Turn(f"{holder} gains {_names(gained)}")
        if lost:
            everyone = islice(state.select("Pod", namespace, selector), _COUNT_TO)
            left = max(0, sum(1 for _ in everyone) - len(lost))
            stay = "none stays" if not left else f"{left} stay" if left > 1 else "1 stays"
            yield Turn(f"{holder} loses {_names(lost)}: {stay}", grave=not left)
    for owner, selector in _owners(state, namespace):
        uid, name = owner.metadata.uid, f"{owner.kind.lower()}/{owner.metadata.name}"
        lost = [pod for pod, after in pairs if _is_of(pod, uid) and not _has(selector, after)]
        gained = [
            pod
            for pod, after in pairs
            if pod.metadata.controller is None and not _has(selector, pod) and _has(selector, after)
        ]
        if lost:
            instead = f"makes {len(lost)} anew" if pods[0].active else "makes others"
            yield Turn(f"{name} lets go of {_names(lost)}, which nobody then keeps, and {instead}", grave=True)
        if gained:
            yield Turn(f"{name} takes {_names(gained)} for its own, and may delete what is too many", grave=True)


def _selectors(state: State, namespace: str) -> Iterator[tuple[str, LabelSelector]]:
    for service in state.all(Service, namespace):
        if service.spec.selector:
            yield f"service/{service.metadata.name}", LabelSelector(match_labels=service.spec.selector)
    for budget in state.all(PodDisruptionBudget, namespace):
        if budget.spec.selector is not None:
            yield f"poddisruptionbudget/{budget.metadata.name}", budget.spec.selector
    for policy in state.all(NetworkPolicy, namespace):
        yield f"networkpolicy/{policy.metadata.name}", policy.spec.pod_selector


def _owners(state: State, namespace: str) -> Iterator[tuple[Object, LabelSelector]]:
    owners: Iterator[ReplicaSet | StatefulSet | DaemonSet | Job] = chain(
        state.all(ReplicaSet, namespace), state.all(StatefulSet, namespace),
        state.all(DaemonSet, namespace), state.all(Job, namespace),
    )  # fmt: skip
    for owner in owners:
        if owner.spec.selector is not None:
            yield owner, owner.spec.selector
    for controller in state.all(ReplicationController, namespace):
        if controller.spec.selector:
            yield controller, LabelSelector(match_labels=controller.spec.selector)


def _of_nodes(state: State, nodes: Sequence[Node], change: Relabelling) -> Iterator[Turn]:
    pairs = [(node, after) for node in nodes if isinstance(after := change.of(node), Node)]
    workloads: Iterator[DaemonSet | Deployment | StatefulSet] = chain(
        state.all(DaemonSet), state.all(Deployment), state.all(StatefulSet)
    )
    for workload in workloads:
        spec = workload.spec.template.spec
        open_now = [node for node, after in pairs if not is_allowed(spec, node) and is_allowed(spec, after)]
        shut = [node for node, after in pairs if is_allowed(spec, node) and not is_allowed(spec, after)]
        name, everywhere = f"{workload.kind.lower()}/{workload.metadata.name}", isinstance(workload, DaemonSet)
        if open_now:
            nodes_named = _names(open_now)
            yield Turn(f"{name} puts a pod on {nodes_named}" if everywhere else f"{name} may run on {nodes_named} too")
        if shut and everywhere:
            yield Turn(f"{name} takes its pod from {_names(shut)}", grave=True)
        elif shut:
            yield Turn(f"{name} gets no more pods on {_names(shut)}; those that run there stay")


def _has(selector: LabelSelector, obj: Object) -> bool:
    return selector.matches(obj.metadata.labels)


def _is_of(pod: Pod, uid: str) -> bool:
    owner = pod.metadata.controller
    return owner is not None and owner.uid == uid


def _names(objects: Sequence[Object]) -> str:
    named = ", ".join(obj.metadata.name for obj in objects[:_NAMED])
    more = f" and {len(objects) - _NAMED} more" if len(objects) > _NAMED else ""
    kind = objects[0].kind.lower()
    return f"{kind}{'s' if len(objects) > 1 else ''} {named}{more}"


def labels_of(state: State, refs: Sequence[Ref]) -> dict[str, dict[str, int]]:
    """Key -> value -> how many of the objects have it, by key."""
    found: dict[str, dict[str, int]] = {}
    for ref in refs:
        obj = state.get(ref)
        for key, value in () if obj is None else obj.metadata.labels.items():
            values = found.setdefault(key, {})
            values[value] = values.get(value, 0) + 1
    return {key: found[key] for key in sorted(found)}

