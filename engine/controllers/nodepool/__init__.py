"""A small cloud: machines of a pool come, go and are replaced, and an autoscaler decides how many there are."""

from engine.controllers.nodepool.autoscaler import cluster_autoscaler
from engine.controllers.nodepool.machines import NODE_POOL

__all__ = ["NODE_POOL", "cluster_autoscaler"]
