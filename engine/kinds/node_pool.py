"""NodePool (k9lite.dev/v1): machines of one sort, of which a small cloud makes more and fewer."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY, Quantity, Time
from engine.kinds.frozen import frozen
from engine.kinds.meta import ObjectMeta
from engine.kinds.node import Taint

POOL_LABEL = "k9lite.dev/node-pool"
"""On a node: the pool it belongs to."""


@frozen(kw_only=True)
class NodeTemplate:
    """What a new machine registers with."""

    labels: Mapping[str, str] = EMPTY
    taints: tuple[Taint, ...] = ()
    capacity: Mapping[str, Quantity] = EMPTY
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NodePoolSpec:
    """``replicas`` None: as many as there are, ``min`` at least."""

    min: int = 0
    max: int
    replicas: int | None = None
    template: NodeTemplate = NodeTemplate()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NodePoolStatus:
    """``starting`` holds, for each machine that was ordered and is no node yet, when it was ordered."""

    replicas: int = 0
    ready_replicas: int = 0
    starting: tuple[Time, ...] = ()
    last_scale_up_time: Time | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NodePool:
    kind: ClassVar[str] = "NodePool"
    api_version: ClassVar[str] = "k9lite.dev/v1"
    metadata: ObjectMeta
    spec: NodePoolSpec
    status: NodePoolStatus = NodePoolStatus()
    extra: Mapping[str, Any] = EMPTY
