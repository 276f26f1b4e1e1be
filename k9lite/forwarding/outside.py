"""Who answers somebody outside the cluster that asks a node port."""

from engine.kinds import Node
from engine.kubelet.wire import listeners_at
from engine.network.proxy import Backend, Origin, route
from engine.store.state import State

_SOMEBODY = "127.0.0.1"


def reached(state: State, node_port: int, now: int, turn: int) -> Backend | None:
    """By the first node that leads to somebody, as a load balancer that checks them would; None for no one.

    ``turn`` counts the connections: endpoints answer one after the other.
    """
    origin = Origin(ip=_SOMEBODY, turn=turn, time=now)
    for node in state.all(Node):
        found = route(state, node.internal_ip, node_port, listeners=listeners_at(state, now), origin=origin)
        if isinstance(found, Backend):
            return found
    return None
