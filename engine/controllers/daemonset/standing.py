"""Where a DaemonSet stands on all nodes: places by node, and by each tag the nodes that have it.

    nodes that changed ─┐
    pods that changed  ─┴─> their places looked at again ─> tags, counts

A Standing is brought forward from the last one by what changed since, so that a pod costs its node and never the
cluster. The last one is all that is remembered; it changes no answer, only its price. Nothing in it is changed in
place.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import cast

from attrs import define

from engine.controllers.daemonset.places import YOUNG, Place, Rules, look_at
from engine.controllers.daemonset.pods import target_of, verdict
from engine.kinds import DaemonSet, LabelSelector, Node, Object, Pod, PodTemplateSpec, Same, same
from engine.kinds.frozen import frozen
from engine.readiness import available_at
from engine.store.sorted_map import SortedMap
from engine.store.state import State, Table

_NO_PLACES: SortedMap[tuple[str], Place] = SortedMap()
_NO_TAGS: SortedMap[tuple[str, str], str] = SortedMap()
_NO_STRAYS: SortedMap[tuple[str], str] = SortedMap()


@frozen(kw_only=True)
class Standing:
    """As of ``now`` and these tables. ``strays`` are pods to adopt or to let go, by name."""

    now: int
    nodes: Table
    pods: Table
    places: SortedMap[tuple[str], Place] = _NO_PLACES
    tagged: SortedMap[tuple[str, str], str] = _NO_TAGS
    counts: Mapping[str, int]
    strays: SortedMap[tuple[str], str] = _NO_STRAYS

    def count(self, tag: str) -> int:
        return self.counts.get(tag, 0)

    def having(self, tag: str) -> Iterator[Place]:
        """Places with a tag, by the names of their nodes."""
        for _, node in self.tagged.range((tag,)):
            found = self.places.get((node,))
            assert found is not None, f"{node} has {tag} and no place"
            yield found


@define
class _Memory:
    last: Standing | None = None


def standing(state: State, daemon_set: DaemonSet, rules: Rules, now: int) -> Standing:
    template = daemon_set.spec.template
    memory = _memory(daemon_set.metadata.uid, same(template), same(daemon_set.spec.selector), rules)
    last = memory.last
    if last is None or last.now > now:
        found = _anew(state, daemon_set, rules, now)
    else:
        found = _brought_forward(state, daemon_set, rules, now, last)
    memory.last = found
    return found


def next_available(found: Standing, min_ready_seconds: int) -> int | None:
    """When the next pod will have been ready for minReadySeconds."""
    dates = (available_at(pod, min_ready_seconds) for place in found.having(YOUNG) for pod in place.pods)
    return min((date for date in dates if date is not None and date > found.now), default=None)


@lru_cache(maxsize=64)
def _memory(
    _uid: str, _template: Same[PodTemplateSpec], _selector: Same[LabelSelector | None], _rules: Rules
) -> _Memory:
    return _Memory()


def _anew(state: State, daemon_set: DaemonSet, rules: Rules, now: int) -> Standing:
    """Looks at all nodes, and at the pods it owns or may adopt."""
    pods: dict[str, Pod] = {}
    for obj in (*state.owned_by(daemon_set.metadata.uid, "Pod"), *_orphans(state, daemon_set)):
        if isinstance(obj, Pod) and obj.metadata.namespace == daemon_set.metadata.namespace:
            pods[obj.metadata.name] = obj
    empty = Standing(now=now, nodes=state.table("Node"), pods=state.table("Pod"), counts={})
    names = [node.metadata.name for node in state.objects("Node")]
    return _looked_at(state, daemon_set, rules, empty, names, pods)


def _orphans(state: State, daemon_set: DaemonSet) -> Iterator[Object]:
    selector = daemon_set.spec.selector
    if selector is None:
        return iter(())
    found = state.select("Pod", daemon_set.metadata.namespace, selector)
    return (obj for obj in found if obj.metadata.controller is None)


def _brought_forward(state: State, daemon_set: DaemonSet, rules: Rules, now: int, last: Standing) -> Standing:
    nodes, pods = state.table("Node"), state.table("Pod")
    namespace = daemon_set.metadata.namespace
    changed = {
        name: cast("Pod | None", obj)
        for (where, name), obj in pods.changed_since(last.pods)
        if where == namespace and _concerns(daemon_set, obj, last.pods.get((where, name)))
    }
    names = [key[1] for key, node in nodes.changed_since(last.nodes) if not _same_node(node, last.nodes.get(key))]
    names += [place.node for place in last.having(YOUNG)] if now > last.now else []
    base = Standing(
        now=now,
        nodes=nodes,
        pods=pods,
        places=last.places,
        tagged=last.tagged,
        counts=last.counts,
        strays=last.strays,
    )
    return base if not names and not changed else _looked_at(state, daemon_set, rules, base, names, changed, last)


def _concerns(daemon_set: DaemonSet, *pods: Object | None) -> bool:
    """A pod of its own, or one it might adopt."""
    uid, selector = daemon_set.metadata.uid, daemon_set.spec.selector
    for pod in pods:
        if pod is None:
            continue
        owner = pod.metadata.controller
        if owner is None:
            if selector is not None and selector.matches(pod.metadata.labels):
                return True
        elif owner.uid == uid:
            return True
    return False


def _same_node(new: Object | None, old: Object | None) -> bool:
    """For all a DaemonSet reads of a node."""
    return (
        isinstance(new, Node)
        and isinstance(old, Node)
        and new.metadata.labels == old.metadata.labels
        and new.spec.taints == old.spec.taints
    )


def _looked_at(
    state: State,
    daemon_set: DaemonSet,
    rules: Rules,
    base: Standing,
    names: Iterable[str],
    changed: Mapping[str, Pod | None],
    last: Standing | None = None,
) -> Standing:
    """``base`` with the nodes of ``names`` and those of the ``changed`` pods looked at again."""
    strays: dict[tuple[str], str | None] = {}
    there: dict[str, dict[str, Pod]] = {}

    def held(node: str) -> dict[str, Pod]:
        if node not in there:
            place = base.places.get((node,))
            there[node] = {} if place is None else {pod.metadata.name: pod for pod in place.pods}
        return there[node]

    for name in names:
        held(name)
    for name, pod in changed.items():
        before = None if last is None else last.pods.get((daemon_set.metadata.namespace, name))
        if isinstance(before, Pod):
            held(target_of(before)).pop(name, None)
        stray = "" if pod is None else _stray(daemon_set, pod)
        if base.strays.get((name,)) != (stray or None):
            strays[name,] = stray or None
        if pod is not None and not stray and _is_own(daemon_set, pod) and target_of(pod):
            held(target_of(pod))[name] = pod
    places: dict[tuple[str], Place | None] = {}
    for node in sorted(there):
        found = state.find(Node, node)
        place = look_at(
            node,
            verdict(daemon_set.spec.template, found),
            tuple(there[node].values()),
            rules,
            base.now,
            is_there=found is not None,
        )
        places[node,] = place if place.is_there or place.pods else None
    return _with(base, places, strays)


def _with(
    base: Standing, places: Mapping[tuple[str], Place | None], strays: Mapping[tuple[str], str | None]
) -> Standing:
    counts = dict(base.counts)
    moves: dict[tuple[str, str], str | None] = {}
    for (node,), place in places.items():
        before = base.places.get((node,))
        old, new = () if before is None else before.tags, () if place is None else place.tags
        for tag in old:
            if tag not in new:
                moves[tag, node] = None
                counts[tag] -= 1
        for tag in new:
            if tag not in old:
                moves[tag, node] = node
                counts[tag] = counts.get(tag, 0) + 1
    return Standing(
        now=base.now,
        nodes=base.nodes,
        pods=base.pods,
        places=base.places.update(places),
        tagged=base.tagged.update(moves),
        counts=counts,
        strays=base.strays.update(strays),
    )


def _is_own(daemon_set: DaemonSet, pod: Pod) -> bool:
    owner = pod.metadata.controller
    return owner is not None and owner.uid == daemon_set.metadata.uid


def _stray(daemon_set: DaemonSet, pod: Pod) -> str:
    """``adopt``, ``release``, or "" for a pod whose owner is as it should be."""
    selector = daemon_set.spec.selector
    matches = selector is not None and selector.matches(pod.metadata.labels)
    if pod.metadata.deletion_timestamp is not None:
        return ""
    if _is_own(daemon_set, pod):
        return "" if matches else "release"
    return "adopt" if matches and pod.metadata.controller is None and pod.active else ""
