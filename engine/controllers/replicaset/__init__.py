"""ReplicaSets and ReplicationControllers: a number of pods kept alive. One algorithm, two adapters."""

from engine.controllers.replicaset.controller import REPLICASET, REPLICATION_CONTROLLER

__all__ = ["REPLICASET", "REPLICATION_CONTROLLER"]
