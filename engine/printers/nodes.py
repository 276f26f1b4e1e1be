"""Nodes as ``kubectl get nodes`` lists them."""

from engine.kinds import Node
from engine.printers.durations import UNKNOWN, age
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.node_status import node_address, node_roles, node_status
from engine.store.state import State


def cells(node: Node, _state: State, now: int) -> tuple[str, ...]:
    info = node.status.node_info
    architecture = info.get("architecture", "")
    return (
        node.metadata.name,
        node_status(node),
        node_roles(node),
        age(node, now),
        info.get("kubeletVersion", ""),
        node_address(node, "InternalIP"),
        node_address(node, "ExternalIP"),
        info.get("osImage") or UNKNOWN,
        (info.get("kernelVersion") or UNKNOWN) + (f" ({architecture})" if architecture else ""),
        info.get("containerRuntimeVersion") or UNKNOWN,
    )


PRINTER = Printer(
    columns(
        "NAME,STATUS,ROLES,AGE,VERSION",
        "INTERNAL-IP,EXTERNAL-IP,OS-IMAGE,KERNEL-VERSION,CONTAINER-RUNTIME",
    ),
    cells,
)
