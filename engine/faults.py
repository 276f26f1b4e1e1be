"""Which faults are on: the one place that knows what a Fault object means. Walks the faults, of which there are few."""

from engine.kinds import Fault
from engine.store.state import State


def down_since(state: State, node_name: str) -> int | None:
    """When a NodeDown fault stopped the node's kubelet; None while it runs."""
    if not state.count(Fault.kind):
        return None
    times = [
        fault.metadata.creation_timestamp or 0
        for fault in state.all(Fault)
        if fault.spec.type == "NodeDown" and fault.spec.node == node_name
    ]
    return min(times, default=None)


def is_down(state: State, node_name: str) -> bool:
    return down_since(state, node_name) is not None
