"""NODE_POOL: brings a pool's machines to the number that is wanted, and replaces those that stay silent.

A machine registers 50 s after it was ordered; one that goes is drained first, as budgets allow; a node that is not
Ready for 10 minutes is given back and another ordered in its place, as managed clouds repair theirs.
"""

from collections.abc import Iterable, Iterator

from engine.api.writes import Create, Delete, Emit, Update, UpdateStatus, Write
from engine.controllers.nodepool.pools import (
    RETIRING,
    evictions,
    fresh_node,
    movers,
    nodes_of_pool,
    pool_name,
    since,
    staying,
    wanted,
)
from engine.kinds import Node, Pod, Ref, Taint, condition, evolve, is_true, ref_of
from engine.kinds.node_pool import NodePool
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

NAME = "node-pool-controller"
_BOOT_SECONDS = 50
_REPAIR_SECONDS = 600
_RETRY_SECONDS = 10
"""After a disruption budget held an eviction back."""


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    pool = state.find(NodePool, ref.name)
    if pool is None or pool.metadata.deletion_timestamp is not None:
        return NOTHING
    nodes = nodes_of_pool(state, pool)
    broken = [node for node in nodes if (due := _repair_at(node)) is not None and due <= now]
    writes = list(_given_back(state, pool, nodes, broken))
    rest = [node for node in nodes if node not in broken]
    starting = pool.status.starting
    arrived = [at for at in starting if at + _BOOT_SECONDS <= now]
    writes += [Create(fresh_node(pool)) for _ in arrived]
    starting = (*(at for at in starting if at + _BOOT_SECONDS > now), *(now for _ in broken))
    present = len(staying(rest)) + len(arrived) + len(starting)
    more = wanted(pool, present) - present
    if more > 0:
        starting = (*starting, *(now for _ in range(more)))
    elif more < 0:
        cancelled = min(-more, len(starting))
        starting = starting[: len(starting) - cancelled]
        writes += [_retired(node, now) for node in _least_needed(state, rest)[: -more - cancelled]]
    status = evolve(
        pool.status,
        replicas=len(rest) + len(arrived),
        ready_replicas=sum(is_true(node.status.conditions, "Ready") for node in rest),
        starting=starting,
    )
    if status != pool.status:
        writes.append(UpdateStatus(evolve(pool, status=status)))
    again_at = _next_look([*(at + _BOOT_SECONDS for at in starting), *map(_repair_at, rest)])
    if writes:
        return Result(writes=tuple(writes), again_at=again_at, refused=lambda _: Result(again_at=now + _RETRY_SECONDS))
    return _drained(state, rest, now, again_at)


def _given_back(state: State, pool: NodePool, nodes: list[Node], broken: list[Node]) -> Iterator[Write]:
    """Nodes that will not come back, and those that are drained."""
    for node in broken:
        minutes = _REPAIR_SECONDS // 60
        message = f"Node {node.metadata.name} was not ready for {minutes} minutes: its machine is being replaced"
        yield _said(pool, "Warning", "NodeRepaired", message)
        yield Delete(ref=ref_of(node), uid=node.metadata.uid)
    for node in nodes:
        if node not in broken and since(node, RETIRING) is not None and not movers(state, node):
            yield _said(pool, "Normal", "ScaleDown", f"Scale-down: node {node.metadata.name} removed")
            yield Delete(ref=ref_of(node), uid=node.metadata.uid)


def _drained(state: State, nodes: list[Node], now: int, again_at: int | None) -> Result:
    """The next eviction from nodes that go; where a budget refuses it, another's turn comes with the next look."""
    going = [node for node in nodes if since(node, RETIRING) is not None]
    tries = [tuple(evictions(state, node)) for node in going]
    found: Result = Result(again_at=again_at)
    for writes in reversed([each for each in tries if each]):
        found = _or_else(writes, found, now)
    return found


def _or_else(writes: tuple[Write, ...], other: Result, now: int) -> Result:
    later = _next_look([other.again_at, now + _RETRY_SECONDS])
    instead = evolve(other, again_at=later)
    return Result(writes=writes, again_at=later, refused=lambda _: instead)


def _retired(node: Node, now: int) -> Write:
    """Cordoned for good: its pods are evicted, then it goes."""
    taint = Taint(key=RETIRING, value=str(now), effect="NoSchedule")
    return Update(evolve(node, spec=evolve(node.spec, taints=(*node.spec.taints, taint))))


def _least_needed(state: State, nodes: list[Node]) -> list[Node]:
    """Those to go first: not ready, cordoned, then with the fewest pods to move, the youngest of these."""

    def rank(node: Node) -> tuple[bool, bool, int, int, str]:
        ready = is_true(node.status.conditions, "Ready")
        age = -(node.metadata.creation_timestamp or 0)
        return ready, not node.spec.unschedulable, len(movers(state, node)), age, node.metadata.name

    return sorted(staying(nodes), key=rank)


def _repair_at(node: Node) -> int | None:
    """When a node that is not Ready now has been so for long enough."""
    ready = condition(node.status.conditions, "Ready")
    if ready is None or ready.status == "True":
        return None
    return (ready.last_transition_time or 0) + _REPAIR_SECONDS


def _next_look(times: Iterable[int | None]) -> int | None:
    return min((time for time in times if time is not None), default=None)


def _said(pool: NodePool, type_: str, reason: str, message: str) -> Emit:
    return Emit(subject=pool, type=type_, reason=reason, message=message, component=NAME)


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    """Its own pool; that of a node that comes, goes or changes; that of a node that is drained, for its pods."""
    old, new = change.old, change.new
    if change.ref.kind == NodePool.kind:
        return (change.ref,)
    if change.ref.kind == Node.kind:
        names = {pool_name(each) for each in (old, new) if isinstance(each, Node)}
        return [Ref(NodePool.kind, "", name) for name in sorted(names) if name]
    pod = change.object
    assert isinstance(pod, Pod)
    node = state.find(Node, pod.spec.node_name) if pod.spec.node_name else None
    if node is None or since(node, RETIRING) is None:
        return ()
    return (Ref(NodePool.kind, "", pool_name(node)),)


NODE_POOL = Controller(
    name=NAME,
    watches=("NodePool", "Node", "Pod"),
    wakes=_wakes,
    reconcile=_reconcile,
    pods_with="NodePool",
)
