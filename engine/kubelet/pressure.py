"""NODE_PRESSURE: what happens when a node's memory or disk runs low: conditions, evictions, the kernel's killer.

    used > capacity             at once: the kernel kills the container with the highest score, until the rest fits
    available < 100Mi, or       every 10 s: the condition, and one pod evicted; the condition stays for five minutes
    the disk below 10 %         after it was last so

Follows ``pkg/kubelet/eviction`` with its hard defaults. When a threshold was last met is the heartbeat of its
condition. Memory only grows between two changes, so the second at which it runs low is known ahead. Differs in: a
node's images are never collected; inodes and process ids do not run out.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from engine.api.writes import Emit, UpdateStatus, Write
from engine.faults import MEMORY_LEAK, is_disk_full, is_down, memory_taken_bytes
from engine.kinds import (
    TERMINAL_PHASES,
    Condition,
    Fault,
    Node,
    Pod,
    Ref,
    condition,
    evolve,
    is_true,
    ref_of,
    set_condition,
)
from engine.kinds.frozen import frozen
from engine.kinds.quantity import whole
from engine.kubelet.containers import ended
from engine.kubelet.eviction import Shortage, eviction, ranked
from engine.kubelet.life import KILLED, OOM_KILLED
from engine.kubelet.lifecycle import statuses
from engine.kubelet.memory import LEFT_BYTES, Holding, first_second, holdings, system_memory_bytes
from engine.kubelet.most_memory import most_bytes_on
from engine.kubelet.oom import process_id, process_name, victim
from engine.kubelet.scene import Scene, earliest
from engine.kubelet.status import pod_status
from engine.parts import CONTAINERS
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_LOOK_SECONDS, _HELD_SECONDS = 10, 300
_LEAST_MEMORY_BYTES = 100 << 20
_LEAST_DISK, _FULL_DISK = 10, 5
"""Percent."""
_MEMORY, _DISK = "MemoryPressure", "DiskPressure"
_LOW = {
    _MEMORY: ("KubeletHasInsufficientMemory", "kubelet has insufficient memory available", "NodeHasInsufficientMemory"),
    _DISK: ("KubeletHasDiskPressure", "kubelet has disk pressure", "NodeHasDiskPressure"),
}
_WELL = {
    _MEMORY: ("KubeletHasSufficientMemory", "kubelet has sufficient memory available", "NodeHasSufficientMemory"),
    _DISK: ("KubeletHasNoDiskPressure", "kubelet has no disk pressure", "NodeHasNoDiskPressure"),
}


@frozen(kw_only=True)
class _Memory:
    """Of a node: ``taken_bytes`` by what is not in pods; ``pinned`` if that is whatever they leave."""

    capacity_bytes: int
    taken_bytes: int
    pinned: bool
    held: Sequence[Holding]

    def available(self, now: int) -> int:
        free = self.capacity_bytes - self.taken_bytes - sum(each.at(now) for each in self.held)
        return min(free, LEFT_BYTES) if self.pinned else free

    def lacks(self, bytes_: int, now: int) -> int | None:
        """The first second from ``now`` on at which less than so much is left; None if it never is."""
        if self.available(now) < bytes_:
            return now
        if not any(each.grows for each in self.held):
            return None
        return first_second(lambda at: self.available(at) < bytes_, now)


def reconcile(state: State, ref: Ref, now: int) -> Result:
    node = state.find(Node, ref.name)
    if node is None or not node.internal_ip or is_down(state, ref.name):
        return NOTHING
    if _has_enough(state, node):
        return NOTHING
    memory = _memory(state, node)
    if memory.available(now) < 0 and not memory.pinned:
        killed = victim(memory.held, memory.capacity_bytes, now)
        if killed is not None:
            return _killed(state, node, killed, now)
    shortages = _shortages(state, node, memory, now)
    result = _looked(state, node, shortages, now)
    exhausted_at = memory.lacks(0, now) if not memory.pinned and memory.held else None
    low_at = None if _MEMORY in shortages else memory.lacks(_LEAST_MEMORY_BYTES, now)
    later = [at for at in (exhausted_at, None if low_at is None else _on_grid(low_at)) if at is not None and at > now]
    return evolve(result, again_at=earliest(result.again_at, *later))


def wakes(change: Change, state: State) -> Iterator[Ref]:
    """Nodes on which containers came or went, and those that a fault touches."""
    match change.object:
        case Pod() as pod:
            if pod.spec.node_name and _lives(change.old) != _lives(change.new):
                yield Ref(Node.kind, "", pod.spec.node_name)
        case Fault() as fault if fault.spec.type == MEMORY_LEAK:
            found = state.find(Pod, fault.spec.pod, fault.spec.namespace or "default")
            if found is not None and found.spec.node_name:
                yield Ref(Node.kind, "", found.spec.node_name)
        case Fault() as fault:
            yield Ref(Node.kind, "", fault.spec.node)
        case Node() as node:
            if _facts(change.old) != _facts(change.new):
                yield ref_of(node)


NODE_PRESSURE = Controller(
    name="kubelet-eviction",
    watches=(Pod.kind, Fault.kind, Node.kind),
    heeds={"Pod": CONTAINERS},
    wakes=wakes,
    reconcile=reconcile,
)


def _has_enough(state: State, node: Node) -> bool:
    """Whether its pods could all hold the most they ever will, nothing is broken and no pressure is left to lift."""
    if state.count(Fault.kind) or any(is_true(node.status.conditions, type_) for type_ in (_MEMORY, _DISK)):
        return False
    free = whole(node.status.capacity.get("memory", "0")) - system_memory_bytes(node)
    return most_bytes_on(state, node.metadata.name) <= free - _LEAST_MEMORY_BYTES


def _memory(state: State, node: Node) -> _Memory:
    pods = (pod for pod in state.pods_on(node.metadata.name) if pod.status.phase not in TERMINAL_PHASES)
    taken = memory_taken_bytes(state, node.metadata.name)
    return _Memory(
        capacity_bytes=whole(node.status.capacity.get("memory", "0")),
        taken_bytes=system_memory_bytes(node) + (taken or 0),
        pinned=taken is None,
        held=tuple(chain.from_iterable(holdings(state, pod) for pod in pods)),
    )


def _shortages(state: State, node: Node, memory: _Memory, now: int) -> dict[str, Shortage]:
    """By the condition each one brings; memory first."""
    found = {}
    available = memory.available(now)
    if available < _LEAST_MEMORY_BYTES:
        found[_MEMORY] = Shortage(
            resource="memory",
            threshold_bytes=_LEAST_MEMORY_BYTES,
            available_bytes=max(0, available) // 4096 * 4096,
        )
    if is_disk_full(state, node.metadata.name):
        disk = whole(node.status.capacity.get("ephemeral-storage", "0"))
        found[_DISK] = Shortage(
            resource="ephemeral-storage",
            threshold_bytes=disk * _LEAST_DISK // 100,
            available_bytes=disk * _FULL_DISK // 100,
        )
    return found


def _looked(state: State, node: Node, shortages: dict[str, Shortage], now: int) -> Result:
    """The conditions as they should be, and the pod that has to go now."""
    writes: list[Write] = []
    said: list[Emit] = []
    candidates: list[Pod] = []
    again_at = None
    conditions = node.status.conditions
    is_look = now % _LOOK_SECONDS == 0 and not any(_last_met(conditions, type_) == now for type_ in shortages)
    is_new = any(_last_met(conditions, type_) is None for type_ in shortages)
    if shortages:
        shortage = next(iter(shortages.values()))
        candidates = ranked(state, state.pods_on(node.metadata.name), shortage, now)
        if candidates and is_look:
            message = f"Attempting to reclaim {shortage.resource}"
            said.append(_event(node, "Warning", "EvictionThresholdMet", message))
            writes += eviction(Scene(state=state, node=node, pod=candidates[0], now=now), shortage)
    for type_ in (_MEMORY, _DISK):
        known = condition(conditions, type_)
        is_low = known is not None and known.status == "True"
        if type_ in shortages:
            if is_look and (not is_low or candidates):
                conditions = set_condition(conditions, _condition(type_, "True", *_LOW[type_][:2], now))
                if not is_low:
                    said.append(_turned(node, _LOW[type_][2]))
        elif is_low:
            released_at = (_last_met(conditions, type_) or now) + _HELD_SECONDS
            if now == released_at:
                conditions = set_condition(conditions, _condition(type_, "False", *_WELL[type_][:2], now))
                said.append(_turned(node, _WELL[type_][2]))
            elif now > released_at:  # it was low in between, with nobody left to evict
                conditions = set_condition(conditions, _condition(type_, "True", *_LOW[type_][:2], now))
                released_at = now + _HELD_SECONDS
            again_at = earliest(again_at, released_at if released_at > now else None)
    if conditions != node.status.conditions:
        writes.insert(0, UpdateStatus(evolve(node, status=evolve(node.status, conditions=conditions))))
    if len(candidates) > is_look or (is_new and not is_look):
        again_at = earliest(again_at, _on_grid(now + 1))
    return Result(writes=(*writes, *said), again_at=again_at, actor=f"kubelet/{node.metadata.name}")


def _killed(state: State, node: Node, held: Holding, now: int) -> Result:
    """The kernel kills one container; its kubelet sees to what comes after."""
    pod = held.pod
    init, main = (
        tuple(
            ended(each, KILLED, now, reason=OOM_KILLED) if each.name == held.container.name else each for each in known
        )
        for known in statuses(pod)
    )
    scene = Scene(state=state, node=node, pod=pod, now=now)
    status = pod_status(scene, init, main, pod_ip=pod.status.pod_ip)
    process = f"victim process: {process_name(held.container)}, pid: {process_id(pod, held.status)}"
    said = _event(node, "Warning", "SystemOOM", f"System OOM encountered, {process}")
    writes = (UpdateStatus(evolve(pod, status=status)), said)
    return Result(writes=writes, actor=f"kubelet/{node.metadata.name}")


def _on_grid(at: int) -> int:
    """The first look from ``at`` on."""
    return -(-at // _LOOK_SECONDS) * _LOOK_SECONDS


def _last_met(conditions: tuple[Condition, ...], type_: str) -> int | None:
    known = condition(conditions, type_)
    return None if known is None or known.status != "True" else known.last_heartbeat_time


def _condition(type_: str, status: str, reason: str, message: str, now: int) -> Condition:
    return Condition(
        type=type_,
        status=status,
        last_heartbeat_time=now,
        last_transition_time=now,
        reason=reason,
        message=message,
    )


def _turned(node: Node, reason: str) -> Emit:
    return _event(node, "Normal", reason, f"Node {node.metadata.name} status is now: {reason}")


def _event(node: Node, type_: str, reason: str, message: str) -> Emit:
    host = node.metadata.name
    return Emit(subject=node, type=type_, reason=reason, message=message, component="kubelet", host=host)


def _lives(obj: object) -> list[object]:
    """The containers that run, each in its very life; none of a pod that is finished."""
    if not isinstance(obj, Pod) or obj.status.phase in TERMINAL_PHASES:
        return []
    known = obj.status.container_statuses
    if obj.status.init_container_statuses:
        known = (*known, *obj.status.init_container_statuses)
    return [each.state.running for each in known if each.state.running is not None]


def _facts(obj: object) -> object:
    if not isinstance(obj, Node):
        return None
    known = [condition(obj.status.conditions, type_) for type_ in (_MEMORY, _DISK)]
    return obj.internal_ip, obj.status.capacity, [None if each is None else each.status for each in known]
