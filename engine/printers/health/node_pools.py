"""How a pool of nodes is doing: whether its machines are there and ready."""

from engine.kinds.node_pool import NodePool
from engine.printers.parts.levels import OK, Health
from engine.store.state import State


def node_pool_health(pool: NodePool, _state: State, _now: int) -> Health:
    status = pool.status
    silent = status.replicas - status.ready_replicas
    if silent > 0:
        return Health("bad", f"{silent} of {status.replicas} nodes not ready")
    if status.starting:
        return Health("warn", f"{len(status.starting)} starting")
    if status.replicas >= pool.spec.max:
        return Health("warn", f"at its maximum of {pool.spec.max}")
    return OK
