"""Node pools: how many machines there may be, are wanted, and are ready. Not a kind of Kubernetes."""

from engine.kinds.node_pool import NodePool
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(pool: NodePool, _state: State, now: int) -> tuple[str, ...]:
    spec, status = pool.spec, pool.status
    counts = (spec.min, spec.max, status.replicas, status.ready_replicas)
    return pool.metadata.name, *map(str, counts), age(pool, now), str(len(status.starting))


PRINTER = Printer(columns("NAME,MIN,MAX,NODES,READY,AGE", "STARTING"), cells)
