"""MetalLB: addresses for Services of type LoadBalancer, and the node that answers for each of them."""

from engine.controllers.load_balancer.controller import LOAD_BALANCER
from engine.controllers.load_balancer.speaker import SPEAKER

__all__ = ["LOAD_BALANCER", "SPEAKER"]
