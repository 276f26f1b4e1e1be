"""What happens to nodes that fall silent or are cordoned, and to the pods on them."""

from engine.controllers.node.lifecycle import NODE_LIFECYCLE
from engine.controllers.node.taint_eviction import TAINT_EVICTION

__all__ = ["NODE_LIFECYCLE", "TAINT_EVICTION"]
