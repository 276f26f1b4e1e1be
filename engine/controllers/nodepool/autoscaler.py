"""The cluster autoscaler: more machines for pods that fit nowhere, fewer when some have been idle for 10 minutes.

Follows cluster-autoscaler's ``static_autoscaler``, in its defaults and words. Differs in: it looks when something
changed instead of every 10 s, and grows one pool after the other. Where no pool may change it asks nobody anything.
"""

from collections.abc import Iterable, Iterator, Sequence

from engine.api.writes import Emit, Update, UpdateStatus, Write
from engine.controllers.nodepool.growing import Growth, growth, pending, unhelped, why_not
from engine.controllers.nodepool.pools import CANDIDATE, RETIRING, nodes_of_pool, pool_name, since, size, without
from engine.controllers.nodepool.shrinking import unneeded, utilization
from engine.controllers.nodepool.trial import Explain, Schedule
from engine.kinds import Node, Pod, PodDisruptionBudget, Ref, Taint, condition, evolve, is_true
from engine.kinds.node_pool import NodePool
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

NAME = "cluster-autoscaler"
_KEY = Ref(NodePool.kind, "", "")
"""No pool's: all of them are looked at together."""
_UNNEEDED_SECONDS = _DELAY_AFTER_ADD_SECONDS = 600


def cluster_autoscaler(schedule: Schedule, explain: Explain) -> Controller:
    """The controller, asking the scheduler that it is given."""

    def reconcile(state: State, _key: Ref, now: int) -> Result:
        pools = [pool for pool in state.all(NodePool) if pool.metadata.deletion_timestamp is None]
        if not pools:
            return NOTHING
        left = unhelped(state, pools, pending(state), schedule)
        grows = growth(state, pools, left, schedule) if left else None
        if grows is not None:
            return Result(writes=tuple(_grown(grows, now)))
        refused = [write for pod in left for write in _not_helped(state, pools, pod, explain, now)]
        idle = unneeded(state, pools, schedule)
        writes, again_at = _shrunk(state, pools, idle, now)
        return Result(writes=(*refused, *writes), again_at=again_at)

    return Controller(
        name=NAME,
        watches=("NodePool", "Node", "Pod", "PodDisruptionBudget"),
        wakes=_wakes,
        reconcile=reconcile,
        pods_with=NodePool.kind,
    )


def _grown(grows: Growth, now: int) -> Iterator[Write]:
    pool, before, after = grows.pool, grows.present, grows.present + grows.count
    name, most = pool.metadata.name, pool.spec.max
    yield Update(evolve(pool, spec=evolve(pool.spec, replicas=after)))
    yield UpdateStatus(evolve(pool, status=evolve(pool.status, last_scale_up_time=now)))
    message = f"Scale-up: setting group {name} size to {after} instead of {before} (max: {most})"
    yield _said(pool, "ScaledUpGroup", message)
    for pod in grows.pods:
        yield _said(pod, "TriggeredScaleUp", f"pod triggered scale-up: [{{{name} {before}->{after} (max: {most})}}]")


def _not_helped(
    state: State, pools: Sequence[NodePool], pod: Pod, explain: Explain, now: int
) -> Iterator[Write]:
    """An Event when the scheduler gave up, and another when the reasons have changed since."""
    reported = [event for event in state.events_of(pod) if event.reason == "NotTriggerScaleUp"]
    gave_up = condition(pod.status.conditions, "PodScheduled")
    is_new = gave_up is not None and gave_up.last_transition_time == now
    if not reported and not is_new:
        return
    message = f"pod didn't trigger scale-up: {why_not(state, pools, pod, explain)}"
    if all(event.message != message for event in reported):
        yield _said(pod, "NotTriggerScaleUp", message)


def _shrunk(
    state: State, pools: Sequence[NodePool], idle: Sequence[Node], now: int
) -> tuple[list[Write], int | None]:
    """The taints that say since when a node is idle; one that has been for long enough is given back."""
    writes: list[Write] = []
    due: list[int] = []
    cooled = max((each.status.last_scale_up_time or 0 for each in pools), default=0) + _DELAY_AFTER_ADD_SECONDS
    names = {node.metadata.name for node in idle}
    for pool in pools:
        nodes = nodes_of_pool(state, pool)
        present = size(pool, nodes)
        retired = []
        for node in nodes:
            since_when = since(node, CANDIDATE)
            if node.metadata.name not in names:
                if since_when is not None and since(node, RETIRING) is None:
                    writes.append(_tainted(node, without(node, CANDIDATE)))
                continue
            if since_when is None:
                writes.append(_marked(node, CANDIDATE, "PreferNoSchedule", now))
                since_when = now
            goes_at = max(since_when + _UNNEEDED_SECONDS, cooled)
            if goes_at > now:
                due.append(goes_at)
            else:
                retired.append(node)
        if retired:
            writes.append(Update(evolve(pool, spec=evolve(pool.spec, replicas=present - len(retired)))))
            for node in retired:
                writes += _retired(state, node, now)
    return writes, min(due, default=None)


def _retired(state: State, node: Node, now: int) -> Iterator[Write]:
    yield _marked(node, RETIRING, "NoSchedule", now)
    yield _said(node, "ScaleDown", "marked the node as toBeDeleted/unschedulable")
    share = utilization(state, node)
    message = f"Scale-down: removing node {node.metadata.name}, utilization: {share:.2f}"
    yield _said(node, "ScaleDown", message)


def _marked(node: Node, key: str, effect: str, now: int) -> Write:
    return _tainted(node, (*node.spec.taints, Taint(key=key, value=str(now), effect=effect)))


def _tainted(node: Node, taints: tuple[Taint, ...]) -> Write:
    return Update(evolve(node, spec=evolve(node.spec, taints=taints)))


def _said(subject: NodePool | Node | Pod, reason: str, message: str) -> Emit:
    return Emit(subject=subject, type="Normal", reason=reason, message=message, component=NAME)


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    """What pods wait for and where they run, and all about pools and their nodes but images and heartbeats."""
    if not state.count(NodePool.kind):
        return ()
    old, new = change.old, change.new
    if isinstance(old, Pod) and isinstance(new, Pod) and _standing(old) == _standing(new):
        return ()
    if isinstance(old, Node) and isinstance(new, Node) and _shape(old) == _shape(new):
        return ()
    if isinstance(old, PodDisruptionBudget) and isinstance(new, PodDisruptionBudget):
        same = old.status.disruptions_allowed == new.status.disruptions_allowed
        return () if same and old.spec is new.spec else (_KEY,)
    return (_KEY,)


def _standing(pod: Pod) -> tuple[object, ...]:
    said = None if pod.spec.node_name else condition(pod.status.conditions, "PodScheduled")
    meta = pod.metadata
    return pod.spec.node_name, pod.status.phase, meta.deletion_timestamp, meta.labels, meta.annotations, said


def _shape(node: Node) -> tuple[object, ...]:
    meta, ready = node.metadata, is_true(node.status.conditions, "Ready")
    return node.spec, meta.labels, meta.annotations, node.status.allocatable, ready, pool_name(node)
