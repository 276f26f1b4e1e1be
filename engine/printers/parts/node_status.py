"""What ``kubectl get nodes`` says of a node: STATUS, ROLES and addresses (rules 6). Follows printNode."""

from engine.kinds import Node, condition
from engine.printers.durations import NONE

_ROLE_PREFIX = "node-role.kubernetes.io/"
_ROLE_LABEL = "kubernetes.io/role"


def node_status(node: Node) -> str:
    """``Ready``, ``NotReady``, ``Unknown``, each also with ``,SchedulingDisabled``."""
    ready = condition(node.status.conditions, "Ready")
    status = "Unknown" if ready is None else "Ready" if ready.status == "True" else "NotReady"
    return f"{status},SchedulingDisabled" if node.spec.unschedulable else status


def node_roles(node: Node) -> str:
    """Sorted and comma-joined: ``control-plane``; ``<none>``."""
    roles = {key.removeprefix(_ROLE_PREFIX) for key in node.metadata.labels if key.startswith(_ROLE_PREFIX)}
    roles.add(node.metadata.labels.get(_ROLE_LABEL, ""))
    return ",".join(sorted(role for role in roles if role)) or NONE


def node_address(node: Node, type_: str) -> str:
    return next((each.address for each in node.status.addresses if each.type == type_), NONE)
