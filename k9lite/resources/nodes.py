"""Nodes: kubectl's columns, how many pods each carries, and what they use; Enter leads to its pods."""

from functools import lru_cache

from engine.kinds import Node, Same, same
from engine.kinds.quantity import cpu_milli, whole
from engine.kubelet.usage import Usage, node_usage
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed
from k9lite.widgets.columns import Column

_RESOLUTION_SECONDS = 15


def _pods(node: Node, state: State, _now: int) -> str:
    return str(state.requested_on(node.metadata.name).pods)


def _taints(node: Node, _state: State, _now: int) -> str:
    return str(len(node.spec.taints)) if node.spec.taints else "-"


@lru_cache(maxsize=8)
def _usage(state: Same[State], name: str, now: int) -> Usage:
    """Asked by four columns of one row, one after the other; walks the node's pods."""
    return node_usage(state(), name, now)


def _cpu_used(node: Node, state: State, now: int) -> str:
    return f"{_usage(same(state), node.metadata.name, now).cpu_milli}m"


def _memory_used(node: Node, state: State, now: int) -> str:
    return f"{_usage(same(state), node.metadata.name, now).memory_bytes >> 20}Mi"


def _cpu(node: Node, state: State, now: int) -> str:
    room = cpu_milli(node.status.allocatable.get("cpu", "0"))
    return _share(_usage(same(state), node.metadata.name, now).cpu_milli, room)


def _memory(node: Node, state: State, now: int) -> str:
    room = whole(node.status.allocatable.get("memory", "0"))
    return _share(_usage(same(state), node.metadata.name, now).memory_bytes, room)


def _share(used: int, room: int) -> str:
    return f"{used * 100 // room}%" if room else "-"


def _drill(node: Node, _state: State) -> Query:
    return Query(kind="Pod", node=node.metadata.name, title=f"node/{node.metadata.name}")


RESOURCE = listed(
    "Node",
    priorities={"STATUS": 0, "ROLES": 5, "VERSION": 6, "INTERNAL-IP": 7},
    extras=(
        (Column("TAINTS", right=True, priority=4), _taints),
        (Column("PODS", right=True, priority=1), _pods),
        (Column("CPU", right=True, priority=6, quiet=True), _cpu_used),
        (Column("%CPU", right=True, priority=2, quiet=True), _cpu),
        (Column("MEM", right=True, priority=6, quiet=True), _memory_used),
        (Column("%MEM", right=True, priority=2, quiet=True), _memory),
    ),
    drill=_drill,
)
