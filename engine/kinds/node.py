"""Nodes (core/v1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY, Quantity, Time
from engine.kinds.frozen import frozen
from engine.kinds.meta import Condition, ObjectMeta


@frozen(kw_only=True)
class Taint:
    key: str
    value: str = ""
    effect: str
    time_added: Time | None = None
    extra: Mapping[str, Any] = EMPTY

    def __str__(self) -> str:
        return f"{self.key}={self.value}:{self.effect}" if self.value else f"{self.key}:{self.effect}"


@frozen(kw_only=True)
class NodeSpec:
    pod_cidr: str = ""
    pod_cidrs: tuple[str, ...] = ()
    provider_id: str = ""
    unschedulable: bool = False
    taints: tuple[Taint, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NodeAddress:
    type: str
    address: str
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ContainerImage:
    names: tuple[str, ...]
    size_bytes: int = 0
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NodeStatus:
    capacity: Mapping[str, Quantity] = EMPTY
    allocatable: Mapping[str, Quantity] = EMPTY
    conditions: tuple[Condition, ...] = ()
    addresses: tuple[NodeAddress, ...] = ()
    node_info: Mapping[str, str] = EMPTY
    images: tuple[ContainerImage, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Node:
    kind: ClassVar[str] = "Node"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()
    extra: Mapping[str, Any] = EMPTY

    @property
    def internal_ip(self) -> str:
        for each in self.status.addresses:
            if each.type == "InternalIP":
                return each.address
        return ""
